"""Who may see a name: nobody outside unless it was decided, and never a child's or a living person's by the way."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from sources.disclosure import Disclosure
from tests.factories import NOON
from tests.incidents.test_frozen import refused
from tests.victims import people
from victims.models import NameDecision, NameRead, PersonName, PersonRecord
from victims.services import names

PUBLIC, PARTNER, RESTRICTED = Disclosure


def read(record: PersonRecord, level: Disclosure) -> tuple[list[str], str, str]:
    """Names, description and words as a reader of the level gets them."""
    row = PersonRecord.objects.filter(pk=record.pk).with_names(level).get()
    return [name.text for name in row.names.all()], row.shown_description, row.shown_stated


def readable_from(record: PersonRecord) -> Disclosure | None:
    """The lowest level that reads the name."""
    return next((level for level in Disclosure if read(record, level)[0]), None)


def test_a_name_is_restricted_unless_it_was_decided(register):
    record = people.accepted(register, register.published(), description="a baker")
    assert read(record, PUBLIC) == ([], "", "")
    assert read(record, PARTNER) == ([], "", "")
    assert read(record, RESTRICTED) == ([people.NAME_AR, people.NAME], "a baker", f"{people.NAME_AR}، 30 عاماً")


def test_a_withheld_name_is_not_in_the_answer_of_the_database(register):
    people.accepted(register, register.published(), description=f"son of {people.NAME}")
    with connection.cursor() as cursor:
        for queryset in (PersonRecord.objects.with_names(PUBLIC), PersonName.objects.readable_at(PUBLIC)):
            sql, parameters = queryset.query.sql_with_params()
            cursor.execute(sql, parameters)
            assert people.NAME not in str(cursor.fetchall())
            assert people.NAME_AR not in str(cursor.fetchall())


def test_a_public_name_needs_a_basis_and_can_be_withdrawn(register):
    record = people.accepted(register, register.published())
    with pytest.raises(ValidationError, match="recorded basis"):
        people.disclosed(register, record, PUBLIC, basis=" ")
    people.disclosed(register, record, PUBLIC)
    assert readable_from(record) is PUBLIC
    people.disclosed(register, record, RESTRICTED)
    assert readable_from(record) is RESTRICTED
    assert NameDecision.objects.filter(record=record).count() == 2


@pytest.mark.parametrize("missing", ["agreement", "purpose", "expires"])
def test_a_partner_reads_by_an_agreement_with_purpose_and_last_day(missing, register):
    record = people.accepted(register, register.published())
    with pytest.raises(ValidationError, match="only by an agreement"):
        people.disclosed(register, record, PARTNER, **{missing: None if missing == "expires" else ""})
    people.disclosed(register, record, PARTNER)
    assert readable_from(record) is PARTNER


def test_past_its_last_day_an_agreement_holds_no_more(register):
    record = people.accepted(register, register.published())
    people.disclosed(register, record, PARTNER, expires=people.PAST)
    assert readable_from(record) is RESTRICTED
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE 'UTC')::date")
        [today] = cursor.fetchone()
    people.disclosed(register, record, PARTNER, expires=today)
    assert readable_from(record) is PARTNER


SENSITIVE = [
    {"age": 17},
    {"age": 9, "age_unit": "months"},
    {"age": 215, "age_unit": "months"},
    {"age": None, "age_unit": "", "age_band": "child"},
    {"age": None, "age_unit": "", "born": "2007-03-02"},  # the incident is of 2025-03-01
    {"age": None, "age_unit": "", "born": "2007"},
    {"age": None, "age_unit": "", "born": "2007", "fate_date": "2024-12-31/2025"},
    {"age": None, "age_unit": "", "born": "2000/.."},
    {"age": 40, "age_band": "child"},
    {"fate": "missing"},
    {"fate": "detained"},
    {"fate": "released"},
    {"fate": "injured"},
    {"fate": "unknown"},
]
ORDINARY = [
    {"age": 18},
    {"age": 216, "age_unit": "months"},
    {"age": None, "age_unit": "", "born": "2007-03-01"},
    {"age": None, "age_unit": "", "born": "1988~"},
    {"age": None, "age_unit": "", "age_band": "adult"},
    {"age": None, "age_unit": ""},
    {"fate": "died_in_detention"},
]


@pytest.mark.parametrize("fields", SENSITIVE, ids=str)
def test_names_of_children_and_of_those_who_may_be_alive_are_decided_one_by_one(fields, register):
    record = people.accepted(register, register.published(), **fields)
    for level in (PUBLIC, PARTNER):
        with pytest.raises(ValidationError, match="one by one"):
            people.disclosed(register, record, level)
    with pytest.raises(ValidationError, match="needs the reason"):
        people.disclosed(register, record, PUBLIC, one_by_one=True)
    assert readable_from(record) is RESTRICTED
    people.disclosed(register, record, PUBLIC, one_by_one=True, reason="the family asks for it")
    assert readable_from(record) is PUBLIC


@pytest.mark.parametrize("fields", ORDINARY, ids=str)
def test_names_of_dead_adults_are_decided_by_the_rule(fields, register):
    record = people.accepted(register, register.published(), **fields)
    people.disclosed(register, record, PUBLIC)
    assert readable_from(record) is PUBLIC


def test_the_rule_is_asked_again_at_every_reading(register):
    """The incident turns out to have happened earlier, when the person was a child."""
    incident = register.incident(occurred="2026-01-01")
    record = people.accepted(register, incident, age=None, age_unit="", born="2007-06")
    people.disclosed(register, record, PUBLIC)
    assert readable_from(record) is PUBLIC
    type(incident).objects.filter(pk=incident.pk).update(
        occurred="2018", occurred_earliest=dt.date(2018, 1, 1), occurred_latest=dt.date(2018, 12, 31)
    )
    assert readable_from(record) is RESTRICTED


def test_the_rules_hold_for_raw_sql(register):
    child = people.accepted(register, register.published(), age=5)
    adult = people.accepted(register, register.published())
    insert = (
        "INSERT INTO victims_namedecision (record_id, level, basis, agreement, purpose, one_by_one, reason, decided_by_id,"
        " decided_at) VALUES (%s, %s, %s, '', '', %s, '', %s, now())"
    )
    for row in (
        [child.pk, 0, "basis", False],
        [child.pk, 0, "basis", True],  # without a reason
        [adult.pk, 0, "", False],  # without a basis
        [adult.pk, 1, "basis", False],  # without an agreement
        [adult.pk, 3, "basis", False],
        [people.proposed(register, register.published()).pk, 0, "basis", False],  # not accepted
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(insert, [*row, register.reviewer.pk])
    assert NameDecision.objects.count() == 0


@pytest.mark.parametrize("table", ["namedecision", "nameread"])
def test_decisions_and_readings_are_never_edited_or_deleted(table, register):
    record = people.accepted(register, register.published())
    people.disclosed(register, record, PUBLIC)
    names.note_reading([record.pk], reader=names.Reader(NameRead.Door.ADMIN, register.analyst), at=NOON)
    refused(f"UPDATE victims_{table} SET id = id")
    refused(f"DELETE FROM victims_{table}")


def test_a_correction_begins_restricted(register):
    from victims.services import records, review

    record = people.accepted(register, register.published())
    people.disclosed(register, record, PUBLIC)
    corrected = records.correct(
        record, reason="the name was misread", names=[records.NameInput("Yazid al-Mithal", "Latn")],
        by=register.analyst, at=NOON,
    )  # fmt: skip
    review.accept(review.submit(corrected, by=register.analyst, at=NOON), by=register.reviewer, at=NOON)
    assert readable_from(corrected) is RESTRICTED


def test_no_text_of_a_row_holds_its_name(register):
    record = people.accepted(register, register.published())
    victim = people.linked(register, record)
    texts = [str(record), str(victim), *map(str, record.names.all()), *map(str, victim.links.all())]
    assert people.NAME not in " ".join(texts)


def test_reading_many_costs_what_reading_one_does(register):
    incident = register.published()

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            for row in PersonRecord.objects.filter(incident=incident).with_names(PUBLIC):
                assert (list(row.names.all()), row.shown_stated) == ([], "")
        return len(captured)

    people.accepted(register, incident)
    before = cost()
    for _ in range(4):
        people.accepted(register, incident)
    assert cost() == before == 2


def test_only_readable_names_are_found(register):
    record = people.accepted(register, register.published())

    def found(text: str, level: Disclosure) -> bool:
        return PersonRecord.objects.matching_names(text, level).exists()

    assert not found("Mithal", PUBLIC)
    assert found("mithal", RESTRICTED)
    people.disclosed(register, record, PUBLIC)
    assert found("المثال", PUBLIC)
