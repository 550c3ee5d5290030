"""Figures: proposed by one person, adopted by another, superseded, recomputable, stale when claims would change them."""

import datetime as dt
import threading
from functools import partial
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections, transaction

from accounts.models import User
from incidents import counts
from incidents.models import Figure, Scope, ScopeState
from incidents.reconciliation import Policy
from incidents.scopes.figures import note_stale
from incidents.services import figures, review, revisions
from places.models import Place
from sources.disclosure import Disclosure
from sources.services import assess_reliability, change_organization
from tests.api.client import get
from tests.factories import NOON, Register

pytestmark = pytest.mark.django_db


def exactly(number: int) -> counts.Count:
    return counts.code(counts.Quantifier.EXACT, number, stated=str(number))


def between(low: int, high: int) -> counts.Count:
    return counts.code(counts.Quantifier.BETWEEN, low, high, stated=f"{low} to {high}")


@pytest.fixture
def scope(register: Register) -> Scope:
    """25 by one claimant, 21 to 23 by another."""
    incident = register.published()
    register.accepted(incident, count=exactly(25), claimant=register.organization("one"))
    register.accepted(incident, count=between(21, 23), claimant=register.organization("two"))
    return Scope.objects.get(incident=incident)


def proposed(register: Register, scope: Scope, policy: Policy = Policy.RANGE, **given: Any) -> Figure:
    return figures.propose_figure(
        scope, policy=policy, reason="Both counts hold some water.", by=register.analyst, at=NOON, **given
    )


def adopted(register: Register, scope: Scope, policy: Policy = Policy.RANGE, **given: Any) -> Figure:
    return figures.adopt(proposed(register, scope, policy, **given), by=register.reviewer, at=NOON)


def test_a_range_is_the_envelope_and_uses_every_claim(register: Register, scope: Scope) -> None:
    figure = adopted(register, scope)

    assert (figure.low, figure.best, figure.high, figure.open_ended) == (21, None, 25, False)
    assert {use.use for use in figure.rests_on.all()} == {"used"}
    assert figure.rests_on.count() == 2
    figure.refresh_from_db()
    assert (figure.reviewed, figure.stale) == (True, False)


def test_nobody_adopts_what_they_proposed(register: Register, scope: Scope) -> None:
    both = register.person("Both Example", "analyst", "reviewer")
    figure = figures.propose_figure(scope, policy=Policy.RANGE, reason="Mine.", by=both, at=NOON)

    with pytest.raises(ValidationError, match="a second person is needed"):
        figures.adopt(figure, by=both, at=NOON)


def test_in_a_register_of_one_person_they_may_and_it_is_marked(register: Register, scope: Scope, settings: Any) -> None:
    settings.SIJIL_REVIEW = "single"
    both = register.person("Both Example", "analyst", "reviewer")
    figure = figures.propose_figure(scope, policy=Policy.RANGE, reason="Mine.", by=both, at=NOON)

    adopted_figure = figures.adopt(figure, by=both, at=NOON)

    adopted_figure.refresh_from_db()
    assert adopted_figure.status == "adopted"
    assert adopted_figure.reviewed is False


def test_the_next_adopted_figure_supersedes_the_one_before(register: Register, scope: Scope) -> None:
    first = adopted(register, scope)
    second = adopted(register, scope, Policy.MANUAL, low=23, best=24, high=25)

    first.refresh_from_db()
    assert first.status == "superseded"
    assert first.superseded_at == NOON
    assert list(Figure.objects.current().filter(scope=scope)) == [second]
    assert (first.low, first.high) == (21, 25)


def test_a_later_claim_that_would_change_it_makes_it_stale(register: Register, scope: Scope) -> None:
    figure = adopted(register, scope)

    register.accepted(scope.incident, count=exactly(22), claimant=register.organization("three"))
    figure.refresh_from_db()
    assert figure.stale is False  # within the range: it would not change it

    widening = register.accepted(scope.incident, count=exactly(40), claimant=register.organization("four"))
    figure.refresh_from_db()
    assert figure.stale is True

    review.void(widening, by=register.reviewer, at=NOON, note="Typed twice.")
    figure.refresh_from_db()
    assert figure.stale is False


