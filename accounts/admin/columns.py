"""Columns of lists whose rows refer to others: each told by its name in the reader's language."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from accounts.admin.forms import named

NAMES = ("name_ar", "label_ar", "title_ar")


def told(model: type[models.Model], columns: Sequence[Any]) -> list[Any]:
    """The columns of a list, those that refer to a row with an Arabic name told by it."""
    return [_told(model, column) if refers(model, column) else column for column in columns]


def refers(model: type[models.Model], column: Any) -> bool:
    """Whether a column is a reference to rows that have an Arabic name."""
    try:
        target = model._meta.get_field(column).related_model if isinstance(column, str) else None
    except FieldDoesNotExist:
        return False
    return isinstance(target, type) and any(hasattr(target, name) for name in NAMES)


def _told(model: type[models.Model], name: str) -> Any:
    @admin.display(description=model._meta.get_field(name).verbose_name, ordering=name)  # type: ignore[union-attr]  # a field of ours
    def column(row: Any) -> str | None:
        referred = getattr(row, name)
        return None if referred is None else named(referred)

    column.__name__ = name
    return column
