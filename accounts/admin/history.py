"""The history of rows as people read it: each version as what changed since the one before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from accounts.models import HistoryEntry

_apart: set[str] = set()


def kept_apart(*tables: str) -> None:
    """Leave the versions of these tables to pages of their own, which ask for more than the right to read history."""
    _apart.update(tables)


def readable_by_all() -> models.QuerySet[HistoryEntry]:
    """The history but for what is kept apart."""
    return HistoryEntry.objects.exclude(table_name__in=_apart)


@dataclass(frozen=True, slots=True)
class Change:
    """One column, before and after."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class Version:
    """One entry of the history and what it changed."""

    entry: HistoryEntry
    kind: str
    changes: list[Change] = field(default_factory=list)


def versions(rows: Iterable[models.Model]) -> list[Version]:
    """Every version of these rows, newest first: a query for each row, and one for each model they refer to."""
    kept = [(row, list(HistoryEntry.objects.of(row).select_related("actor"))) for row in rows]
    names = _Names()
    for row, entries in kept:
        names.note(type(row), entries)
    found = []
    for row, entries in kept:
        before: dict[str, Any] = {}
        for entry in entries:
            version = Version(entry, str(row._meta.verbose_name))
            if entry.operation != HistoryEntry.Operation.DELETE:
                version.changes = _changes(type(row), before, entry.row, names)
            before = entry.row
            found.append(version)
    return sorted(found, key=lambda version: version.entry.pk, reverse=True)


class _Names:
    """What rows are called to which a history refers by their keys."""

    def __init__(self) -> None:
        self._wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        self._found: dict[type[models.Model], dict[Any, Any]] = {}

    def note(self, model: type[models.Model], entries: Iterable[HistoryEntry]) -> None:
        for entry in entries:
            for column in _columns(model).values():
                target, key = column.related_model, entry.row.get(column.column)
                if isinstance(target, type) and key is not None:
                    self._wanted[target].add(key)

    def of(self, column: Any, value: Any) -> str:
        """The value as people read it; a row that is gone by its key."""
        if value is None or column is None or not isinstance(column.related_model, type):
            return "" if value is None else str(value)
        model: type[models.Model] = column.related_model
        if model not in self._found:
            try:
                self._found[model] = model._default_manager.in_bulk(list(self._wanted[model]))
            except (ValueError, ValidationError):  # a key of another type, from before a migration
                self._found[model] = {}
        return str(self._found[model].get(column.target_field.to_python(value), value))


def _columns(model: type[models.Model]) -> dict[str, Any]:
    return {column.column: column for column in model._meta.concrete_fields}


def _changes(model: type[models.Model], before: dict[str, Any], after: dict[str, Any], names: _Names) -> list[Change]:
    columns = _columns(model)
    found = []
    for name in sorted(before.keys() | after.keys()):
        column = columns.get(name)
        if column is not None and column.primary_key:
            continue
        was, becomes = names.of(column, before.get(name)), names.of(column, after.get(name))
        if was != becomes:
            found.append(Change(str(column.verbose_name) if column is not None else name, was, becomes))
    return found
