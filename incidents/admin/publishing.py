"""What publishing an incident leaves behind: rows about it that are proposed or returned, shown before it happens."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from accounts.seen import seen
from incidents.admin import words
from incidents.models import Claim, Incident
from incidents.workflow import ClaimState

WAITING = (ClaimState.PROPOSED.value, ClaimState.RETURNED.value)
SHOWN = 50
"""Rows that the page lists; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Left:
    """One row that does not go out with its incident."""

    key: str
    said: str
    status: str
    returned: bool
    address: str


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """All of them that the person may see."""

    rows: list[Left]

    @property
    def shown(self) -> list[Left]:
        return self.rows[:SHOWN]

    @property
    def more(self) -> int:
        return max(len(self.rows) - SHOWN, 0)

    @property
    def proposed(self) -> int:
        return len(self.rows) - self.returned

    @property
    def returned(self) -> int:
        return sum(row.returned for row in self.rows)

    def all_in(self, keys: list[str]) -> bool:
        """Whether the person was shown every one of these."""
        return {row.key for row in self.rows} <= set(keys)


def left_behind(incident: Incident, models: Any, by: User) -> LeftBehind:
    """What of these tables is not accepted and would not go out if the incident were published now."""
    found = []
    for model in models:
        rows = model._default_manager.filter(incident=incident, status__in=WAITING).order_by("status", "pk")
        found += [_left(row) for row in seen(rows.select_related("claimant__merged_into"), by)]
    return LeftBehind(found)


def _left(row: Any) -> Left:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return Left(
        str(row.pk), _said(row), str(row.get_status_display()), row.status == ClaimState.RETURNED,
        reverse(name, args=[row.pk]),
    )  # fmt: skip


def _said(row: Model) -> str:
    """What it says, as far as that may be told to whoever publishes: of a person, only that there is a record."""
    said: Any = row
    if isinstance(row, Claim):
        return f"{words.named(said.claimant)}: “{said.stated}”"
    text = getattr(row, "act", "") or getattr(row, "value", "")
    return f"{words.named(said.claimant)}: {text}" if text else str(row)
