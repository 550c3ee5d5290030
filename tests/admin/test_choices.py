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


@pytest.mark.parametrize(
    ("field", "term", "first"),
    [
        ("population", "civ", "civilians"),
        ("population", "civilian", "civilians"),
        ("population", "مدنيون", "civilians"),
        ("population", "مدني", "civilians"),
        ("population", "women", "women"),
        ("population", "men", "men"),
        ("population", "نساء", "women"),
        ("measure", "kill", "killed"),
        ("place", "Damascus", "Damascus (SY01)"),
        ("place", "حمص", "Homs (SY04)"),
    ],
)
def test_what_is_called_so_comes_before_what_only_holds_the_word(
    analyst: Desk, field: str, term: str, first: str
) -> None:
    assert offered(analyst, field, term)[0].split(" · ")[0] == first


def test_an_acronym_leads_to_its_organization_before_names_that_hold_its_letters(
    analyst: Desk, register: Register
) -> None:
    register.organization(name="A made-up usher")
    register.organization(name="Zeroth made-up society", acronym="USH")
    assert offered(analyst, "claimant", "ush")[0].startswith("Zeroth made-up society")


def test_places_of_one_name_are_told_apart_by_what_they_are_within(analyst: Desk) -> None:
    assert [one.split(" · ")[-1] for one in offered(analyst, "place", "Deir-ez-Zor")] == [
        "Syria (SY)",
        "Deir-ez-Zor (SY09)",
    ]
