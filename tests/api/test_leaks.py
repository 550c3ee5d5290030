"""Nothing of what is hidden leaves: every list, format, filter, order, search and error, at each level, is byte for byte what it
would be if the hidden rows did not exist."""

import dataclasses
import datetime as dt
import io
import zipfile

import pytest
import time_machine
from django.test import Client

from accounts import choosing
from accounts.models import Token
from accounts.tokens import make_token
from api.editions.keeping import keep_up
from api.v1.urls import LISTS, WHOLE
from incidents import counts
from incidents.models import Scope
from incidents.reconciliation import Policy
from incidents.services import figures, review
from incidents.services.citations import CitationInput, DerivationInput, add_citation, add_derivation
from sources.disclosure import Disclosure
from sources.models import OrganizationKind
from tests.api.client import V1
from tests.factories import NOON
from tests.victims import people
from victims.services.records import NameInput

pytestmark = pytest.mark.django_db
MARK = "Zzyzx"  # in every text of what is hidden
CODE = "zzyzx"
NOW = dt.datetime(2027, 5, 1, 12, tzinfo=dt.UTC)
ABOVE = {Disclosure.PUBLIC: Disclosure.PARTNER, Disclosure.PARTNER: Disclosure.RESTRICTED}


def exactly(number, words=""):
    return counts.code(counts.Quantifier.EXACT, number, stated=words or str(number))


@dataclasses.dataclass
class Visible:
    """What everybody sees, to which what is hidden is added."""

    incident: object
    claim: object
    echo: object
    scope: object
    place: object
    source: object

    @property
    def given(self):
        """What everybody sees already, for what is hidden to be made of."""
        return {"sources": [self.source], "claimant": self.claim.claimant}


@pytest.fixture
def visible(register):
    incident = register.published(title="At the market", occurred="2026-11-05")
    source = register.source(title="The bulletin", published="2026-11-06")
    office, paper = register.organization("office", name="The office"), register.organization("paper", name="The paper")
    claim = register.accepted(incident, count=exactly(3), claimant=office, sources=[source])
    echo = register.accepted(incident, count=exactly(3), claimant=paper, sources=[source])
    scope = Scope.objects.get(incident=incident)
    figure = figures.propose_figure(scope, policy=Policy.RANGE, reason="As said.", by=register.analyst, at=NOON)
    figures.adopt(figure, by=register.reviewer, at=NOON)
    # Seen, but for the name and for what was said with it.
    names = [NameInput(f"{MARK} Person", "Latn", "en")]
    people.linked(
        register,
        people.accepted(register, incident, names=names, stated=f"{MARK} Person, 30", claimant=office, source=source),
    )
    return Visible(incident, claim, echo, scope, incident.places.first(), source)


