"""Reading records that were merged: what names one means the record it was merged into.

Claims and citations are frozen and go on naming the record they named. Nothing is rewritten: whoever reads follows
``merged_into``, of which the database allows one step and no more. What was withdrawn is named by nothing.
"""

from typing import Any, Self, TypeVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from sources.clearance import SeenQuerySet

Row = TypeVar("Row")

WHOSE = ("merged_into",)
"""What to select with an organization, to follow it without another query."""
WHICH = ("publisher__merged_into", "merged_into__publisher__merged_into")
"""What to select with a source, to follow it and its publisher without another query."""


def with_merged(name: str, follow: tuple[str, ...] = WHOSE) -> list[str]:
    """The arguments of ``select_related`` for a relation and what it may have been merged into."""
    return [f"{name}__{one}" for one in follow]


def meant(row: Row) -> Row:
    """The record that this one means: what it was merged into, or itself. Queries if that was not fetched with it."""
    return getattr(row, "merged_into", None) or row


def meant_id(row: Any) -> Any:
    """The key of the record that this one means."""
    return row.merged_into_id or row.pk


class Meant(Coalesce):
    """The key of the record that an organization or source means; ``prefix`` leads to it, as in ``claimant__``."""

    def __init__(self, prefix: str = "", *, key: "models.Field[Any, Any]") -> None:
        super().__init__(F(f"{prefix}merged_into"), F(f"{prefix}pk"), output_field=key)


class MergedQuerySet(SeenQuerySet):
    """Of organizations and sources, which may be merged into one another."""

    def standing(self) -> Self:
        """Those that stand for themselves, and are listed."""
        return self.filter(merged_into__isnull=True, withdrawn_reason="")

    def withdrawn(self) -> Self:
        """Those that the register took back: outside, a tombstone with the reason."""
        return self.exclude(withdrawn_reason="")

    def named_or_meant(self, keys: Any) -> Self:
        """The records with these keys, and those that were merged into them."""
        return self.filter(Q(pk__in=keys) | Q(merged_into__in=keys))


def withdrawn_field() -> "models.TextField[str, str]":
    """Why an organization or a source was taken back, empty while it stands."""
    return models.TextField(
        _lazy("reason of the withdrawal"), blank=True, default="", db_default="", editable=False,
        help_text=_lazy("Why the register took this record back, shown outside in its place; empty while it stands."),
    )  # fmt: skip


def in_source(**conditions: Any) -> Q:
    """Rows that cite a source of which this holds, or one that was merged into such a source.

    Merged sources are few: they are fetched, so that the rest of the condition stays as simple as if there were none.
    """
    sources: Any = apps.get_model("sources", "Source")._default_manager
    merged = sources.filter(merged_into__isnull=False, **{f"merged_into__{name}": v for name, v in conditions.items()})
    own = Q(source__merged_into__isnull=True, **{f"source__{name}": value for name, value in conditions.items()})
    keys = list(merged.values_list("pk", flat=True))
    return own | Q(source__in=keys) if keys else own


def require_standing(**named: Any) -> None:
    """Refuse to name what was merged or withdrawn, in words, under the name it was given by.

    For services, before they write; the database refuses it as well. Raises ValidationError.
    """
    errors: dict[str, list[str]] = {}
    for field, given in named.items():
        for row in given if isinstance(given, list | tuple | set) else [given]:
            if row is not None and row.withdrawn_reason:
                errors.setdefault(field, []).append(_("“%s” was withdrawn: name another.") % row)
            if row is not None and row.merged_into_id is not None:
                errors.setdefault(field, []).append(_refusal(row))
    if errors:
        raise ValidationError(errors, code="merged")


def _refusal(row: Any) -> str:
    into = row.merged_into
    if into.disclosure > row.disclosure:  # whoever may see the one need not know the other
        return str(_("“%s” was merged into another record: name that one.") % row)
    return str(_("“%(one)s” was merged into “%(other)s”: name that one.") % {"one": row, "other": into})
