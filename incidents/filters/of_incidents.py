"""Filters on incidents, also by what is claimed of them."""

from typing import Any, ClassVar

from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict

from accounts import taking
from accounts.choosing import AmongFew, AmongGathered, ByKeys, Fit, Looked, among_many, are_few_rows, fit
from accounts.parameters import known, moment, searched, words
from incidents.filters.assertions import EARLIEST_DAY, TRUTH, Located, references
from incidents.filters.claims import ClaimRows
from incidents.models import Claim, Incident, ScopeDue, ScopeState

GATHERED = 6_000
"""States of scopes that are gathered as soon as incidents are walked, and each looked at, until a page is full."""


class IncidentRows(Located):
    """Filters on incidents."""

    orders = {
        "published_at": (F("published_at"), F("reference")),
        "occurred": (Coalesce("occurred_earliest", Value(EARLIEST_DAY)), F("reference")),
        "reference": (F("reference"), F("reference")),
    }

    incident = taking.Filter(taking.REFERENCES, method="by_reference", help_text="References, separated by commas.")
    measure = taking.Filter(
        taking.codes("measures"), method="by_claims", help_text="With a claim of one of these measures."
    )
    population = taking.Filter(
        taking.code("populations"), method="by_claims", help_text="With a claim about this population or a narrower."
    )
    cause = taking.Filter(
        taking.code("causes"), method="by_claims", help_text="With a claim restricted to this cause or one below."
    )
    claimant = taking.Filter(
        taking.codes("organizations"), method="by_claims", help_text="With a claim by one of these organizations."
    )
    publisher = taking.Filter(
        taking.codes("organizations"), method="by_claims", help_text="With a claim printed by this organization."
    )
    source = taking.Filter(taking.IDENTIFIER, method="by_claims", help_text="With a claim in this source.")
    minimum_gte = taking.Filter(
        taking.NUMBER, method="by_claims", help_text="With a claim whose minimum is this or more."
    )
    relation = taking.Filter(
        taking.several(*ScopeState.Relation.values),
        method="by_claims",
        help_text="With a scope of one of these relations.",
    )
    has_conflict = taking.Filter(
        taking.TRUTH,
        method="by_claims",
        help_text="true: with claims that cannot all be true; false: with none that cannot.",
    )
    root = taking.Filter(
        taking.codes("roots"), method="by_claims", help_text="With a claim that rests on one of these organizations."
    )
    part_of = taking.Filter(
        taking.REFERENCES, method="by_whole", help_text="Parts of the situation with this reference."
    )
    status = taking.Filter(taking.several("published"), method="by_status", help_text="published.")
    modified_since = taking.Filter(
        taking.MOMENT, method="by_change", help_text="Changed or published at this time (with zone) or later."
    )
    search = taking.Filter(
        taking.SEARCHED,
        method="by_search",
        help_text="Text in the title, summary, reference or names of places, in either script.",
    )

    by_claim: ClassVar[tuple[str, ...]] = (
        "measure", "population", "cause", "claimant", "publisher", "source", "minimum_gte", "relation", "root",
        "has_conflict",
    )  # fmt: skip
    by_others = frozenset(by_claim)
    of_accepted: ClassVar[bool] = True
    """Whether the claims asked for are those of which scopes are made: accepted ones, as seen outside."""

    def by_reference(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(reference__in=references(name, value))

    def by_claims(self, queryset: Any, name: str, value: Any) -> Any:
        """All parameters about claims hold for one and the same claim; the first one present does the work."""
        given = {key: str(self.given[key]) for key in self.by_claim if self.given.get(key)}
        if next(iter(given)) != name:
            return queryset
        if self._told_by_scopes:
            return self._by_scopes(queryset, name, given[name])
        asked = QueryDict(mutable=True)
        asked.update(given)
        if given.get("has_conflict") != "false":
            return queryset.filter(self._with_one_of(asked))
        # None of the claims asked for is in conflict: not that there is one that is in none.
        del asked["has_conflict"]
        if asked:
            queryset = queryset.filter(self._with_one_of(asked))
        # Before it is looked at who may see what, none is left out for a conflict that the reader may not see.
        if self.unseen:
            return queryset
        asked["has_conflict"] = "true"
        return self._without_conflict(queryset, self.claims(asked))

    def _settled(self, queryset: Any) -> Any:
        """Incidents without those that were written by SQL and not looked at since, of whose scopes nothing is known."""
        return queryset.filter(~Q(AmongFew("pk", ScopeDue.objects.values("incident"))))

    def _without_conflict(self, queryset: Any, conflicting: Any) -> Any:
        """Incidents of which it is known that none of these is."""
        return self._settled(queryset).filter(~Looked(conflicting.filter(incident=OuterRef("pk"))))

    @property
    def _told_by_scopes(self) -> bool:
        """Whether scopes tell what is asked of claims: one thing, which need not hold of the same claim as another, while no
        incident was written by SQL and not looked at since, of which they tell nothing."""
        is_one = len(set(self.given).intersection(self.by_claim)) == 1
        return self.of_accepted and is_one and not self.once("due", ScopeDue.objects.exists)

    def looks_at_others(self) -> bool:
        return super().looks_at_others() and not self._told_by_scopes

    def _by_scopes(self, queryset: Any, name: str, value: str) -> Any:
        """What one parameter asks of claims, by the scopes that such claims are in.

        What becomes due after that was asked is left out: of it, scopes may tell what is hidden by now.
        """
        if name == "has_conflict":
            known(name, [value], TRUTH)
            such = Q(relation=ScopeState.Relation.CONFLICT)
        else:
            claims = self.of_claims(self.given, Claim.objects.none(), level=self.level, found=self.found)
            such = claims.scopes_by(name, value)
        chosen = ScopeState.objects.told_at(self.level).filter(such)
        if (name, value) == ("has_conflict", "false"):
            return self._without_conflict(queryset, chosen)
        queryset, incidents = self._settled(queryset), chosen.values("incident")
        match fit(chosen, some=GATHERED):
            case Fit.FEW:
                return queryset.filter(ByKeys("pk", incidents))
            case Fit.SOME:
                return queryset.filter(AmongGathered("pk", incidents))
            case Fit.MANY:
                looked = Looked(chosen.filter(incident=OuterRef("pk")))
                return queryset.filter(among_many("pk", incidents, looked))

    def _with_one_of(self, asked: QueryDict) -> Q:
        """Incidents with a claim of which this holds."""
        claims = self.claims(asked)
        if are_few_rows(lambda: claims if self.unseen else self.perhaps(asked)):
            return Q(ByKeys("pk", claims.values("incident")))
        return Q(among_many("pk", claims.values("incident"), Looked(claims.filter(incident=OuterRef("pk")))))

    def claims(self, asked: QueryDict) -> Any:
        """The claims that the reader may see of which this holds; before that is looked at, no fewer."""
        if self.unseen:
            return self.perhaps(asked)
        return self.of_claims(asked, self.seen_claims(), level=self.level, found=self.found).rows()

    def perhaps(self, asked: QueryDict) -> Any:
        """No fewer than the claims of which this holds, found with less."""
        return self.of_claims(asked, self.all_claims(), level=self.level, unseen=True, found=self.found).rows()

    of_claims: ClassVar[type[ClaimRows]] = ClaimRows

    def seen_claims(self) -> Any:
        return Claim.objects.visible_to(self.level)

    def all_claims(self) -> Any:
        return Claim.objects.perhaps_visible_to(self.level)

    def by_whole(self, queryset: Any, name: str, value: str) -> Any:
        wholes = Incident.objects.visible_to(self.level).filter(reference__in=references(name, value))
        return queryset.filter(part_of__in=wholes)

    def by_status(self, queryset: Any, name: str, value: str) -> Any:
        known(name, words(value), ["published"])
        return queryset

    def by_change(self, queryset: Any, name: str, value: str) -> Any:
        limit = moment(name, value)
        return queryset.filter(Q(modified_at__gte=limit) | Q(published_at__gte=limit))

    def by_search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.matching_outside(searched(name, value))
