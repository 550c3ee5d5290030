"""Choosing rows of a large table by rows of others, so that the database finds its way whether these are few or many."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from functools import reduce
from math import ceil
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import Exists, F, Q
from django.db.models.expressions import Col
from django.db.models.sql.where import AND, WhereNode

MANY = 5_000
"""Rows from which on it is quicker to walk a list in its order and look at each than to fetch all that fit and sort them."""
SORTED = 2_000
"""Rows up to which it is quicker to fetch and sort them than to walk a list with a look into them."""
PROBED = 2_000
"""Rows of a large table that are looked at to see how many fit."""


class Way(Enum):
    """What rows are chosen for."""

    PAGE = "some of them in their order"
    KNOWN = "keys are known, and each of these is looked at"
    WHOLE = "all of them"


_way: ContextVar[Way] = ContextVar("way", default=Way.PAGE)


@contextmanager
def choosing(way: Way) -> Iterator[None]:
    """Within it rows are chosen so: a query of conditions is made, and need not be run."""
    before = _way.set(way)
    try:
        yield
    finally:
        _way.reset(before)


def is_whole() -> bool:
    """Whether all rows are chosen, of which a plan for some is none."""
    return _way.get() is Way.WHOLE


def are_few(rows: models.QuerySet[Any, Any]) -> bool:
    """Whether these are few enough to be fetched. What fits is rarely known beforehand: a publisher may print one claim or a
    tenth of them all."""
    return _way.get() is not Way.KNOWN and _fit(rows)


def all_few(*several: models.QuerySet[Any, Any]) -> bool:
    """``are_few`` of each of them, asked at once. Where the table of the first is empty, they are taken for few."""
    if _way.get() is Way.KNOWN:
        return False
    beyond = [Exists(rows.order_by()[MANY : MANY + 1]) for rows in several]
    one: models.QuerySet[Any, Any] = several[0].model._default_manager.order_by().filter(reduce(or_, map(Q, beyond)))
    return not one[:1].exists()


def are_expected_few(rows: models.QuerySet[Any, Any]) -> bool:
    """``are_few`` by what the database expects: where its statistics know how often each value comes."""
    return _way.get() is not Way.KNOWN and expected(rows) <= MANY


def _fit(rows: models.QuerySet[Any, Any]) -> bool:
    return are_by_keys(rows) or not rows.order_by()[MANY : MANY + 1].exists()


def are_by_keys(rows: models.QuerySet[Any, Any]) -> bool:
    """Whether they are chosen of a few already."""
    return _requires_keys(rows.query.where)


def _requires_keys(condition: Any) -> bool:
    if isinstance(condition, WhereNode):
        parts = (_requires_keys(one) for one in condition.children)
        return not condition.negated and (any(parts) if condition.connector == AND else all(parts))
    return isinstance(getattr(condition, "lhs", condition), ByKeys)


def few(keys: models.QuerySet[Any, Any]) -> list[Any] | None:
    """The keys that a query gives, if they are few; else None."""
    if _way.get() is Way.KNOWN:
        return None
    found = list(keys.order_by()[: MANY + 1])
    return found if len(found) <= MANY else None


def are_few_rows(find: Callable[[], models.QuerySet[Any]]) -> bool:
    """``are_few`` of rows of a large table, chosen by much: that they are many takes seconds to find, and a sample tells it.

    ``find`` gives the rows, and is called only where it is asked how many they are. Keys are drawn by chance, so the first by
    their keys are like the others. What the sample says decides the way alone.
    """
    if _way.get() is Way.KNOWN:
        return False
    rows = find()
    if are_by_keys(rows):
        return True
    enough = _in_sample(MANY, rows.model._meta.db_table)
    if enough is not None:
        keys = rows.model._default_manager.order_by("pk").values("pk")
        sample = rows.order_by().filter(pk__lte=models.Subquery(keys[PROBED - 1 : PROBED]))
        if sample[enough - 1 : enough].exists():
            return False
    return are_few(rows)


def _in_sample(number: int, table: str) -> int | None:
    """How many of a sample fit where so many of the table do; None where it is too small to ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [table])
        (rows,) = cursor.fetchone()
    return ceil(number * PROBED / rows) if rows > max(number, PROBED) else None


def expected(rows: models.QuerySet[Any, Any]) -> int:
    """How many rows the database takes these to be, by its statistics: none is looked at."""
    told = rows.order_by().explain(format="json")
    return int(json.loads(told)[0]["Plan"]["Plan Rows"]) if told else 0  # of what cannot be, nothing is asked


class Fit(Enum):
    """How a list is read whose rows are chosen by others, of which so many fit."""

    FEW = "those that fit are fetched, and sorted"
    SOME = "those that fit are gathered, and the list is walked with a look into them"
    MANY = "the list is walked, and each row is looked at"


def fit(rows: models.QuerySet[Any, Any], *, some: int) -> Fit:
    """About how many rows fit, for the page of a list: by what the database expects."""
    number = expected(rows) if _way.get() is Way.PAGE else some + 1
    return Fit.FEW if number <= SORTED else Fit.SOME if number <= some else Fit.MANY


def among(
    column: str,
    keys: models.QuerySet[Any, Any],
    otherwise: Q | Exists,
    *,
    of: models.QuerySet[Any, Any] | None = None,
    or_else: bool = False,
) -> Q | Exists:
    """Rows whose column is among the keys of a query: found by these where they are few; ``otherwise`` says the same for many.

    ``of`` are rows that are counted instead: about as many, and found with less. ``or_else`` tells that it is one of several
    ways to fit, which are found by indexes together or not at all.
    """
    counted = keys if of is None else of
    return (
        Q(ByKeys(column, keys))
        if (_fit(counted) if or_else else are_few(counted))
        else among_many(column, keys, otherwise)
    )


def among_many(column: str, keys: models.QuerySet[Any, Any], otherwise: Q | Exists) -> Q | Exists:
    """The same where the keys are many: of all rows they are gathered once, of some each row is looked at."""
    return Q(**{f"{column}__in": keys}) if is_whole() else otherwise


class Looked(Exists):
    """``EXISTS``, looked at for each row: without its OFFSET all that exists anywhere would be gathered first."""

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, params = super().as_sql(*args, **kwargs)
        return (f"{sql[:-1]} OFFSET 0)" if sql.endswith(")") else sql), params  # nothing can be: it is no query then


class TakenForFew(models.Func):
    """What holds of every row, though the planner takes it to hold of next to none: so it fetches what else fits by its index
    and sorts it, instead of walking a list in its order. Of a column of numbers that is never empty."""

    template = "(%(expressions)s + 0 = %(expressions)s)"
    output_field = models.BooleanField()


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


class KeyBeside(F):
    """The key in the table of another column, which may be of a joined row: where Django would take the column that leads to it,
    and the database look at it only after both are joined."""

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        column: Any = super().resolve_expression(*args, **kwargs)
        return Col(column.alias, column.target.model._meta.pk)


class AmongGathered(models.Func):
    """Whether a column is among the keys that a query gives, which are gathered once. A list is walked in its order with it: the
    planner takes half of all rows to be among them, and does not begin with the keys, because it is asked whether it is true."""

    template = "(%(expressions)s) IS TRUE"
    arg_joiner = " IN "
    output_field = models.BooleanField()

    def __init__(self, column: str | F, keys: models.QuerySet[Any, Any]) -> None:
        super().__init__(F(column) if isinstance(column, str) else column, models.Subquery(keys))


class ByKeys(AmongFew):
    """The same, found by an index on the column; of a column that is empty it is not said whether it is among them."""

    template = "%(expressions)s)"
