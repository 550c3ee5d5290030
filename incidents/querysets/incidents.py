"""Reads of incidents, and of what belongs to them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Self

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest

from accounts.choosing import Looked, among
from accounts.folding import Fold
from incidents.locating import located_in
from incidents.querysets.shared import PUBLISHED, model_of, overlapping
from incidents.workflow import IncidentState
from sources.clearance import SeenQuerySet
from sources.disclosure import Disclosure, Masked

NEARLY_THE_SAME_TITLE = 0.5
"""From this similarity of their trigrams on, the titles of two incidents are shown as nearly the same."""


class PartQuerySet(SeenQuerySet):
    def seen_at(self, level: Disclosure) -> Self:
        """Links between incidents that are both within the level."""
        return self.filter(part__disclosure__lte=level, situation__disclosure__lte=level)


class OfIncidentQuerySet(SeenQuerySet):
    def seen_at(self, level: Disclosure) -> Self:
        """Rows about incidents within the level."""
        return self.filter(incident__disclosure__lte=level)


class IncidentQuerySet(SeenQuerySet):
    def published(self) -> Self:
        return self.filter(status__in=PUBLISHED)

    def visible_to(self, level: Disclosure) -> Self:
        """What a reader of this level may see: published, and not above the level."""
        return self.published().filter(disclosure__lte=level)

    def seen_at(self, level: Disclosure) -> Self:
        """In any state, neither they nor what they were merged into above the level."""
        merges = model_of("IncidentMerge")._default_manager.filter(
            merged=OuterRef("pk"), undone_at__isnull=True, into__disclosure__gt=level
        )
        return self.filter(~Exists(merges), disclosure__lte=level)

    def withdrawn_from(self, level: Disclosure) -> Self:
        """What was once published at this level and has been withdrawn: outside, a tombstone with the reason."""
        return self.filter(status=IncidentState.WITHDRAWN, published_at__isnull=False, disclosure__lte=level)

    def survivor_of(self, reference: str, level: Disclosure) -> Any:
        """What an incident that was public at this level was merged into, if a reader of the level may see that."""
        row = self.filter(
            reference=reference, status=IncidentState.MERGED, published_at__isnull=False, disclosure__lte=level
        ).first()
        merges: Any = model_of("IncidentMerge")._default_manager.filter(undone_at__isnull=True).select_related("into")
        while row is not None and row.status == IncidentState.MERGED:  # the database allows no circle
            merge = merges.filter(merged=row).first()
            row = merge.into if merge is not None else None
        return self.visible_to(level).filter(pk=row.pk).first() if row is not None else None

    def in_subtree(self, code: str) -> Self:
        """Incidents that happened at a place within this one."""
        return self.filter(located_in(code, "pk"))

    def near(
        self,
        *,
        title: str,
        title_ar: str = "",
        earliest: dt.date | None,
        latest: dt.date | None,
        places: Iterable[Any],
        kinds: Iterable[Any],
    ) -> Self:
        """Incidents that may be the same: possibly on the same days, and there or nearly of this title in either script.

        Whether it was an air strike or shelling is what sources differ on: another kind makes another incident only
        where the place is as large as a district. Without a day, by the titles alone.
        """
        called = {column: Fold(Value(text)) for column, text in (("title", title), ("title_ar", title_ar)) if text}
        title_like = Q()
        for column, folded in called.items():
            title_like |= Q(
                **{f"folded_{column}__trigram_similar": folded, f"near_{column}__gte": NEARLY_THE_SAME_TITLE}
            )
        rows = self.exclude(status=IncidentState.MERGED).annotate(
            **{f"folded_{column}": Fold(column) for column in called},
            **{
                f"near_{column}": TrigramSimilarity(Fold(column), folded)  # type: ignore[arg-type]  # it takes expressions
                for column, folded in called.items()
            },
        )
        rows = rows.annotate(nearness=Greatest(*(f"near_{column}" for column in called), Value(0.0)))
        if earliest is None and latest is None:
            return rows.filter(title_like).order_by("-nearness", "pk")
        places, kinds = list(places), list(kinds)
        codes = [place.code for place in places]
        there = model_of("IncidentPlace")._default_manager.filter(
            Q(place__code__in=codes)
            | Q(place__in=RawSQL("SELECT place_subtree(c) FROM unnest(%s::text[]) AS c", [codes])),
            role="place",
        )
        small = [place for place in places if place.precision == place.Precision.SETTLEMENT]
        possibly_so = (
            Q(kinds__in=kinds) | Q(kinds__isnull=True) | Q(pk__in=there.filter(place__in=small).values("incident"))
        )
        here = Q(pk__in=there.values("incident")) & (possibly_so if kinds else Q()) if codes else Q(pk=None)
        same_days = overlapping("occurred", after=earliest, before=latest, certainly=False)
        return rows.filter(same_days, here | title_like).distinct().order_by("-nearness", "pk")

    def matching(self, text: str) -> Self:
        """For analysts: this text in the title, in either script, or in a name of a place, or the reference."""
        wanted, reference = Fold(Value(text)), text.strip().upper()
        return self.annotate(folded_title=Fold("title"), folded_title_ar=Fold("title_ar")).filter(
            Q(folded_title__contains=wanted)
            | Q(folded_title_ar__contains=wanted)
            | Q(reference__in=[reference, f"SJ-{reference}"])
            | self._located_at(text)
        )

    def _located_at(self, text: str) -> Q | Exists:
        """At a place with this text in a name."""
        places = self.model._meta.get_field("places").related_model._default_manager.matching(text).values("pk")
        links = model_of("IncidentPlace")._default_manager.filter(place__in=places)
        otherwise = Looked(links.filter(incident=OuterRef("pk")))
        return among("pk", links.values_list("incident", flat=True), otherwise, or_else=True)

    def matching_outside(self, text: str) -> Self:
        """As ``matching``, and in the summary and the names of the places; protected names match nothing."""
        wanted = Fold(Value(text))
        return self.annotate(
            folded_title=Fold("title"),
            folded_title_ar=Fold("title_ar"),
            masked_title=Fold(Masked("title")),
            masked_title_ar=Fold(Masked("title_ar")),
            folded_summary=Fold("summary"),
            masked_summary=Fold(Masked("summary")),
        ).filter(
            Q(folded_title__contains=wanted, masked_title__contains=wanted)
            | Q(folded_title_ar__contains=wanted, masked_title_ar__contains=wanted)
            | Q(folded_summary__contains=wanted, masked_summary__contains=wanted)
            | Q(reference=text.strip().upper())
            | self._located_at(text)
        )
