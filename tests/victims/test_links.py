"""Which records are one person: decided, taken back, never edited, and one victim at a time for a record."""

import threading

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from tests.databases import application_parameters
from tests.factories import NOON, Register
from tests.incidents.test_frozen import refused
from tests.victims import people
from victims.models import Link, LinkDecision, Victim
from victims.services import links


def test_a_link_is_decided_taken_back_and_decided_anew(register):
    record = people.accepted(register, register.incident())
    victim = people.linked(register, record)
    assert Link.objects.get(record=record).victim == victim
    links.undo_link(record=record, victim=victim, reason="another man of that name", by=register.reviewer, at=NOON)
    assert not Link.objects.filter(record=record).exists()
    people.link(register, record, victim, reason="his brother confirmed it")
    assert Link.objects.get(record=record).victim == victim
    kept = LinkDecision.objects.filter(record=record).order_by("pk")
    assert [one.verdict for one in kept] == ["same", "undone", "same"]
    assert [one.supersedes_id for one in kept] == [None, kept[0].pk, kept[1].pk]


def test_a_record_has_one_victim_until_that_is_taken_back(register):
    record, other = (people.accepted(register, register.incident()) for _ in range(2))
    first, second = people.linked(register, record), people.linked(register, other)
    with pytest.raises(ValidationError, match="linked to a victim already"):
        people.link(register, record, second)
    assert Link.objects.get(record=record).victim == first


def test_that_they_are_not_the_same_can_be_said_and_ends_a_link(register):
    record, other = (people.accepted(register, register.incident()) for _ in range(2))
    victim = people.linked(register, record, other)
    people.link(register, other, victim, verdict="different", reason="born ten years apart")
    assert [link.record for link in victim.links.all()] == [record]


def test_only_what_was_decided_is_taken_back_and_only_with_a_reason(register):
    record = people.accepted(register, register.incident())
    victim = people.linked(register, people.accepted(register, register.incident()))
    with pytest.raises(ValidationError, match="no decision"):
        links.undo_link(record=record, victim=victim, reason="r", by=register.reviewer, at=NOON)
    with pytest.raises(ValidationError, match="Say why"):
        people.link(register, record, victim, reason=" ")


def test_drafts_and_refused_records_are_not_linked(register):
    with pytest.raises(ValidationError, match="not linked"):
        people.link(register, people.draft(register, register.incident()))
    assert Victim.objects.count() == 0


@pytest.mark.parametrize("table", ["victims_linkdecision", "victims_victim", "victims_link"])
def test_the_application_neither_edits_nor_deletes_what_was_decided(table, register):
    people.linked(register, people.accepted(register, register.incident()))
    refused(f"DELETE FROM {table}")
    refused(f"UPDATE {table} SET id = id")


def test_a_link_is_not_written_but_decided(register):
    record = people.accepted(register, register.incident())
    victim = people.linked(register, people.accepted(register, register.incident()))
    refused(
        "INSERT INTO victims_link (victim_id, record_id, decision_id) SELECT %s, %s, id FROM victims_linkdecision",
        victim.pk,
        record.pk,
    )


def test_references_are_random_and_of_their_own_form(register):
    victim = people.linked(register, people.accepted(register, register.incident()))
    assert victim.reference.startswith("SV-")
    assert len(victim.reference) == 9


@pytest.mark.django_db(transaction=True)
def test_two_who_link_one_record_at_once_do_not_both_succeed():
    register = Register()
    record = people.accepted(register, register.incident())
    mine, theirs = (people.linked(register, people.accepted(register, register.incident())) for _ in range(2))
    outcome = {}

    def link() -> None:
        try:
            people.link(register, record, mine)
            outcome["mine"] = "linked"
        except ValidationError as refusal:
            outcome["mine"] = " ".join(refusal.messages)
        finally:
            connection.close()

    with psycopg.connect(**application_parameters()) as other:
        # By raw SQL, which takes no lock on the record: the database alone decides between them.
        other.execute(
            "INSERT INTO victims_linkdecision (victim_id, record_id, verdict, reason, decided_by_id, decided_at)"
            " VALUES (%s, %s, 'same', 'seen first', %s, now())",
            [theirs.pk, record.pk, register.reviewer.pk],
        )
        thread = threading.Thread(target=link)
        thread.start()  # it waits for the other's transaction
    thread.join(timeout=30)
    assert "linked to a victim already" in outcome["mine"]
    assert Link.objects.get(record=record).victim == theirs


@pytest.mark.django_db(transaction=True)
def test_two_decisions_never_supersede_the_same_one():
    register = Register()
    record = people.accepted(register, register.incident())
    victim = people.linked(register, record)
    first = LinkDecision.objects.get()
    undo = (
        "INSERT INTO victims_linkdecision (victim_id, record_id, verdict, reason, decided_by_id, decided_at, supersedes_id)"
        " VALUES (%s, %s, 'undone', 'r', %s, now(), %s)"
    )
    values = [victim.pk, record.pk, register.reviewer.pk, first.pk]
    with psycopg.connect(**application_parameters()) as one:
        one.execute(undo, values)
    with psycopg.connect(**application_parameters()) as two, pytest.raises(psycopg.errors.UniqueViolation):
        two.execute(undo, values)
