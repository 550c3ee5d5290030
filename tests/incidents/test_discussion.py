"""Remarks stay as they were said and are settled; an incident is in somebody's hands."""

import psycopg
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from incidents.models import Assignment, Comment
from incidents.services import discussion
from tests.factories import NOON, Register


def test_a_remark_on_a_field_is_settled_and_taken_up_again(register: Register) -> None:
    claim = register.proposed(register.incident())
    said = discussion.comment(claim, field="minimum", text=" which page? ", by=register.reviewer, at=NOON)
    assert list(Comment.objects.about(claim)) == [said]
    assert said.text == "which page?"

    discussion.resolve(said, by=register.analyst, at=NOON)
    assert not Comment.objects.about(claim).unresolved().exists()
    discussion.reopen(said, by=register.reviewer, at=NOON)
    assert Comment.objects.about(claim).unresolved().get().resolved_by is None


def test_a_remark_says_something_about_a_field_there_is(register: Register) -> None:
    incident = register.incident()
    with pytest.raises(ValidationError) as refused:
        discussion.comment(incident, text="  ", by=register.analyst, at=NOON)
    assert "text" in refused.value.message_dict
    with pytest.raises(ValidationError, match="incident has no field colour"):
        discussion.comment(incident, text="x", field="colour", by=register.analyst, at=NOON)


@pytest.mark.parametrize("statement", ["UPDATE incidents_comment SET text = 'x'", "DELETE FROM incidents_comment"])
def test_what_was_said_stays(register: Register, statement: str) -> None:
    discussion.comment(register.incident(), text="said", by=register.analyst, at=NOON)
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_an_incident_is_in_the_hands_of_one_who_can_work_on_it(register: Register) -> None:
    incident = register.incident()
    discussion.assign(incident, to=register.reviewer, by=register.analyst, at=NOON)
    discussion.assign(incident, to=register.analyst, by=register.reviewer, at=NOON)
    assert Assignment.objects.get(incident=incident).assignee == register.analyst
    with pytest.raises(ValidationError, match="cannot work on incidents"):
        discussion.assign(incident, to=register.person("Dima Example"), by=register.analyst, at=NOON)
    discussion.assign(incident, to=None, by=register.analyst, at=NOON)
    assert not Assignment.objects.filter(incident=incident).exists()


def test_without_the_right_nothing_is_said_nor_given(register: Register) -> None:
    incident, auditor = register.incident(), register.person("Dima Example", "auditor")
    said = discussion.comment(incident, text="x", by=register.analyst, at=NOON)
    for deed in (
        lambda: discussion.comment(incident, text="x", by=auditor, at=NOON),
        lambda: discussion.resolve(said, by=auditor, at=NOON),
        lambda: discussion.reopen(said, by=auditor, at=NOON),
        lambda: discussion.assign(incident, to=auditor, by=auditor, at=NOON),
    ):
        with pytest.raises(PermissionDenied):
            deed()
