"""Reads of whatever a claimant asserts."""

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast

from accounts.choosing import AmongFew, ByKeys, Looked, all_few, among_many, are_expected_few
from incidents.locating import located_in
from incidents.querysets.shared import OUTSIDE, PUBLISHED, model_of
from incidents.workflow import ClaimState
from sources.clearance import SeenQuerySet
from sources.disclosure import Disclosure
from sources.models import Organization


@cache
def _visible_citations(level: Disclosure) -> Any:
    """Kept, because making it takes longer than the rest of a query; so it may look at no row, and choose no way by how many."""
    citations: Any = model_of("Citation")._default_manager
    return citations.visible_to(level)


@cache
def _with_visible_citation(cited_as: str, level: Disclosure) -> Exists:
    """Assertions of which a citation is visible; kept as well."""
    return Exists(_visible_citations(level).filter(**{cited_as: OuterRef("pk")}))


class AssertionQuerySet(SeenQuerySet):
    """Claims, responsibility claims and statements: what a claimant asserts, under review."""

    cited_as = {"Claim": "claim", "ResponsibilityClaim": "responsibility", "Statement": "statement"}

    @property
    def _citing(self) -> str:
        """The column of citations that leads to one of these."""
        return self.cited_as[self.model.__name__]

    def accepted(self) -> Self:
        return self.filter(status=ClaimState.ACCEPTED)

    def visible_to(self, level: Disclosure) -> Self:
        """What a reader of this level may see: once accepted, about a published incident, nothing above the level.

        An assertion of which no citation is visible is not visible either: it would stand without a source.
        """
        return self.within(level).filter(_with_visible_citation(self._citing, level))

    def perhaps_visible_to(self, level: Disclosure) -> Self:
        """What by its own row may be: its incident, its claimant and its sources have to be looked at."""
        return self.filter(disclosure__lte=level, status__in=OUTSIDE, accepted_at__isnull=False)

    def within(self, level: Disclosure) -> Self:
        """Once accepted, about a published incident, and neither it nor claimant nor incident above the level."""
        return self._own(level).filter(status__in=OUTSIDE, accepted_at__isnull=False, incident__status__in=PUBLISHED)

    def seen_at(self, level: Disclosure) -> Self:
        """In any state, neither they nor claimant nor incident above the level, nor all of their sources."""
        citations: Any = model_of("Citation")._default_manager.filter(**{self._citing: OuterRef("pk")})
        return self._own(level).filter(Exists(citations.seen_at(level)) | ~Exists(citations))

    def _own(self, level: Disclosure) -> Self:
        return self.filter(
            ~Q(AmongFew("claimant", Organization.objects.leading_above(level).values("pk"))),
            disclosure__lte=level,
            claimant__disclosure__lte=level,
            incident__disclosure__lte=level,
        )

    def changed_since(self, moment: dt.datetime, level: Disclosure | None) -> Self:
        """What came out, or changed for readers, at this time or later: by being accepted, by its incident being
        published, by a change of its status, or by a further citation: one visible at the level, unless that is None."""
        keys = self.keys_changed_since(moment, level)
        return self.filter(ByKeys("pk", keys)) if keys is not None else self.each_changed_since(moment, level)

    def each_changed_since(self, moment: dt.datetime, level: Disclosure | None) -> Self:
        """The same where they are many: each is looked at."""
        steps, cited = self._steps_since(moment), self._cited_since(moment, level)
        return self.filter(
            Q(accepted_at__gte=moment)
            | Q(incident__published_at__gte=moment)
            | Looked(steps.filter(row_id=Cast(OuterRef("pk"), models.CharField())))
            | Looked(cited.filter(**{self._citing: OuterRef("pk")}))
        )

    def keys_changed_since(self, moment: dt.datetime, level: Disclosure | None) -> models.QuerySet[Any, Any] | None:
        """The keys of all that ``changed_since`` means, some of them more than once, if they are few; else None."""
        everything = self.model._default_manager
        accepted = everything.filter(accepted_at__gte=moment)
        published = everything.filter(incident__published_at__gte=moment)
        steps, cited = self._steps_since(moment), self._cited_since(moment, None)
        if not all_few(accepted, published, steps, cited):
            return None
        stepped = steps.values_list(Cast("row_id", models.UUIDField()))
        seen = self._cited_since(moment, level).filter(**{f"{self._citing}__isnull": False})
        several = (published.values_list("pk"), stepped, seen.values_list(self._citing))
        keys: models.QuerySet[Any, Any] = accepted.values_list("pk").union(*several, all=True)
        return keys

    def _steps_since(self, moment: dt.datetime) -> Any:
        return model_of("Transition")._default_manager.filter(table_name=self.model._meta.db_table, at__gte=moment)

    def _cited_since(self, moment: dt.datetime, level: Disclosure | None) -> Any:
        citations: Any = model_of("Citation")._default_manager if level is None else _visible_citations(level)
        return citations.filter(recorded_at__gte=moment)

    def of_incidents(self, references: Iterable[str]) -> Self:
        return self.filter(incident__reference__in=list(references))

    def cited_in(self, source: Q, level: Disclosure | None) -> Self:
        """Assertions with a citation in such a source (see ``in_source``); visible at the level, unless that is None."""
        is_such = Q(source, **{f"{self._citing}__isnull": False})
        citations: Any = model_of("Citation")._default_manager.filter(is_such)
        visible = citations if level is None else _visible_citations(level).filter(is_such)
        looked = Looked(visible.filter(**{self._citing: OuterRef("pk")}))
        if not are_expected_few(citations):
            return self.filter(among_many("pk", visible.values(self._citing), looked))
        chosen = self.filter(ByKeys("pk", citations.values(self._citing)))
        return chosen if level is None else chosen.filter(looked)

    def in_subtree(self, code: str) -> Self:
        """Assertions about incidents that happened at a place within this one."""
        return self.filter(located_in(code, "incident"))
