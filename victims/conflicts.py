"""Where records of one victim say different things. Pure: attributes in, names of attributes out."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

Interval = tuple[dt.date | None, dt.date | None]
"""The earliest and latest day a date can mean; None is open."""

COMPARED = ("sex", "civil_status", "age_band", "occupation", "group", "fate", "place", "cause")
DATES = ("born", "fate_date")
UNSAID = (None, "", "unknown")
"""Values that conflict with nothing: not stated, or said to be unknown."""
ADULTHOOD = 18


def stated(row: Any) -> dict[str, Any]:
    """What a record states, as ``conflicting`` compares it."""
    return {
        "age": (row.age, row.age_unit) if row.age is not None else None,
        "born": _day(row, "born"),
        "fate_date": _day(row, "fate_date"),
        "place": row.place_id,
        "cause": row.cause_id,
        **{name: getattr(row, name) for name in ("sex", "civil_status", "age_band", "occupation", "group", "fate")},
    }


def _day(row: Any, name: str) -> Interval | None:
    if not getattr(row, name):
        return None
    return getattr(row, f"{name}_earliest"), getattr(row, f"{name}_latest")


def conflicting(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """The attributes on which the records cannot all be right, in a fixed order.

    A record gives what it states: the words of ``COMPARED``, ``age`` as (number, unit) or None, and each of ``DATES``
    as an interval or None. Two dates conflict when no day fits both; an age in months and one in years, when the
    years differ.
    """
    rows = list(records)
    found = [name for name in ("age",) if _ages_conflict(row.get("age") for row in rows)]
    found += [name for name in COMPARED if len({_value(row, name) for row in rows} - set(UNSAID)) > 1]
    found += [name for name in DATES if _dates_conflict([row[name] for row in rows if row.get(name)])]
    return found


def _value(row: Mapping[str, Any], name: str) -> Any:
    value = row.get(name)
    if name == "age_band" and not value and row.get("age"):
        return "child" if _years(row["age"]) < ADULTHOOD else "adult"
    return value.casefold().strip() if isinstance(value, str) else value


def _years(age: tuple[int, str]) -> int:
    number, unit = age
    return number // 12 if unit == "months" else number


def _ages_conflict(ages: Iterable[tuple[int, str] | None]) -> bool:
    given = [age for age in ages if age is not None]
    exact = {age for age in given if age[1] == "months"}
    return len({_years(age) for age in given}) > 1 or len(exact) > 1


def _dates_conflict(intervals: list[Interval]) -> bool:
    earliest = [start for start, _end in intervals if start is not None]
    latest = [end for _start, end in intervals if end is not None]
    return bool(earliest and latest) and max(earliest) > min(latest)
