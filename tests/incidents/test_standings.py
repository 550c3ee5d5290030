"""Where claims stand: corrections keep their place, chains are followed through them, and on whom everything rests is known."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.attribution import attributed
from incidents import counts
from incidents.models import Claim, Incident, Scope, ScopeClaim, ScopeState
from incidents.reconciliation import Policy
from incidents.scopes.figures import recomputed
from incidents.scopes.projection import differing
from incidents.services import claims, figures, review
from incidents.services.citations import CitationInput, DerivationInput, add_derivation
from sources.disclosure import Disclosure
from sources.models import Organization, OrganizationKind, OrganizationMembership
from sources.services import change_organization, record_organization
from tests.api.client import results, rows
from tests.factories import NOON, Register

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def exactly(number: int) -> counts.Count:
    return counts.code(counts.Quantifier.EXACT, number, stated=str(number))


def current(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def corrected(register: Register, claim: Claim, at: dt.datetime = NOON, **fields: Any) -> Claim:
    """Our mistake in an accepted claim, corrected and accepted."""
    given = {"count": exactly(5), "population": claim.population, "citations": [CitationInput(register.source())]}
    right = claims.correct(current(claim), reason="Typed wrongly.", by=register.analyst, at=at, **given | fields)
    return review.accept(review.submit(right, by=register.analyst, at=at), by=register.reviewer, at=at)


def state(incident: Incident, level: Disclosure = Disclosure.PUBLIC) -> ScopeState:
    return ScopeState.objects.at(level).get(scope__incident=incident)


def collective(register: Register, *members: Organization, code: str = "collective") -> Organization:
    kind = OrganizationKind.objects.get(code="collective")
    return record_organization(
        by=register.analyst, at=NOON, code=code, name=code.title(), kind=kind, members=list(members)
    )


def test_a_correction_of_an_earlier_announcement_does_not_speak_over_a_later_one(register: Register) -> None:
    """Two bulletins of one day: 3, then 5. Our typing of the first is corrected to 2; the claimant's last word is still 5."""
    incident, claimant = register.published(), register.organization()
    paper = register.source(published="2025-03-02")
    first = register.accepted(incident, claimant=claimant, count=exactly(3), sources=[paper])
    second = claims.record_claim(
        incident=incident, count=exactly(5), claimant=claimant, measure=first.measure, population=first.population,
        citations=[CitationInput(paper)], derivations=[], by=register.analyst, at=NOON + HOUR,
    )  # fmt: skip
    review.accept(review.submit(second, by=register.analyst, at=NOON + HOUR), by=register.reviewer, at=NOON + HOUR)
    right = corrected(register, first, NOON + 2 * HOUR, count=exactly(2), citations=[CitationInput(paper)])
    again = corrected(register, right, NOON + 3 * HOUR, count=exactly(1), citations=[CitationInput(paper)])

    (scope,) = results("figures/", incident=incident.reference)

    assert (scope["low"], scope["high"], scope["history"]) == (5, 5, [str(again.pk)])


def test_of_one_import_neither_row_is_preferred_by_chance(register: Register) -> None:
    incident, claimant = register.published(), register.organization()
    paper = register.source(published="2025-03-02")
    for number in (5, 3):
        register.accepted(incident, claimant=claimant, count=exactly(number), sources=[paper])

    (scope,) = results("figures/", incident=incident.reference)

    assert (scope["low"], scope["high"], scope["claimants"], len(scope["speaking"])) == (3, 5, 1, 2)
    assert [one["detail"] for one in scope["warnings"]] == ["two announcements of one day differ, 3 and 5; both speak"]


def test_what_rests_on_a_mistake_rests_on_its_correction(register: Register) -> None:
    """B's number was entered as said by X; corrected, it was Y. A repeats it: A and Y are not independent."""
    incident = register.published()
    x, y, a = (register.organization(code) for code in ("x", "y", "a"))
    wrong = register.accepted(incident, claimant=x, count=exactly(5))
    echo = register.accepted(incident, claimant=a, count=exactly(5))
    add_derivation(echo, DerivationInput(claim=wrong), by=register.analyst, at=NOON)

    corrected(register, wrong, claimant=y)

    assert (state(incident).roots, state(incident).independent_groups) == (1, 1)
    assert ScopeClaim.objects.get(claim=echo).roots == [y.pk]


