"""The lists and rows of the API. Each says which rows, which filters, which shape; the rest is shared."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import F, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.choosing import ByKeys, Looked, among_many, are_few_rows
from accounts.parameters import Rows
from api.v1 import comparing, gather, represent, shapes
from api.v1.gather import Gathered
from api.v1.lists import PublicLists
from incidents.filters import ClaimRows, IncidentRows, ResponsibilityRows
from incidents.models import Citation, Claim, Incident, ResponsibilityClaim, Statement
from places.filters import PlaceRows
from places.models import Place
from sources.disclosure import Disclosure
from sources.filters import OrganizationRows, SourceRows
from sources.merged import meant, meant_id
from sources.models import Organization, Source
from victims.filters import VictimRows
from victims.models import NameRead, Victim
from victims.services.names import above_public, note_reading


class ClaimLists(PublicLists):
    """Claims, each with its whole provenance. Accepted ones, unless ``status`` asks for others."""

    filters = ClaimRows
    default_order = "recorded_at"
    shape: ClassVar[Any] = shapes.Claim
    export = "claims"
    key = "pk"
    key_type = "uuid"
    # Who may see a claim rests on its citations, their sources and publishers, and each link of each chain.
    chosen_unseen = True

    def rows(self) -> Any:
        return Claim.objects.visible_to(self.level)

    def unseen(self) -> Any:
        return Claim.objects.perhaps_visible_to(self.level)

    def seen(self, filters: Rows) -> Any:
        if filters.has("publisher", "source"):
            # The citation by which a claim was chosen is one that the reader may see: that there is one is not asked twice.
            filters.queryset = Claim.objects.within(self.level)
        return super().seen(filters)

    def fetched(self, rows: Any) -> Any:
        return gather.claims(rows, self.level)

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        gathered.with_claims(rows)
        return [represent.claim(row, gathered) for row in rows]


class CitationLists(ClaimLists):
    """All citations of claims, one a row; chosen by the filters on claims."""

    shape = shapes.CitationRow
    export = "citations"
    orders = {"recorded_at": (F("recorded_at"), F("id"))}

    def listed(self, filtered: Any, *, unseen: bool = False) -> Any:
        rows = Citation.objects.all() if unseen else Citation.objects.visible_to(self.level)
        is_filtered = self.reads_at is not None or set(self.request.query_params) & set(self.filters.base_filters)
        if is_filtered and are_few_rows(lambda: filtered):
            return rows.filter(ByKeys("claim", filtered.values("pk")))
        return rows.filter(among_many("claim", filtered.values("pk"), Looked(filtered.filter(pk=OuterRef("claim")))))

    def fetched(self, rows: Any) -> Any:
        return gather.chains(rows.select_related("claim__incident"))

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        return [represent.citation_row(row, gathered) for row in rows]


class IncidentLists(PublicLists):
    """Published incidents; one alone comes with everything that is claimed about it, side by side."""

    filters = IncidentRows
    default_order = "published_at"
    shape = shapes.IncidentSummary
    detail_shape = shapes.Incident
    gone = True
    export = "incidents"
    key = "reference"

    def rows(self) -> Any:
        return Incident.objects.visible_to(self.level)

    def fetched(self, rows: Any) -> Any:
        return gather.incidents(rows, self.level)

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        return [represent.incident_summary(row, gathered) for row in rows]

    def retrieve(self, request: Request, key: str, **kwargs: Any) -> Response:
        row = self.wanted(request, key)
        if row is None:
            return self.instead(key)
        gathered = Gathered.start(self.level, self.root)
        claims = list(
            gather.claims(Claim.objects.visible_to(self.level).accepted().filter(incident=row), self.level).order_by(
                "recorded_at", "pk"
            )
        )
        gathered.with_claims(claims)
        said, stated = (
            list(gather.assertions(model.visible_to(self.level).accepted().filter(incident=row), self.level))
            for model in (ResponsibilityClaim.objects.select_related("incident", "party"), Statement.objects)
        )
        gathered.with_grades(meant_id(assertion.claimant) for assertion in (*said, *stated))
        answer: shapes.Incident = {
            **represent.incident_summary(row, gathered),
            "claims": [represent.claim(claim, gathered) for claim in claims],
            "responsibility": [represent.responsibility(claim, gathered) for claim in said],
            "statements": [represent.statement(statement, gathered) for statement in stated],
            **comparing.of_incident(row, gathered),
        }
        return self.alone(answer)

    def instead(self, key: Any) -> Response:
        """The way to what it was merged into, or the tombstone of what was withdrawn; else there is nothing."""
        if "\x00" in key:
            raise Http404
        survivor = Incident.objects.survivor_of(key, self.level)
        if survivor is not None and survivor.reference != key:
            return self.moved(f"incidents/{survivor.reference}/")
        withdrawn = Incident.objects.withdrawn_from(self.level).filter(reference=key).first()
        if withdrawn is not None:
            raise self.tombstone(withdrawn.withdrawn_reason)
        raise Http404


class ResponsibilityLists(PublicLists):
    """Who is said to have done it, by whom. Accepted claims, unless ``status`` asks for others."""

    filters = ResponsibilityRows
    default_order = "recorded_at"
    shape = shapes.Responsibility
    key = "pk"
    key_type = "uuid"

    def rows(self) -> Any:
        return ResponsibilityClaim.objects.visible_to(self.level)

    def fetched(self, rows: Any) -> Any:
        return gather.assertions(rows.select_related("incident", "party"), self.level)

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        gathered.with_grades(meant_id(row.claimant) for row in rows)
        return [represent.responsibility(row, gathered) for row in rows]


class VictimLists(PublicLists):
    """Persons, each with what the sources say of them side by side. Names only where they may be read."""

    filters = VictimRows
    default_order = "reference"
    shape = shapes.Victim
    export = "victims"
    key = "reference"

    def rows(self) -> Any:
        return Victim.objects.visible_to(self.level)

    def fetched(self, rows: Any) -> Any:
        return gather.victims(rows, self.level)

    @property
    def validated(self) -> bool:  # type: ignore[override]  # every reading of a name above public is logged
        return self.level == Disclosure.PUBLIC

    def noted(self, rows: Sequence[Any]) -> None:
        records = [link.record for row in rows for link in row.links.all()]
        note_reading(above_public(records), reader=self.reader(NameRead.Door.API), at=timezone.now())

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        records = [link.record for row in rows for link in row.links.all()]
        gathered.with_grades(meant_id(record.claimant) for record in records)
        return [represent.victim(row, gathered) for row in rows]


class OrganizationLists(PublicLists):
    """Who asserts, relays and prints."""

    filters = OrganizationRows
    shape = shapes.Organization
    gone = True
    export = "organizations"
    key = "outside_code"

    def rows(self) -> Any:
        return Organization.objects.visible_to(self.level).standing()

    def fetched(self, rows: Any) -> Any:
        return gather.organizations(rows)

    def instead(self, key: Any) -> Response:
        if "\x00" in key:
            raise Http404
        known = Organization.objects.visible_to(self.level).select_related("merged_into")
        row = get_object_or_404(known, outside_code=key)
        return self.moved(f"organizations/{meant(row).outside_code}/", row.withdrawn_reason)

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        gathered.with_grades(row.pk for row in rows).with_members(row.pk for row in rows)
        return [represent.organization(row, gathered) for row in rows]


class SourceLists(PublicLists):
    """Documents and testimonies."""

    filters = SourceRows
    default_order = "recorded_at"
    shape = shapes.Source
    gone = True
    export = "sources"
    key = "pk"
    key_type = "uuid"

    def rows(self) -> Any:
        return Source.objects.visible_to(self.level).standing().vouched()

    def fetched(self, rows: Any) -> Any:
        return rows.select_related("publisher__merged_into")

    def instead(self, key: Any) -> Response:
        row = get_object_or_404(Source.objects.visible_to(self.level).vouched(), pk=key)
        return self.moved(f"sources/{meant_id(row)}/", row.withdrawn_reason)

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        return [represent.source(row, gathered) for row in rows]


class PlaceLists(PublicLists):
    """The gazetteer."""

    filters = PlaceRows
    shape = shapes.Place
    export = "places"

    def rows(self) -> Any:
        return Place.objects.all()

    def fetched(self, rows: Any) -> Any:
        return gather.places(rows)

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        return [represent.place(row, gathered) for row in rows]
