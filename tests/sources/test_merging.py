"""Two records of one organization or source become one: nothing is rewritten, and it can be taken back whole."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError

from accounts.models import HistoryEntry
from incidents import counts
from incidents.models import Citation, Claim
from incidents.services import claims
from incidents.services.citations import CitationInput, DerivationInput, RelayInput, add_citation, add_derivation
from sources import merging
from sources.models import Organization, Source
from sources.services import assess_reliability, change_organization, change_source, record_organization
from tests.factories import NOON, Register


def merge(register: Register, one: Any, into: Any, reason: str = "the same office") -> Any:
    do = merging.merge_organizations if isinstance(one, Organization) else merging.merge_sources
    return do(one, into=into, reason=reason, by=register.reviewer, at=NOON)  # type: ignore[operator]


def undo(register: Register, one: Any, reason: str = "two offices") -> Any:
    do = merging.undo_organization_merge if isinstance(one, Organization) else merging.undo_source_merge
    return do(one, reason=reason, by=register.reviewer, at=NOON)  # type: ignore[operator]


KINDS = [Register.organization, Register.source]


@pytest.mark.parametrize("make", KINDS)
def test_a_merge_leads_to_the_other_and_is_taken_back_with_its_reasons_kept(
    register: Register, make: Callable[..., Any]
) -> None:
    one, other = make(register), make(register)
    merge(register, one, other)
    one.refresh_from_db()
    assert one.merged_into == other
    undo(register, one)
    one.refresh_from_db()
    assert one.merged_into is None
    reasons = [entry.reason for entry in HistoryEntry.objects.of(one)]
    assert reasons[-2:] == ["the same office", "two offices"]


def test_what_names_the_merged_one_is_not_rewritten(register: Register) -> None:
    one, other = register.organization(), register.organization()
    claim = register.accepted(register.published(), claimant=one)
    merge(register, one, other)
    claim.refresh_from_db()
    assert claim.claimant_id == one.pk


@pytest.mark.parametrize("make", KINDS)
def test_what_cannot_be_merged_is_refused_in_words(register: Register, make: Callable[..., Any]) -> None:
    one, other, third = make(register), make(register), make(register)
    secret = make(register, disclosure=2)
    with pytest.raises(ValidationError, match="into itself"):
        merge(register, one, one)
    with pytest.raises(ValidationError, match="Say why"):
        merge(register, one, other, reason=" ")
    with pytest.raises(ValidationError, match="more restricted"):
        merge(register, secret, one)
    with pytest.raises(ValidationError, match="is not merged"):
        undo(register, one)
    merge(register, one, other)
    with pytest.raises(ValidationError, match="merged already"):
        merge(register, one, third)
    with pytest.raises(ValidationError, match="merged itself"):
        merge(register, third, one)
    with pytest.raises(ValidationError, match="take those merges back"):
        merge(register, other, third)


def protected(register: Register, number: int) -> Organization:
    return register.organization(
        f"person-{number}", name=f"Person {number}", is_protected=True, public_name=f"Witness {number}",
        public_code=f"witness-{number}",
    )  # fmt: skip


def test_a_protected_individual_is_merged_with_protected_ones_alone(register: Register) -> None:
    hidden, known = protected(register, 1), register.organization()
    for one, into in ((hidden, known), (known, hidden)):
        with pytest.raises(ValidationError, match="protected individual"):
            merge(register, one, into)
    merge(register, hidden, protected(register, 2))


def test_only_who_may_merge_merges_and_takes_back(register: Register) -> None:
    organizations = register.organization(), register.organization()
    sources = register.source(), register.source()
    by: dict[str, Any] = {"reason": "x", "by": register.analyst, "at": NOON}
    with pytest.raises(PermissionDenied):
        merging.merge_organizations(organizations[0], into=organizations[1], **by)
    with pytest.raises(PermissionDenied):
        merging.merge_sources(sources[0], into=sources[1], **by)
    for one, other in (organizations, sources):
        merge(register, one, other)
    with pytest.raises(PermissionDenied):
        merging.undo_organization_merge(organizations[0], **by)
    with pytest.raises(PermissionDenied):
        merging.undo_source_merge(sources[0], **by)


def test_the_preview_counts_what_names_it_and_says_who_will_see_it(register: Register) -> None:
    one, other = register.organization(), register.organization(disclosure=2)
    incident = register.published()
    register.accepted(incident, claimant=one)
    register.draft(incident, relays=[one], rests_on=[one])
    register.source(publisher=one)
    found = merging.preview(one, other, by=register.reviewer)
    assert {("claims", 1), ("relays", 1), ("derivations", 1), ("sources", 1)} <= set(found.names)
    assert (found.hides, found.obstacles) == ("restricted", [])
    assert merging.preview(one, register.organization(), by=register.reviewer).hides == ""


def test_what_is_merged_stays_as_it_is(register: Register) -> None:
    one, other = register.organization(), register.organization()
    merge(register, one, other)
    with pytest.raises(ValidationError, match="take the merge back"):
        change_organization(one, by=register.analyst, at=NOON, why="x", name="Another name")
    with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
        Organization.objects.filter(pk=one.pk).update(name="Another name")
    source, same = register.source(), register.source()
    merge(register, source, same)
    with pytest.raises(ValidationError, match="take the merge back"):
        change_source(source, by=register.analyst, at=NOON, why="x", changes={"title": "Another title"})
    with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
        Source.objects.filter(pk=source.pk).update(title="Another title")


def test_nothing_opens_by_a_later_change_of_the_survivor(register: Register) -> None:
    one, other = register.organization(disclosure=2), register.organization(disclosure=2)
    merge(register, one, other)
    with pytest.raises(ValidationError, match="never more restricted"):
        change_organization(other, by=register.analyst, at=NOON, why="x", disclosure=0)
    known, same = register.organization(), register.organization("same-person")
    merge(register, known, same)
    with pytest.raises(ValidationError, match="protected individuals alone"):
        change_organization(
            same, by=register.analyst, at=NOON, why="x", is_protected=True, public_name="Witness 3", public_code="w-3"
        )


def test_nothing_new_names_what_was_merged(register: Register) -> None:
    gone, stands = register.organization(), register.organization()
    old, new = register.source(), register.source()
    incident = register.published()
    draft, claim = register.draft(incident), register.accepted(incident)
    merge(register, gone, stands)
    merge(register, old, new)
    for row in (gone, old):
        row.refresh_from_db()
    by: dict[str, Any] = {"by": register.analyst, "at": NOON}
    refused: list[Callable[[], Any]] = [
        lambda: register.draft(incident, claimant=gone),
        lambda: register.draft(incident, sources=[old]),
        lambda: register.draft(incident, relays=[gone]),
        lambda: register.draft(incident, rests_on=[gone]),
        lambda: add_citation(claim, CitationInput(old), **by),
        lambda: add_citation(claim, CitationInput(new, relays=[RelayInput(gone)]), **by),
        lambda: add_derivation(claim, DerivationInput(source=old), **by),
        lambda: claims.change_draft(draft, changes={"claimant": gone}, **by),
        lambda: register.source(publisher=gone),
        lambda: change_source(new, why="x", changes={"publisher": gone}, **by),
        lambda: record_organization(code="collective", name="C", kind=stands.kind, members=[gone], **by),
        lambda: assess_reliability(
            organization=gone, grade="A", basis="x", since=NOON.date(), by=register.reviewer, at=NOON
        ),
    ]
    for number, deed in enumerate(refused):
        with pytest.raises(ValidationError, match="name that one"), transaction.atomic():
            deed()
            pytest.fail(f"{number} was not refused")


def test_the_database_refuses_it_too_and_leaves_what_named_it_before(register: Register) -> None:
    gone, stands = register.organization(), register.organization()
    old, new = register.source(), register.source()
    incident = register.published()
    before = register.draft(incident, claimant=gone, sources=[old])
    draft = register.draft(incident)
    merge(register, gone, stands)
    merge(register, old, new)
    Claim.objects.filter(pk=before.pk).update(note="looked at again")
    for rows, change in (
        (Claim.objects.filter(pk=draft.pk), {"claimant": gone}),
        (Citation.objects.filter(claim=draft), {"source": old}),
        (Source.objects.filter(pk=new.pk), {"publisher": gone}),
    ):
        with pytest.raises(DatabaseError, match="name that one"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="name that one"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sources_source (id, title, kind_id, publisher_id, published, language, url, archived_url, note,"
            " content_hash, recorded_by_id, recorded_at)"
            " SELECT gen_random_uuid(), title, kind_id, %s, published, language, url, archived_url, note, content_hash,"
            " recorded_by_id, recorded_at FROM sources_source WHERE id = %s",
            [gone.pk, new.pk],
        )


def test_a_correction_names_the_survivor(register: Register) -> None:
    gone, stands = register.organization(), register.organization()
    mistaken = register.accepted(register.published(), claimant=gone)
    merge(register, gone, stands)
    mistaken.refresh_from_db()
    right = claims.correct(
        mistaken, reason="misread", count=counts.code(counts.Quantifier.EXACT, 8, stated="eight"),
        population=mistaken.population, citations=[CitationInput(register.source())], by=register.analyst, at=NOON,
    )  # fmt: skip
    assert right.claimant == stands


def together(*deeds: Callable[[], Any]) -> list[str]:
    """What became of deeds done at once, each over a connection of its own."""
    start, outcomes = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], Any]) -> None:
        try:
            start.wait()
            deed()
            outcomes.append("done")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make", KINDS)
def test_two_that_merge_each_into_the_other_at_once_do_not_both(make: Callable[..., Any]) -> None:
    register = Register()
    one, other = make(register), make(register)
    assert together(lambda: merge(register, one, other), lambda: merge(register, other, one)) == ["done", "refused"]
    assert type(one).objects.filter(merged_into__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_merges_at_once_make_no_chain() -> None:
    register = Register()
    one, middle, last = (register.organization() for _ in range(3))
    outcomes = together(lambda: merge(register, one, middle), lambda: merge(register, middle, last))
    assert outcomes == ["done", "refused"]
    assert not Organization.objects.filter(merged_into__merged_into__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_a_merge_and_a_change_of_disclosure_at_once_open_nothing() -> None:
    register = Register()
    one, into = register.organization(disclosure=2), register.organization(disclosure=2)

    def open_up() -> None:
        change_organization(into, by=register.analyst, at=NOON, why="opened", disclosure=0)

    assert together(lambda: merge(register, one, into), open_up) == ["done", "refused"]
    one.refresh_from_db()
    into.refresh_from_db()
    assert one.merged_into is None or into.disclosure == 2
