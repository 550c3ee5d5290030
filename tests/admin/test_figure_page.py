"""Figures on the page of their scope: what policies would give, proposed by one, adopted or declined by another."""

from typing import Any

import pytest

from incidents.models import Claim, Figure, Incident, Scope
from sources.disclosure import Disclosure
from sources.services import assess_reliability, change_organization
from tests.admin.desk import Desk, visible_text
from tests.admin.scopes import Q, disputed, page, said, scope_of
from tests.factories import NOON, Register


@pytest.fixture
def incident(register: Register) -> Incident:
    return disputed(register)


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
    assert [(use.claim.label, use.reason) for use in current.set_aside] == [("A ministry: denied", "It was not there.")]
    assert len(current.used) == 3
    assert current.span == "21 to 25, best 25"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"policy": ""}, "Choose a policy, or enter a figure of your own."),
        ({"reason": " "}, "This field is required."),
        ({"low": "9"}, "Numbers are entered for a manual figure only; a policy makes its own."),
        ({"policy": "manual", "low": "9", "high": "3"}, "Low ≤ best ≤ high, none negative: both ends"),
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
