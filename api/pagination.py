"""Keyset pages: the position is the last row's own values, so that page 5,000 costs what page 1 does."""

import base64
import binascii
import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from accounts.parameters import refuse
from accounts.taking import Schema

DEFAULT_SIZE, LARGEST_SIZE = 100, 1000
PAGE_SIZE: Schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE}


def page_size(parameters: QueryDict) -> int:
    given = parameters.get("page_size", str(DEFAULT_SIZE))
    if not given.isascii() or not given.isdigit() or len(given) > 6 or not 1 <= int(given) <= LARGEST_SIZE:
        raise refuse("page_size", given, f"expected a whole number from 1 to {LARGEST_SIZE}.")
    return int(given)


def flag(parameters: QueryDict, name: str) -> bool:
    given = parameters.get(name, "false")
    if given not in {"true", "false"}:
        raise refuse(name, given, "expected true or false.")
    return given == "true"


MOST_LOOKED_AT = 5_000
"""Keys that are looked at at once."""
Look = Callable[[Sequence[Any]], Mapping[Any, Any]]
"""Of rows with these keys, those that may be shown, by their keys."""


class Keyset:
    """An order by expressions of which the last is unique, and the pages that follow from it.

    ``order`` is a pair of (sort expression, unique tie-break); ``descending`` turns both round.
    """

    def __init__(self, order: tuple[Any, ...], *, descending: bool = False) -> None:
        self.order, self.descending = order, descending

    def page(
        self, rows: QuerySet[Any], *, size: int, cursor: str | None, look: Look | None = None
    ) -> tuple[list[Any], str | None, str | None]:
        """The rows of one page, and the cursors of the next and the previous one. Raises ValidationError.

        With ``look``, ``rows`` are more than may be shown: what it gives back of their keys is.
        """
        keyed = rows.annotate(**{f"key_{index}": expression for index, expression in enumerate(self.order)})
        backwards, position = decode(cursor, len(self.order)) if cursor else (False, None)
        ascending = self.descending == backwards
        keys = [F(f"key_{index}") for index in range(len(self.order))]
        ordered = keyed.order_by(*(key.asc() if ascending else key.desc() for key in keys))
        if look is not None:
            ordered = ordered.values_list("pk", *(key.name for key in keys))
        number = size + 1 if look is None else 3 * (size + 1) // 2
        try:
            first = list(self._following(ordered, position, backwards)[:number])
        except (ValueError, TypeError, OverflowError, ValidationError, DataError) as error:
            if position is None:
                raise
            # A position of the right shape, whose values are of another kind than this list's.
            raise _bad(cursor) from error
        found = (
            [(self._position(row), row) for row in first]
            if look is None
            else self._shown(ordered, first, number, backwards, size + 1, look)
        )
        more = len(found) > size
        found = found[:size]
        if backwards:
            found.reverse()
        after = found and (more if not backwards else True)
        before = found and (position is not None if not backwards else more)
        return (
            [row for _, row in found],
            encode(found[-1][0], backwards=False) if after else None,
            encode(found[0][0], backwards=True) if before else None,
        )

    def _following(self, ordered: QuerySet[Any], position: list[Any] | None, backwards: bool) -> QuerySet[Any]:
        return ordered if position is None else ordered.filter(self._beyond(position, backwards=backwards))

    def _shown(
        self, keys: QuerySet[Any, Any], candidates: list[Any], asked: int, backwards: bool, wanted: int, look: Look
    ) -> list[tuple[list[Any], Any]]:
        """So many of the rows as are wanted that may be shown, each with its position: of the candidates asked for first, then of
        so many at once as are likely to be enough, by how many of those before were shown."""
        found: list[tuple[list[Any], Any]] = []
        while True:
            shown = look([pk for pk, *_ in candidates])
            found += [(at, shown[pk]) for pk, *at in candidates if pk in shown]
            missing = wanted - len(found)
            if missing <= 0 or len(candidates) < asked:
                return found[:wanted]
            likely = 2 * missing * asked // len(shown) if shown else 2 * asked
            asked = min(max(likely, wanted // 2), MOST_LOOKED_AT)
            candidates = list(self._following(keys, candidates[-1][1:], backwards)[:asked])

    def _position(self, row: Any) -> list[Any]:
        return [getattr(row, f"key_{index}") for index in range(len(self.order))]

    def _beyond(self, position: list[Any], *, backwards: bool) -> Q:
        """Lexicographic comparison, written so that an index on the keys serves it."""
        operator = "gt" if self.descending == backwards else "lt"
        first, second = position
        return Q(**{f"key_0__{operator}e": first}) & (
            Q(**{f"key_0__{operator}": first}) | Q(key_0=first, **{f"key_1__{operator}": second})
        )


def encode(position: list[Any], *, backwards: bool) -> str:
    parts = [_typed(value) for value in position]
    raw = json.dumps([int(backwards), *parts], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> tuple[bool, list[Any]]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        backwards, *parts = json.loads(raw)
        position = [_value(kind, text) for kind, text in parts]
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError, OverflowError) as error:
        raise _bad(cursor) from error
    if backwards not in (0, 1) or len(position) != length:
        raise _bad(cursor)
    return bool(backwards), position


def _bad(cursor: str | None) -> ValidationError:
    return refuse("cursor", cursor, "not one that this list gave out; follow next and previous as they are.")


def _typed(value: Any) -> tuple[str, str]:
    match value:
        case dt.datetime():
            return "t", value.isoformat()
        case dt.date():
            return "d", value.isoformat()
        case uuid.UUID():
            return "u", str(value)
        case int():
            return "i", str(value)
        case _:
            return "s", str(value)


READERS: dict[str, Any] = {
    "t": dt.datetime.fromisoformat,
    "d": dt.date.fromisoformat,
    "u": uuid.UUID,
    "i": lambda text: int(text) if len(text) < 20 else int("x"),
    "s": str,
}


def _value(kind: str, text: str) -> Any:
    value = READERS[kind](text)
    if isinstance(value, str) and "\x00" in value:
        raise ValueError(value)
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise ValueError(text)
        return value.astimezone(dt.UTC)
    return value


def address(base: str, parameters: QueryDict, cursor: str) -> str:
    """The address of the page at a cursor, with every other parameter as it was."""
    kept = [(name, value) for name, values in parameters.lists() if name != "cursor" for value in values]
    return f"{base}?{urlencode([*kept, ('cursor', cursor)])}"
