"""Two records of one incident become one, readers are led on, and it can be taken back whole."""

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, connections, transaction

from incidents.models import Claim, Incident, IncidentMerge, IncidentPart, Statement
from incidents.services import discussion, incidents, merging
from incidents.services.citations import CitationInput
from incidents.services.statements import record_statement
from tests.factories import NOON, Register


@pytest.fixture
def pair(register: Register) -> tuple[Incident, Incident]:
    return register.published(title="Market"), register.published(title="Market place")


def merge(register: Register, one: Incident, into: Incident, reason: str = "the same strike") -> IncidentMerge:
    return merging.merge_incidents(one, into=into, reason=reason, by=register.reviewer, at=NOON)


def undo(register: Register, merged: IncidentMerge) -> Incident:
    return merging.undo_merge(merged, reason="two strikes after all", by=register.reviewer, at=NOON)


def about(incident: Incident) -> set[Any]:
    return set(Claim.objects.filter(incident=incident).values_list("pk", flat=True))


def test_everything_said_moves_and_comes_back(register: Register, pair: tuple[Incident, Incident]) -> None:
    situation = register.incident(incident_type="situation")
    one, other = register.published(part_of=[situation]), pair[1]
    moving = {register.accepted(one).pk, register.draft(one).pk}
    staying = {register.accepted(other).pk}
    record_statement(
        incident=one, claimant=register.organization(), kind="characterisation", value="a market day",
        citations=[CitationInput(register.source())], by=register.analyst, at=NOON,
    )  # fmt: skip
    remark = discussion.comment(Claim.objects.get(pk=min(moving)), text="?", by=register.analyst, at=NOON)

    merged = merge(register, one, other)

    assert about(other) == moving | staying
    assert not about(one)
    assert Statement.objects.get(value="a market day").incident == other
    assert IncidentPart.objects.get(situation=situation).part == other
    remark.refresh_from_db()
    assert remark.incident == other
    later = register.accepted(other).pk

    undo(register, merged)

    one.refresh_from_db()
    assert one.status == "published"
    assert (about(one), about(other)) == (moving, staying | {later})
    assert IncidentPart.objects.get(situation=situation).part == one
    assert Statement.objects.get(value="a market day").incident == one
    remark.refresh_from_db()
    assert remark.incident == one


def test_the_reference_leads_on_also_over_two_merges(
    register: Register, pair: tuple[Incident, Incident], client: Any
) -> None:
    one, other = pair
    third = register.published()
    merge(register, one, other)
    last = merge(register, other, third)

    for gone in (one, other):
        answer = client.get(f"/api/v1/incidents/{gone.reference}/")
        assert answer.status_code == 301
        assert answer["Location"].endswith(f"/api/v1/incidents/{third.reference}/")
    undo(register, last)
    assert client.get(f"/api/v1/incidents/{one.reference}/")["Location"].endswith(f"{other.reference}/")
    assert client.get(f"/api/v1/incidents/{other.reference}/").status_code == 200


def test_what_was_never_public_leads_nowhere(register: Register, pair: tuple[Incident, Incident], client: Any) -> None:
    draft = register.incident()
    merge(register, draft, pair[0])
    assert client.get(f"/api/v1/incidents/{draft.reference}/").status_code == 404


def test_a_merged_incident_is_in_no_list(register: Register, pair: tuple[Incident, Incident], client: Any) -> None:
    merge(register, *pair)
    listed = {row["reference"] for row in client.get("/api/v1/incidents/?page_size=1000").json()["results"]}
    assert pair[1].reference in listed
    assert pair[0].reference not in listed


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({}, {"incident_type": "situation"}, "One is an event"),
        ({"disclosure": 2}, {}, "more restricted"),
    ],
)
def test_what_cannot_be_merged_is_refused_with_every_reason(
    register: Register, one: dict[str, Any], other: dict[str, Any], said: str
) -> None:
    first, second = register.published(**one), register.published(**other)
    assert any(said in obstacle for obstacle in merging.preview(first, second, by=register.reviewer).obstacles)
    with pytest.raises(ValidationError, match=said):
        merge(register, first, second)


