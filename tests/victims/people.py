"""Made-up persons for tests, entered through the services."""

from datetime import date
from typing import Any

from incidents.models import Incident
from sources.disclosure import Disclosure
from tests.factories import NOON, Register
from victims.models import LinkDecision, NameDecision, PersonRecord, Victim
from victims.services import links, names, records, review
from victims.services.records import NameInput

NAME = "Zayd al-Mithal"
NAME_AR = "زيد المثال"
FUTURE, PAST = date(9999, 1, 1), date(2026, 3, 1)


def draft(register: Register, incident: Incident, **fields: Any) -> PersonRecord:
    """A man of thirty, killed, named in two scripts, unless said otherwise."""
    given = {
        "claimant": fields.pop("claimant", None) or register.organization(),
        "source": fields.pop("source", None) or register.source(),
        "names": [NameInput(NAME_AR, "Arab", "ar"), NameInput(NAME, "Latn", "", "transliteration")],
        "stated": f"{NAME_AR}، 30 عاماً",
        "fate": "killed",
        "age": 30,
        "age_unit": "years",
        "sex": "male",
    }
    return records.record_person(incident=incident, by=register.analyst, at=NOON, **(given | fields))


def proposed(register: Register, incident: Incident, **fields: Any) -> PersonRecord:
    return review.submit(draft(register, incident, **fields), by=register.analyst, at=NOON)


def accepted(register: Register, incident: Incident, **fields: Any) -> PersonRecord:
    return review.accept(proposed(register, incident, **fields), by=register.reviewer, at=NOON)


def linked(register: Register, *rows: PersonRecord) -> Victim:
    """A victim to whom these records are linked."""
    first, *others = rows
    victim = link(register, first).victim
    for row in others:
        link(register, row, victim)
    return victim


def link(register: Register, record: PersonRecord, victim: Victim | None = None, **fields: Any) -> LinkDecision:
    given = {"reason": "same name, same day"} | fields
    return links.decide_link(record=record, victim=victim, by=register.reviewer, at=NOON, **given)


def disclosed(register: Register, record: PersonRecord, level: Disclosure, **fields: Any) -> NameDecision:
    """A decision with all that its level asks for."""
    given: dict[str, Any] = {
        Disclosure.PUBLIC: {"basis": "published by the family"},
        Disclosure.PARTNER: {"agreement": "with a partner", "purpose": "tracing", "expires": FUTURE},
        Disclosure.RESTRICTED: {},
    }[level] | fields
    return names.decide_name_disclosure(record, level=level, by=register.reviewer, at=NOON, **given)
