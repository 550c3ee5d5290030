"""Reads of scopes and of what their claims come to."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet

from sources.clearance import SeenQuerySet
from sources.disclosure import Disclosure


class AtLevelQuerySet(SeenQuerySet):
    """Of rows that hold for readers of some levels."""

    def at(self, level: Disclosure) -> Self:
        """What holds for a reader of this level."""
        return self.filter(disclosure_from__lte=level, disclosure_to__gte=level)

    def seen_at(self, level: Disclosure) -> Self:
        return self.at(level)


class ScopeStateQuerySet(AtLevelQuerySet):
    """What scopes come to."""


class ScopeClaimQuerySet(AtLevelQuerySet):
    """Claims in their scopes."""


class ScopeQuerySet(SeenQuerySet):
    """Scopes. One without an accepted claim that a reader may see is nothing to them."""

    def seen_at(self, level: Disclosure) -> Self:
        """Those with a claim that may be seen, of incidents in any state."""
        return self.filter(Exists(self._states(level)), incident__disclosure__lte=level)

    def visible_to(self, level: Disclosure) -> Self:
        """What a reader of this level may see: of published incidents."""
        return self.seen_at(level).filter(incident__status__in=("published", "under_revision"))

    def in_conflict(self, level: Disclosure) -> Self:
        """Scopes in which what speaks cannot all be true."""
        return self.filter(Exists(self._states(level).filter(relation="conflict")))

    @staticmethod
    def _states(level: Disclosure) -> QuerySet[Any]:
        states: Any = apps.get_model("incidents", "ScopeState")._default_manager
        found: QuerySet[Any] = states.at(level).filter(scope=OuterRef("pk"))
        return found
