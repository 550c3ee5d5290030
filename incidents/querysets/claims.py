"""Reads of claims."""

import uuid
from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import OuterRef, Q, Value

from accounts.choosing import (
    AmongFew,
    AmongGathered,
    ByKeys,
    Fit,
    Looked,
    among_many,
    are_expected_few,
    are_few,
    few,
    fit,
)
from accounts.folding import Fold
from incidents.locating import incidents_in, or_located_in, places_in
from incidents.querysets.assertions import AssertionQuerySet
from incidents.querysets.shared import model_of
from sources.disclosure import Disclosure, Masked
from sources.models import Source

GATHERED = 15_000
"""States of scopes that are gathered as soon as claims are walked, and each looked at, until a page is full."""


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
        incidents = model_of("Incident")._default_manager.filter(reference=text.strip().upper())
        return self.annotate(folded=Fold("stated")).filter(
            Q(folded__contains=Fold(Value(text)))
            | Q(claimant__in=list(claimants.values_list("pk", flat=True)[:1000]))
            | Q(incident__in=list(incidents.values_list("pk", flat=True)))
        )

    def in_conflict(self, level: Disclosure) -> Self:
        """Accepted claims that speak in a scope in which what speaks cannot all be true.

        Of the claims of which nothing is above the level: what is withheld contradicts nothing.
        """
        return self.in_relation(["conflict"], level)

    def in_no_conflict(self, level: Disclosure) -> Self:
        """Claims that do not; not those of incidents written by SQL and not looked at since, of which it is not known."""
        states: Any = model_of("ScopeState")._default_manager.filter(relation="conflict", scope=OuterRef("scope"))
        standings: Any = model_of("ScopeClaim")._default_manager.filter(speaks=True, claim=OuterRef("pk"))
        due = model_of("ScopeDue")._default_manager.values("incident")
        conflicting = standings.at(level).filter(Looked(states.at(level)))
        return self.filter(~Looked(conflicting), ~Q(AmongFew("incident", due)))

    def in_relation(self, relations: Iterable[str], level: Disclosure) -> Self:
        """Accepted claims that speak in a scope of one of these relations."""
        every_state: Any = model_of("ScopeState")._default_manager.filter(relation__in=list(relations))
        standings: Any = model_of("ScopeClaim")._default_manager.filter(speaks=True)
        states, speaking, told = every_state.at(level), standings.at(level), every_state.told_at(level)
        looked = Looked(speaking.filter(Looked(states.filter(scope=OuterRef("scope"))), claim=OuterRef("pk")))
        keys = speaking.filter(scope__in=states.values("scope")).values("claim")
        match fit(told, some=GATHERED):
            case Fit.FEW:
                return self.filter(ByKeys("pk", keys))
            case Fit.SOME:
                return self.filter(AmongGathered("incident", told.values("incident")), looked)
            case Fit.MANY:
                return self.filter(among_many("pk", keys, looked))

    def rooted_in(self, organizations: Iterable[int], level: Disclosure, sources: Iterable[uuid.UUID] = ()) -> Self:
        """Accepted claims that rest, in the end, on one of these organizations, or on sources whose publisher is not known."""
        standings: Any = model_of("ScopeClaim")._default_manager.filter(
            Q(roots__overlap=list(organizations)) | Q(root_sources__overlap=list(sources))
        )
        rooted = standings.at(level)
        if are_expected_few(standings):
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
        all_cited: Any = model_of("Citation")._default_manager.filter(claim__isnull=False, source__in=sources)
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
    return Source.objects.filter(Q(ByKeys("pk", found)) | Q(ByKeys("merged_into", found))).values("pk")
