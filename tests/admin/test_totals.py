"""Totals in the admin: the same numbers as in the API and in CSV."""

import pytest

from incidents import counts
from incidents.models import Scope, Unit
from incidents.reconciliation import Policy
from incidents.services import figures
from places.models import Place
from tests.admin.desk import Desk, visible_text
from tests.api.client import get
from tests.factories import NOON, Register

ADDRESS = "/admin/incidents/incident/totals/"


@pytest.fixture
def adopted(register: Register) -> None:
    """Two events of one month and area, three and four killed; a third of which nothing is adopted."""
    for number in (3, 4, 9):
        incident = register.published(occurred="2019-06-05", places=[Place.objects.get(code="SY07")])
        register.accepted(incident, count=counts.code(counts.Quantifier.EXACT, number, stated=str(number)))
        if number < 9:
            scope = Scope.objects.get(incident=incident)
            proposed = figures.propose_figure(scope, policy=Policy.RANGE, reason="x", by=register.analyst, at=NOON)
            figures.adopt(proposed, by=register.reviewer, at=NOON)


def test_the_totals_are_those_of_the_api(analyst: Desk, adopted: None) -> None:
    page = analyst.client.get(ADDRESS, {"occurred_after": "2019-01-01", "occurred_before": "2019-12-31"})

    (line,) = page.context["lines"]
    (row,) = get("summary/", occurred_after="2019-01-01", occurred_before="2019-12-31")["results"]
    told = line.total
    assert (told.low, told.best, told.high, told.unknowns, told.incidents) == (7, None, 7, 1, 3)
    assert (row["low"], row["best"], row["high"], row["unknowns"], row["incidents"]) == (7, None, 7, 1, 3)
    assert "2019-06" in visible_text(page)


def test_without_a_filter_it_is_everything_public(analyst: Desk, adopted: None) -> None:
    page = analyst.client.get(ADDRESS)

    assert len(page.context["lines"]) == len(get("summary/")["results"])


def test_what_is_no_date_is_told_beside_its_field_and_loses_nothing(analyst: Desk, adopted: None) -> None:
    page = analyst.client.get(ADDRESS, {"occurred_after": "yesterday"})

    assert page.status_code == 200
    assert "occurred_after" in page.context["form"].errors


def test_the_first_page_leads_there_in_arabic_too(register: Register, adopted: None) -> None:
    person = register.person("Layla Example", "analyst")
    person.language = "ar"
    person.save(update_fields=["language"])
    desk = Desk(person)

    assert ADDRESS in desk.client.get("/admin/").content.decode()
    assert "مجاميع الأرقام المعتمدة" in visible_text(desk.client.get(ADDRESS))


def test_whoever_may_not_see_incidents_sees_no_totals(register: Register) -> None:
    assert Desk(register.person("Nobody Example")).client.get(ADDRESS).status_code == 403


def test_families_are_told_from_persons(analyst: Desk, register: Register) -> None:
    incident = register.published(occurred="2019-06-05")
    for unit, number in (("persons", 40), ("families", 8)):
        register.accepted(
            incident, count=counts.code(counts.Quantifier.EXACT, number, stated=str(number)), measure="displaced",
            unit=Unit.objects.get(code=unit),
        )  # fmt: skip

    page = analyst.client.get(ADDRESS, {"measure": "displaced", "occurred_after": "2019-01-01"})

    assert [line.unit for line in page.context["lines"]] == ["families", "persons"]
    assert "families" in visible_text(page)
