"""Versions of rows: which one a person saw, what became of it since, and the history as people read it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import HistoryEntry
from accounts.reasons import told_reason
from accounts.seen import seen

STALE = "stale"
"""The code of the refusal of what was written on an older version than there is."""

# What a row notes about its own changes says nothing to those who read them.
BOOKKEEPING = frozenset({"authors", "reviewed", "modified_at", "modified_by_id"})


def version(row: models.Model) -> int:
    """The number of the row's present version: of its latest entry in the history, 0 before the first."""
    return HistoryEntry.objects.latest_of(row._meta.db_table, row.pk)


def with_version(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """The rows, each with its ``seen_version``, read in the same moment."""
    key = Cast(models.OuterRef("pk"), models.CharField())
    entries = HistoryEntry.objects.filter(table_name=rows.model._meta.db_table, row_id=key).order_by("-pk")
    found: models.QuerySet[Any] = rows.annotate(seen_version=models.Subquery(entries.values("pk")[:1]))
    return found


def require_unchanged(row: models.Model, seen: int | None, *, then: Any = None) -> None:
    """Refuse, in words, to write what was written on an older version than there is. ``None`` asks for no check.

    For services, after they have locked the row: nobody can then change it before they do. ``then`` says what to do
    next, where it is not to save again.
    """
    if seen is None or version(row) == seen:
        return
    since = [one for one in versions([row]) if one.entry.pk > seen]
    told = []
    for one in since:
        person = one.entry.actor.get_username() if one.entry.actor else one.entry.login
        moment = date_format(timezone.localtime(one.entry.at), "DATETIME_FORMAT")
        told.append(
            _("%(person)s changed this while you were writing (%(moment)s).") % {"person": person, "moment": moment}
        )
        told += [
            f"{change.label}: {change.before or '—'} → {change.after or '—'}"
            for change in one.changes
            if change.column not in BOOKKEEPING
        ]
    told.append(
        then or _("What you typed is kept below: look at it again, and save to write it over what is there now.")
    )
    raise ValidationError([ValidationError(line, code=STALE) for line in told])


@contextmanager
def as_seen(row: models.Model, seen: int | None, *others: models.Model, typed: bool = True) -> Iterator[None]:
    """A transaction in which a row is decided on as the person read it; refused, in words, if it changed since.

    ``others`` are rows that the decision will lock as well: all are locked in the order of their keys, so that two
    decisions at once wait for each other and do not block. ``typed`` says that a reason was given, which is kept.
    """
    with transaction.atomic():
        if seen is not None:
            for one in sorted({row, *others}, key=lambda each: each.pk):
                type(one)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=one.pk)
            kept = _("What you typed is kept below: read the record again before you decide.")
            require_unchanged(row, seen, then=kept if typed else _("Read it again before you decide."))
        yield


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

    column: str
    label: str
    before: str
    after: str


@dataclass(slots=True)
class Version:
    """One entry of the history and what it changed."""

    entry: HistoryEntry
    kind: str
    main: bool
    changes: list[Change] = field(default_factory=list)

    @property
    def why(self) -> str:
        return told_reason(self.entry.reason)


def versions(rows: Iterable[models.Model], *, by: Any = None) -> list[Version]:
    """Every version of these rows, newest first, those of the first row marked as the main ones.

    What they refer to is named as far as ``by`` may see it, else called by its key.

    A query for each row, and one for each model they refer to.
    """
    kept = [(row, list(HistoryEntry.objects.of(row).select_related("actor"))) for row in rows]
    names = _Names(by)
    for row, entries in kept:
        names.note(type(row), entries)
    found = []
    for row, entries in kept:
        before: dict[str, Any] = {}
        for entry in entries:
            version = Version(entry, str(row._meta.verbose_name), main=row is kept[0][0])
            if entry.operation != HistoryEntry.Operation.DELETE:
                version.changes = _changes(type(row), before, entry.row, names)
            before = entry.row
            found.append(version)
    return sorted(found, key=lambda version: version.entry.pk, reverse=True)


class _Names:
    """What rows are called to which a history refers by their keys."""

    def __init__(self, by: Any) -> None:
        self._by = by
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
            return _said(column, value)
        model: type[models.Model] = column.related_model
        if model not in self._found:
            try:
                rows = seen(model._default_manager.all(), self._by)
                self._found[model] = rows.in_bulk(list(self._wanted[model]))
            except (ValueError, ValidationError):  # a key of another type, from before a migration
                self._found[model] = {}
        return str(self._found[model].get(column.target_field.to_python(value), value))


def _said(column: Any, value: Any) -> str:
    """A value that is no key: a choice by its label, a moment to the second, yes or no; all else as it stands."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if column is not None and column.flatchoices:
        return str(dict(column.flatchoices).get(column.to_python(value), value))
    if isinstance(column, models.DateTimeField):
        moment = parse_datetime(str(value))
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else str(value)
    return str(value)


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
            found.append(Change(name, str(column.verbose_name) if column is not None else name, was, becomes))
    return found


def difference(row: models.Model, older: int, newer: int, *, by: Any = None) -> list[Change]:
    """What changed from one version of a row to another, column by column; versions by their numbers.

    Raises LookupError when the row has no such version.
    """
    entries = {entry.pk: entry for entry in HistoryEntry.objects.of(row).filter(pk__in=[older, newer])}
    if older not in entries or newer not in entries:
        raise LookupError(f"{row} has no version {older if older not in entries else newer}.")
    names = _Names(by)
    names.note(type(row), entries.values())
    return _changes(type(row), entries[older].row, entries[newer].row, names)
