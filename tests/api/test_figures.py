"""figures/: every scope with the figure adopted, its claims used and set aside; hidden claims betray nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import counts
from incidents.models import Claim, Incident, Scope
from incidents.reconciliation import Policy
from incidents.scopes import keeping
from incidents.services import figures
from sources.disclosure import Disclosure
from sources.models import Organization
from sources.services import change_organization
from tests.api.client import get, results, rows
from tests.factories import NOON, Register

pytestmark = pytest.mark.django_db


def exactly(number: int) -> counts.Count:
    return counts.code(counts.Quantifier.EXACT, number, stated=str(number))


def adopted(register: Register, incident: Incident, policy: Policy = Policy.RANGE, **given: Any) -> None:
    scope = Scope.objects.get(incident=incident)
    figure = figures.propose_figure(scope, policy=policy, reason="Because.", by=register.analyst, at=NOON, **given)
    figures.adopt(figure, by=register.reviewer, at=NOON)


def the_scope(incident: Incident) -> dict[str, Any]:
    (scope,) = results("figures/", incident=incident.reference)
    return scope


def test_an_adopted_figure_is_told_with_all_that_it_rests_on(register: Register) -> None:
    incident = register.published()
    kept = register.accepted(incident, count=exactly(25))
    aside = register.accepted(incident, count=exactly(21))
    adopted(register, incident, Policy.MANUAL, low=25, best=25, high=25, set_aside={aside.pk: "Another street."})

    scope = the_scope(incident)

    assert (scope["relation"], scope["low"], scope["high"], scope["gap"]) == ("conflict", 21, 25, 4)
    figure = scope["figure"]
    assert figure.pop("adopted_at").endswith("Z")
    assert figure == {
        "low": 25, "best": 25, "high": 25, "open_ended": False, "approximate": False, "policy": "manual",
        "policy_version": 2, "reason": "Because.", "adopted_by": "reviewer", "stale": False, "reviewed": True,
        "disclosure": "public", "used": [str(kept.pk)], "set_aside": [{"claim": str(aside.pk), "reason": "Another street."}],
    }  # fmt: skip
    assert get(f"figures/{scope['id']}/") == the_scope(incident)
    assert get(f"incidents/{incident.reference}/")["scopes"] == [the_scope(incident)]


def test_a_proposed_figure_is_nowhere_outside(register: Register) -> None:
    incident = register.published()
    register.accepted(incident)
    scope = Scope.objects.get(incident=incident)
    figures.propose_figure(scope, policy=Policy.RANGE, reason="zyxwv", by=register.analyst, at=NOON)

    assert the_scope(incident)["figure"] is None
    assert results("figures/", has_figure="true") == []


def test_the_answer_with_hidden_claims_is_the_answer_without_them(register: Register) -> None:
    """Byte for byte: no relation, envelope, root, count of documents or warning betrays what is withheld."""
    incident = register.published()
    register.accepted(incident, count=exactly(25), claimant=register.organization("seen"))
    before = the_scope(incident)
    hidden = register.organization("hidden-office", disclosure=Disclosure.RESTRICTED)

    register.accepted(incident, count=exactly(9), disclosure=Disclosure.RESTRICTED)
    register.accepted(incident, count=exactly(11), claimant=hidden)
    secret = register.source(disclosure=Disclosure.PARTNER)
    register.accepted(incident, count=exactly(13), sources=[secret], claimant=register.organization("quiet"))
    register.accepted(incident, count=exactly(1), population="children", disclosure=Disclosure.PARTNER)

    assert the_scope(incident) == before
    assert results("claims/", incident=incident.reference, has_conflict="true") == []
    assert results("incidents/", incident=incident.reference, has_conflict="true") == []


def test_what_becomes_restricted_leaves_every_answer_at_once(register: Register) -> None:
    incident = register.published()
    register.accepted(incident, count=exactly(25), claimant=register.organization("seen"))
    office = register.organization("soon-hidden")
    register.accepted(incident, count=exactly(9), claimant=office)
    origin = register.organization("origin")
    register.accepted(incident, count=exactly(25), claimant=register.organization("third"), rests_on=[origin])
    assert the_scope(incident)["relation"] == "conflict"
    assert the_scope(incident)["roots"] == 3

    for row in (office, origin):
        change_organization(
            Organization.objects.get(pk=row.pk),
            by=register.analyst,
            at=NOON,
            why="to protect",
            disclosure=Disclosure.RESTRICTED,
        )

    scope = the_scope(incident)
    assert (scope["relation"], scope["low"], scope["claimants"], scope["roots"]) == ("agree", 25, 2, 2)
    assert results("figures/", incident=incident.reference, has_conflict="true") == []


def test_a_figure_that_used_what_is_hidden_by_now_is_not_shown(register: Register) -> None:
    incident = register.published()
    register.accepted(incident, count=exactly(25))
    claim = register.accepted(incident, count=exactly(9))
    adopted(register, incident)
    assert the_scope(incident)["figure"]["low"] == 9

    Claim.objects.filter(pk=claim.pk).update(disclosure=Disclosure.RESTRICTED)
    assert results("figures/", incident=incident.reference) == []  # nobody has looked at it since

    keeping.refresh([incident.pk])
    assert the_scope(incident)["figure"] is None
    assert the_scope(incident)["low"] == 25


def test_the_scopes_of_what_is_not_published_do_not_exist(register: Register) -> None:
    incident = register.incident()
    register.accepted(incident)
    scope = Scope.objects.get(incident=incident)

    assert results("figures/", incident=incident.reference) == []
    get(f"figures/{scope.pk}/", 404)


def test_pages_cost_the_same_whatever_their_size(register: Register) -> None:
    def cost(size: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            results("figures/", page_size=size)
        return len(queries)

    assert cost(3) == cost(30) <= 16


def test_an_event_above_its_situation_is_doubted(register: Register) -> None:
    whole = register.published(incident_type="situation", occurred="2019-06-01/2019-06-30", title="Siege")
    register.accepted(whole, count=exactly(5), basis="cumulative", as_of="2019-06-30")
    part = register.published(occurred="2019-06-05", part_of=[whole])
    register.accepted(part, count=exactly(9))

    (warning,) = the_scope(part)["warnings"]

    assert (warning["code"], warning["detail"]) == (
        "event_above_situation",
        "an event, 9, is above its situation, 5",
    )
    assert the_scope(whole)["warnings"] == []


def test_minimum_gte_finds_a_scope_with_a_claim_of_as_many(register: Register) -> None:
    """As of claims and incidents: some claim in it states that many or more, whatever others state."""
    incident = register.published()
    one, two = register.organization("one"), register.organization("two")
    register.accepted(incident, count=exactly(3), claimant=one)
    register.accepted(incident, count=exactly(90), claimant=two)

    def found(**asked: Any) -> int:
        return len(results("figures/", incident=incident.reference, **asked))

    assert (found(minimum_gte=90), found(minimum_gte=91)) == (1, 0)
    assert (found(minimum_gte=50, claimant="two"), found(minimum_gte=50, claimant="one")) == (1, 0)


def test_csv_names_what_json_names(register: Register) -> None:
    incident = register.published()
    claimant, paper = register.organization(), register.source(published="2025-03-02")
    pair = [register.accepted(incident, claimant=claimant, count=exactly(n), sources=[paper]) for n in (3, 5)]
    aside = register.accepted(incident, count=exactly(9))
    adopted(register, incident, Policy.MANUAL, low=3, high=5, set_aside={aside.pk: "Another street."})

    (row,) = rows("figures/", incident=incident.reference)

    assert row["warnings_code"] == "series_tie"
    assert row["warnings_claims"] == " ".join(str(one.pk) for one in pair)
    assert (row["figure_set_aside_claim"], row["figure_set_aside_reason"]) == (str(aside.pk), "Another street.")


def test_figures_are_chosen_by_status_change_and_search(register):
    incident = register.published(title="The well at Example")
    register.accepted(incident, count=exactly(3))
    scope = Scope.objects.get(incident=incident)
    ours = {"incident": incident.reference}
    found = lambda **given: len(results("figures/", **ours, **given))  # noqa: E731  asked many times
    assert (found(status="open"), found(status="adopted"), found(status="adopted,open")) == (1, 0, 1)
    figure = figures.propose_figure(scope, policy=Policy.RANGE, reason="As said.", by=register.analyst, at=NOON)
    figures.adopt(figure, by=register.reviewer, at=NOON)
    assert (found(status="open"), found(status="adopted")) == (0, 1)
    assert (found(search="the well"), found(search="the wall")) == (1, 0)
    assert (found(modified_since="2020-01-01"), found(modified_since="2999-01-01T00:00:00Z")) == (1, 0)
