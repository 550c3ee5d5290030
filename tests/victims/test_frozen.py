"""From submission on a person record is what it was, with its names, for every client of the database but its owner."""

import importlib

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import HistoryEntry
from incidents import workflow
from incidents.models import Transition
from tests.factories import NOON, Register
from tests.incidents.test_frozen import refused
from tests.victims import people
from victims.models import PersonName, PersonRecord
from victims.services import records, review
from victims.services.records import NameInput

FROZEN = {
    "claimant_id": "(SELECT id FROM sources_organization WHERE code = 'sana')",
    "source_id": "(SELECT id FROM sources_source LIMIT 1)",
    "locator": "'row 1'",
    "stated": "'other words'",
    "description": "'a child'",
    "age": "31",
    "age_unit": "'months'",
    "age_band": "'child'",
    "born": "'1988'",
    "born_earliest": "'1988-01-01'",
    "sex": "'female'",
    "civil_status": "'civilian'",
    "occupation": "'baker'",
    '"group"': "'palestinian'",
    "fate": "'missing'",
    "fate_date": "'2018'",
    "fate_date_latest": "'2018-01-01'",
    "place_id": "(SELECT id FROM places_place WHERE code = 'SY02')",
    "cause_id": "'shelling'",
    "recorded_at": "now()",
    "submitted_at": "NULL",
}
REVIEW = {"status", "disclosure", "incident_id", "note", "accepted_by_id", "accepted_at", "decision_note", "reviewed"}


@pytest.mark.parametrize("column", FROZEN)
def test_a_submitted_records_content_cannot_change(column, register):
    record = people.proposed(register, register.incident())
    assert "can no longer change" in refused(
        f"UPDATE victims_personrecord SET {column} = {FROZEN[column]} WHERE id = %s", record.pk
    )


def test_every_column_is_either_frozen_or_of_review(db):
    columns = {field.column for field in PersonRecord._meta.local_fields}
    tried = {column.strip('"') for column in FROZEN} | {"born_latest", "fate_date_earliest"}
    assert columns - REVIEW - tried == {
        "id", "corrects_id", "correction_reason", "recorded_by_id", "submitted_by_id", "authors",
    }  # fmt: skip


def test_a_submitted_record_is_never_deleted_but_a_draft_is_discarded_whole(register):
    incident = register.incident()
    submitted, draft = people.proposed(register, incident), people.draft(register, incident)
    assert "never deleted" in refused("DELETE FROM victims_personrecord WHERE id = %s", submitted.pk)
    records.discard_draft(draft, by=register.analyst, at=NOON)
    assert not PersonName.objects.filter(record=draft.pk).exists()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE victims_personname SET text = 'other' WHERE record_id = %s",
        "DELETE FROM victims_personname WHERE record_id = %s",
        "INSERT INTO victims_personname (record_id, position, text, script, language) VALUES (%s, 9, 'x', 'Latn', '')",
        "UPDATE victims_personrelay SET position = 5 WHERE record_id = %s",
        "DELETE FROM victims_personrelay WHERE record_id = %s",
        "INSERT INTO victims_personrelay (record_id, position, organization_id) SELECT %s, 9, min(id) FROM sources_organization",
    ],
)
def test_names_and_chain_of_a_submitted_record_cannot_change(sql, register):
    record = people.proposed(register, register.incident(), relays=[register.organization()])
    assert "can no longer change" in refused(sql, record.pk)


def test_a_name_cannot_be_moved_to_a_submitted_record(register):
    incident = register.incident()
    submitted, draft = people.proposed(register, incident), people.draft(register, incident)
    assert "can no longer change" in refused(
        "UPDATE victims_personname SET record_id = %s, position = 7 WHERE record_id = %s", submitted.pk, draft.pk
    )


def test_a_draft_changes_freely_and_whoever_changed_it_is_an_author(register):
    draft = people.draft(register, register.incident())
    colleague = register.person("Cem Example", "analyst")
    changed = records.change_draft(
        draft,
        changes={"age": 31, "born": "1987~"},
        names=[NameInput("Other Name", "Latn")],
        relays=[register.organization()],
        by=colleague,
        at=NOON,
    )
    assert (changed.age, changed.born_latest.year, changed.names.get().text) == (31, 1987, "Other Name")
    assert changed.relays.count() == 1
    assert set(PersonRecord.objects.get(pk=draft.pk).authors) == {register.analyst.pk, colleague.pk}


