"""Made-up organizations and persons: who claims, passes on and prints. None of the names is anybody's."""

import datetime as dt

from exchange.generator.chance import Chance, Weighted
from exchange.generator.identity import Identities
from exchange.generator.reference import Reference
from exchange.generator.rows import Membership, Organization, OrganizationName
from sources.disclosure import Disclosure

ORGANIZATIONS = 300
PROTECTED = 12  # individuals who leave the register under a public name only
COLLECTIVES = 10  # made up of other organizations, protected individuals among them

ASSESSED_SINCE = dt.date(2011, 1, 1)  # one assessment of each, which still holds

INDIVIDUAL, COLLECTIVE = "individual", "collective"
CITIES = ("North", "South", "East", "West", "River", "Coast", "Mountain", "Desert")
CITIES_AR = ("الشمال", "الجنوب", "الشرق", "الغرب", "النهر", "الساحل", "الجبل", "البادية")
COUNTRIES = ("SY", "SY", "SY", "TR", "JO", "LB", "GB", "FR", "")
ROLES = ("activist", "journalist", "medic", "resident")
GRADES = Weighted({"A": 5, "B": 25, "C": 35, "D": 15, "E": 5, "F": 15})
DISCLOSURES = Weighted({Disclosure.PUBLIC: 94, Disclosure.PARTNER: 3, Disclosure.RESTRICTED: 3})


def organizations(seed: int, reference: Reference) -> list[Organization]:
    chance = Chance(f"organizations of {seed}")
    identities = Identities(seed, 0)
    rows = [_organization(seed, number, identities, reference, chance) for number in range(ORGANIZATIONS - PROTECTED)]
    rows += [_protected(seed, number, identities, reference, chance) for number in range(PROTECTED)]
    return rows


def _organization(seed: int, number: int, identities: Identities, reference: Reference, chance: Chance) -> Organization:
    kinds = [kind for kind in reference.organization_kinds if kind.code != INDIVIDUAL]
    kind = next((kind for kind in kinds if kind.code == COLLECTIVE and number < COLLECTIVES), None)
    kind = kind or chance.one_of(kinds or reference.organization_kinds)
    city = chance.whole(0, len(CITIES) - 1)
    return Organization(
        id=identities.number(number),
        code=f"generated-{seed}-{number:03}",
        name=f"{CITIES[city]} {kind.label} {number:03}",
        name_ar=f"{kind.label_ar} {CITIES_AR[city]} {number:03}" if chance.happens(0.8) else "",
        acronym=f"G{number:03}" if chance.happens(0.4) else "",
        kind=kind.code,
        country=chance.one_of(COUNTRIES),
        role="",
        aligned_with=chance.one_of(reference.parties) if reference.parties and chance.happens(0.1) else None,
        public_name="",
        public_code="",
        # The first two of each level are there whatever the draw, so that no level is empty.
        disclosure=Disclosure(number % 3) if number < 6 else DISCLOSURES.draw(chance),
        grade=GRADES.draw(chance),
    )


def _protected(seed: int, number: int, identities: Identities, reference: Reference, chance: Chance) -> Organization:
    role = chance.one_of(ROLES)
    kinds = [kind.code for kind in reference.organization_kinds]
    return Organization(
        id=identities.number(ORGANIZATIONS - PROTECTED + number),
        code=f"generated-{seed}-person-{number:02}",
        name=f"Person {number:02}-{seed}",
        name_ar=f"شخص {number:02}-{seed}",
        acronym="",
        kind=INDIVIDUAL if INDIVIDUAL in kinds else kinds[0],
        country="SY",
        role=role,
        aligned_with=None,
        public_name=f"Generated {role} {number + 1}",
        public_code=f"generated-{seed}-{role}-{number + 1}",
        disclosure=Disclosure.PUBLIC,
        grade=GRADES.draw(chance),
    )


def other_names(rows: list[Organization]) -> list[OrganizationName]:
    """Every fifth organization is also written in another way."""
    return [OrganizationName(organization=row.id, name=f"The {row.name}") for row in rows[::5]]


def memberships(rows: list[Organization]) -> list[Membership]:
    """Each collective has two members, one of them protected."""
    return [
        Membership(collective=rows[number].id, member=member.id)
        for number in range(COLLECTIVES)
        for member in (rows[COLLECTIVES + number], rows[-PROTECTED + number % PROTECTED])
    ]