def test_neither_into_itself_nor_into_what_is_not_public(register: Register, pair: tuple[Incident, Incident]) -> None:
    with pytest.raises(ValidationError, match="into itself"):
        merge(register, pair[0], pair[0])
    with pytest.raises(ValidationError, match="other way round"):
        merge(register, pair[0], register.incident())
    with pytest.raises(ValidationError, match="reason"):
        merge(register, *pair, reason=" ")
    merge(register, *pair)
    with pytest.raises(ValidationError, match="Cannot merge what is merged"):
        merge(register, pair[0], register.published())
    with pytest.raises(ValidationError, match="is merged into another"):
        merge(register, register.published(), pair[0])


def test_a_later_merge_is_taken_back_first_and_each_only_once(
    register: Register, pair: tuple[Incident, Incident]
) -> None:
    first = merge(register, *pair)
    second = merge(register, pair[1], register.published())
    with pytest.raises(ValidationError, match="take that back first"):
        undo(register, first)
    undo(register, second)
    undo(register, first)
    with pytest.raises(ValidationError, match="taken back already"):
        undo(register, first)


def test_only_who_may_merge_merges_and_takes_back(register: Register, pair: tuple[Incident, Incident]) -> None:
    with pytest.raises(PermissionDenied):
        merging.merge_incidents(pair[0], into=pair[1], reason="x", by=register.analyst, at=NOON)
    merged = merge(register, *pair)
    with pytest.raises(PermissionDenied):
        merging.undo_merge(merged, reason="x", by=register.analyst, at=NOON)


def test_the_preview_counts_and_says_what_goes_out(register: Register, pair: tuple[Incident, Incident]) -> None:
    draft = register.incident()
    register.accepted(draft)
    register.proposed(draft)

    found = merging.preview(draft, pair[0], by=register.reviewer)

    assert found.moves == [("claims", 2)]
    assert (found.goes_out, found.obstacles) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_two_that_merge_each_into_the_other_at_once_do_not_both() -> None:
    register = Register()
    one, other = register.published(), register.published()
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def deed(merged: Incident, into: Incident) -> None:
        try:
            together.wait()
            merge(register, merged, into)
            outcomes.append("merged")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=deed, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["merged", "refused"]
    assert IncidentMerge.objects.count() == 1


@pytest.mark.parametrize("closed", ["merged", "withdrawn"])
def test_nothing_is_recorded_about_what_is_closed(
    register: Register, pair: tuple[Incident, Incident], closed: str
) -> None:
    if closed == "merged":
        merge(register, *pair)
    else:
        incidents.withdraw(pair[0], by=register.reviewer, at=NOON, note="a mistake")
    with pytest.raises(ValidationError, match="Nothing is recorded about an incident that is"):
        register.draft(pair[0])


@pytest.mark.django_db(transaction=True)
def test_a_claim_recorded_while_its_incident_is_merged_goes_along_or_is_refused() -> None:
    register = Register()
    one, other = register.published(), register.published()
    claimant, document = register.organization(), register.source()
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def record() -> None:
        try:
            together.wait()
            register.draft(one, claimant=claimant, sources=[document])
            outcomes.append("recorded")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    def join() -> None:
        try:
            together.wait()
            merge(register, one, other)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=deed) for deed in (record, join)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not Claim.objects.filter(incident=one).exists()
    assert Claim.objects.filter(incident=other).exists() == (outcomes == ["recorded"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incidents_incidentmerge SET undone_at = now(), undone_by_id = by_id, undone_reason = 'x' WHERE id = {merge}",
        (
            "INSERT INTO incidents_incidentmerge (merged_id, into_id, reason, was, moved, by_id, at, undone_reason)"
            " VALUES ({other}, {one}, 'x', 'published', '{{}}', {by}, now(), '')"
        ),
        "UPDATE incidents_incident SET status = 'draft' WHERE id = {one}",
    ],
)
def test_by_sql_a_merge_and_its_incident_say_the_same(
    register: Register, pair: tuple[Incident, Incident], statement: str
) -> None:
    merged = merge(register, *pair)
    given = {"merge": merged.pk, "one": pair[0].pk, "other": pair[1].pk, "by": register.reviewer.pk}
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(**given))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
