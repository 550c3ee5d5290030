"""The lists and rows of the API. Each says which rows, which filters, which shape; the rest is shared."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import F
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.parameters import Rows, check_names, known, refuse
from api.errors import Gone
from api.negotiation import CsvRenderer
from api.pagination import Keyset, address, flag, page_size
from api.v1 import gather, represent, shapes
from api.v1.gather import Gathered
from exchange import export
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
from victims.services.names import Reader, above_public, note_reading

LIST_PARAMETERS = ("cursor", "page_size", "total", "ordering", "format")


class TermRows(Rows):
    """Tables of terms have no filters beyond those of every list."""

    orders = {"code": (F("code"), F("code"))}


class PublicLists(ViewSet):
    """What every list and row has in common. Answers are what the public may see."""

    level: ClassVar[Disclosure] = Disclosure.PUBLIC
    filters: ClassVar[type[Rows]] = TermRows
    orders: ClassVar[dict[str, tuple[Any, ...]]] = {}
    default_order: ClassVar[str] = "code"
    shape: ClassVar[Any]
    detail_shape: ClassVar[Any] = None
    gone: ClassVar[bool] = False
    export: ClassVar[str] = ""
    renderer_classes = [JSONRenderer]
    key: ClassVar[str] = "code"

    def rows(self) -> Any:
        """All rows that the reader may see."""
        raise NotImplementedError

    def fetched(self, rows: Any) -> Any:
        """The same rows with all that their shape shows."""
        return rows

    def listed(self, filtered: Any) -> Any:
        """What a list shows of the rows that its filters chose."""
        return filtered

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        """The shapes of the rows of one answer."""
        raise NotImplementedError

    def get_renderers(self) -> Any:
        """JSON; for a list that can be exported, CSV as well."""
        return [JSONRenderer(), CsvRenderer()] if self.export and self.action == "list" else [JSONRenderer()]

    @property
    def root(self) -> str:
        return self.request.build_absolute_uri(reverse("v1:root"))

    def reader(self, door: NameRead.Door) -> Reader:
        """Who reads, for the log of names above public: known by address alone until clients have tokens."""
        return Reader(door, client=str(self.request.META.get("REMOTE_ADDR") or "unknown"))

    def list(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        parameters = request.query_params
        check_names(parameters, (*self.filters.base_filters, *LIST_PARAMETERS))
        filtered = self.filters(parameters, self.rows(), level=self.level).rows()
        size, total = page_size(parameters), flag(parameters, "total")
        order = self._order(parameters.get("ordering") or self.default_order)
        if request.accepted_renderer.format == "csv":
            for name in ("cursor", "page_size", "total", "ordering"):
                if name in parameters:
                    raise refuse(
                        name, parameters[name], "CSV holds every row, in the order of recording; leave it out."
                    )
            return self._csv(filtered)
        listed = self.listed(filtered)
        found, after, before = order.page(self.fetched(listed), size=size, cursor=parameters.get("cursor"))
        base = request.build_absolute_uri(request.path)
        links = {
            relation: address(base, parameters, cursor) if cursor else None
            for relation, cursor in (("next", after), ("previous", before))
        }
        body: dict[str, Any] = dict(links)
        if total:
            body["total"] = listed.order_by().count()
        body["results"] = self.represented(found, Gathered.start(self.level, self.root))
        header = ", ".join(f'<{link}>; rel="{relation}"' for relation, link in links.items() if link)
        return Response(body, headers={"Link": header} if header else None)

    def retrieve(self, request: Request, key: Any, **kwargs: Any) -> Response:
        row = self.wanted(request, key)
        if row is None:
            return self.instead(key)
        return Response(self.represented([row], Gathered.start(self.level, self.root))[0])

    def instead(self, key: Any) -> Response:
        """What is answered where there is no row: the way to what it was merged into; else there is nothing."""
        raise Http404

    def tombstone(self, reason: str) -> Gone:
        """What stands in the place of what was withdrawn: the reason, without the names that are protected."""
        return Gone(detail=Gathered.start(self.level, self.root).mask.text(reason))

    def moved(self, path: str, withdrawn: str = "") -> Response:
        """The way to where a row that was merged is read; the tombstone, if it was withdrawn instead."""
        if withdrawn:
            raise self.tombstone(withdrawn)
        return Response(status=301, headers={"Location": f"{self.root}{path}"})

    def wanted(self, request: Request, key: Any) -> Any:
        """The one row with this key, or None."""
        check_names(request.query_params, ("format",))
        if "\x00" in str(key):  # which no key holds, and no database takes
            return None
        return self.fetched(self.listed(self.rows())).filter(**{self.key: key}).first()

    def _order(self, asked: str) -> Keyset:
        name = asked.removeprefix("-")
        orders = self.orders or self.filters.orders
        known("ordering", [asked], [sign + order for order in orders for sign in ("", "-")])
        return Keyset(orders[name], descending=asked.startswith("-"))

    def _csv(self, rows: Any) -> StreamingHttpResponse:
        kind = export.by_name(self.export)
        response = StreamingHttpResponse(
            export.stream(kind, rows, level=self.level, root=self.root, reader=self.reader(NameRead.Door.CSV)),
            content_type="text/csv; charset=utf-8",
        )
        name = export.file_name(kind, self.request.query_params, timezone.now().date())
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class ClaimLists(PublicLists):
    """Claims, each with its whole provenance. Accepted ones, unless ``status`` asks for others."""

    filters = ClaimRows
    default_order = "recorded_at"
    shape: ClassVar[Any] = shapes.Claim
    export = "claims"
    key = "pk"

    def rows(self) -> Any:
        return Claim.objects.visible_to(self.level)

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

    def listed(self, filtered: Any) -> Any:
        return Citation.objects.visible_to(self.level).filter(claim__in=filtered.values("pk"))

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
            "scopes": [],
            "scope_relations": [],
        }
        return Response(answer)

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

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        records = [link.record for row in rows for link in row.links.all()]
        note_reading(above_public(records), reader=self.reader(NameRead.Door.API), at=timezone.now())
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

    def rows(self) -> Any:
        return Source.objects.visible_to(self.level).standing()

    def fetched(self, rows: Any) -> Any:
        return rows.select_related("publisher__merged_into")

    def instead(self, key: Any) -> Response:
        row = get_object_or_404(Source.objects.visible_to(self.level), pk=key)
        return self.moved(f"sources/{meant_id(row)}/", row.withdrawn_reason)

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        return [represent.source(row, gathered) for row in rows]


class PlaceLists(PublicLists):
    """The gazetteer."""

    filters = PlaceRows
    shape = shapes.Place

    def rows(self) -> Any:
        return Place.objects.all()

    def fetched(self, rows: Any) -> Any:
        return gather.places(rows)

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        return [represent.place(row, gathered) for row in rows]