def test_an_entered_figure_is_stale_when_another_claim_speaks(register: Register, scope: Scope) -> None:
    figure = adopted(register, scope, Policy.MANUAL, low=21, best=25, high=25)

    register.accepted(scope.incident, count=exactly(22), claimant=register.organization("three"))

    figure.refresh_from_db()
    assert figure.stale is True


def test_what_was_proposed_before_a_claim_came_is_not_adopted_after_it(register: Register, scope: Scope) -> None:
    figure = proposed(register, scope)
    register.accepted(scope.incident, count=exactly(40), claimant=register.organization("three"))

    with pytest.raises(ValidationError, match="Claims changed since this was proposed"):
        figures.adopt(figure, by=register.reviewer, at=NOON)

    figures.decline(figure, by=register.analyst, at=NOON, note="Overtaken.")
    assert adopted(register, scope).high == 40


def test_set_aside_claims_keep_their_reason(register: Register, scope: Scope) -> None:
    claim = scope.incident.claims.get(claimant__code="two")
    figure = adopted(
        register, scope, Policy.MANUAL, low=25, best=25, high=25, set_aside={claim.pk: "Counted another street."}
    )

    use = figure.rests_on.get(claim=claim)
    assert (use.use, use.reason) == ("set_aside", "Counted another street.")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"policy": Policy.RANGE, "low": 3}, "entered for a manual figure only"),
        ({"policy": Policy.MANUAL, "low": 9, "high": 3}, "Low ≤ best ≤ high"),
        ({"policy": Policy.MANUAL, "low": 1, "high": 3, "set_aside": {"0": "why"}}, "does not speak in this scope"),
    ],
)
def test_what_cannot_be_a_figure_is_refused_in_words(
    register: Register, scope: Scope, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        figures.propose_figure(scope, reason="x", by=register.analyst, at=NOON, **given)


def test_a_reason_is_needed(register: Register, scope: Scope) -> None:
    with pytest.raises(ValidationError, match=r"reason"):
        figures.propose_figure(scope, policy=Policy.RANGE, reason=" ", by=register.analyst, at=NOON)


def test_everything_set_aside_is_no_figure(register: Register, scope: Scope) -> None:
    aside = {claim.pk: "No." for claim in scope.incident.claims.all()}

    with pytest.raises(ValidationError, match="Everything is set aside"):
        proposed(register, scope, Policy.MANUAL, low=1, high=1, set_aside=aside)


@pytest.mark.parametrize("policy", [policy for policy in Policy if policy is not Policy.MANUAL])
def test_recomputing_from_what_was_kept_gives_what_was_adopted(
    register: Register, scope: Scope, policy: Policy
) -> None:
    figure = adopted(register, scope, policy)
    register.accepted(scope.incident, count=exactly(99), claimant=register.organization("one"), as_of="2026-01-01")

    again = figures.recompute(Figure.objects.get(pk=figure.pk))

    assert (again.low, again.best, again.high, again.open_ended) == (
        figure.low,
        figure.best,
        figure.high,
        figure.open_ended,
    )


def test_a_figure_of_hidden_claims_is_proposed_at_their_level_only_and_seen_there(register: Register) -> None:
    incident = register.published()
    register.accepted(incident, count=exactly(3), claimant=register.organization("one"))
    register.accepted(incident, count=exactly(9), claimant=register.organization("two"), disclosure=Disclosure.PARTNER)
    scope = Scope.objects.get(incident=incident)
    public, partner = (adopted(register, scope, level=level) for level in (Disclosure.PUBLIC, Disclosure.PARTNER))

    assert (public.high, partner.high) == (3, 9)
    assert list(Figure.objects.visible_to(Disclosure.PUBLIC)) == [public]
    assert set(Figure.objects.visible_to(Disclosure.PARTNER)) == {public, partner}


def test_readers_of_the_admin_propose_nothing_above_what_they_see(register: Register, scope: Scope) -> None:
    administrator = register.person("Nada Example", "administrator")

    with pytest.raises((PermissionDenied, ValidationError)):
        figures.propose_figure(
            scope, policy=Policy.RANGE, reason="x", level=Disclosure.RESTRICTED, by=administrator, at=NOON
        )


def test_by_sql_a_figure_is_neither_born_adopted_nor_edited_nor_deleted(register: Register, scope: Scope) -> None:
    figure = adopted(register, scope)
    for statement in (
        "UPDATE incidents_figure SET low = 1",
        "UPDATE incidents_figure SET reason = 'another'",
        "UPDATE incidents_figure SET status = 'proposed', decided_by_id = NULL, decided_at = NULL",
        "DELETE FROM incidents_figure",
        "DELETE FROM incidents_figureclaim",
        "UPDATE incidents_figureclaim SET use = 'used', reason = 'x'",
        """INSERT INTO incidents_figure
               (scope_id, policy, reason, status, proposed_by_id, proposed_at, decided_by_id, decided_at)
           SELECT scope_id, 'manual', 'x', 'adopted', proposed_by_id, proposed_at, decided_by_id, decided_at
           FROM incidents_figure""",
        f"""INSERT INTO incidents_figureclaim (figure_id, claim_id, use, reason, grade, direct, dated)
           SELECT '{figure.pk}', id, 'used', '', '', true, false FROM incidents_claim LIMIT 1""",
    ):
        with pytest.raises(psycopg.Error), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.connection.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_adopt_at_once_one_figure_is_current() -> None:
    """Two real connections adopt two figures of one scope at the same moment."""
    register = Register()
    incident = register.published()
    register.accepted(incident, count=exactly(25), claimant=register.organization("one"))
    scope = Scope.objects.get(incident=incident)
    reviewers = [register.person(f"{name} Example", "reviewer") for name in ("Rima", "Sami")]
    figure = figures.propose_figure(scope, policy=Policy.RANGE, reason="x", by=register.analyst, at=NOON)
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def adopt(reviewer: Any) -> None:
        try:
            together.wait()
            figures.adopt(figure, by=reviewer, at=NOON)
            outcomes.append("adopted")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=adopt, args=(reviewer,)) for reviewer in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["adopted", "refused"]
    assert Figure.objects.current().filter(scope=scope).count() == 1


