"""The page of a scope: what is claimed drawn and in a table, what is doubted, how it stands to others, its figures."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import counts
from incidents.models import Claim, Figure, Incident, Measure, Population, Scope
from incidents.reconciliation import Policy
from incidents.services import figures, review
from incidents.services.citations import CitationInput, DerivationInput, add_derivation
from incidents.services.claims import record_claim
from places.models import Place
from sources.disclosure import Disclosure
from sources.services import assess_reliability, change_organization
from tests.admin.desk import Desk, visible_text
from tests.factories import NOON, Register

Q = counts.Quantifier


def said(quantifier: counts.Quantifier, *numbers: int, **more: Any) -> counts.Count:
    return counts.code(quantifier, *numbers, stated=" ".join(map(str, numbers)), **more)


@pytest.fixture
def incident(register: Register) -> Incident:
    """25 by one, 21 to 23 by another who rests on the first, at least 18 by a third, and a denial."""
    found = register.published(title="Shelling of a made-up market")
    one = register.organization("one", name="A first monitor")
    register.accepted(found, claimant=one, count=said(Q.EXACT, 25))
    register.accepted(
        found,
        claimant=register.organization("two", name="A second paper"),
        count=said(Q.BETWEEN, 21, 23),
        rests_on=[one],
    )
    register.accepted(
        found, claimant=register.organization("three", name="A third service"), count=said(Q.AT_LEAST, 18)
    )
    register.accepted(
        found,
        claimant=register.organization("four", name="A ministry"),
        count=counts.code(Q.UNQUANTIFIED, stance=counts.Stance.DENIES, stated="nobody"),
    )
    return found


def scope_of(incident: Incident, **wanted: Any) -> Scope:
    return Scope.objects.get(incident=incident, **wanted)


def page(desk: Desk, scope: Scope, **query: Any) -> Any:
    return desk.get("incidents_scope", "change", scope.pk, **query)


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


# Figures.


def propose(desk: Desk, scope: Scope, **data: Any) -> Any:
    read = page(desk, scope).context["page"]
    given = {"policy": "range", "reason": "Both hold some water.", "level": read.level.code, "read": read.digest}
    return desk.post("incidents_scope", "propose", scope.pk, data=given | data)


def test_it_says_what_each_policy_would_give(analyst: Desk, register: Register, incident: Incident) -> None:
    for code, grade in (("one", "B"), ("two", "A")):
        assess_reliability(
            organization=register.organization(code),
            grade=grade,
            basis="x",
            since=NOON.date(),
            by=register.reviewer,
            at=NOON,
        )
    gives = {one.policy: one for one in page(analyst, scope_of(incident)).context["page"].gives}

    assert {policy: (one.low, one.best, one.high, one.open_ended) for policy, one in gives.items()} == {
        "range": ("18", "—", "25", True),
        "most_reliable": ("18", "—", "25", True),
        "conservative": ("18", "18", "25", True),
        "latest": ("18", "—", "25", True),
    }


def test_a_figure_is_proposed_by_one_and_adopted_by_another(analyst: Desk, reviewer: Desk, incident: Incident) -> None:
    scope = scope_of(incident)
    assert propose(analyst, scope).status_code == 302
    figure = Figure.objects.get(scope=scope)
    own = page(analyst, scope)
    assert "Adopt" not in [str(offer.label) for one in own.context["page"].proposed for offer in one.offers]
    offered = visible_text(page(reviewer, scope))
    assert "Both hold some water." in offered
    assert "Adopt" in offered

    answer = reviewer.take(figure, "adopt", version=page(reviewer, scope).context["page"].proposed[0].row.seen_version)

    assert answer.status_code == 302
    shown = page(reviewer, scope)
    (current,) = shown.context["page"].current
    assert (current.span, current.row.status) == ("18 to 25 or more", "adopted")
    body = shown.content.decode()
    assert 'class="sj-plot-band"' in body
    assert 'class="sj-plot-tip"' in body
    assert "adopted: 18 to 25 or more" in body
    followed = reviewer.client.get(answer.url, follow=True)
    assert followed.redirect_chain[-1][0].startswith(reviewer.address("incidents_scope", "change", scope.pk))


def test_nobody_adopts_their_own(register: Register, incident: Incident) -> None:
    both = Desk(register.person("Both Example", "analyst", "reviewer"))
    scope = scope_of(incident)
    propose(both, scope)
    text = visible_text(page(both, scope))
    assert "a second person is needed" in text
    both.take(Figure.objects.get(scope=scope), "adopt")
    assert Figure.objects.get(scope=scope).status == "proposed"


def test_in_a_register_of_one_person_they_may_and_the_page_says_so(
    register: Register, incident: Incident, settings: Any
) -> None:
    settings.SIJIL_REVIEW = "single"
    both = Desk(register.person("Both Example", "analyst", "reviewer"))
    scope = scope_of(incident)
    propose(both, scope)
    both.take(Figure.objects.get(scope=scope), "adopt")
    text = visible_text(page(both, scope))
    assert "reviewed by one person alone" in text
    assert "not independently reviewed" in text


def test_what_is_declined_keeps_the_reason(analyst: Desk, reviewer: Desk, incident: Incident) -> None:
    scope = scope_of(incident)
    propose(analyst, scope)
    figure = Figure.objects.get(scope=scope)
    assert "a note with the reason is needed" not in visible_text(reviewer.take(figure, "decline"))
    reviewer.take(figure, "decline", note="The ministry counts as well.")
    shown = page(analyst, scope)
    assert [one.row.status for one in shown.context["page"].earlier] == ["declined"]
    assert "The ministry counts as well." in visible_text(shown)


def test_a_figure_of_ones_own_has_numbers_and_a_reason_for_each_claim_set_aside(
    analyst: Desk, reviewer: Desk, incident: Incident
) -> None:
    scope = scope_of(incident)
    denial = Claim.objects.get(incident=incident, stance="denies")
    answer = propose(
        analyst, scope, policy="manual", low="21", best="25", high="25", **{f"aside-{denial.pk}": "It was not there."}
    )
    assert answer.status_code == 302
    figure = Figure.objects.get(scope=scope)
    assert (figure.low, figure.best, figure.high, figure.open_ended, figure.policy) == (21, 25, 25, False, "manual")
    reviewer.take(figure, "adopt")
    (current,) = page(analyst, scope).context["page"].current
    assert [(use.label, use.reason) for use in current.set_aside] == [("A ministry: denied", "It was not there.")]
    assert len(current.used) == 3
    assert current.span == "21 to 25, best 25"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"policy": ""}, "Choose a policy, or enter a figure of your own."),
        ({"reason": " "}, "This field is required."),
        ({"low": "9"}, "Numbers are entered for a manual figure only; a policy makes its own."),
        ({"policy": "manual", "low": "9", "high": "3"}, "Low ≤ best ≤ high, none negative."),
        ({"policy": "manual", "low": "some"}, "“some” is not a whole number"),
        ({"read": "read-before"}, "What speaks here changed since you read it."),
    ],
)
def test_what_is_refused_stands_in_words_and_what_was_typed_stays(
    analyst: Desk, incident: Incident, data: dict[str, str], words: str
) -> None:
    scope = scope_of(incident)
    answer = propose(analyst, scope, **({"reason": "Kept as it was typed."} | data))
    assert answer.status_code == 200
    assert words in visible_text(answer)
    assert "Kept as it was typed." in answer.content.decode() or not data.get("reason", "x").strip()
    for name, value in data.items():
        if name in {"low", "high"}:
            assert f'value="{value}"' in answer.content.decode()
    assert not Figure.objects.filter(scope=scope).exists()


def test_nobody_proposes_on_what_they_have_not_read(analyst: Desk, register: Register, incident: Incident) -> None:
    scope = scope_of(incident)
    read = page(analyst, scope).context["page"]
    register.accepted(incident, count=said(Q.EXACT, 90))
    sent = {"policy": "range", "reason": "As I read it.", "level": "public", "read": read.digest}
    answer = analyst.post("incidents_scope", "propose", scope.pk, data=sent)
    assert "changed since you read it" in visible_text(answer)
    assert "As I read it." in answer.content.decode()
    again = sent | {"read": answer.context["page"].digest}
    assert analyst.post("incidents_scope", "propose", scope.pk, data=again).status_code == 302
    assert Figure.objects.get(scope=scope).high == 90


def test_a_second_proposal_waits_for_the_first(analyst: Desk, incident: Incident) -> None:
    scope = scope_of(incident)
    propose(analyst, scope)
    assert "proposed already: decide on that first" in visible_text(propose(analyst, scope))


def test_a_later_claim_makes_what_is_adopted_stale_and_what_is_proposed_overtaken(
    analyst: Desk, reviewer: Desk, register: Register, incident: Incident
) -> None:
    scope = scope_of(incident)
    propose(analyst, scope)
    reviewer.take(Figure.objects.get(scope=scope), "adopt")
    propose(analyst, scope)
    register.accepted(incident, count=said(Q.EXACT, 90))
    shown = page(reviewer, scope)
    text = visible_text(shown)
    assert "Claims accepted since would change it: propose it anew." in text
    assert "Claims changed since this was proposed" in text
    proposed = shown.context["page"].proposed[0].row
    refused = reviewer.client.get(reviewer.take(proposed, "adopt").url, follow=True)
    assert "decline it, and propose it anew" in visible_text(refused)
    reviewer.take(proposed, "decline", note="Overtaken.")
    propose(analyst, scope)
    reviewer.take(Figure.objects.get(scope=scope, status="proposed"), "adopt")
    (current,) = page(analyst, scope).context["page"].current
    assert (current.row.high, current.row.stale) == (90, False)
    assert [one.row.status for one in page(analyst, scope).context["page"].earlier] == ["declined", "superseded"]


def test_a_decision_on_what_changed_since_it_was_read_is_refused(
    analyst: Desk, reviewer: Desk, incident: Incident
) -> None:
    scope = scope_of(incident)
    propose(analyst, scope)
    figure = Figure.objects.get(scope=scope)
    read = page(reviewer, scope).context["page"].proposed[0].row.seen_version
    reviewer.take(figure, "decline", note="First.")
    answer = reviewer.take(figure, "decline", note="Second thoughts.", version=read)
    assert "changed this while you were writing" in visible_text(answer)
    assert "Second thoughts." in answer.content.decode()


def test_a_figure_is_made_for_those_who_see_its_claims(analyst: Desk, register: Register, incident: Incident) -> None:
    register.accepted(incident, count=said(Q.EXACT, 60), disclosure=Disclosure.PARTNER)
    scope = scope_of(incident)
    public, partner = page(analyst, scope), page(analyst, scope, level="partner")
    assert [one.label for one in public.context["page"].levels] == ["public", "partner"]
    assert public.context["page"].gives[0].high == "25"
    assert partner.context["page"].gives[0].high == "60"
    propose(analyst, scope, level="partner", read=partner.context["page"].digest)
    assert Figure.objects.get(scope=scope).disclosure == Disclosure.PARTNER


def test_what_was_set_aside_and_is_withheld_by_now_is_not_named(
    analyst: Desk, reviewer: Desk, register: Register, incident: Incident
) -> None:
    scope = scope_of(incident)
    denial = Claim.objects.get(incident=incident, stance="denies")
    propose(analyst, scope, policy="manual", low="21", high="25", **{f"aside-{denial.pk}": "It was not there."})
    reviewer.take(Figure.objects.get(scope=scope), "adopt")
    change_organization(denial.claimant, why="x", disclosure=Disclosure.RESTRICTED, by=register.analyst, at=NOON)

    (whole,) = page(analyst, scope).context["page"].current
    nosy = page(Desk(register.person("Nada Example", "administrator")), scope)
    (partly,) = nosy.context["page"].current

    assert (len(whole.set_aside), len(partly.set_aside)) == (1, 0)
    assert "A ministry" not in nosy.content.decode()
    assert "It was not there." not in nosy.content.decode()


def test_history_tells_who_proposed_and_who_adopted(analyst: Desk, reviewer: Desk, incident: Incident) -> None:
    scope = scope_of(incident)
    propose(analyst, scope)
    reviewer.take(Figure.objects.get(scope=scope), "adopt")
    text = visible_text(analyst.get("incidents_scope", "history", scope.pk))
    assert "aya-example" in text
    assert "bilal-example" in text


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
