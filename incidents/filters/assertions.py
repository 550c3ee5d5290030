"""Filters that all assertions, and their incidents, share."""

import datetime as dt
import re
import uuid
from typing import Any, ClassVar

from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts import taking
from accounts.parameters import Rows, day, identifier, known, moment, refuse, words
from incidents.models import Incident, IncidentKind
from incidents.querysets import OUTSIDE, overlapping
from places.models import Place
from sources.merged import in_source, meant_id
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
    by_sight = frozenset({"publisher", "source", "modified_since"})

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
        return queryset.cited_in(self._in_source(publisher__in=self._organizations(name, words(value))), self.sight)

    def _organizations(self, name: str, codes: list[str]) -> list[int]:
        """The organizations with these outside codes that the reader may see, with all that mean the same."""
        return list(self.once(("organizations", *codes), lambda: self._named(name, codes)))

    def _named(self, name: str, codes: list[str]) -> list[int]:
        rows = Organization.objects.visible_to(self.level).filter(outside_code__in=codes)
        found = {row.outside_code: meant_id(row) for row in rows.only("outside_code", "merged_into")}
        for code in codes:
            if code not in found:
                raise refuse(name, code, _("no such organization; organizations/ lists their codes."))
        return list(Organization.objects.named_or_meant(set(found.values())).values_list("pk", flat=True))

    def by_source(self, queryset: Any, name: str, value: str) -> Any:
        source = self._source(name, value)
        return queryset.cited_in(self._in_source(pk=source), self.sight) if source is not None else queryset.none()

    def _in_source(self, **conditions: Any) -> Q:
        found: Q = self.once(("sources", str(conditions)), lambda: in_source(**conditions))
        return found

    def _source(self, name: str, value: str) -> uuid.UUID | None:
        """The key of the source that is named, or of what it was merged into, if the reader may see it."""
        named = Source.objects.visible_to(self.level).filter(pk=identifier(name, value)).only("merged_into").first()
        return meant_id(named) if named is not None else None

    def by_status(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), self.statuses, "status")

    def by_change(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.changed_since(moment(name, value), self.sight)


class ResponsibilityRows(AssertionRows):
    """Filters on responsibility claims."""

    party = taking.Filter(
        taking.codes("parties"), method="by_party", help_text="Codes of parties, separated by commas."
    )

    def by_party(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), Party.objects.values_list("code", flat=True), "party__code")