def test_two_current_figures_of_a_scope_cannot_be(register: Register, scope: Scope) -> None:
    adopted(register, scope)
    second = proposed(register, scope)

    with pytest.raises(psycopg.errors.UniqueViolation), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.connection.execute(
            "UPDATE incidents_figure SET status = 'adopted', decided_by_id = proposed_by_id, decided_at = now()"
            " WHERE id = %s",
            [second.pk],
        )


def test_the_state_of_the_scope_does_not_change_with_its_figure(register: Register, scope: Scope) -> None:
    before = list(ScopeState.objects.filter(scope=scope).values())
    adopted(register, scope)
    assert list(ScopeState.objects.filter(scope=scope).values()) == before


def test_a_figure_is_adopted_on_exactly_the_claims_it_was_proposed_on(register: Register, scope: Scope) -> None:
    figure = proposed(register, scope)
    one = scope.incident.claims.get(claimant__code="one")
    review.retract(one, by=register.reviewer, at=NOON, note="Withdrawn by its claimant.")
    register.accepted(scope.incident, count=exactly(25), claimant=register.organization("three"))

    with pytest.raises(ValidationError, match="Claims changed"):
        figures.adopt(figure, by=register.reviewer, at=NOON)


def test_a_figure_that_used_what_was_retracted_is_stale(register: Register, scope: Scope) -> None:
    register.accepted(scope.incident, count=exactly(25), claimant=register.organization("three"))
    figure = adopted(register, scope)
    one = scope.incident.claims.get(claimant__code="one")
    review.retract(one, by=register.reviewer, at=NOON, note="Withdrawn by its claimant.")

    figure.refresh_from_db()
    assert figure.stale  # though the rest comes to the same


