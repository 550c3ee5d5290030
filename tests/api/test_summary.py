"""Totals: from adopted figures of events, nothing counted twice, what is not known counted as unknown."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import counts
from incidents.models import Cause, Incident, Scope
from incidents.reconciliation import Policy
from incidents.services import figures
from places.models import Place
from tests.api.client import complaint, get, rows
from tests.factories import NOON, Register

pytestmark = pytest.mark.django_db


def exactly(number: int) -> counts.Count:
    return counts.code(counts.Quantifier.EXACT, number, stated=str(number))


def adopt(register: Register, incident: Incident, policy: Policy = Policy.RANGE, **given: Any) -> None:
    for scope in Scope.objects.filter(incident=incident, population="civilians"):
        figure = figures.propose_figure(scope, policy=policy, reason="x", by=register.analyst, at=NOON, **given)
        figures.adopt(figure, by=register.reviewer, at=NOON)


def event(register: Register, number: int | None = 3, *, adopted: bool = True, **fields: Any) -> Incident:
    given = {"occurred": "2019-06-05", "places": [Place.objects.get(code="SY07")]} | fields
    incident = register.published(**given)
    if number is not None:
        register.accepted(incident, count=exactly(number))
    if adopted:
        adopt(register, incident)
    return incident


def june(**asked: Any) -> list[dict[str, Any]]:
    return [row for row in results_of(**asked) if row["month"] == "2019-06"]


def results_of(**asked: Any) -> list[dict[str, Any]]:
    return get("summary/", occurred_after="2019-01-01", occurred_before="2019-12-31", **asked)["results"]


def test_figures_of_one_month_area_and_population_are_added(register: Register) -> None:
    event(register, 3)
    event(register, 4)

    (row,) = june()

    assert row["area"]["code"] == "SY07"
    assert {key: row[key] for key in ("measure", "unit", "population", "low", "best", "high", "open_ended")} == {
        "measure": "killed", "unit": "persons", "population": "civilians",
        "low": 7, "best": None, "high": 7, "open_ended": False,
    }  # fmt: skip
    assert (row["incidents"], row["unknowns"]) == (2, 0)


def test_a_best_is_told_only_where_every_figure_names_one(register: Register) -> None:
    one, other = event(register, 3, adopted=False), event(register, 4, adopted=False)
    adopt(register, one, Policy.MANUAL, low=3, best=3, high=3)
    adopt(register, other, Policy.MANUAL, low=4, best=5, high=6)
    assert june()[0]["best"] == 8

    adopt(register, other, Policy.MANUAL, low=4, high=6)
    assert (june()[0]["low"], june()[0]["best"], june()[0]["high"]) == (7, None, 9)


def test_an_event_without_a_figure_is_unknown_and_never_zero(register: Register) -> None:
    event(register, 3)
    event(register, 9, adopted=False)

    (row,) = june()

    assert (row["low"], row["high"], row["incidents"], row["unknowns"]) == (3, 3, 2, 1)


def test_where_nothing_is_adopted_the_total_is_nothing(register: Register) -> None:
    event(register, 9, adopted=False)

    (row,) = june()

    assert (row["low"], row["best"], row["high"], row["unknowns"]) == (None, None, None, 1)


def test_an_event_counted_only_in_a_part_of_itself_is_unknown_and_not_left_out(register: Register) -> None:
    """By a place within it, a cause, a period, or of those held: how many in all is not known."""
    there = Place.objects.get(code="SY03")
    for part in (
        {"place": there},
        {"period": "2019-06-01"},
        {"cause": Cause.objects.get(code="shelling")},
        {"basis": "stock"},
    ):
        incident = event(register, None, adopted=False)
        register.accepted(incident, count=exactly(3), **part)
        adopt(register, incident)

    (row,) = june()

    assert (row["low"], row["high"], row["incidents"], row["unknowns"]) == (None, None, 4, 4)
    assert june(place="SY03") == []  # they were elsewhere
    assert len(june(place="SY07")) == 1


def test_a_running_total_of_an_event_is_its_number_where_it_has_no_other(register: Register) -> None:
    """ "Raises to 41", of one massacre."""
    told_only = event(register, None, adopted=False)
    register.accepted(told_only, count=exactly(41), basis="cumulative", as_of="2019-06-06")
    adopt(register, told_only)
    both = event(register, 3)
    register.accepted(both, count=exactly(100), basis="cumulative", as_of="2019-06-06")
    adopt(register, both)
    later = event(register, None, adopted=False)
    register.accepted(later, count=exactly(7), basis="cumulative", since="2019-06-07", as_of="2019-06-08")
    adopt(register, later)

    (row,) = june()

    assert (row["low"], row["high"], row["incidents"], row["unknowns"]) == (44, 44, 3, 1)


def test_a_total_says_how_many_of_its_figures_are_stale_or_reviewed_by_nobody_else(
    register: Register, settings: Any
) -> None:
    settings.SIJIL_REVIEW = "single"
    overtaken = event(register, 3)
    register.accepted(overtaken, count=exactly(300))
    alone = event(register, 4, adopted=False)
    both = register.person("Both Example", "analyst", "reviewer")
    scope = Scope.objects.get(incident=alone)
    figures.adopt(figures.propose_figure(scope, policy=Policy.RANGE, reason="x", by=both, at=NOON), by=both, at=NOON)
    event(register, 5)
    event(register, 9, adopted=False)

    (row,) = june()
    (told,) = rows("summary/", occurred_after="2019-06-01", occurred_before="2019-06-30")

    assert (row["low"], row["unknowns"], row["not_reviewed"], row["stale"]) == (12, 1, 1, 1)
    assert (told["not_reviewed"], told["stale"]) == ("1", "1")


def test_situations_and_parts_of_events_are_in_no_total(register: Register) -> None:
    whole = register.published(incident_type="situation", occurred="2019-06-01/2019-06-30", title="Siege")
    register.accepted(whole, count=exactly(500), basis="cumulative")
    adopt(register, whole)
    incident = event(register, 3)
    register.accepted(incident, count=exactly(1), place=Place.objects.get(code="SY03"))
    adopt(register, incident)

    assert [(row["low"], row["incidents"]) for row in june()] == [(3, 1)]


def test_populations_stand_apart(register: Register) -> None:
    incident = event(register, 3)
    register.accepted(incident, count=exactly(8), population="all")

    assert {(row["population"], row["low"], row["unknowns"]) for row in june()} == {
        ("civilians", 3, 0),
        ("all", None, 1),
    }


def test_an_event_not_dated_to_the_month_has_none_and_one_in_several_areas_has_no_area(register: Register) -> None:
    event(register, 3, occurred="2019")
    event(register, 4, occurred="2019-06-30/2019-07-01")
    event(register, 5, places=list(Place.objects.filter(code__in=["SY07", "SY03"])))

    told = {(row["month"], row["area"]["code"] if row["area"] else None, row["low"]) for row in results_of()}

    assert told == {(None, "SY07", 7), ("2019-06", None, 5)}


def test_what_is_hidden_is_in_no_total(register: Register) -> None:
    event(register, 3)
    hidden = event(register, 4)
    Incident.objects.filter(pk=hidden.pk).update(disclosure=2)

    (row,) = june()

    assert (row["low"], row["incidents"]) == (3, 1)


def test_csv_has_the_same_totals(register: Register) -> None:
    event(register, 3)
    event(register, 9, adopted=False)

    asked = {"measure": "killed", "occurred_after": "2019-01-01", "occurred_before": "2019-12-31"}
    shown = [
        [
            row["month"],
            row["area"]["code"],
            row["measure"],
            row["population"],
            row["low"],
            row["unknowns"],
            row["incidents"],
        ]
        for row in get("summary/", **asked)["results"]
    ]
    told = [
        [row["month"], row["area_code"], row["measure"], row["population"], int(row["low"]), int(row["unknowns"]),
         int(row["incidents"])]
        for row in rows("summary/", **asked)
    ]  # fmt: skip

    assert shown == told == [["2019-06", "SY07", "killed", "civilians", 3, 1, 2]]


def test_filters_are_refused_in_words_and_there_are_no_pages(register: Register) -> None:
    assert complaint("summary/", measure="kiled")["attr"] == "measure"
    assert complaint("summary/", page_size="5")["attr"] == "page_size"


def test_totals_cost_the_same_whatever_their_number(register: Register) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            get("summary/")
        return len(queries)

    before = cost()
    for month in range(1, 7):
        event(register, month, occurred=f"2019-0{month}-05")
    assert cost() == before <= 8


def test_the_founding_case_has_unknowns_until_figures_are_adopted() -> None:
    listed = get("summary/")["results"]
    assert {row["low"] for row in listed} == {None}
    killed = [row for row in listed if row["measure"] == "killed" and row["population"] == "civilians"]
    assert sum(row["incidents"] for row in killed) == 6
