"""What claims come to, where they are read: on the page of an incident, of a situation beside its events, of a claim."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import counts
from incidents.admin import plots, words
from incidents.admin.comparing import PLOTS
from incidents.models import Claim, Figure, Incident, Measure, Scope
from incidents.plots import dots
from incidents.reconciliation import Policy
from incidents.services import figures
from incidents.totals import Total, added_up
from sources.disclosure import Disclosure
from tests.admin.desk import Desk, visible_text
from tests.factories import NOON, Register


def exactly(number: int) -> counts.Count:
    return counts.code(counts.Quantifier.EXACT, number, stated=str(number))


def adopted(register: Register, scope: Scope, **given: Any) -> None:
    figure = figures.propose_figure(scope, policy=Policy.RANGE, reason="x", by=register.analyst, at=NOON, **given)
    figures.adopt(figure, by=register.reviewer, at=NOON)


def page(desk: Desk, incident: Incident) -> Any:
    return desk.get("incidents_incident", "change", incident.pk)


def test_an_incident_says_what_its_claims_come_to(analyst: Desk, register: Register) -> None:
    incident = register.published()
    for number in (25, 22):
        register.accepted(incident, count=exactly(number))
    register.accepted(incident, measure="injured", count=exactly(7))
    scope = Scope.objects.get(incident=incident, measure="killed")
    adopted(register, scope)

    answer = page(analyst, incident)

    text = visible_text(answer).split("What the claims come to")[1]
    assert "civilians conflict gap 3 22 to 25 22 to 25 —" in text
    assert "civilians one claim 7 — —" in text
    body = answer.content.decode()
    assert body.count('class="sj-plot"') == 1  # of what several speak in
    assert analyst.address("incidents_scope", "change", scope.pk) in body


def test_no_more_than_a_dozen_are_drawn_and_the_rest_are_linked(analyst: Desk, register: Register) -> None:
    incident = register.published()
    measures = [one.code for one in Measure.objects.filter(counts_people=True).order_by("code")]
    populations = ["civilians", "all", "women", "children", "fighters"]
    wanted = [(measure, population) for measure in measures for population in populations][: PLOTS + 2]
    claimants = [register.organization() for _ in range(2)]
    source = register.source()
    for at, (measure, population) in enumerate(wanted):
        for number, claimant in enumerate(claimants, start=1):
            register.accepted(
                incident,
                measure=measure,
                population=population,
                count=exactly(number + at),
                claimant=claimant,
                sources=[source],
            )

    body = page(analyst, incident).content.decode()

    assert body.count('class="sj-plot"') == PLOTS
    for scope in Scope.objects.filter(incident=incident):
        assert analyst.address("incidents_scope", "change", scope.pk) in body


def test_an_incident_without_accepted_claims_says_nothing_of_it(analyst: Desk, register: Register) -> None:
    incident = register.incident()
    register.proposed(incident)
    assert "What the claims come to" not in visible_text(page(analyst, incident))


def test_many_scopes_are_asked_for_like_few(analyst: Desk, register: Register) -> None:
    incident = register.published()
    claimants, source = [register.organization() for _ in range(2)], register.source()

    def grow(*populations: str) -> None:
        for population in populations:
            for number, claimant in enumerate(claimants, start=1):
                register.accepted(
                    incident, population=population, count=exactly(number), claimant=claimant, sources=[source]
                )

    grow("civilians", "all")
    few = queries(analyst, incident)
    grow("women", "children", "men", "girls", "boys", "fighters")
    assert queries(analyst, incident) == few


def queries(desk: Desk, incident: Incident) -> int:
    page(desk, incident)
    with CaptureQueriesContext(connection) as asked:
        assert page(desk, incident).status_code == 200
    return len(asked)


@pytest.fixture
def situation(register: Register) -> Incident:
    """A siege of which three were claimed dead; of its events one has a figure of 5, one has none, one is restricted."""
    whole = register.published(title="A made-up siege", incident_type="situation", occurred="2025-02")
    register.accepted(whole, count=exactly(3), basis="cumulative", as_of="2025-03-31")
    for number, more in ((5, {}), (None, {}), (40, {"disclosure": Disclosure.RESTRICTED})):
        event = register.published(part_of=[whole], **more)
        register.accepted(event, count=exactly(number or 9))
        if number is not None:
            level = Disclosure(more.get("disclosure", Disclosure.PUBLIC))
            adopted(register, Scope.objects.get(incident=event), level=level)
    return whole


def test_a_situation_stands_beside_its_events_and_is_not_added_to_them(analyst: Desk, situation: Incident) -> None:
    answer = page(analyst, situation)
    (row,) = answer.context["beside"]
    assert row.what == "killed · civilians · persons"
    assert [one.span for one in row.own] == ["3"]
    assert row.span == "45"
    assert (row.events.incidents, row.events.unknowns) == (3, 1)
    text = visible_text(answer).split("Its own counts beside those of its events")[1]
    assert "45 3 1" in text
    assert "48" not in text.split("What is claimed")[0]


def test_events_that_are_withheld_are_in_no_total(register: Register, situation: Incident) -> None:
    (row,) = page(Desk(register.person("Nada Example", "administrator")), situation).context["beside"]
    assert row.span == "5"
    assert (row.events.incidents, row.events.unknowns) == (2, 1)


def total(low: int | None, best: int | None, high: int | None, unknowns: int, **more: Any) -> Total:
    given = {
        "month": None,
        "area": None,
        "measure": "killed",
        "unit": "persons",
        "population": "all",
        "open_ended": False,
        "approximate": False,
    }
    return Total(**given | {"low": low, "best": best, "high": high, "unknowns": unknowns, "incidents": 2} | more)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([total(1, 1, 2, 0), total(3, 4, 5, 1)], (4, 5, 7, False, 1, 4)),
        ([total(1, 1, 2, 0), total(3, None, 5, 0)], (4, None, 7, False, 0, 4)),
        ([total(1, 1, 2, 0), total(None, None, None, 2)], (1, 1, 2, False, 2, 4)),
        ([total(None, None, None, 2)], (None, None, None, False, 2, 2)),
        ([total(0, 0, 0, 0), total(2, 2, 2, 0, open_ended=True)], (2, 2, 2, True, 0, 4)),
    ],
)
def test_totals_are_added_over_months_and_areas_and_unknown_is_never_zero(rows: list[Total], expected: Any) -> None:
    (one,) = added_up(rows)
    assert (one.low, one.best, one.high, one.open_ended, one.unknowns, one.incidents) == expected


def test_totals_of_different_populations_stay_apart() -> None:
    assert len(added_up([total(1, 1, 1, 0), total(1, 1, 1, 0, population="civilians")])) == 2


def test_a_number_with_one_end_is_a_number() -> None:
    rows = [total(None, None, 9, 0), total(2, 2, 3, 0), total(None, None, None, 1)]
    (one,) = added_up(rows)
    assert (one.low, one.best, one.high, one.unknowns) == (2, None, 12, 1)
    (alone,) = added_up(rows[:1])
    assert (alone.low, alone.high) == (None, 9)
    assert words.spanned(alone) == "at most 9"


def test_how_many_figures_are_stale_or_not_reviewed_is_added() -> None:
    (one,) = added_up([total(1, 1, 1, 0, stale=1, not_reviewed=2), total(1, 1, 1, 0, stale=1)])
    assert (one.stale, one.not_reviewed) == (2, 2)


@pytest.mark.parametrize(
    ("numbers", "said", "drawn"),
    [
        ({"low": 10}, "at least 10", dots.Figure(10, 10, None, open_ended=True)),
        ({"low": 10, "best": 12}, "at least 10, best 12", dots.Figure(10, 12, 12, open_ended=True)),
        ({"best": 7}, "best 7", dots.Figure(7, 7, 7, open_ended=False)),
        ({"high": 9}, "at most 9", dots.Figure(0, 9, None, open_ended=False)),
        ({"best": 7, "high": 9}, "at most 9, best 7", dots.Figure(0, 9, 7, open_ended=False)),
        ({"low": 3, "high": 3, "open_ended": True}, "at least 3", dots.Figure(3, 3, None, open_ended=True)),
        ({"low": 10, "approximate": True}, "about at least 10", dots.Figure(10, 10, None, open_ended=True)),
        ({}, "no number", None),
    ],
)
def test_a_figure_with_one_end_or_a_best_alone_is_said_and_drawn(
    numbers: dict[str, Any], said: str, drawn: Any
) -> None:
    figure = Figure(policy="manual", **numbers)
    assert plots.figure_words(figure) == said
    assert plots.drawn_figure(figure) == drawn


# The page of a claim.


def test_a_claim_shows_its_way_from_what_it_rests_on_to_the_document(analyst: Desk, register: Register) -> None:
    incident = register.published()
    origin = register.organization(name="A first hand")
    publisher = register.organization(name="A broadcaster")
    relay = register.organization(name="An agency")
    claim = register.draft(
        incident,
        claimant=register.organization(name="A monitor"),
        rests_on=[origin],
        relays=[relay],
        sources=[register.source(title="A made-up report", publisher=publisher)],
    )
    answer = analyst.get("incidents_claim", "change", claim.pk)
    text = visible_text(answer).split("Where it stands, and on what it rests")[1]
    places = [
        text.index(name) for name in ("A first hand", "A monitor", "An agency", "A broadcaster", "A made-up report")
    ]
    assert places == sorted(places)
    assert answer.context["standing"] is None  # a draft stands in no scope


def test_a_claim_says_whether_it_speaks_and_what_followed_it(analyst: Desk, register: Register) -> None:
    incident, claimant = register.published(), register.organization(name="A monitor")
    before, after = (
        register.accepted(incident, claimant=claimant, as_of=day, count=exactly(number))
        for day, number in (("2025-03-02", 3), ("2025-03-04", 4))
    )
    text = visible_text(analyst.get("incidents_claim", "change", before.pk))
    assert "It no longer speaks. The claimant announced later: A monitor : 4" in text
    text = visible_text(analyst.get("incidents_claim", "change", after.pk))
    assert "It speaks: the claimant announced nothing later here." in text
    assert "killed · civilians" in text


def test_what_followed_it_and_is_withheld_followed_nothing(register: Register) -> None:
    incident, claimant = register.published(), register.organization(name="A monitor")
    before = register.accepted(incident, claimant=claimant, as_of="2025-03-02", count=exactly(3))
    register.accepted(
        incident, claimant=claimant, as_of="2025-03-04", count=exactly(4), disclosure=Disclosure.RESTRICTED
    )
    nosy = Desk(register.person("Nada Example", "administrator"))
    assert "It speaks" in visible_text(nosy.get("incidents_claim", "change", before.pk))
    assert Claim.objects.filter(incident=incident).count() == 2
