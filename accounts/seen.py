"""What a person may see in the admin. Which rows that are, each room says in its querysets, by ``seen_by``."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

SEE_RESTRICTED = "sources.see_restricted"
"""The right to see what is restricted. Named here, where the history of every room is read."""


def sees_all(by: Any) -> bool:
    """Whether nothing is withheld from this person. From nobody in particular, what is restricted is."""
    return by is not None and bool(by.has_perm(SEE_RESTRICTED))


def seen(rows: Any, by: Any) -> Any:
    """Of these rows those that the person may see; all of them where a table holds nothing that is withheld."""
    return rows.seen_by(by) if hasattr(rows, "seen_by") else rows


def seen_rows(rows: Iterable[models.Model], by: Any) -> list[models.Model]:
    """Of these rows, fetched already and of any tables, those that the person may see."""
    given = list(rows)
    if sees_all(by):
        return given
    keys: dict[type[models.Model], set[Any]] = {}
    for row in given:
        keys.setdefault(type(row), set()).add(row.pk)
    shown = {
        model: set(seen(model._default_manager.filter(pk__in=wanted), by).values_list("pk", flat=True))
        for model, wanted in keys.items()
    }
    return [row for row in given if row.pk in shown[type(row)]]


def seen_history(entries: Any, by: Any) -> Any:
    """The history of the rows that the person may see.

    Of tables whose rows are part of others' (names, links, decisions) nothing, unless the person sees all: those are
    read with the record they belong to.
    """
    if sees_all(by):
        return entries
    every = apps.get_models(include_auto_created=True)
    guarded = {model for model in every if hasattr(model._default_manager, "seen_by")}
    parts = set(guarded)
    while more := {model for model in every if model not in parts and _names(model) & parts}:
        parts |= more
    wanted = ~Q(table_name__in=[model._meta.db_table for model in parts])
    for model in guarded:
        keys = seen(model._default_manager.all(), by).annotate(key=Cast("pk", models.CharField())).values("key")
        wanted |= Q(table_name=model._meta.db_table, row_id__in=keys)
    return entries.filter(wanted)


def _names(model: type[models.Model]) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation}
