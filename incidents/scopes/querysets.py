"""Reads of scopes and of what their claims come to."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.choosing import Looked, among, among_many, is_whole
from sources.clearance import SeenQuerySet
from sources.disclosure import Disclosure


class AtLevelQuerySet(SeenQuerySet):
    """Of rows that hold for readers of some levels; ``incident`` leads to theirs."""

    incident: ClassVar[str]

    def at(self, level: Disclosure) -> Self:
        """What holds for a reader of this level.

        Of an incident that was written by SQL and not looked at since, nothing: it may tell what is hidden by now.
        """
        return self.told_at(level).filter(self._settled())

    def told_at(self, level: Disclosure) -> Self:
        """What holds for a reader of this level, or did when it was last looked at."""
        return self.filter(disclosure_from__lte=level, disclosure_to__gte=level)

    def _settled(self) -> Q:
        due: Any = apps.get_model("incidents", "ScopeDue")._default_manager
        return Q(~Exists(due.filter(incident=OuterRef(self.incident))))

    def seen_at(self, level: Disclosure) -> Self:
        return self.at(level)


class ScopeStateQuerySet(AtLevelQuerySet):
    """What scopes come to."""

    incident = "incident"

    def visible_to(self, level: Disclosure) -> Self:
        """What holds for a reader of this level, of published incidents that they may see."""
        return self.at(level).filter(
            incident__disclosure__lte=level, incident__status__in=("published", "under_revision")
        )

    def seen_at(self, level: Disclosure) -> Self:
        """The same of incidents in any state."""
        return self.at(level).filter(incident__disclosure__lte=level)

    def of_incidents_in(self, code: str) -> Self:
        """Scopes of incidents at a place within this one, whatever place they are of."""
        places: Any = apps.get_model("incidents", "IncidentPlace")._default_manager
        within = RawSQL("SELECT place_subtree(%s)", [code])
        return self.filter(incident__in=places.filter(role="place", place__in=within).values("incident"))

    def warned(self, codes: Iterable[str]) -> Self:
        """Those with a warning of one of these codes."""
        wanted = Q()
        for code in codes:
            wanted |= Q(warnings__contains=[{"code": code}])
        return self.filter(wanted)


class ScopeClaimQuerySet(AtLevelQuerySet):
    """Claims in their scopes."""

    incident = "scope__incident"

    def _settled(self) -> Q:
        if is_whole():
            return super()._settled()
        # Whatever is read of a claim in its scope needs no more of the scope than its key; of how many that leaves out, the
        # planner has no idea, which for all rows misleads it.
        due = apps.get_model("incidents", "ScopeDue")._default_manager.values("incident")
        return ~Q(scope__in=apps.get_model("incidents", "Scope")._default_manager.filter(incident__in=due).values("pk"))

    def superseded(self) -> Self:
        """Claims after which the same claimant announced another in the same scope."""
        return self.filter(speaks=False)


class ScopeQuerySet(SeenQuerySet):
    """Scopes. One without an accepted claim that a reader may see is nothing to them."""

    def seen_at(self, level: Disclosure) -> Self:
        """Those with a claim that may be seen, of incidents in any state."""
        return self.filter(Exists(self._states(level)), incident__disclosure__lte=level)

    def visible_to(self, level: Disclosure) -> Self:
        """What a reader of this level may see: of published incidents."""
        return self.seen_at(level).filter(incident__status__in=("published", "under_revision"))

    def kept_at(self, level: Disclosure) -> Self:
        """As well those of which no claim is left, but a figure."""
        figures: Any = apps.get_model("incidents", "Figure")._default_manager
        seen = figures.seen_at(level)
        kept = among("pk", seen.values_list("scope", flat=True), Looked(seen.filter(scope=OuterRef("pk"))))
        # Looked at row by row, as a page of the list needs: else all states there are would be gathered first.
        return self.filter(Looked(self._states(level)) | Q(kept), incident__disclosure__lte=level)

    def in_relation(self, relation: str, level: Disclosure) -> Self:
        """Those of which what speaks stands so to each other."""
        states: Any = apps.get_model("incidents", "ScopeState")._default_manager
        keys = states.at(level).filter(relation=relation).values_list("scope", flat=True)
        return self.filter(among("pk", keys, Looked(self._states(level).filter(relation=relation))))

    @staticmethod
    def _states(level: Disclosure) -> QuerySet[Any]:
        states: Any = apps.get_model("incidents", "ScopeState")._default_manager
        found: QuerySet[Any] = states.at(level).filter(scope=OuterRef("pk"))
        return found


class FigureQuerySet(SeenQuerySet):
    """Figures, of every status."""

    def current(self) -> Self:
        """The adopted ones that nothing has superseded."""
        return self.filter(status="adopted")

    def seen_at(self, level: Disclosure) -> Self:
        """Those made for this level or below it, of which the reader sees every claim that was used."""
        claims: Any = apps.get_model("incidents", "Claim")._default_manager
        return self.using_none_but(claims.seen_at(level)).filter(
            disclosure__lte=level, scope__incident__disclosure__lte=level
        )

    def visible_to(self, level: Disclosure) -> Self:
        """What a reader of this level may see outside: current, of published incidents, every claim used visible."""
        claims: Any = apps.get_model("incidents", "Claim")._default_manager
        return (
            self.current()
            .using_none_but(claims.visible_to(level))
            .filter(
                disclosure__lte=level,
                scope__incident__disclosure__lte=level,
                scope__incident__status__in=("published", "under_revision"),
            )
        )

    def using_none_but(self, claims: QuerySet[Any]) -> Self:
        """Figures of which every claim that was used is among these; for some figures each use is looked at."""
        uses: Any = apps.get_model("incidents", "FigureClaim")._default_manager.filter(use="used")
        used = among_many("claim", claims.values("pk"), Looked(claims.filter(pk=OuterRef("claim"))))
        return self.filter(~Exists(uses.filter(~Q(used), figure=OuterRef("pk"))))
