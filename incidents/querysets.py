"""Every read of incidents and claims, in the words of the domain. Nothing outside these decides visibility."""

import datetime as dt
import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Greatest

from accounts.choosing import AmongFew, ByKeys, Looked, among, among_many, are_few, few
from accounts.folding import Fold
from incidents.locating import incidents_in, located_in, or_located_in, places_in
from incidents.workflow import ClaimState, IncidentState
from sources.clearance import SeenQuerySet
from sources.disclosure import Disclosure, Masked
from sources.merged import in_source
from sources.models import Organization, Source

NEARLY_THE_SAME_TITLE = 0.5
"""From this similarity of their trigrams on, the titles of two incidents are shown as nearly the same."""

PUBLISHED = (IncidentState.PUBLISHED.value, IncidentState.UNDER_REVISION.value)
OUTSIDE = (
    ClaimState.ACCEPTED.value,
    ClaimState.CORRECTED.value,
    ClaimState.RETRACTED.value,
    ClaimState.VOIDED.value,
)
"""States in which an assertion can be outside, provided that it was once accepted."""
CORRECTING = (ClaimState.ACCEPTED.value, ClaimState.CORRECTED.value, ClaimState.RETRACTED.value)
"""States in which a correction has taken the place of what it corrects, and keeps it."""


def _model(name: str) -> type[models.Model]:
    return apps.get_model("incidents", name)


def overlapping(field: str, *, after: dt.date | None, before: dt.date | None, certainly: bool) -> Q:
    """Rows whose imprecise date lies within [after, before]: certainly, or possibly.

    A date open on one side never certainly ends there; a row without a date is never within.
    """
    earliest, latest = f"{field}_earliest", f"{field}_latest"
    dated = ~Q(**{field: ""})
    condition = Q()
    if after is not None:
        bound = Q(**{f"{earliest if certainly else latest}__gte": after})
        condition &= bound if certainly else bound | (dated & Q(**{f"{latest}__isnull": True}))
    if before is not None:
        bound = Q(**{f"{latest if certainly else earliest}__lte": before})
        condition &= bound if certainly else bound | (dated & Q(**{f"{earliest}__isnull": True}))
    return condition


class PartQuerySet(SeenQuerySet):
    def seen_at(self, level: Disclosure) -> Self:
        """Links between incidents that are both within the level."""
        return self.filter(part__disclosure__lte=level, situation__disclosure__lte=level)


class OfIncidentQuerySet(SeenQuerySet):
    def seen_at(self, level: Disclosure) -> Self:
        """Rows about incidents within the level."""
        return self.filter(incident__disclosure__lte=level)


@cache
def _with_visible_citation(cited_as: str, level: Disclosure) -> Exists:
    """Assertions of which a citation is visible. Kept, because making it takes longer than all the rest of a query; so what it is
    made of may look at no row, and choose no way by how many there are."""
    citations: Any = _model("Citation")._default_manager.filter(**{cited_as: OuterRef("pk")})
    return Exists(citations.visible_to(level))


