"""Filters on scopes, for figures/ in the API, the exports and the pages."""

import datetime as dt
from functools import cache
from typing import Any, ClassVar

from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict

from accounts import taking
from accounts.choosing import (
    AmongGathered,
    ByKeys,
    Fit,
    KeyBeside,
    Looked,
    TakenForFew,
    among,
    among_many,
    are_few_rows,
    fit,
    is_whole,
)
from accounts.parameters import known, moment, searched, words
from incidents.filters import TRUTH, ClaimRows, Located, below, references
from incidents.locating import keys_of_places_in, or_located_at
from incidents.models import Cause, Claim, Figure, Incident, Measure, Population, ScopeClaim, ScopeState
from incidents.reconciliation.doubts import Code
from incidents.scopes import finding
from sources.disclosure import Disclosure

STATUSES = ("adopted", "open")
ON_READING = (Code.EVENT_ABOVE_SITUATION, Code.NAMED_ABOVE_HIGH)
"""What is doubted by more than the claims of one incident is found on reading, and is no filter."""
KEPT = [code.value for code in Code if code not in ON_READING]


def _with(rows: Any, of: Any = None) -> Q:
    """Scopes that one of these rows is of; ``of`` are about as many, and counted with less."""
    return Q(among("scope", rows.values_list("scope", flat=True), Looked(rows.filter(scope=OuterRef("scope"))), of=of))


GATHERED = 8_000
"""States of scopes that are gathered as soon as all are walked, in the order of their incidents, until a page is full."""


@cache
def _with_figure(level: Disclosure) -> Looked:
    """Scopes with a figure that a reader of this level may see. Kept, because making it takes longer than the rest of a query;
    not for ``Way.WHOLE``, for which it would be made otherwise."""
    return Looked(Figure.objects.visible_to(level).filter(scope=OuterRef("scope")))


