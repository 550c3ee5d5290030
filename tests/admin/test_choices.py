"""What is chosen from is told apart: whose name is protected, and which of two documents of one title it is."""

from typing import Any

import pytest

from incidents.models import Claim
from sources.models import Organization
from tests.admin.desk import Desk, visible_text
from tests.factories import Register


def offered(desk: Desk, field: str, term: str, model: str = "claim", app: str = "incidents") -> list[str]:
    asked = {"app_label": app, "model_name": model, "field_name": field, "term": term}
    found: Any = desk.client.get("/admin/autocomplete/", asked).json()
    return [one["text"] for one in found["results"]]


@pytest.fixture
def activist(register: Register) -> Organization:
    return register.organization(
        "ahmad", name="Ahmad Example", is_protected=True, public_name="Activist 9", public_code="activist-9"
    )


def test_who_is_protected_is_marked_where_they_are_chosen_and_seen(
    analyst: Desk, register: Register, activist: Organization
) -> None:
    assert offered(analyst, "claimant", "Ahmad") == ["Ahmad Example — outside: Activist 9"]
    claim: Claim = register.draft(register.incident(), claimant=activist)
    assert "Ahmad Example — outside: Activist 9" in analyst.get("incidents_claim", "change", claim.pk).content.decode()
    assert "Ahmad Example — outside: Activist 9" in visible_text(
        analyst.get("incidents_claim", "changelist", q="Ahmad")
    )
    for page in (
        analyst.get("incidents_incident", "change", claim.incident_id),
        analyst.get("incidents_claim", "change", claim.pk),
    ):
        assert "protected: outside “Activist 9”" in visible_text(page)


def test_sources_of_one_title_are_told_apart(analyst: Desk, register: Register) -> None:
    agency = register.organization(name="A made-up agency")
    register.source(title="Daily report", publisher=agency, published="2018-04-21")
    register.source(title="Daily report", published="2018-04-22")
    assert sorted(offered(analyst, "source", "Daily report", "citation")) == [
        "Daily report · 2018-04-22",
        "Daily report · A made-up agency · 2018-04-21",
    ]