class AssertionQuerySet(SeenQuerySet):
    """Claims, responsibility claims and statements: what a claimant asserts, under review."""

    cited_as = {"Claim": "claim", "ResponsibilityClaim": "responsibility", "Statement": "statement"}

    def accepted(self) -> Self:
        return self.filter(status=ClaimState.ACCEPTED)

    def visible_to(self, level: Disclosure) -> Self:
        """What a reader of this level may see: once accepted, about a published incident, nothing above the level.

        An assertion of which no citation is visible is not visible either: it would stand without a source.
        """
        return self.within(level).filter(_with_visible_citation(self.cited_as[self.model.__name__], level))

    def perhaps_visible_to(self, level: Disclosure) -> Self:
        """What by its own row may be: its incident, its claimant and its sources have to be looked at."""
        return self.filter(disclosure__lte=level, status__in=OUTSIDE, accepted_at__isnull=False)

    def within(self, level: Disclosure) -> Self:
        """Once accepted, about a published incident, and neither it nor claimant nor incident above the level."""
        return self._own(level).filter(status__in=OUTSIDE, accepted_at__isnull=False, incident__status__in=PUBLISHED)

    def seen_at(self, level: Disclosure) -> Self:
        """In any state, neither they nor claimant nor incident above the level, nor all of their sources."""
        citation = self.cited_as[self.model.__name__]
        citations: Any = _model("Citation")._default_manager.filter(**{citation: OuterRef("pk")})
        return self._own(level).filter(Exists(citations.seen_at(level)) | ~Exists(citations))

    def _own(self, level: Disclosure) -> Self:
        return self.filter(
            ~Q(AmongFew("claimant", Organization.objects.leading_above(level).values("pk"))),
            disclosure__lte=level,
            claimant__disclosure__lte=level,
            incident__disclosure__lte=level,
        )

    def changed_since(self, moment: dt.datetime) -> Self:
        """What came out, or changed for readers, at this time or later: by being accepted, by its incident being
        published, by a change of its status, or by a further citation."""
        cited_as = self.cited_as[self.model.__name__]
        everything = self.model._default_manager
        steps = _model("Transition")._default_manager.filter(table_name=self.model._meta.db_table, at__gte=moment)
        cited = _model("Citation")._default_manager.filter(recorded_at__gte=moment)
        accepted = everything.filter(accepted_at__gte=moment)
        published = everything.filter(incident__published_at__gte=moment)
        if all(are_few(rows) for rows in (accepted, published, steps, cited)):
            stepped = steps.values_list(Cast("row_id", models.UUIDField()))
            return self.filter(
                Q(ByKeys("pk", accepted.values("pk")))
                | Q(ByKeys("pk", published.values("pk")))
                | Q(ByKeys("pk", stepped))
                | Q(ByKeys("pk", cited.filter(**{f"{cited_as}__isnull": False}).values(cited_as)))
            )
        return self.filter(
            Q(accepted_at__gte=moment)
            | Q(incident__published_at__gte=moment)
            | Looked(steps.filter(row_id=Cast(OuterRef("pk"), models.CharField())))
            | Looked(cited.filter(**{cited_as: OuterRef("pk")}))
        )

    def of_incidents(self, references: Iterable[str]) -> Self:
        return self.filter(incident__reference__in=list(references))

    def cited_in(self, level: Disclosure | None, **source: Any) -> Self:
        """Assertions with a citation in a source of which this holds; visible at the level, unless that is None."""
        cited_as = self.cited_as[self.model.__name__]
        citations: Any = _model("Citation")._default_manager.filter(
            in_source(**source), **{f"{cited_as}__isnull": False}
        )
        visible = citations if level is None else citations.visible_to(level)
        looked = Looked(visible.filter(**{cited_as: OuterRef("pk")}))
        if not are_few(citations):
            return self.filter(among_many("pk", visible.values(cited_as), looked))
        chosen = self.filter(ByKeys("pk", citations.values(cited_as)))
        return chosen if level is None else chosen.filter(looked)

    def in_subtree(self, code: str) -> Self:
        """Assertions about incidents that happened at a place within this one."""
        return self.filter(located_in(code, "incident"))


class CurrentClaim(models.Func):
    """``current_claim(key)``: the claim that a key means once corrections are followed."""

    function = "current_claim"
    output_field = models.UUIDField()