def test_a_mark_tells_nothing_of_what_was_hidden_since(register: Register, scope: Scope) -> None:
    aside = scope.incident.claims.get(claimant__code="two")
    figure = adopted(register, scope, Policy.MANUAL, low=25, best=25, high=25, set_aside={aside.pk: "Another street."})
    change_organization(
        aside.claimant, by=register.analyst, at=NOON, why="to protect", disclosure=Disclosure.RESTRICTED
    )

    figure.refresh_from_db()
    assert not figure.stale


def test_a_new_grade_is_no_new_claim(register: Register, scope: Scope, admin_user: User) -> None:
    one, two = (scope.incident.claims.get(claimant__code=code).claimant for code in ("one", "two"))
    graded = {"basis": "Its record.", "since": dt.date(2020, 1, 1), "by": admin_user, "at": NOON}
    assess_reliability(organization=one, grade="B", **graded)
    figure = adopted(register, scope, Policy.MOST_RELIABLE)
    assert figure.best == 25
    assess_reliability(organization=two, grade="A", **graded)
    note_stale([scope.incident_id])

    figure.refresh_from_db()
    assert not figure.stale
    assert figures.recompute(figure).best == 25


def test_whoever_does_not_see_what_a_figure_rests_on_does_not_decide_on_it(register: Register) -> None:
    incident = register.published()
    register.accepted(incident, count=exactly(3), disclosure=Disclosure.RESTRICTED)
    scope = Scope.objects.get(incident=incident)
    figure = proposed(register, scope, level=Disclosure.RESTRICTED)
    outsider = register.person("Sami Example")
    outsider.user_permissions.add(*Permission.objects.filter(codename__in=["adopt_figure", "add_figure"]))
    outsider = User.objects.get(pk=outsider.pk)

    for decide in (figures.adopt, partial(figures.decline, note="No.")):
        with pytest.raises(PermissionDenied, match="You do not see everything"):
            decide(figure, by=outsider, at=NOON)


def test_a_figure_is_withdrawn_with_a_reason_and_none_takes_its_place(register: Register, scope: Scope) -> None:
    figure = adopted(register, scope)
    for claim in scope.incident.claims.all():
        review.void(claim, by=register.reviewer, at=NOON, note="Typed twice.")
    with pytest.raises(ValidationError, match="a note with the reason"):
        figures.withdraw(figure, by=register.reviewer, at=NOON, note=" ")
    figures.withdraw(figure, by=register.reviewer, at=NOON, note="Nothing is left of it.")

    figure.refresh_from_db()
    assert (figure.status, figure.decision_note, figure.stale) == ("withdrawn", "Nothing is left of it.", False)
    assert not Figure.objects.current().filter(scope=scope).exists()


@pytest.mark.parametrize(
    "numbers", [{"low": 100}, {"high": 3}, {"best": 7}, {"open_ended": True}, {"low": 3, "high": 2}]
)
def test_a_figure_has_both_ends_or_no_number(register: Register, scope: Scope, numbers: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="both ends, or no number"):
        proposed(register, scope, Policy.MANUAL, **numbers)


def test_what_the_incident_calls_its_own_changes_and_the_scope_stays_with_its_figure(register: Register) -> None:
    damascus, idlib = (Place.objects.get(code=code) for code in ("SY03", "SY07"))
    incident = register.published(places=[idlib])
    register.accepted(incident, count=exactly(3), place=damascus)
    scope = Scope.objects.get(incident=incident)
    adopted(register, scope)
    revision = revisions.open_revision(incident, reason="It was there.", by=register.analyst, at=NOON)
    revision = revisions.change_revision(revision, changes={"places": [damascus]}, by=register.analyst, at=NOON)
    revisions.submit_revision(revision, by=register.analyst, at=NOON)
    revisions.approve_revision(revision, by=register.reviewer, at=NOON)

    told = get(f"figures/{scope.pk}/")
    assert (told["place"], told["figure"]["low"]) == (None, 3)
