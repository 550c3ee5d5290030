"""The names that fields have of themselves, such as "recorded by" of recorded_by: translated like those that were given."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy

ROOMS = ("accounts", "places", "sources", "incidents", "victims", "exchange", "api", "config")


def self_named() -> Iterator[Any]:
    """Fields of ours that were given no name."""
    for model in apps.get_models():
        if model.__module__.partition(".")[0] in ROOMS:
            for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
                # Django keeps here what was given, and writes only that into migrations.
                if field._verbose_name is None:  # type: ignore[attr-defined]  # noqa: SLF001
                    yield field


def translate_names() -> None:
    """Have them read in the reader's language."""
    for field in self_named():
        field.verbose_name = gettext_lazy(str(field.verbose_name))