class OfScopes(Located):
    """Filters on what scopes are of."""

    prefix = "incident__"

    incident = taking.Filter(
        taking.REFERENCES, method="by_incident", help_text="References of incidents, separated by commas."
    )
    measure = taking.Filter(
        taking.codes("measures"), method="by_measure", help_text="Codes of measures, separated by commas."
    )
    population = taking.Filter(
        taking.code("populations"),
        method="by_population",
        help_text="Code of a population; those narrower than it count.",
    )

    def _chosen(self, queryset: Any, such: Q) -> Any:
        """The states of which this holds, on the way that is quickest for about so many."""
        told, chosen = ScopeState.objects.told_at(self.level).filter(such), queryset.filter(such)
        match fit(told, some=GATHERED):
            case Fit.FEW:
                return chosen.filter(TakenForFew("incident"))
            case Fit.SOME:
                return chosen.filter(AmongGathered(KeyBeside("incident__reference"), told.values("incident")))
            case Fit.MANY:
                return chosen

    def by_incident(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(incident__reference__in=references(name, value))

    def by_measure(self, queryset: Any, name: str, value: str) -> Any:
        given = words(value)
        known(name, given, Measure.objects.values_list("code", flat=True))
        return self._chosen(queryset, finding.having(name, given))

    def by_population(self, queryset: Any, name: str, value: str) -> Any:
        return self._chosen(queryset, finding.having(name, below(Population, name, value)))


class SummaryRows(OfScopes):
    """Filters on the scopes of which totals are made."""

    orders = {"measure": (F("scope__measure"), F("scope_id"))}

    def within(self, queryset: Any, code: str) -> Any:
        """An event is counted where it was, also where something of it is counted elsewhere."""
        return queryset.of_incidents_in(code)


class ScopeRows(OfScopes):
    """Filters on scopes; those about who claims hold for one and the same claim in it."""

    orders = {
        "incident": (F("incident__reference"), F("scope_id")),
        "gap": (Coalesce("gap", Value(-1)), F("scope_id")),
        "high": (Coalesce("high", Value(-1)), F("scope_id")),
    }

    cause = taking.Filter(taking.code("causes"), method="by_cause", help_text="Code of a cause; those below it count.")
    basis = taking.Filter(
        taking.several(*Claim.Basis.values), method="by_basis", help_text="event, cumulative or stock."
    )
    claimant = taking.Filter(
        taking.codes("organizations"), method="by_claims", help_text="With a claim by one of these organizations."
    )
    publisher = taking.Filter(
        taking.codes("organizations"), method="by_claims", help_text="With a claim printed by this organization."
    )
    source = taking.Filter(taking.IDENTIFIER, method="by_claims", help_text="With a claim in this source.")
    root = taking.Filter(
        taking.codes("roots"), method="by_claims", help_text="With a claim that rests on one of these organizations."
    )
    minimum_gte = taking.Filter(
        taking.NUMBER, method="by_claims", help_text="With a claim whose minimum is this or more."
    )
    relation = taking.Filter(
        taking.several(*ScopeState.Relation.values),
        method="by_relation",
        help_text="single, agree, conflict, different_dates, no_number; several by commas.",
    )
    has_conflict = taking.Filter(
        taking.TRUTH, method="by_conflict", help_text="true: its claims cannot all be true; false: they can."
    )
    warning = taking.Filter(
        taking.several(*KEPT),
        method="by_warning",
        help_text="With one of these warnings, of those kept with the scope.",
    )
    has_figure = taking.Filter(taking.TRUTH, method="by_figure", help_text="true: a figure is adopted; false: none is.")
    stale = taking.Filter(taking.TRUTH, method="by_stale", help_text="true: its figure would change; false: it stands.")
    status = taking.Filter(
        taking.several(*STATUSES),
        method="by_status",
        help_text="adopted: a figure is adopted; open: none is; several by commas.",
    )
    modified_since = taking.Filter(
        taking.MOMENT,
        method="by_change",
        help_text="With a claim that changed, or a figure adopted, at this time (with zone) or later.",
    )
    search = taking.Filter(
        taking.SEARCHED,
        method="by_search",
        help_text="Text in the incident's title, summary, reference or places, in either script.",
    )

    by_claim: ClassVar[tuple[str, ...]] = ("claimant", "publisher", "source", "root", "minimum_gte")

    def looks_at_others(self) -> bool:
        """At the figures that are asked for; for want of one, each scope is looked at anyway."""
        given = self.given
        return given.get("has_figure") == "true" or "adopted" in given.get("status", "") or "stale" in given

    def by_cause(self, queryset: Any, name: str, value: str) -> Any:
        return self._chosen(queryset, finding.having(name, below(Cause, name, value)))

    def within(self, queryset: Any, code: str) -> Any:
        """Scopes of these places; one without a place of its own has its incident's."""
        places = keys_of_places_in(code)
        if isinstance(places, list):
            return self._chosen(queryset, finding.having("place", places))
        own, without = Q(scope__place__in=places), Q(scope__place__isnull=True)
        return queryset.filter(own | Q(or_located_at(places, "incident")) & without)

    def by_basis(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), Claim.Basis.values, "scope__basis")

    def by_claims(self, queryset: Any, name: str, value: Any) -> Any:
        """The first of them that is given does the work of all."""
        given = {key: str(self.given[key]) for key in self.by_claim if self.given.get(key)}
        if next(iter(given)) != name:
            return queryset
        asked = QueryDict(mutable=True)
        asked.update(given)
        if len(given) == 1:  # need not hold of the same claim as another: the scope tells
            told = ClaimRows(asked, Claim.objects.none(), level=self.level, found=self.found)
            return self._chosen(queryset, told.scopes_by(name, value))
        return queryset.filter(self._with_one_of(ClaimRows(asked, Claim.objects.all(), level=self.level).rows()))

    def _figures(self) -> Any:
        figures = Figure.objects
        return figures.current().filter(disclosure__lte=self.level) if self.unseen else figures.visible_to(self.level)

    def _with_one_of(self, claims: Any) -> Q:
        """Scopes in which one of these claims stands; those that a reader may see have a standing at their level."""
        standings = ScopeClaim.objects.at(self.level)
        scopes = standings.filter(claim__in=claims.values("pk")).values("scope")
        if are_few_rows(lambda: claims):
            return Q(ByKeys("scope", scopes))
        asserted = Looked(claims.filter(pk=OuterRef("claim")))
        return Q(among_many("scope", scopes, Looked(standings.filter(asserted, scope=OuterRef("scope")))))

    def by_relation(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), ScopeState.Relation.values, "relation")

    def by_conflict(self, queryset: Any, name: str, value: str) -> Any:
        known(name, [value], TRUTH)
        conflict = {"relation": ScopeState.Relation.CONFLICT}
        return queryset.filter(**conflict) if value == "true" else queryset.exclude(**conflict)

    def by_warning(self, queryset: Any, name: str, value: str) -> Any:
        given = words(value)
        known(name, given, KEPT)
        return queryset.warned(given)

    def by_figure(self, queryset: Any, name: str, value: str) -> Any:
        known(name, [value], TRUTH)
        return self._adopted(queryset) if value == "true" else self._open(queryset)

    def _adopted(self, queryset: Any) -> Any:
        return queryset.filter(_with(self._figures()))

    def _open(self, queryset: Any) -> Any:
        """Without a figure. Before it is looked at who may see what, none is left out for one that the reader may not see."""
        if self.unseen:
            return queryset
        if is_whole():
            return queryset.exclude(scope__in=self._figures().values("scope"))
        return queryset.filter(~_with_figure(Disclosure(self.level)))

    def by_status(self, queryset: Any, name: str, value: str) -> Any:
        given = words(value)
        known(name, given, STATUSES)
        if len(set(given)) == len(STATUSES):
            return queryset
        return self._adopted(queryset) if "adopted" in given else self._open(queryset)

    def by_change(self, queryset: Any, name: str, value: str) -> Any:
        limit = moment(name, value)
        changed = self._with_changed(limit)
        adopted = Figure.objects.current().filter(decided_at__gte=limit)
        if adopted.exists():
            changed |= _with(self._figures().filter(decided_at__gte=limit), of=adopted)
        return queryset.filter(changed)

    def _with_changed(self, limit: dt.datetime) -> Q:
        """Scopes in which a claim stands that changed since."""
        keys = Claim.objects.all().keys_changed_since(limit, self.level)
        if keys is None:
            return self._with_one_of(Claim.objects.all().each_changed_since(limit, self.level))
        return Q(ByKeys("scope", ScopeClaim.objects.at(self.level).filter(ByKeys("claim", keys)).values("scope")))

    def by_search(self, queryset: Any, name: str, value: str) -> Any:
        incidents = Incident.objects.visible_to(self.level).matching_outside(searched(name, value))
        return queryset.filter(incident__in=incidents.values("pk"))

    def by_stale(self, queryset: Any, name: str, value: str) -> Any:
        known(name, [value], TRUTH)
        return queryset.filter(_with(self._figures().filter(stale=value == "true")))