def test_a_claim_about_another_incident_is_followed_to_its_correction_too(register: Register) -> None:
    incident, elsewhere = register.published(), register.published()
    x, y = register.organization("x"), register.organization("y")
    wrong = register.accepted(elsewhere, claimant=x)
    echo = register.accepted(incident)
    add_derivation(echo, DerivationInput(claim=wrong), by=register.analyst, at=NOON)

    corrected(register, wrong, claimant=y)

    assert ScopeClaim.objects.get(claim=echo).roots == [y.pk]
    assert differing([incident.pk, elsewhere.pk]) == []


def test_a_correction_that_is_about_another_incident_is_seen_to_as_well(register: Register) -> None:
    incident, elsewhere, moved = (register.published() for _incident in range(3))
    x, y, z = (register.organization(code) for code in ("x", "y", "z"))
    wrong = register.accepted(elsewhere, claimant=x)
    echo = register.accepted(incident)
    add_derivation(echo, DerivationInput(claim=wrong), by=register.analyst, at=NOON)
    right = corrected(register, wrong, claimant=y, incident=moved)
    assert ScopeClaim.objects.get(claim=echo).roots == [y.pk]

    corrected(register, right, claimant=z)

    assert ScopeClaim.objects.get(claim=echo).roots == [z.pk]
    assert differing([incident.pk, elsewhere.pk, moved.pk]) == []


def test_accepting_costs_the_same_however_long_the_chain(register: Register) -> None:
    incident = register.incident()
    seconds = itertools.count(1)  # what is recorded last stands last in its scope, whatever its key: nothing is moved

    def cost() -> int:
        claim = register.proposed(incident, at=NOON + dt.timedelta(seconds=next(seconds)))
        with CaptureQueriesContext(connection) as queries:
            review.accept(claim, by=register.reviewer, at=NOON)
        return len(queries)

    def chain(steps: int) -> None:
        last = None
        for _step in range(steps):
            claim = register.accepted(register.incident())
            if last is not None:
                add_derivation(claim, DerivationInput(claim=last), by=register.analyst, at=NOON)
            last = claim
        rests = register.accepted(incident, at=NOON + dt.timedelta(seconds=next(seconds)))
        add_derivation(rests, DerivationInput(claim=last), by=register.analyst, at=NOON)

    chain(1)
    short = cost()
    chain(9)
    assert cost() == short


def test_a_number_is_of_the_day_of_the_first_document_that_is_dated(register: Register) -> None:
    incident, claimant = register.published(incident_type="situation"), register.organization()
    register.accepted(incident, claimant=claimant, count=exactly(5), basis="cumulative", as_of="2025-03-02")
    papers = [register.source(), register.source(published="2025-05-01"), register.source(published="2025-04-01")]
    later = register.accepted(incident, claimant=claimant, count=exactly(9), basis="cumulative", sources=papers)

    (scope,) = results("figures/", incident=incident.reference)
    (told,) = [one for one in results("claims/", incident=incident.reference) if one["id"] == str(later.pk)]
    (row,) = [one for one in rows("claims/", incident=incident.reference) if one["id"] == str(later.pk)]

    assert (scope["low"], scope["speaking"]) == (9, [str(later.pk)])
    assert told["as_of"] == {
        "edtf": "2025-05-01", "earliest": "2025-05-01", "latest": "2025-05-01", "inferred": True,
    }  # fmt: skip
    assert (row["as_of_edtf"], row["as_of_earliest"], row["as_of_latest"], row["as_of_inferred"]) == (
        "2025-05-01", "2025-05-01", "2025-05-01", "true",
    )  # fmt: skip
    assert ScopeClaim.objects.get(claim=later).holds_until == dt.date(2025, 5, 1)


def test_a_dated_document_that_is_withheld_dates_nothing(register: Register) -> None:
    incident = register.published()
    papers = [register.source(), register.source(published="2025-05-01", disclosure=Disclosure.RESTRICTED)]
    claim = register.accepted(incident, sources=papers)

    days = {level: ScopeClaim.objects.at(level).get(claim=claim).holds_until for level in Disclosure}

    assert days == {
        Disclosure.PUBLIC: None, Disclosure.PARTNER: None, Disclosure.RESTRICTED: dt.date(2025, 5, 1),
    }  # fmt: skip
    assert [one["as_of"] for one in results("claims/", incident=incident.reference)] == [None]


