"""``as_of``: what was outside at a time, in the words of that time, whatever has become of it since."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.parameters import check_names, day, known, moment, refuse, words
from api.editions import reading
from api.editions.keeping import keep_up
from api.errors import Gone
from api.models import Edition
from api.negotiation import FileRenderer
from api.pagination import flag, page_size
from api.v1 import cells, fields
from api.v1.files import BATCH, KEYS, REDACTED, Asked
from api.v1.kept import Kept
from api.v1.lists import PublicLists
from exchange.columns import Column
from exchange.export import cells_written, headings, written
from exchange.geometry import spots
from exchange.safety import for_windows
from incidents.filters import TRUTH, references
from incidents.models import Population, Scope
from incidents.reconciliation.relations import relations
from incidents.scopes import reading as scopes_reading
from incidents.scopes.words import differences
from sources.disclosure import Disclosure

Kind = Edition.Kind
GEOMETRY = "geometry"
SAID: Mapping[str, tuple[str, ...]] = {
    "measure": ("measure",), "claimant": ("claimant", "code"), "status": ("status",), "basis": ("basis",),
    "relation": ("relation",), "kind": ("kind",), "incident_type": ("incident_type",),
}  # fmt: skip
"""Parameters that are looked for in the text, and where."""
TAKES: Mapping[str, tuple[str, ...]] = {
    Kind.CLAIM: ("incident", "measure", "population", "claimant", "basis", "status"),
    Kind.RESPONSIBILITY: ("incident", "claimant", "status"),
    Kind.FIGURE: ("incident", "measure", "population", "basis", "relation", "has_conflict"),
    Kind.INCIDENT: ("incident", "incident_type"),
    Kind.ORGANIZATION: ("kind",),
    Kind.SOURCE: ("kind",),
}
"""The parameters that can be combined with ``as_of``, of each kind of record."""


def asked(given: Any) -> dt.datetime:
    """The time that is asked for; a bare day means its end. Raises ValidationError: what is to come is not known."""
    value = given["as_of"]
    if len(value) == 10:
        at = dt.datetime.combine(day("as_of", value) + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)
        at -= dt.timedelta(microseconds=1)
        latest = timezone.now() + dt.timedelta(days=1)  # today is over at its end
    else:
        at, latest = moment("as_of", value), timezone.now()
    if at > latest:
        raise refuse("as_of", value, "lies ahead; expected a time that has been.")
    return at


@dataclass(frozen=True, slots=True)
class AskedThen(Asked):
    """What somebody asks a file of what was outside at a time of; its rows are editions."""

    def shapes(self) -> Iterator[Sequence[Mapping[str, Any]]]:
        """In batches, in the order of publication; what is told no longer shows as its key alone."""
        after = 0
        while found := reading.in_order(self.rows, after=after, size=BATCH):
            then = reading.told(found, self.level, self.root)
            gone = [{self.lists.outside_key: key, REDACTED: True} for key in then.redacted]
            yield [*(_as_listed(self.lists.kind, one) for one in then.shapes), *gone]
            after = found[-1].number

    def table(self, columns: Sequence[Column], *, hxl: bool = False, safe: bool = False) -> Iterator[bytes]:
        assert self.export is not None  # noqa: S101  else there are no columns
        blocks = self._blocks(columns, hxl=hxl, safe=safe)
        return for_windows(blocks) if safe else blocks

    def _blocks(self, columns: Sequence[Column], *, hxl: bool, safe: bool) -> Iterator[bytes]:
        yield from written(headings(columns, hxl=hxl))
        yield from cells_written(columns, self._rows(columns), safe=safe)

    def _rows(self, columns: Sequence[Column]) -> Iterator[Sequence[Any]]:
        assert self.export is not None  # noqa: S101  as above
        make, names = cells.maker(self.export.name, columns, self.root), [column.name for column in columns]
        for shapes in self.shapes():
            for shape in self._located(shapes) if GEOMETRY in names else shapes:
                yield [shape.get(name) for name in names] if REDACTED in shape else make(shape)

    def _located(self, shapes: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """The same with where each lies: its own place, else those that its incident had then."""
        unlocated = {one["incident"] for one in shapes if one.get("incident") and not one.get("place")}
        incidents = reading.standing_at(Kind.INCIDENT, self.level, asked(self.given)).filter(key__in=unlocated)
        then = reading.told(list(incidents), self.level, self.root)
        places = {one["reference"]: one["places"] for one in then.shapes}
        for one in shapes:
            of = [one["place"]] if one.get("place") else one.get("places") or places.get(one.get("incident", ""), [])
            yield {**one, GEOMETRY: spots((place["longitude"], place["latitude"]) for place in of)}


def one(request: Request, kind: Kind, key: str, level: Disclosure, root: str) -> dict[str, Any]:
    """One record as it was. Raises Http404, and Gone where it is told no longer."""
    given = request.query_params
    check_names(given, ("as_of", "format", "fields"))
    at = asked(given)
    if "\x00" in key:
        raise Http404
    keep_up(most=1)
    found = reading.standing_at(kind, level, at).filter(key=key).first()
    if found is None:
        raise Http404
    then = reading.told([found], level, root)
    if then.redacted:
        raise Gone(detail="It was public then, and something of it has been restricted since.", code="redacted")
    shape = then.shapes[0]
    return _whole_incident(shape, at, level, root) if kind is Kind.INCIDENT else shape


class AsOf(Kept):
    """A list that can also be read as it was at a time: before the list that it is made of."""

    as_of = True

    @property
    def outside_key(self) -> str:
        """The name of what its rows are known by outside."""
        return next(name for name in KEYS if name in fields.keys_of(self.shape))

    def list(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        given = request.query_params
        if "as_of" not in given:
            return super().list(request, **kwargs)
        own = [name for name in self.own_parameters if name != "ordering"]
        check_names(given, (*TAKES[self.kind], "as_of", *own))
        rows = standing(self.kind, self.level, given)
        if isinstance(request.accepted_renderer, FileRenderer):
            return self.file(request.accepted_renderer.form, self.asked(rows, AskedThen))
        if flag(given, "hxl"):
            raise refuse("hxl", "true", "tags are for files with columns; add format=csv.")
        return self._page_of(rows)

    def _page_of(self, rows: QuerySet[Edition]) -> Response:
        """In the order of publication, with cursors of its own."""
        given, names = self.request.query_params, self.named()
        size, total = page_size(given), flag(given, "total")
        found = reading.in_order(rows, after=_cursor(given.get("cursor")), size=size + 1)
        more, found = len(found) > size, found[:size]
        then = reading.told(found, self.level, self.root)
        following = None
        if more:
            kept = {name: value for name, value in given.items() if name != "cursor"}
            path = self.request.build_absolute_uri(self.request.path)
            following = f"{path}?{urlencode({**kept, 'cursor': found[-1].number})}"
        body: dict[str, Any] = {"next": following, "previous": None}
        if total:
            body["total"] = rows.count()
        shapes = [fields.selected(_as_listed(self.kind, one), names) for one in then.shapes]
        body |= {"results": shapes, "redacted": then.redacted}
        return Response(body, headers={"Link": f'<{following}>; rel="next"'} if following else None)

    def retrieve(self, request: Request, key: Any, **kwargs: Any) -> Response:
        if "as_of" in request.query_params:
            return self.alone(one(request, self.kind, str(key), self.level, self.root))
        return super().retrieve(request, key, **kwargs)


def also_as_of(lists: type[PublicLists], of: Kind) -> Any:
    """The same list, which can also be read as it was at a time. It keeps its name and what it says of itself."""
    return type(lists.__name__, (AsOf, lists), {"kind": of, "__doc__": lists.__doc__, "__module__": lists.__module__})


def _as_listed(kind: Kind, shape: dict[str, Any]) -> dict[str, Any]:
    """Statements stand with an incident alone, and not in a list of them."""
    return {name: value for name, value in shape.items() if name != "statements"} if kind is Kind.INCIDENT else shape


def _whole_incident(shape: dict[str, Any], at: dt.datetime, level: Disclosure, root: str) -> dict[str, Any]:
    """An incident with what was said of it, and what that came to."""
    statements = shape.pop("statements")

    def about(kind: Kind, *, accepted: bool) -> list[dict[str, Any]]:
        rows = reading.standing_at(kind, level, at).filter(about=shape["reference"]).order_by("number")
        then = reading.told(list(rows), level, root)
        return [one for one in then.shapes if not accepted or one["status"] == "accepted"]

    claims = sorted(about(Kind.CLAIM, accepted=True), key=lambda one: (one["recorded_at"], one["id"]))
    scopes = about(Kind.FIGURE, accepted=False)
    return {
        **shape,
        "claims": claims,
        "responsibility": about(Kind.RESPONSIBILITY, accepted=True),
        "statements": statements,
        "scopes": scopes,
        "scope_relations": _relations([one["id"] for one in scopes]),
    }


def _relations(keys: list[str]) -> list[dict[str, Any]]:
    """How scopes stand to each other, which follows from what they are of."""
    rows = {str(row.pk): row for row in Scope.objects.filter(pk__in=keys).select_related("incident")}
    if len(rows) < 2:
        return []
    ordered = sorted(rows.values(), key=scopes_reading.told_in_order)
    by_key = {scopes_reading.key_of(row): row for row in ordered}
    reaches = scopes_reading.reaches_of(ordered)[ordered[0].incident_id]
    return [
        {
            "a": str(by_key[found.a].pk),
            "b": str(by_key[found.b].pk),
            "relation": found.relation.value,
            "detail": "; ".join(map(str, differences(by_key[found.a], by_key[found.b], found))),
        }
        for found in relations(list(by_key), reaches)
    ]


def standing(kind: Kind, level: Disclosure, given: Any) -> QuerySet[Edition]:
    """The editions of a time that the parameters choose. Raises ValidationError."""
    at = asked(given)
    keep_up(most=1)
    rows = reading.standing_at(kind, level, at)
    if "incident" in given:
        rows = rows.filter(about__in=references("incident", given["incident"]))
    for name, path in SAID.items():
        if name in given and name in TAKES[kind]:
            rows = reading.saying(rows, path, words(given[name]))
    if kind is Kind.CLAIM and "status" not in given:
        rows = reading.saying(rows, ("status",), ["accepted"])
    if "has_conflict" in given:
        known("has_conflict", [given["has_conflict"]], TRUTH)
        others = ["single", "agree", "different_dates", "no_number"]
        rows = reading.saying(rows, ("relation",), ["conflict"] if given["has_conflict"] == "true" else others)
    if "population" in given:
        known("population", [given["population"]], Population.objects.values_list("pk", flat=True))
        rows = reading.saying(rows, ("population", "code"), _narrower(given["population"]))
    return rows


def _narrower(code: str) -> list[str]:
    return list(Population.objects.narrower_or_equal(code).values_list("pk", flat=True))


def _cursor(given: str | None) -> int:
    if given is None:
        return 0
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise refuse("cursor", given, "not one that this list gave out; follow next as it is.")
    return int(given)
