"""The history of rows as people read it: each version as what changed since the one before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from accounts.models import HistoryEntry


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
    """Every version of these rows, newest first. Two queries for each row at most."""
    found = []
    for row in rows:
        before: dict[str, Any] = {}
        for entry in HistoryEntry.objects.of(row).select_related("actor"):
            version = Version(entry, str(row._meta.verbose_name))
            if entry.operation != HistoryEntry.Operation.DELETE:
                version.changes = _changes(type(row), before, entry.row)
            before = entry.row
            found.append(version)
    return sorted(found, key=lambda version: version.entry.pk, reverse=True)


def _changes(model: type[models.Model], before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    return [
        Change(label, _shown(before.get(column)), _shown(after.get(column)))
        for column in sorted(before.keys() | after.keys())
        if before.get(column) != after.get(column) and (label := _label(model, column))
    ]


def _label(model: type[models.Model], column: str) -> str:
    for one in model._meta.concrete_fields:
        if one.column == column:
            return "" if one.primary_key else str(one.verbose_name)
    return column


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