def test_what_rests_on_a_source_of_nobody_known_is_grouped_and_found_by_it(register: Register) -> None:
    incident = register.published()
    blog = register.source(publisher=None)
    for code in ("one", "two"):
        claim = register.accepted(incident, count=exactly(3), claimant=register.organization(code))
        add_derivation(claim, DerivationInput(source=blog), by=register.analyst, at=NOON)

    assert state(incident).roots == 1
    assert set(ScopeClaim.objects.filter(scope__incident=incident).values_list("roots", flat=True)[0]) == set()
    assert list(ScopeClaim.objects.filter(scope__incident=incident).values_list("root_sources", flat=True)) == [
        [blog.pk], [blog.pk],
    ]  # fmt: skip
    assert len(results("claims/", root=str(blog.pk))) == 2
    assert len(results("figures/", root=f"one,{blog.pk}")) == 1
    assert results("claims/", root="00000000-0000-0000-0000-000000000000") == []


def test_a_member_of_a_collective_is_not_independent_of_it(register: Register) -> None:
    member = register.organization("member")
    whole = collective(register, member)
    incident = register.published()
    register.accepted(incident, count=exactly(3), claimant=member)
    register.accepted(incident, count=exactly(3), claimant=whole)

    assert (state(incident).roots, state(incident).independent_groups) == (2, 1)


def test_who_does_not_know_of_a_member_counts_without_knowing(register: Register) -> None:
    """That somebody belongs to somebody is seen where both are; below, nothing tells of it."""
    hidden = register.organization("hidden", disclosure=Disclosure.RESTRICTED)
    member = register.organization("member")
    between = collective(register, hidden, member, code="between")
    outer = collective(register, between, code="outer")
    incident = register.published()
    register.accepted(incident, count=exactly(3), claimant=member)
    register.accepted(incident, count=exactly(3), claimant=outer)
    assert state(incident).independent_groups == 1

    change_organization(
        current(between), by=register.analyst, at=NOON, why="to protect", disclosure=Disclosure.RESTRICTED
    )

    assert state(incident).independent_groups == 2
    assert state(incident, Disclosure.RESTRICTED).independent_groups == 1


def test_who_joins_a_collective_afterwards_is_seen_to(register: Register) -> None:
    one, two = register.organization("one"), register.organization("two")
    incident = register.published()
    register.accepted(incident, count=exactly(3), claimant=one)
    register.accepted(incident, count=exactly(3), claimant=two)
    assert state(incident).independent_groups == 2

    with attributed(by=register.analyst, at=NOON, why="they joined"):
        link = OrganizationMembership.objects.create(collective=one, member=two)
    assert state(incident).independent_groups == 1

    with attributed(by=register.analyst, at=NOON, why="they left"):
        link.delete()
    assert state(incident).independent_groups == 2


def test_an_event_is_measured_by_the_day_of_each_claim_of_its_situation(register: Register) -> None:
    toll = register.published(incident_type="situation", occurred="2025-02-01/..")
    event = register.published(part_of=[toll])
    silence = counts.code(counts.Quantifier.UNQUANTIFIED, stated="many")
    register.accepted(toll, basis="cumulative", count=exactly(5), as_of="2025-02-10")
    register.accepted(toll, basis="cumulative", count=silence, as_of="2025-04-01")
    register.accepted(event, count=exactly(9))

    def warned() -> list[str]:
        (scope,) = results("figures/", incident=event.reference)
        return [one["code"] for one in scope["warnings"]]

    assert warned() == []

    register.accepted(toll, basis="cumulative", count=exactly(6), sources=[register.source(published="2025-04-01")])

    assert warned() == ["event_above_situation"]


def test_a_figure_of_an_earlier_version_is_made_again_by_that_version(register: Register) -> None:
    """Version 1 passed over the denial of the most reliable; what it made then is still what it made."""
    incident = register.published()
    register.accepted(
        incident, count=counts.code(counts.Quantifier.UNQUANTIFIED, stance=counts.Stance.DENIES, stated="denies")
    )
    register.accepted(incident, count=exactly(25))
    scope = Scope.objects.get(incident=incident)
    figure = figures.propose_figure(scope, policy=Policy.MOST_RELIABLE, reason="x", by=register.analyst, at=NOON)
    assert (figure.policy_version, figure.best, recomputed(figure).best) == (2, None, None)

    figure.policy_version = 1

    assert (recomputed(figure).best, recomputed(figure).version) == (25, 1)
