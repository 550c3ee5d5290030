"""Zero, no number, an open end, and a denial with or without a number stay five different things: in the form, in the
database, in JSON, in CSV, and back in the form."""

import csv
import io
from typing import Any

import pytest

from incidents.models import Claim, Incident
from tests.admin.desk import Desk
from tests.factories import Register

SENT: dict[str, dict[str, str]] = {
    "zero": {"quantifier": "exact", "number": "0", "stated": "no one was killed"},
    "no number": {"quantifier": "unquantified", "number": "", "stated": "casualties reported"},
    "open end": {"quantifier": "at_least", "number": "4", "stated": "at least four"},
    "denial": {"quantifier": "unquantified", "number": "", "stance": "denies", "stated": "denied any killed"},
    "denial of a number": {"quantifier": "exact", "number": "4", "stance": "denies", "stated": "denied the four"},
}
# minimum, best, maximum, quantifier, stance
MEANT: dict[str, tuple[Any, ...]] = {
    "zero": (0, None, 0, "exact", "asserts"),
    "no number": (None, None, None, "unquantified", "asserts"),
    "open end": (4, None, None, "at_least", "asserts"),
    "denial": (None, None, None, "unquantified", "denies"),
    "denial of a number": (4, None, 4, "exact", "denies"),
}
IN_WORDS = {
    "zero": "0",
    "no number": "no number stated",
    "open end": "at least 4",
    "denial": "denied",
    "denial of a number": "denied: 4",
}
COLUMNS = ("minimum", "best", "maximum", "quantifier", "stance")
KIND_OF = {given["stated"]: kind for kind, given in SENT.items()}


@pytest.fixture
def incident(analyst: Desk, reviewer: Desk, register: Register) -> Incident:
    """Entered, submitted, accepted and published through the admin alone."""
    claims = [
        given | {"claimant": register.organization().pk, "source": register.source().pk} for given in SENT.values()
    ]
    assert analyst.enter_incident(*claims).status_code == 302
    entered = Incident.objects.get(title="Shelling of a market")
    analyst.post("incidents_incident", "submit_all", entered.pk)
    reviewer.post("incidents_incident", "accept_all", entered.pk)
    reviewer.take(entered, "publish")
    entered.refresh_from_db()
    assert entered.status == "published"
    return entered


def test_in_the_database(incident: Incident) -> None:
    rows = Claim.objects.filter(incident=incident).values_list("stated", *COLUMNS)

    assert {KIND_OF[stated]: tuple(count) for stated, *count in rows} == MEANT
    assert len(set(MEANT.values())) == len(SENT)


def test_in_json(incident: Incident, analyst: Desk) -> None:
    answer = analyst.client.get(f"/api/v1/claims/?incident={incident.reference}").json()
    detail = analyst.client.get(f"/api/v1/incidents/{incident.reference}/").json()

    for claims in (answer["results"], detail["claims"]):
        found = {KIND_OF[c["count"]["stated"]]: tuple(c["count"][name] for name in COLUMNS) for c in claims}
        assert found == MEANT


def test_in_csv(incident: Incident, analyst: Desk) -> None:
    response = analyst.client.get(f"/api/v1/claims/?incident={incident.reference}&format=csv")
    table = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))

    found = {KIND_OF[row["count_stated"]]: tuple(row[f"count_{name}"] for name in COLUMNS) for row in table}
    assert found == {
        kind: tuple("" if value is None else str(value) for value in count) for kind, count in MEANT.items()
    }


def test_on_the_page(incident: Incident, analyst: Desk) -> None:
    page = analyst.get("incidents_incident", "change", incident.pk).context["page"]

    assert {KIND_OF[line.row.stated]: line.count for group in page.groups for line in group.lines} == IN_WORDS


def test_back_in_the_form(incident: Incident, analyst: Desk) -> None:
    for claim in Claim.objects.filter(incident=incident):
        page = analyst.client.get(analyst.address("incidents_claim", "add") + f"?corrects={claim.pk}")
        form = page.context["adminform"].form
        given = SENT[KIND_OF[claim.stated]]
        assert form["quantifier"].value() == given["quantifier"]
        assert form["stance"].value() == given.get("stance", "asserts")
        assert ("" if form["number"].value() is None else str(form["number"].value())) == given["number"]
        assert form["upper"].value() is None