def plant(register, visible, level):
    """Everything that can be hidden, at this level, beside and within what is visible."""
    hidden = {"disclosure": level}
    office = register.organization(CODE, name=f"{MARK} office", **hidden)
    paper = register.source(title=f"{MARK} bulletin", publisher=office, published="2026-11-06")
    secret = register.source(title=f"{MARK} list", url=f"https://{CODE}.example/", **hidden)
    incident, claim, given = visible.incident, visible.claim, visible.given
    others = given | {"claimant": visible.echo.claimant}
    # A claim by a hidden claimant, in a hidden source, hidden itself; each would make a conflict.
    register.accepted(incident, count=exactly(77, f"{MARK} 77"), **(given | {"claimant": office}))
    register.accepted(incident, count=exactly(78, f"{MARK} 78"), **(given | {"sources": [secret]}))
    register.accepted(incident, count=exactly(79, f"{MARK} 79"), **(others | {"sources": [paper]}))
    register.accepted(incident, count=exactly(80, f"{MARK} 80"), **given, **hidden)
    # A further citation and a further root of what is visible.
    add_citation(claim, CitationInput(secret, stated=f"{MARK} words"), by=register.analyst, at=NOON)
    add_citation(visible.echo, CitationInput(paper, stated=f"{MARK} words"), by=register.analyst, at=NOON)
    add_derivation(claim, DerivationInput(organization=office), by=register.analyst, at=NOON)
    add_derivation(visible.echo, DerivationInput(source=secret), by=register.analyst, at=NOON)
    # An incident of its own, with all that belongs to one, and one that is not published.
    other = register.published(title=f"{MARK} raid", occurred="2026-11-07", **hidden)
    register.accepted(other, count=exactly(5, f"{MARK} 5"), **given)
    draft = register.incident(title=f"{MARK} draft", occurred="2026-11-07")
    register.accepted(draft, count=exactly(6, f"{MARK} 6"), **given)
    # What is in review, returned, rejected.
    register.proposed(incident, count=exactly(81, f"{MARK} 81"), **others)
    review.reject(
        register.proposed(incident, count=exactly(82, f"{MARK} 82"), **given),
        by=register.reviewer,
        at=NOON,
        note=f"{MARK} no",
    )
    people.linked(
        register,
        people.accepted(
            register, incident, stated=f"{MARK} person", claimant=claim.claimant, source=visible.source, **hidden
        ),
    )
    people.linked(
        register,
        people.accepted(register, other, stated=f"{MARK} person", claimant=claim.claimant, source=visible.source),
    )


def addresses(visible):
    """Every list in every format, with every filter, order and search; every record; errors; the schema."""
    found = [f"{V1}{path}" for path in ("", "schema/?format=json", "codebook/", "changes/?page_size=1000", "nowhere/")]
    values = {
        "incident": [visible.incident.reference], "measure": ["killed"], "population": ["all"], "cause": [], "kind": [],
        "claimant": ["office", CODE], "publisher": ["office", CODE], "root": ["office", "paper", CODE], "source": [],
        "place": [visible.place.code] if visible.place else [], "status": ["accepted", "accepted,corrected,retracted,voided"],
        "incident_type": ["event"], "occurred_after": ["2026-11-01"], "occurred_before": ["2026-11-30"],
        "certainty": ["certain"], "minimum_gte": ["3", "70"], "relation": ["conflict", "agree", "single"],
        "has_conflict": ["true", "false"], "modified_since": ["2020-01-01"], "search": [MARK, "market", "77"],
        "warning": ["one_root"], "has_figure": ["true", "false"], "stale": ["true", "false"], "basis": ["event"],
        "quantifier": ["exact"], "stance": ["asserts"], "as_of": ["2027-04-30"], "fate": ["killed"], "sex": ["male"],
        "part_of": [visible.incident.reference],
    }  # fmt: skip
    for name, view in {**LISTS, **WHOLE}.items():
        lists = view()
        lists.action = "list"
        root = f"{V1}{name}/"
        found += [f"{root}?format={renderer.format}" for renderer in lists.get_renderers()]
        if not view.paged:
            continue
        found += [
            f"{root}?total=true&page_size=2",
            f"{root}?page_size=1000&ordering=-{next(iter(view.orders or view.filters.orders))}",
        ]
        found += [
            f"{root}?ordering={sign}{order}" for order in view.orders or view.filters.orders for sign in ("", "-")
        ]
        for parameter in (*view.filters.base_filters, "as_of"):
            for value in values.get(parameter, []):
                found += [f"{root}?{parameter}={value}&total=true", f"{root}?{parameter}={value}&page_size=2"]
        found.append(f"{root}?search={MARK}&format=csv")
        found.append(f"{root}{CODE}/")
    found += [
        f"{V1}incidents/{visible.incident.reference}/", f"{V1}claims/{visible.claim.pk}/", f"{V1}claims/{visible.echo.pk}/",
        f"{V1}figures/{visible.scope.pk}/", f"{V1}figures/{visible.scope.pk}/?as_of=2027-04-30",
        f"{V1}incidents/{visible.incident.reference}/?as_of=2027-04-30", f"{V1}summary/?occurred_after=2026-11-01",
    ]  # fmt: skip
    return list(dict.fromkeys(found))