class ClaimQuerySet(AssertionQuerySet):
    def with_whole(self) -> Self:
        """With ``whole_id``: the claim of which each is a part, or what has corrected that since."""
        return self.annotate(whole_id=CurrentClaim("part_of"))

    def matching(self, text: str) -> Self:
        """For analysts: this text in the words, in the claimant's names, or the incident's reference.

        Claimants and incidents are looked up first, so that each condition is one of an index.
        """
        claimants = self.model._meta.get_field("claimant").related_model._default_manager.matching(text)
        incidents = _model("Incident")._default_manager.filter(reference=text.strip().upper())
        return self.annotate(folded=Fold("stated")).filter(
            Q(folded__contains=Fold(Value(text)))
            | Q(claimant__in=list(claimants.values_list("pk", flat=True)[:1000]))
            | Q(incident__in=list(incidents.values_list("pk", flat=True)))
        )

    def of_population(self, code: str) -> Self:
        """Claims about this population or one narrower."""
        narrower = self.model._meta.get_field("population").related_model._default_manager.narrower_or_equal(code)
        return self.filter(population__in=list(narrower.values_list("pk", flat=True)))

    def of_cause(self, code: str) -> Self:
        """Claims restricted to this cause or one below it."""
        below = self.model._meta.get_field("cause").related_model._default_manager.narrower_or_equal(code)
        return self.filter(cause__in=list(below.values_list("pk", flat=True)))

    def in_conflict(self, level: Disclosure) -> Self:
        """Accepted claims that speak in a scope in which what speaks cannot all be true.

        Of the claims of which nothing is above the level: what is withheld contradicts nothing.
        """
        return self.in_relation(["conflict"], level)

    def in_no_conflict(self, level: Disclosure) -> Self:
        """Claims that do not; not those of incidents written by SQL and not looked at since, of which it is not known."""
        states: Any = _model("ScopeState")._default_manager.filter(relation="conflict", scope=OuterRef("scope"))
        standings: Any = _model("ScopeClaim")._default_manager.filter(speaks=True, claim=OuterRef("pk"))
        due = _model("ScopeDue")._default_manager.values("incident")
        conflicting = standings.at(level).filter(Looked(states.at(level)))
        return self.filter(~Looked(conflicting), ~Q(AmongFew("incident", due)))

    def in_relation(self, relations: Iterable[str], level: Disclosure) -> Self:
        """Accepted claims that speak in a scope of one of these relations."""
        every_state: Any = _model("ScopeState")._default_manager.filter(relation__in=list(relations))
        standings: Any = _model("ScopeClaim")._default_manager.filter(speaks=True)
        states, speaking = every_state.at(level), standings.at(level)
        otherwise = Looked(speaking.filter(Looked(states.filter(scope=OuterRef("scope"))), claim=OuterRef("pk")))
        keys = speaking.filter(scope__in=states.values("scope")).values_list("claim", flat=True)
        return self.filter(among("pk", keys, otherwise, of=every_state))

    def rooted_in(self, organizations: Iterable[int], level: Disclosure, sources: Iterable[uuid.UUID] = ()) -> Self:
        """Accepted claims that rest, in the end, on one of these organizations, or on sources whose publisher is not known."""
        standings: Any = _model("ScopeClaim")._default_manager.filter(
            Q(roots__overlap=list(organizations)) | Q(root_sources__overlap=list(sources))
        )
        rooted = standings.at(level)
        if are_few(standings):
            return self.filter(ByKeys("pk", rooted.values("claim")))
        # Looked at also where all are chosen: how many arrays overlap, the planner takes for next to none.
        return self.filter(Looked(rooted.filter(claim=OuterRef("pk"))))

    def in_subtree(self, code: str) -> Self:
        """Claims about a place within this one; a claim without a place of its own has its incident's."""
        places, incidents = places_in(code), incidents_in(code)
        if are_few(self.model._default_manager.filter(place__in=places)) and are_few(incidents):
            located = Q(ByKeys("incident", incidents), place__isnull=True)
            return self.filter(Q(ByKeys("place", places)) | located)
        located = Q(or_located_in(code, "incident"), place__isnull=True)
        return self.filter(Q(place__in=places) | located)

    def matching_outside(self, text: str, level: Disclosure | None, claimants: list[int]) -> Self:
        """This text in the words, the population as stated or a source's title: one visible at the level, unless that is None;
        or claimed by one of ``claimants``, in whose outside names it is.

        Names of protected individuals match nothing, wherever they stand.
        """
        wanted = Fold(Value(text))
        spoken = self.model._default_manager.annotate(
            folded_words=Fold("stated"), masked_words=Fold(Masked("stated")),
            folded_population=Fold("population_stated"), masked_population=Fold(Masked("population_stated")),
        )  # fmt: skip
        words = Q(folded_words__contains=wanted, masked_words__contains=wanted)
        population = Q(folded_population__contains=wanted, masked_population__contains=wanted)
        sources = _titled(wanted)
        all_cited: Any = _model("Citation")._default_manager.filter(claim__isnull=False, source__in=sources)
        cited = all_cited if level is None else all_cited.visible_to(level)
        keys = [
            few(spoken.filter(words).values_list("pk", flat=True)),
            few(spoken.exclude(population_stated="").filter(population).values_list("pk", flat=True)),
            few(self.model._default_manager.filter(claimant__in=claimants).values_list("pk", flat=True)),
            few(cited.values_list("claim", flat=True)),
        ]
        if None not in keys:
            return self.filter(pk__in={key for several in keys for key in several or ()})
        rows = self.annotate(
            folded_words=Fold("stated"), masked_words=Fold(Masked("stated")),
            folded_population=Fold("population_stated"), masked_population=Fold(Masked("population_stated")),
        )  # fmt: skip
        titles = Looked(cited.filter(claim=OuterRef("pk")))
        return rows.filter(words | population | Q(claimant__in=claimants) | titles)


def _titled(wanted: Any) -> models.QuerySet[Any, Any]:
    """Sources with these words in their title, or in that of the one they were merged into; protected names match nothing."""
    own = Source.objects.annotate(folded=Fold("title"), masked=Fold(Masked("title")))
    found = own.filter(folded__contains=wanted, masked__contains=wanted).values("pk")
    return Source.objects.filter(Q(pk__in=found) | Q(merged_into__in=found)).values("pk")


class IncidentQuerySet(SeenQuerySet):
    def published(self) -> Self:
        return self.filter(status__in=PUBLISHED)

    def visible_to(self, level: Disclosure) -> Self:
        """What a reader of this level may see: published, and not above the level."""
        return self.published().filter(disclosure__lte=level)

    def seen_at(self, level: Disclosure) -> Self:
        """In any state, neither they nor what they were merged into above the level."""
        merges = _model("IncidentMerge")._default_manager.filter(
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
        merges: Any = _model("IncidentMerge")._default_manager.filter(undone_at__isnull=True).select_related("into")
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
        there = _model("IncidentPlace")._default_manager.filter(
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
        links = _model("IncidentPlace")._default_manager.filter(place__in=places)
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