def test_a_submitted_record_is_not_changed_by_the_service(register):
    record = people.proposed(register, register.incident())
    with pytest.raises(ValidationError, match="correct this record instead"):
        records.change_draft(
            record, changes={}, names=[NameInput("X", "Latn")], relays=[], by=register.analyst, at=NOON
        )


def test_the_database_allows_exactly_the_steps_of_claims():
    guards = importlib.import_module("victims.migrations.0002_guards")
    assert {tuple(pair.split(">")) for pair in guards.CHANGES.split(",")} == workflow.changes(workflow.CLAIM_STEPS)


def test_another_change_of_state_is_refused_by_the_database(register):
    record = people.draft(register, register.incident())
    with pytest.raises(IntegrityError, match="cannot become"), transaction.atomic():
        PersonRecord.objects.filter(pk=record.pk).update(
            status="accepted", submitted_at=NOON, submitted_by=1, accepted_at=NOON, accepted_by=register.reviewer
        )


def test_steps_and_versions_are_kept_with_who_and_why(register):
    record = people.accepted(register, register.incident())
    review.retract(record, by=register.reviewer, at=NOON, note="the claimant withdrew it")
    steps = Transition.objects.filter(table_name="victims_personrecord", row_id=str(record.pk)).order_by("pk")
    assert [(step.to_state, step.actor_id) for step in steps] == [
        ("draft", register.analyst.pk), ("proposed", register.analyst.pk), ("accepted", register.reviewer.pk),
        ("retracted", register.reviewer.pk),
    ]  # fmt: skip
    assert HistoryEntry.objects.of(record).count() == 4
    assert HistoryEntry.objects.of(record.names.first()).count() == 1


def test_somebody_is_meant_by_every_submitted_record(register):
    with pytest.raises(ValidationError, match="how the source calls"):
        people.draft(register, register.incident(), names=[])
    unnamed = people.proposed(register, register.incident(), names=[], description="طفل", age=None, age_unit="")
    assert unnamed.names.count() == 0


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"age": 4, "age_unit": ""}, "age has a unit"),
        ({"age": None, "age_unit": "years"}, "age has a unit"),
        ({"age": 300}, "as old as that"),
        ({"born": "yesterday"}, "born"),
        ({"fate": "vanished"}, "fate"),
        ({"sex": "man"}, "sex"),
        ({"names": [NameInput("X", "Zzzz")]}, "script"),
        ({"names": [NameInput(" ", "Latn")]}, "text"),
    ],
)
def test_what_makes_no_sense_is_refused_under_its_field(fields, where, register):
    with pytest.raises(ValidationError) as refusal:
        people.draft(register, register.incident(), **fields)
    assert where in str(refusal.value)
    assert people.NAME not in str(refusal.value)


def test_a_correction_takes_the_place_of_the_mistake_and_its_victim(register):
    incident = register.published()
    mistaken = people.accepted(register, incident)
    victim = people.linked(register, mistaken)
    corrected = records.correct(
        mistaken, reason="read 30 for 80", age=80, age_unit="years", names=[NameInput(people.NAME, "Latn")],
        by=register.analyst, at=NOON,
    )  # fmt: skip
    review.accept(review.submit(corrected, by=register.analyst, at=NOON), by=register.reviewer, at=NOON)
    mistaken.refresh_from_db()
    assert (mistaken.status, mistaken.age, mistaken.decision_note) == ("corrected", 30, "read 30 for 80")
    assert victim.links.filter(record=corrected).get().decision.method == "correction"


@pytest.fixture
def committed(transactional_db: None) -> Register:
    return Register()


@pytest.mark.django_db(transaction=True)
def test_nobody_does_not_commit(committed):
    record = people.draft(committed, committed.incident())
    with pytest.raises(IntegrityError, match="neither a name nor a description"), transaction.atomic():
        record.names.all().delete()
        PersonRecord.objects.filter(pk=record.pk).update(
            status="proposed", submitted_at=NOON, submitted_by=committed.analyst
        )
