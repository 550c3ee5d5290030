"""Statements as a client of the database would send them, as the application's own login, in one transaction."""

import pytest
from django.db import connection, transaction

COMMIT = "SET CONSTRAINTS ALL IMMEDIATE"


def refused(*statements: str, by: str = "42501") -> str:
    """The message with which the database refuses them in one transaction; fails if it does not."""
    with pytest.raises(Exception) as refusal, transaction.atomic(), connection.cursor() as cursor:
        for statement in (*statements, COMMIT):
            cursor.execute(statement)
    assert refusal.value.__cause__.sqlstate == by, refusal.value
    return str(refusal.value)


def done(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (*statements, COMMIT):
            cursor.execute(statement)
