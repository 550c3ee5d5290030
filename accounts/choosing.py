"""Choosing rows of a large table by rows of others, so that the database finds its way whether these are few or many."""

from math import ceil
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import Exists, F, Q

MANY = 5_000
"""Rows from which on it is quicker to walk a list in its order and look at each than to fetch all that fit and sort them."""


def few(keys: models.QuerySet[Any, Any]) -> list[Any] | None:
    """The keys that a query gives, if they are few enough to be fetched; else None. What fits is rarely known beforehand: a
    publisher may print one claim or a tenth of them all."""
    found = list(keys.order_by()[: MANY + 1])
    return found if len(found) <= MANY else None


PROBED = 2_000
"""Rows of a large table that are looked at to see how many fit."""


def few_rows(rows: models.QuerySet[Any]) -> list[Any] | None:
    """``few`` of rows of a large table, chosen by much: that they are many takes seconds to find, and a sample tells it.

    Keys are drawn by chance, so the first by their keys are like the others. What the sample says decides the way alone.
    """
    enough = _in_sample(MANY, rows.model._meta.db_table)
    if enough is not None:
        sample = list(rows.model._default_manager.order_by("pk").values_list("pk", flat=True)[:PROBED])
        if len(rows.order_by().filter(pk__in=sample).values_list("pk")[:enough]) == enough:
            return None
    return few(rows.values_list("pk", flat=True))


def _in_sample(number: int, table: str) -> int | None:
    """How many of a sample fit where so many of the table do; None where it is too small to ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [table])
        (rows,) = cursor.fetchone()
    return ceil(number * PROBED / rows) if rows > number else None


def among(column: str, keys: models.QuerySet[Any, Any], otherwise: Q | Exists) -> Q | Exists:
    """Rows whose column is among the keys of a query: by name where they are few; ``otherwise`` says the same for many."""
    found = few(keys)
    return otherwise if found is None else Q(**{f"{column}__in": found})


class Looked(Exists):
    """``EXISTS``, looked at for each row: without its OFFSET all that exists anywhere would be gathered first."""

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, params = super().as_sql(*args, **kwargs)
        return (f"{sql[:-1]} OFFSET 0)" if sql.endswith(")") else sql), params  # nothing can be: it is no query then


class AmongFew(models.Func):
    """Whether a column is among the few keys that a query gives, which is asked once and before everything else.

    ``keys`` gives one column. As ``IN`` of a subquery the planner takes half of all rows to be among them; of an array it takes
    them to be few. Nothing is among none.
    """

    template = "coalesce(%(expressions)s), false)"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()

    def __init__(self, column: str, keys: models.QuerySet[Any, Any]) -> None:
        super().__init__(F(column), ArraySubquery(keys))
