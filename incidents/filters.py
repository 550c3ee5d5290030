"""One definition of the filters on claims and incidents, for the API, the exports and the pages."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts import taking
from accounts.choosing import ByKeys, Looked, are_few_rows
from accounts.parameters import Rows, day, identifier, known, moment, refuse, searched, whole_number, words
from incidents.counts import Quantifier, Stance
from incidents.models import Cause, Claim, Incident, IncidentKind, Measure, Population, ScopeState
from incidents.querysets import OUTSIDE, overlapping
from places.models import Place
from sources.merged import meant_id
from sources.models import Organization, Party, Source

CERTAINTY = ("possible", "certain")
TRUTH = ("true", "false")
EARLIEST_DAY = dt.date(1, 1, 1)
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def references(name: str, value: str) -> list[str]:
    """References of incidents, of the right form; whether they exist is not told."""
    given = words(value)
    for reference in given:
        if not re.fullmatch(r"SJ-[A-Z0-9]{6}", reference, re.ASCII):
            raise refuse(name, reference, _("expected a reference such as SJ-7K3QF2."))
    return given


class Located(Rows):
    """Filters on the incident that claims and incidents share; ``prefix`` leads from the row to its incident."""

    prefix: ClassVar[str] = ""

    place = taking.Filter(
        taking.code("places"), method="by_place", help_text="Code or P-code of a place; everything within it counts."
    )
    incident_type = taking.Filter(
        taking.one_of(*Incident.Type.values), method="by_type", help_text="event or situation."
    )
    kind = taking.Filter(
        taking.codes("incident-kinds"), method="by_kind", help_text="Kinds of incident, separated by commas."
    )
    occurred_after = taking.Filter(
        taking.DAY, method="by_date", help_text="YYYY-MM-DD: the incident happened on this day or later."
    )
    occurred_before = taking.Filter(
        taking.DAY, method="by_date", help_text="YYYY-MM-DD: the incident happened on this day or earlier."
    )
    certainty = taking.Filter(
        taking.one_of(*CERTAINTY),
        method="by_certainty",
        help_text="Imprecise dates count when they possibly (possible, the default) or certainly (certain) fit.",
    )

    @property
    def certainly(self) -> bool:
        return self.given.get("certainty", "possible") == "certain"

    def by_type(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, [value], Incident.Type.values, f"{self.prefix}incident_type")

    def by_kind(self, queryset: Any, name: str, value: str) -> Any:
        given = words(value)
        known(name, given, IncidentKind.objects.values_list("code", flat=True))
        incidents = Incident.kinds.through.objects.filter(incidentkind__in=given).values("incident")
        return queryset.filter(**{f"{self.prefix}id__in": incidents})

    def by_place(self, queryset: Any, name: str, value: str) -> Any:
        code = Place.objects.filter(Q(code=value) | Q(pcode=value)).values_list("code", flat=True).first()
        if code is None:
            raise refuse(name, value, _("no such place; places/ lists their codes."))
        return self.within(queryset, code)

    def within(self, queryset: Any, code: str) -> Any:
        """The rows of a place."""
        return queryset.in_subtree(code)

    def by_certainty(self, queryset: Any, name: str, value: str) -> Any:
        known(name, [value], CERTAINTY)
        return queryset

    def by_date(self, queryset: Any, name: str, value: str) -> Any:
        limit = day(name, value)
        return queryset.filter(
            overlapping(
                f"{self.prefix}occurred",
                after=limit if name == "occurred_after" else None,
                before=limit if name == "occurred_before" else None,
                certainly=self.certainly,
            )
        )


class AssertionRows(Located):
    """Filters on whatever a claimant asserts."""

    prefix = "incident__"
    orders = {"recorded_at": (F("recorded_at"), F("id"))}
    statuses: ClassVar[tuple[str, ...]] = OUTSIDE
    without_status_accepted: ClassVar[bool] = True

    incident = taking.Filter(
        taking.REFERENCES, method="by_incident", help_text="References of incidents, separated by commas."
    )
    claimant = taking.Filter(
        taking.codes("organizations"), method="by_claimant", help_text="Codes of organizations that assert, by commas."
    )
    publisher = taking.Filter(
        taking.codes("organizations"), method="by_publisher", help_text="Code of the organization that prints."
    )
    source = taking.Filter(taking.IDENTIFIER, method="by_source", help_text="Identifier of a source that carries it.")
    status = taking.Filter(
        taking.several(*OUTSIDE),
        method="by_status",
        help_text="accepted (the default), corrected, retracted or voided; several by commas.",
    )
    modified_since = taking.Filter(
        taking.MOMENT,
        method="by_change",
        help_text="Accepted, published, cited again or changed in status at this time (with zone) or later.",
    )

    def rows(self) -> Any:
        rows = super().rows()
        return rows.accepted() if self.without_status_accepted and not self.given.get("status") else rows

    def by_incident(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.of_incidents(references(name, value))

    def by_claimant(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(claimant__in=self._organizations(name, words(value)))

    def by_publisher(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.cited_in(self.sight, publisher__in=self._organizations(name, words(value)))

    def _organizations(self, name: str, codes: list[str]) -> list[int]:
        """The organizations with these outside codes that the reader may see, with all that mean the same."""
        return list(self.once(tuple(codes), lambda: self._named(name, codes)))

    def _named(self, name: str, codes: list[str]) -> list[int]:
        rows = Organization.objects.visible_to(self.level).filter(outside_code__in=codes)
        found = {row.outside_code: meant_id(row) for row in rows.only("outside_code", "merged_into")}
        for code in codes:
            if code not in found:
                raise refuse(name, code, _("no such organization; organizations/ lists their codes."))
        return list(Organization.objects.named_or_meant(set(found.values())).values_list("pk", flat=True))

    def by_source(self, queryset: Any, name: str, value: str) -> Any:
        named = Source.objects.visible_to(self.level).filter(pk=identifier(name, value)).first()
        return queryset.cited_in(self.sight, pk=meant_id(named)) if named is not None else queryset.none()

    def by_status(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), self.statuses, "status")

    def by_change(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.changed_since(moment(name, value))


class ResponsibilityRows(AssertionRows):
    """Filters on responsibility claims."""

    party = taking.Filter(
        taking.codes("parties"), method="by_party", help_text="Codes of parties, separated by commas."
    )

    def by_party(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), Party.objects.values_list("code", flat=True), "party__code")


class ClaimRows(AssertionRows):
    """Filters on claims."""

    orders = {
        "recorded_at": (F("recorded_at"), F("id")),
        "minimum": (Coalesce("minimum", Value(-1)), F("id")),
        "as_of": (Coalesce("as_of_earliest", Value(EARLIEST_DAY)), F("id")),
        "occurred": (Coalesce("incident__occurred_earliest", Value(EARLIEST_DAY)), F("id")),
    }

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
        known(name, [value], _codes(Population))
        return queryset.of_population(value)

    def by_cause(self, queryset: Any, name: str, value: str) -> Any:
        known(name, [value], _codes(Cause))
        return queryset.of_cause(value)

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
            text, lambda: list(Organization.objects.matching_outside(text).values_list("pk", flat=True))
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
        given = words(value)
        sources = [one for one in given if IDENTIFIER.fullmatch(one)]
        organizations = self._organizations(name, [one for one in given if one not in sources])
        named = Source.objects.visible_to(self.level).filter(pk__in=sources).only("merged_into")
        return queryset.rooted_in(organizations, self.level, {meant_id(one) for one in named})


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

    def by_reference(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(reference__in=references(name, value))

    def by_claims(self, queryset: Any, name: str, value: Any) -> Any:
        """All parameters about claims hold for one and the same claim; the first one present does the work."""
        given = {key: str(self.given[key]) for key in self.by_claim if self.given.get(key)}
        if next(iter(given)) != name:
            return queryset
        asked = QueryDict(mutable=True)
        asked.update(given)
        if given.get("has_conflict") != "false":
            return queryset.filter(self._with_one_of(self.claims(asked)))
        # None of the claims asked for is in conflict: not that there is one that is in none.
        asked["has_conflict"] = "true"
        conflicts = self.claims(asked)
        del asked["has_conflict"]
        if asked:
            queryset = queryset.filter(self._with_one_of(self.claims(asked)))
        # Before it is looked at who may see what, none is left out for a conflict that the reader may not see.
        return queryset if self.unseen else queryset.filter(~Looked(conflicts.filter(incident=OuterRef("pk"))))

    @staticmethod
    def _with_one_of(claims: Any) -> Q:
        if are_few_rows(claims):
            return Q(ByKeys("pk", claims.values("incident")))
        return Q(Looked(claims.filter(incident=OuterRef("pk"))))

    def claims(self, asked: QueryDict) -> Any:
        """The claims that the reader may see of which this holds."""
        claims = Claim.objects.all() if self.unseen else Claim.objects.visible_to(self.level)
        return ClaimRows(asked, claims, level=self.level, unseen=self.unseen, found=self.found).rows()

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


def _codes(model: type[models.Model]) -> Iterable[str]:
    return model._default_manager.values_list("pk", flat=True)
