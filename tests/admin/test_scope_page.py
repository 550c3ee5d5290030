"""The page of a scope: what is claimed drawn and in a table, what is doubted, how it stands to others."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.admin import explained
from incidents.models import Claim, Figure, Incident, Measure, Population, Scope
from incidents.reconciliation import Policy
from incidents.services import figures, review
from incidents.services.citations import CitationInput, DerivationInput, add_derivation
from incidents.services.claims import record_claim
from places.models import Place
from sources.disclosure import Disclosure
from tests.admin.desk import Desk, visible_text
from tests.admin.scopes import Q, disputed, page, said, scope_of
from tests.factories import NOON, Register


@pytest.fixture
def incident(register: Register) -> Incident:
    return disputed(register)


def test_it_says_what_the_scope_is_of_and_what_its_claims_come_to(analyst: Desk, incident: Incident) -> None:
    text = visible_text(page(analyst, scope_of(incident)))

    assert "killed · civilians" in text
    assert "Shelling of a made-up market" in text
    assert "conflict" in text
    assert "18 to 25 or more" in text
    assert "gap 2" in text
    assert "4 claimants · 4 documents · 3 roots · 3 independent groups" in text


def test_each_claim_is_drawn_as_it_was_put_and_told_in_the_table(analyst: Desk, incident: Incident) -> None:
    answer = page(analyst, scope_of(incident))
    (plot,) = re.findall(
        r'(?s)<svg class="sj-plot".*?</svg>\s*</section>|<svg class="sj-plot".*?A hollow dot', answer.content.decode()
    )

    assert plot.count('class="sj-plot-dot"') == 2  # 25, and at least 18
    assert plot.count('class="sj-plot-cap"') == 3  # both ends of 21 to 23, and one of what is open
    assert plot.count('class="sj-plot-arrow"') == 1
    assert plot.count('<path class="sj-plot-cross"') == 1
    assert 'role="img"' in plot
    assert "style=" not in plot
    assert "rest on the same: A first monitor" in plot
    table = visible_text(answer).split("what is paler was said before.")[1].split("No figure is adopted.")[0]
    for words in (
        "A first monitor 25",
        "A second paper between 21 and 23",
        "A third service at least 18",
        "A ministry denied",
    ):
        assert words in table
    assert table.count("speaks") == 5  # the heading, and each of the four


def test_what_is_heard_of_the_picture_is_what_is_seen(analyst: Desk, incident: Incident) -> None:
    plot = page(analyst, scope_of(incident)).context["page"].plot
    for words in ("4 claimants", "A first monitor: 25", "A ministry: denied"):
        assert words in plot.description


def test_warnings_stand_in_words_with_their_claims(analyst: Desk, register: Register) -> None:
    incident = register.published()
    one = register.accepted(incident, count=said(Q.EXACT, 132))
    other = register.accepted(incident, count=said(Q.EXACT, 123))

    answer = page(analyst, scope_of(incident))

    (warning,) = answer.context["page"].told.warnings
    assert warning.said == "123 and 132 differ by two digits that changed places"
    assert warning.said in visible_text(answer)
    assert {claim.address for claim in warning.claims} == {
        analyst.address("incidents_claim", "change", claim.pk) for claim in (one, other)
    }


def test_it_says_how_it_stands_to_the_other_scopes(analyst: Desk, register: Register, incident: Incident) -> None:
    register.accepted(incident, population="all", count=said(Q.EXACT, 40))
    register.accepted(incident, place=Place.objects.get(code="SY01"), count=said(Q.EXACT, 3))
    here = scope_of(incident, population="civilians", place=None)

    answer = page(analyst, here)

    others = {
        one.told.view.scope.population_id or "": one
        for one in answer.context["page"].others
        if not one.told.view.scope.place_id
    }
    assert others["all"].relation == "broader_population"
    assert "a broader population" in visible_text(answer)
    assert {one.relation for one in answer.context["page"].others} == {"broader_population", "different_place"}


def test_what_a_claimant_said_before_stands_paler_below_and_the_latest_speaks(
    analyst: Desk, register: Register
) -> None:
    incident, claimant = (
        register.published(incident_type="situation", occurred="2018-04-19/.."),
        register.organization(),
    )
    for number, day in ((60, "2018-04-23"), (120, "2018-04-24")):
        register.accepted(incident, claimant=claimant, basis="cumulative", as_of=day, count=said(Q.ABOUT, number))

    answer = page(analyst, scope_of(incident))

    body = answer.content.decode()
    assert body.count('class="sj-plot-past"') == 1
    assert body.count('class="sj-plot-hollow"') == 4  # in the plot, and over time
    assert "said before" in visible_text(answer)
    (series,) = answer.context["page"].series
    assert [(one.change, one.move.days, one.speaks) for one in series.lines] == [
        ("—", None, False),
        ("about +60", 1, True),
    ]
    assert series.course is not None
    assert series.lines[1].warnings == ["rose from 60 to 120 within 1 days"]


def recorded_at(moment: dt.datetime, register: Register, incident: Incident, **fields: Any) -> Claim:
    """An accepted claim that was recorded then; a made-up register records all at one moment."""
    given = {"claimant": fields["claimant"], "measure": Measure.objects.get(code="killed")} | fields
    given |= {
        "population": Population.objects.get(code="civilians"),
        "citations": [CitationInput(one, stated="x") for one in given.pop("sources")],
    }
    draft = record_claim(incident=incident, by=register.analyst, at=moment, **given)
    return review.accept(review.submit(draft, by=register.analyst, at=moment), by=register.reviewer, at=moment)


@pytest.mark.parametrize(
    ("announced", "changes", "warned"),
    [
        ([(196, "2018-01-01"), (195, "2018-02-01")], ["—", "-1"], "a running total fell, from 196 to 195"),
        ([(10, "2018-01-01"), (12, "2018-12-01")], ["—", "+2"], "a long gap"),
        ([(12, "2018-12-01"), (10, "2018-11-01")], ["—", "+2"], "recorded after a later announcement"),
        ([(10, "2018-01-01"), (12, "2018-01-01")], ["—", "+2"], "two announcements of one day differ, 10 and 12"),
    ],
)
def test_what_is_odd_about_a_series_stands_beside_it(
    analyst: Desk, register: Register, announced: list[tuple[int, str]], changes: list[str], warned: str
) -> None:
    incident, claimant = register.published(incident_type="situation", occurred="2017/.."), register.organization()
    source = register.source(published="2018-12-31")
    for minute, (number, day) in enumerate(announced):
        recorded_at(
            NOON + dt.timedelta(minutes=minute), register, incident,
            claimant=claimant, basis="cumulative", as_of=day, count=said(Q.EXACT, number), sources=[source],
        )  # fmt: skip

    answer = page(analyst, scope_of(incident))

    (series,) = answer.context["page"].series
    assert [one.change for one in series.lines] == changes
    assert warned in visible_text(answer)


def test_parts_stand_against_their_totals(analyst: Desk, register: Register) -> None:
    incident, claimant = register.published(), register.organization()
    whole = register.accepted(incident, claimant=claimant, count=said(Q.EXACT, 10))
    register.accepted(incident, claimant=claimant, population="children", part_of=whole, count=said(Q.EXACT, 12))
    register.accepted(incident, claimant=claimant, population="women", part_of=whole, count=said(Q.EXACT, 4))

    answer = page(analyst, scope_of(incident, population="civilians"))

    found = {(one.part.count, one.whole.count, one.is_above) for one in answer.context["page"].parts}
    assert found == {("12", "10", True), ("4", "10", False)}
    assert "above its total" in visible_text(answer)


def test_a_scope_of_what_a_person_may_not_see_does_not_exist(register: Register) -> None:
    hidden = register.published(disclosure=Disclosure.RESTRICTED)
    register.accepted(hidden)
    partly = register.published()
    register.accepted(partly, disclosure=Disclosure.RESTRICTED)
    desk = Desk(register.person("Nada Example", "administrator"))
    for incident in (hidden, partly):
        scope = scope_of(incident)
        assert page(desk, scope).status_code == 404
        assert (
            desk.post("incidents_scope", "propose", scope.pk, data={"policy": "range", "reason": "x"}).status_code
            == 404
        )
        assert page(Desk(register.analyst), scope).status_code == 200
    assert desk.get("incidents_scope", "change", "no-key-at-all").status_code == 404
    assert page(Desk(register.person("Nobody Alone")), scope_of(partly)).status_code == 403


def test_it_asks_as_little_for_many_claims_as_for_few(analyst: Desk, register: Register, incident: Incident) -> None:
    scope = scope_of(incident)
    figures.adopt(
        figures.propose_figure(scope, policy=Policy.RANGE, reason="x", by=register.analyst, at=NOON),
        by=register.reviewer, at=NOON,
    )  # fmt: skip
    few = queries(analyst, scope)
    whole = Claim.objects.filter(incident=incident).first()
    for number in range(8):
        register.accepted(incident, count=said(Q.EXACT, 20 + number), rests_on=[register.organization()])
        register.accepted(
            incident, population="all", claimant=whole.claimant, count=said(Q.EXACT, number), part_of=whole
        )
        register.accepted(incident, measure="injured", count=said(Q.EXACT, number))
    figures.propose_figure(scope, policy=Policy.RANGE, reason="x", by=register.analyst, at=NOON)
    assert queries(analyst, scope) <= few + 14  # what there was none of before: parts, other scopes, a proposal
    many = queries(analyst, scope)
    for _ in range(3):
        proposed = Figure.objects.get(scope=scope, status="proposed")
        figures.decline(proposed, by=register.person("Dima Example", "reviewer"), at=NOON, note="x")
        figures.propose_figure(scope, policy=Policy.RANGE, reason="x", by=register.reviewer, at=NOON)
    for number in range(8):
        register.accepted(incident, count=said(Q.EXACT, 20 + number))
        register.accepted(
            incident, population="all", claimant=whole.claimant, count=said(Q.EXACT, 30 + number), part_of=whole
        )
    assert queries(analyst, scope) == many


def queries(desk: Desk, scope: Scope) -> int:
    page(desk, scope)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert page(desk, scope).status_code == 200
    return len(asked)


def test_the_lists_show_what_the_person_may_see(register: Register, incident: Incident) -> None:
    register.accepted(incident, measure="injured", disclosure=Disclosure.RESTRICTED)
    register.accepted(incident, disclosure=Disclosure.RESTRICTED, count=said(Q.EXACT, 700))
    nosy = Desk(register.person("Nada Example", "administrator"))
    every = nosy.get("incidents_scope", "changelist", q=incident.reference)
    assert [one.measure_id for one in every.context["cl"].result_list] == ["killed"]
    rows = nosy.get("incidents_scope", "changelist", q=incident.reference, relation="conflict")
    assert [one.measure_id for one in rows.context["cl"].result_list] == ["killed"]
    assert "700" not in visible_text(rows)
    assert "18 to 25 or more" in visible_text(rows)
    everything = Desk(register.analyst).get("incidents_scope", "changelist", q=incident.reference)
    assert len(everything.context["cl"].result_list) == 2


def test_what_rests_on_a_circle_is_told(analyst: Desk, register: Register) -> None:
    incident = register.published()
    one, other = (register.accepted(incident) for _ in range(2))
    for claim, rests in ((one, other), (other, one)):
        add_derivation(claim, DerivationInput(claim=rests), by=register.analyst, at=NOON)
    assert "claims that rest on each other in a circle" in visible_text(page(analyst, scope_of(incident)))


def test_what_is_voided_leaves_the_scope(analyst: Desk, register: Register) -> None:
    incident = register.published()
    claim = register.accepted(incident)
    scope = scope_of(incident)
    assert page(analyst, scope).status_code == 200
    review.void(claim, by=register.reviewer, at=NOON, note="Typed twice.")
    assert page(analyst, scope).status_code == 404


def test_policies_and_words_are_explained(analyst: Desk, incident: Incident) -> None:
    said = visible_text(page(analyst, scope_of(incident)))
    for meaning in (*explained.POLICIES.values(), *(told for _word, told in explained.TERMS.values())):
        assert str(meaning) in said


def test_a_running_total_is_called_by_its_start(analyst: Desk, register: Register) -> None:
    incident, source = register.published(), register.source(published="2018-12-31")
    register.accepted(incident, basis="cumulative", since="2011-03", as_of="2018-01-01", sources=[source])
    answer = page(analyst, scope_of(incident))
    assert answer.context["page"].told.what == "killed · civilians · running total since March 2011"
    assert "running total since March 2011" in visible_text(analyst.get("incidents_incident", "change", incident.pk))


def test_the_list_begins_with_the_latest_incidents_and_shows_titles_and_figures(
    analyst: Desk, register: Register, incident: Incident
) -> None:
    later = register.published(title="A later strike")
    register.accepted(later)
    figures.adopt(
        figures.propose_figure(scope_of(later), policy=Policy.RANGE, reason="x", by=register.analyst, at=NOON),
        by=register.reviewer, at=NOON,
    )  # fmt: skip
    listed = analyst.get("incidents_scope", "changelist")
    found = list(listed.context["cl"].result_list)
    incidents = [one.incident_id for one in found]
    assert incidents == sorted(incidents, reverse=True)
    assert incidents[0] == later.pk
    conflicting = analyst.get("incidents_scope", "changelist", relation="conflict").context["cl"].result_list
    assert {one.now_relation for one in conflicting} == {"conflict"}
    assert incident.pk in {one.incident_id for one in conflicting}
    told = {one.incident_id: one.shown_figures for one in found}
    assert [figure.low for figure in told[later.pk]] == [3]
    assert "A later strike" in visible_text(listed)
