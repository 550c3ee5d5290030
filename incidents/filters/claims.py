"""Filters on claims."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from accounts import taking
from accounts.parameters import day, known, searched, whole_number, words
from incidents.counts import Quantifier, Stance
from incidents.filters.assertions import EARLIEST_DAY, IDENTIFIER, TRUTH, AssertionRows
from incidents.models import Cause, Claim, Measure, Population, ScopeState
from incidents.querysets import overlapping
from incidents.scopes import finding
from sources.merged import meant_id
from sources.models import Organization, Source


class ClaimRows(AssertionRows):
    """Filters on claims."""

    orders = {
        "recorded_at": (F("recorded_at"), F("id")),
        "minimum": (Coalesce("minimum", Value(-1)), F("id")),
        "as_of": (Coalesce("as_of_earliest", Value(EARLIEST_DAY)), F("id")),
        "occurred": (Coalesce("incident__occurred_earliest", Value(EARLIEST_DAY)), F("id")),
    }

    by_sight = AssertionRows.by_sight | {"search"}

    measure = taking.Filter(
        taking.codes("measures"), method="by_measure", help_text="Codes of measures, separated by commas."
    )
    population = taking.Filter(
        taking.code("populations"),
        method="by_population",
        help_text="Code of a population; those narrower than it count.",
    )
    cause = taking.Filter(taking.code("causes"), method="by_cause", help_text="Code of a cause; those below it count.")
    basis = taking.Filter(
        taking.several(*Claim.Basis.values), method="by_basis", help_text="event, cumulative or stock."
    )
    quantifier = taking.Filter(
        taking.several(*Quantifier), method="by_quantifier", help_text="exact, at_least, more_than …"
    )
    stance = taking.Filter(taking.several(*Stance), method="by_stance", help_text="asserts or denies.")
    minimum_gte = taking.Filter(taking.NUMBER, method="by_minimum", help_text="The claimed minimum is this or more.")
    as_of_after = taking.Filter(taking.DAY, method="by_as_of", help_text="YYYY-MM-DD: it holds for this day or later.")
    as_of_before = taking.Filter(
        taking.DAY, method="by_as_of", help_text="YYYY-MM-DD: it holds for this day or earlier."
    )
    relation = taking.Filter(
        taking.several(*ScopeState.Relation.values),
        method="by_relation",
        help_text="Speaking in a scope of this relation: single, agree, conflict, different_dates, no_number.",
    )
    has_conflict = taking.Filter(
        taking.TRUTH,
        method="by_conflict",
        help_text="true: speaking in a scope in which claims cannot all be true; false: not.",
    )
    root = taking.Filter(
        taking.codes("roots"),
        method="by_root",
        help_text="Codes of organizations on which it rests in the end, separated by commas; or ids of sources whose publisher is"
        " not known.",
    )
    search = taking.Filter(
        taking.SEARCHED,
        method="by_search",
        help_text="Text in the words, the claimant's name or a source's title, in either script.",
    )

    def by_measure(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), _codes(Measure), "measure")

    def by_population(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(population__in=below(Population, name, value))

    def by_cause(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(cause__in=below(Cause, name, value))

    def by_basis(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), Claim.Basis.values, "basis")

    def by_quantifier(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), list(Quantifier), "quantifier")

    def by_stance(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), list(Stance), "stance")

    def by_minimum(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(minimum__gte=whole_number(name, value))

    def by_as_of(self, queryset: Any, name: str, value: str) -> Any:
        limit = day(name, value)
        return queryset.filter(
            overlapping(
                "as_of",
                after=limit if name == "as_of_after" else None,
                before=limit if name == "as_of_before" else None,
                certainly=self.certainly,
            )
        )

    def by_search(self, queryset: Any, name: str, value: str) -> Any:
        text = searched(name, value)
        claimants = self.once(
            ("claimants", text), lambda: list(Organization.objects.matching_outside(text).values_list("pk", flat=True))
        )
        return queryset.matching_outside(text, self.sight, claimants)

    def by_relation(self, queryset: Any, name: str, value: str) -> Any:
        given = words(value)
        known(name, given, ScopeState.Relation.values)
        return queryset.in_relation(given, self.level)

    def by_conflict(self, queryset: Any, name: str, value: str) -> Any:
        known(name, [value], TRUTH)
        if value == "true":
            return queryset.in_conflict(self.level)
        return queryset.in_no_conflict(self.level)

    def by_root(self, queryset: Any, name: str, value: str) -> Any:
        organizations, sources = self._roots(name, value)
        return queryset.rooted_in(organizations, self.level, sources)

    def _roots(self, name: str, value: str) -> tuple[list[int], set[uuid.UUID]]:
        """The organizations and sources that are named, as far as the reader may see them."""
        given = words(value)
        sources = [one for one in given if IDENTIFIER.fullmatch(one)]
        organizations = self._organizations(name, [one for one in given if one not in sources])
        named = Source.objects.visible_to(self.level).filter(pk__in=sources).only("merged_into")
        return organizations, {meant_id(one) for one in named}

    def scopes_by(self, name: str, value: str) -> Q:
        """States of scopes in which a claim stands of which this one parameter holds."""
        match name:
            case "minimum_gte":
                return Q(largest_minimum__gte=whole_number(name, value))
            case "relation":
                known(name, words(value), ScopeState.Relation.values)
                return Q(relation__in=words(value))
            case "measure":
                known(name, words(value), _codes(Measure))
                return finding.having(name, words(value))
            case "population":
                return finding.having(name, below(Population, name, value))
            case "cause":
                return finding.having(name, below(Cause, name, value))
            case "claimant" | "publisher":
                return finding.having(name, self._organizations(name, words(value)))
            case "source":
                source = self._source(name, value)
                return finding.having(name, [] if source is None else [source])
            case "root":
                organizations, sources = self._roots(name, value)
                return finding.having(name, [*organizations, *sources])
            case _:
                raise KeyError(name)


def below(model: type[Population | Cause], name: str, code: str) -> list[str]:
    """The code of a term, and those of all below it. Raises ValidationError where there is no such term."""
    found = list(model.objects.narrower_or_equal(code).values_list("pk", flat=True))
    if not found:
        known(name, [code], _codes(model))
    return found


def _codes(model: type[models.Model]) -> Iterable[str]:
    return model._default_manager.values_list("pk", flat=True)
