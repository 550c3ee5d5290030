"""``fields=``: which keys of each row an answer has, and which columns a file.

In JSON they are the names of the shape. In files they are names of columns as well: a name of the shape then stands for all
columns that are made of it (``claimant`` for ``claimant_code``, ``claimant_name`` …).
"""

import typing
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.http import QueryDict

from accounts.parameters import refuse, words
from exchange.columns import Column

MADE_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "claims": {"citations": ("source_", "relays", "locator", "citation_")},
    "victims": {"records": ("",)},  # all but what another name stands for
    "summary": {"area": ("area_",)},
}
"""Of an export, names of the shape whose columns do not begin with them, and how these begin."""


@cache
def keys_of(shape: Any) -> list[str]:
    """The names of a shape, in their order."""
    return list(typing.get_type_hints(shape))


def asked(given: QueryDict, allowed: Iterable[str]) -> set[str] | None:
    """The names that are asked for; None is all. Raises ValidationError naming those there are."""
    if "fields" not in given:
        return None
    names, allowed = words(str(given["fields"])), list(allowed)
    unknown = [name for name in names if name not in allowed]
    if unknown or not names:
        raise refuse("fields", given["fields"], f"{', '.join(unknown)}: not among {', '.join(allowed)}.")
    return set(names)


def selected(shape: Mapping[str, Any], names: set[str] | None) -> Mapping[str, Any]:
    """Of one row, what is asked for, in the order of the shape."""
    return shape if names is None else {name: value for name, value in shape.items() if name in names}


def columns(export: str, there: Sequence[Column], shape: Any, given: QueryDict) -> tuple[Column, ...]:
    """Of the columns of an export, those asked for, in their order. Raises ValidationError."""
    owners = owned(export, there, keys_of(shape) if shape is not None else [])
    groups = [name for name in dict.fromkeys(owners.values()) if name]
    names = asked(given, dict.fromkeys([*groups, *(column.name for column in there)]))
    if names is None:
        return tuple(there)
    return tuple(column for column in there if {column.name, owners[column.name]} & names)


def owned(export: str, there: Sequence[Column], keys: Sequence[str]) -> dict[str, str]:
    """Of each column, the name of the shape that it is made of; the longest that fits, or none."""
    beginnings = {key: (f"{key}_",) for key in keys} | MADE_OF.get(export, {})
    found: dict[str, str] = {}
    for column in there:
        fitting = [
            (len(beginning), key)
            for key, several in beginnings.items()
            for beginning in several
            if column.name.startswith(beginning)
        ]
        found[column.name] = column.name if column.name in keys else max(fitting, default=(0, ""))[1]
    return found
