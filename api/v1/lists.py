"""What every list of the API has in common: parameters, pages, formats, the ways to a row."""

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.db.models import F
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.lockout import client_address
from accounts.parameters import Rows, check_names, known, refuse
from api.authentication import level_of
from api.errors import Gone
from api.negotiation import CsvRenderer
from api.pagination import Keyset, address, flag, page_size
from api.v1.gather import Gathered
from api.validators import KnownAlready, validator
from exchange import export
from sources.disclosure import Disclosure
from victims.models import NameRead
from victims.services.names import Reader

LIST_PARAMETERS = ("cursor", "page_size", "total", "ordering", "format")


class TermRows(Rows):
    """Tables of terms have no filters beyond those of every list."""

    orders = {"code": (F("code"), F("code"))}


class PublicLists(ViewSet):
    """What every list and row has in common. Answers are what the public may see."""

    filters: ClassVar[type[Rows]] = TermRows
    orders: ClassVar[dict[str, tuple[Any, ...]]] = {}
    default_order: ClassVar[str] = "code"
    shape: ClassVar[Any]
    detail_shape: ClassVar[Any] = None
    gone: ClassVar[bool] = False
    export: ClassVar[str] = ""
    as_of: ClassVar[bool] = False
    """Whether it can be read as it was at a time (see ``then``)."""
    page_shape: ClassVar[Any] = None
    """Of a list whose pages are of a shape of their own."""
    parameters: ClassVar[dict[str, str]] = {}
    """What such a list takes, with what it means."""
    paged: ClassVar[bool] = True
    """Whether it is long enough for pages; what is not is always whole, and in one order."""
    renderer_classes = [JSONRenderer]
    key: ClassVar[str] = "code"
    key_type: ClassVar[str] = "str"
    """As addresses are told apart by Django: a UUID, or any text without a slash."""

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

    reads_at: Disclosure | None = None
    etag: str = ""
    validated: ClassVar[bool] = True
    """Whether its answers have a validator: what is logged when it is read has none."""

    @classmethod
    def at(cls, level: Disclosure) -> Self:
        """The list as a reader of this level has it, without a request."""
        lists = cls()
        lists.reads_at = level
        return lists

    @property
    def level(self) -> Disclosure:
        """How far whoever asks may read."""
        return level_of(self.request) if self.reads_at is None else self.reads_at

    def noted(self, rows: Sequence[Any]) -> None:
        """Log what has to be logged of these rows being shown, before they are."""

    def reader(self, door: NameRead.Door) -> Reader:
        """Who reads, for the log of names above public."""
        where = client_address(self.request) or "unknown"
        token: Any = self.request.auth
        return (
            Reader(door, token.user, f"token {token.hint} from {where}")
            if token is not None
            else Reader(door, client=where)
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After who asks is known: without looking at any row, whether they have the answer already."""
        super().initial(request, *args, **kwargs)
        self.etag = validator(request, self.level, request.accepted_renderer.format) if self.validated else ""
        known_already = get_conditional_response(request._request, etag=self.etag) if self.etag else None  # noqa: SLF001  Django's own request
        if known_already is not None:
            raise KnownAlready(known_already)

    def handle_exception(self, exc: Exception) -> Any:
        return exc.answer if isinstance(exc, KnownAlready) else super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == 200 and self.etag:
            answer["ETag"] = self.etag
        return answer

    def list(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        parameters = request.query_params
        check_names(parameters, (*self.filters.base_filters, *(LIST_PARAMETERS if self.paged else ("format",))))
        filtered = self.filters(parameters, self.rows(), level=self.level).rows()
        if not self.paged:
            return self._whole(request, filtered)
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
        self.noted(found)
        body["results"] = self.represented(found, Gathered.start(self.level, self.root))
        header = ", ".join(f'<{link}>; rel="{relation}"' for relation, link in links.items() if link)
        return Response(body, headers={"Link": header} if header else None)

    def _whole(self, request: Request, filtered: Any) -> HttpResponseBase:
        if request.accepted_renderer.format == "csv":
            return self._csv(filtered)
        results = self.all(filtered, Gathered.start(self.level, self.root))
        return Response({"next": None, "previous": None, "results": results})

    def all(self, filtered: Any, gathered: Gathered) -> Sequence[Any]:
        """The shapes of everything, of a list that has no pages."""
        raise NotImplementedError

    def retrieve(self, request: Request, key: Any, **kwargs: Any) -> Response:
        row = self.wanted(request, key)
        if row is None:
            return self.instead(key)
        self.noted([row])
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
