"""What every list of the API has in common: parameters, pages, formats, the ways to a row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Self

from django.db.models import F
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.choosing import Way, are_by_keys, choosing
from accounts.lockout import client_address
from accounts.parameters import Rows, check_names, known, refuse
from accounts.taking import Schema
from api.authentication import level_of
from api.errors import Gone
from api.negotiation import FileRenderer, file_renderers
from api.pagination import Keyset, address, flag, page_size
from api.v1 import fields
from api.v1.files import Asked, forms_of, prepared
from api.v1.gather import Gathered
from api.validators import KnownAlready, standing_of, validator
from exchange.export import EXPORTS, Export, way
from exchange.forms import Form, file_name
from sources.disclosure import Disclosure
from victims.models import NameRead
from victims.services.names import Reader

OF_PAGES = ("cursor", "page_size", "total", "ordering")
"""Parameters of lists that have pages; files have none."""
MOST_IN_A_WORKBOOK = 50_000
"""Rows of a workbook made for whoever asks over HTTP: it is made whole before its first byte is sent."""


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
    parameters: ClassVar[dict[str, tuple[Schema, str]]] = {}
    """What such a list takes, and what it means."""
    paged: ClassVar[bool] = True
    """Whether it is long enough for pages; what is not is always whole, and in one order."""
    renderer_classes = [JSONRenderer]
    key: ClassVar[str] = "code"
    """By what a row is found at its own address; nothing, if it has none."""
    key_type: ClassVar[str] = "str"
    """As addresses are told apart by Django: a UUID, or any text without a slash."""

    def rows(self) -> Any:
        """All rows that the reader may see."""
        raise NotImplementedError

    def fetched(self, rows: Any) -> Any:
        """The same rows with all that their shape shows."""
        return rows

    def listed(self, filtered: Any, *, unseen: bool = False) -> Any:
        """What a list shows of the rows that its filters chose; ``unseen``: whoever may see it."""
        return filtered

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        """The shapes of the rows of one answer."""
        raise NotImplementedError

    @property
    def exported(self) -> Export | None:
        """What its files with columns are made by, if it has such."""
        return EXPORTS.get(self.export)

    @property
    def forms(self) -> list[Form]:
        """The files that a list has, besides its pages."""
        return forms_of(self.exported) if self.action == "list" and self.page_shape is None else []

    def get_renderers(self) -> Any:
        """JSON; for a list, every form of file that it has."""
        return [JSONRenderer(), *file_renderers(form.name for form in self.forms)]

    @property
    def own_parameters(self) -> tuple[str, ...]:
        """Those of a list that are no filters."""
        return (*(OF_PAGES if self.paged else ()), "format", "fields", *(["hxl"] if self.export else []))

    @property
    def root(self) -> str:
        return self.request.build_absolute_uri(reverse("v1:root"))

    reads_at: Disclosure | None = None
    reads_for: Reader | None = None
    is_behind: bool = True
    """Whether something waits for its editions to be made."""
    etag: str = ""
    validated: ClassVar[bool] = True
    """Whether its answers have a validator: what is logged when it is read has none."""

    @classmethod
    def at(cls, level: Disclosure, reader: Reader | None = None) -> Self:
        """The list as a reader of this level has it, without a request."""
        lists = cls()
        lists.reads_at, lists.reads_for = level, reader
        return lists

    @property
    def level(self) -> Disclosure:
        """How far whoever asks may read."""
        return level_of(self.request) if self.reads_at is None else self.reads_at

    def noted(self, rows: Sequence[Any]) -> None:
        """Log what has to be logged of these rows being shown, before they are."""

    def reader(self, door: NameRead.Door) -> Reader:
        """Who reads, for the log of names above public."""
        if self.reads_for is not None:
            return self.reads_for
        where = client_address(self.request) or "unknown"
        token: Any = self.request.auth
        return (
            Reader(door, token.user, f"token {token.hint} from {where}")
            if token is not None
            else Reader(door, client=where)
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After who asks is known: without looking at any row, whether they have the answer already."""
        if self.action is None:  # whatever else is wrong with it
            raise exceptions.MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)
        if not self.validated or self.action == "create":
            return
        self.is_behind, number = standing_of(self.level)
        form = request.accepted_renderer.format
        self.etag = validator(request, self.level, form, None if self.is_behind else number)
        known_already = None if self._has_any(request) else self._known_already(request)
        if known_already is not None:
            raise KnownAlready(known_already)

    def _has_any(self, request: Request) -> bool:
        """Whether any answer is known already to whoever asks; there has to be one, which is not yet known here."""
        return bool(self.etag) and request.headers.get("If-None-Match") == "*"

    def _known_already(self, request: Request) -> HttpResponseBase | None:
        return get_conditional_response(request._request, etag=self.etag) if self.etag else None  # noqa: SLF001  Django's own request

    def handle_exception(self, exc: Exception) -> Any:
        return exc.answer if isinstance(exc, KnownAlready) else super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer: Any = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == 200 and self._has_any(request):
            answer = self._known_already(request) or answer
        if answer.status_code in (200, 304) and self.etag:
            answer["ETag"] = self.etag
        return answer

    def list(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        parameters = request.query_params
        check_names(parameters, (*self.filters.base_filters, *self.own_parameters))
        if isinstance(request.accepted_renderer, FileRenderer):
            form = request.accepted_renderer.form
            with choosing(way(self.exported, form)):
                filtered = self.filtered()
            return self.file(form, self.asked(filtered))
        if flag(parameters, "hxl"):
            raise refuse("hxl", "true", "tags are for files with columns; add format=csv.")
        names = self.named()
        if not self.paged:
            with choosing(Way.WHOLE):
                filtered = self.filtered()
            results = self.all(filtered, Gathered.start(self.level, self.root))
            return Response(
                {"next": None, "previous": None, "results": [fields.selected(one, names) for one in results]}
            )
        size, total = page_size(parameters), flag(parameters, "total")
        order = self._order(parameters.get("ordering") or self.default_order)
        found: Sequence[Any]
        listed, found, after, before = self._page(order, size)
        base = request.build_absolute_uri(request.path)
        links = {
            relation: address(base, parameters, cursor) if cursor else None
            for relation, cursor in (("next", after), ("previous", before))
        }
        body: dict[str, Any] = dict(links)
        if total:
            with choosing(Way.WHOLE):
                body["total"] = self.listed(self.filtered()).order_by().count()
        header = ", ".join(f'<{link}>; rel="{relation}"' for relation, link in links.items() if link)
        headers = {"Link": header} if header else {}
        texts = self.texts(found) if self.is_kept else None
        if texts is not None:
            return self.joined(body, texts, headers)
        if self.is_kept:
            found = self._fetched_again(listed, found)
        self.noted(found)
        shapes = self.represented(found, Gathered.start(self.level, self.root))
        body["results"] = [fields.selected(shape, names) for shape in shapes] if names else shapes
        return Response(body, headers=headers)

    def filtered(self) -> Any:
        """The rows that the parameters choose of those that the reader may see."""
        return self.filters(self.request.query_params, self.rows(), level=self.level).rows()

    chosen_unseen: ClassVar[bool] = False
    """Whether the rows of a filtered page are chosen before it is looked at who may see them, as the latter costs more than the
    rest; else only where few fit."""

    def seen(self, filters: Rows) -> Any:
        """The rows that the reader may see, of those that these filters chose while it was not looked at who may see what.

        What was chosen as by any reader need not be chosen again: it is seen, or it is not, and stands as it did.
        """
        if not self.chosen_unseen or not filters.by_sight.isdisjoint(filters.given):
            return filters.rows()
        states = QueryDict(mutable=True)
        states.setlist("status", filters.given.getlist("status"))
        return self.filters(states, self.rows(), level=self.level).rows()

    def unseen(self) -> Any:
        """What ``rows`` gives, or more, without asking who may see it where that costs something."""
        return self.rows()

    def _page(self, order: Keyset, size: int) -> tuple[Any, Sequence[Any], str | None, str | None]:
        """What is listed, the rows of one page of it, and the cursors of the next and the previous one."""
        given, found = self.request.query_params, dict[Any, Any]()
        cursor = given.get("cursor")
        is_filtered = not self.filters.base_filters.keys().isdisjoint(given)
        filters = self.filters(given, self.rows(), level=self.level, found=found)
        if not (is_filtered if self.chosen_unseen else filters.looks_at_others()):
            listed = self.listed(filters.rows())
            return listed, *self._next(listed, order, size, cursor)
        perhaps = self.filters(given, self.unseen(), level=self.level, unseen=True, found=found).rows()
        chosen = self.listed(perhaps, unseen=True)
        with choosing(Way.KNOWN):
            listed = self.listed(self.seen(filters))
        if not (self.chosen_unseen or are_by_keys(chosen)):
            return listed, *self._next(listed, order, size, cursor)

        def look(keys: Sequence[Any]) -> Mapping[Any, Any]:
            return {row.pk: row for row in self.keys(listed.filter(pk__in=keys))}

        rows, after, before = order.page(chosen, size=size, cursor=cursor, look=look)
        return listed, rows if self.is_kept else self._fetched_again(listed, rows), after, before

    def _next(self, listed: Any, order: Keyset, size: int, cursor: str | None) -> Any:
        """The page of a list that is one query."""
        return order.page(self.keys(listed) if self.is_kept else self.fetched(listed), size=size, cursor=cursor)

    @property
    def is_kept(self) -> bool:
        """Whether the texts of its rows are at hand (see ``kept``)."""
        return False

    def keys(self, rows: Any) -> Any:
        """The rows with no more than what they, and their texts, are found by."""
        return rows.only("pk")

    def texts(self, rows: Sequence[Any]) -> Sequence[str] | None:
        """What each row says, as JSON; None where that is not at hand after all."""
        raise NotImplementedError

    def joined(self, body: dict[str, Any], texts: Sequence[str], headers: dict[str, str]) -> HttpResponseBase:
        """The page of these texts."""
        raise NotImplementedError

    def _fetched_again(self, listed: Any, found: Sequence[Any]) -> Sequence[Any]:
        """The same rows whole, in their order; what is hidden by now is no longer there."""
        whole = {row.pk: row for row in self.fetched(listed.filter(pk__in=[row.pk for row in found]))}
        return [whole[row.pk] for row in found if row.pk in whole]

    def named(self) -> set[str] | None:
        """The keys that ``fields`` asks for, of a row of the list or of one alone; None is all."""
        shape = self.shape if self.action == "list" else self.detail_shape or self.shape
        return fields.asked(self.request.query_params, fields.keys_of(shape))

    def all(self, filtered: Any, gathered: Gathered) -> Sequence[Any]:
        """The shapes of everything, of a list that has no pages."""
        raise NotImplementedError

    def retrieve(self, request: Request, key: Any, **kwargs: Any) -> Response:
        row = self.wanted(request, key)
        if row is None:
            return self.instead(key)
        self.noted([row])
        return self.alone(self.represented([row], Gathered.start(self.level, self.root))[0])

    def alone(self, shape: Mapping[str, Any]) -> Response:
        """The answer with one row, or what is asked for of it."""
        return Response(fields.selected(shape, self.named()))

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
        check_names(request.query_params, ("format", "fields"))
        self.named()
        if "\x00" in str(key):  # which no key holds, and no database takes
            return None
        return self.fetched(self.listed(self.rows())).filter(**{self.key: key}).first()

    def _order(self, asked: str) -> Keyset:
        name = asked.removeprefix("-")
        orders = self.orders or self.filters.orders
        known("ordering", [asked], [sign + order for order in orders for sign in ("", "-")])
        return Keyset(orders[name], descending=asked.startswith("-"))

    def asked(self, rows: Any, of: Callable[..., Asked] = Asked) -> Asked:
        """A file of these rows, as asked for by this request."""
        reader, given = self.reader(NameRead.Door.CSV), self.request.query_params
        return of(rows, self.level, self.root, reader, given, lists=self, export=self.exported)

    def file(self, form: Form, asked: Asked) -> HttpResponseBase:
        """Every row; to HEAD and to who has it already, what would come, without making it."""
        given, match = self.request.query_params, self.request.resolver_match
        for name in OF_PAGES:
            if name in given:
                raise refuse(name, given[name], f"{form.name} holds every row, in one order; leave it out.")
        make = prepared(form, asked, most=MOST_IN_A_WORKBOOK)
        content_type = form.content_type
        if self.request.accepted_media_type in form.media_types[1:]:
            content_type = self.request.accepted_media_type
        response: HttpResponseBase = (
            HttpResponse(content_type=content_type)
            if self.request.method == "HEAD" or self._has_any(self.request)
            else StreamingHttpResponse(make(), content_type=content_type)
        )
        of = self.export or str(match.url_name).removesuffix("-list") if match else self.export
        name = file_name(of, given.dict().items(), timezone.now().date(), form)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