def answers(paths, secret):
    """Status, headers that could tell, and the bytes of each answer."""
    client, headers = Client(), {"Authorization": f"Bearer {secret}"} if secret else {}
    found = {}
    for path in paths:
        response = client.get(path, headers=headers)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        if response.get("Content-Type", "").endswith("spreadsheetml.sheet"):
            with zipfile.ZipFile(io.BytesIO(body)) as book:  # its parts carry the time of writing
                body = b"".join(book.read(one) for one in sorted(book.namelist()) if one.startswith("xl/"))
        told = {
            name: response.get(name) for name in ("ETag", "Link", "Content-Type", "Content-Disposition", "Location")
        }
        found[path] = (response.status_code, told, body)
    return found


@pytest.mark.parametrize(
    ("level", "most"),
    [(Disclosure.PUBLIC, 5_000), (Disclosure.PARTNER, 5_000), (Disclosure.PUBLIC, 0), (Disclosure.PARTNER, 0)],
)
def test_answers_are_as_if_what_is_hidden_did_not_exist(
    register, visible, level, most, settings, admin_user, monkeypatch
):
    """Whether few rows fit a filter or, as where ``most`` are none, many: which are found in another way."""
    monkeypatch.setattr(choosing, "MANY", most)
    settings.REQUESTS_PER_MINUTE = dict.fromkeys(settings.REQUESTS_PER_MINUTE, 0)
    with time_machine.travel(NOW, tick=False):
        secret = ""
        if level is Disclosure.PARTNER:
            _token, secret = make_token(
                user=register.person("Pat Example", "partner"), purpose="To look", by=admin_user, at=NOW,
                scopes=[Token.Scope.READ_PARTNER, Token.Scope.SUBMIT_CLAIMS], expires_at=NOW + dt.timedelta(days=9),
            )  # fmt: skip
        keep_up()
        paths = addresses(visible)
        before = answers(paths, secret)
        plant(register, visible, ABOVE[level])
        keep_up()
        after = answers(paths, secret)
    assert len(paths) > 250
    refused = set() if secret else {401}  # what was submitted is shown to who may submit
    assert {status for status, _told, _body in before.values()} == {200, 400, 404} | refused
    for path in paths:
        if after[path] != before[path]:
            one, other = (said[path][2].replace(b"},{", b"}\n{").splitlines() for said in (before, after))
            differ = [line for line in (*one, *other) if (line in one) != (line in other)][:6]
            pytest.fail(f"{path}: {before[path][:2]} {after[path][:2]} {differ}")
        assert MARK.encode() not in after[path][2].replace(f"search={MARK}".encode(), b""), path


def test_a_protected_individual_leaves_under_the_public_name_alone(register, visible, settings):
    settings.REQUESTS_PER_MINUTE = dict.fromkeys(settings.REQUESTS_PER_MINUTE, 0)
    kind = OrganizationKind.objects.get(code="individual")
    person = register.organization(
        f"{CODE}-person",
        name=f"{MARK} Example",
        kind=kind,
        is_protected=True,
        public_name="Activist 77",
        public_code="activist-77",
    )
    source = register.source(
        title=f"{MARK} Example speaks", publisher=person, url=f"https://posts.example/{MARK}%20Example"
    )
    register.accepted(
        visible.incident, count=exactly(3, f"three, {MARK} Example said"), claimant=person, sources=[source]
    )
    keep_up()
    for path, (_status, told, body) in answers([*addresses(visible), f"{V1}organizations/activist-77/"], "").items():
        shown = body.replace(f"search={MARK}".encode(), b"")
        assert MARK.encode() not in shown, path
        assert CODE.encode() not in shown.replace(f"/{CODE}/".encode(), b"").replace(f"={CODE}".encode(), b""), path
        assert MARK not in str({**told, "Link": ""}), path
