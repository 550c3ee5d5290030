"""Exports: the filtered rows, streamed by COPY from one query and one registry of columns."""

import csv
import io
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, QuerySet, UUIDField
from django.http import QueryDict
from django.utils import timezone

from accounts.choosing import Way, choosing
from accounts.literal import literal
from accounts.parameters import Rows, check_names
from exchange import comparison, geometry, queries, safety, summary
from exchange.columns import Column
from exchange.forms import CSV, Form
from exchange.registry import REGISTRY
from incidents.filters import ClaimRows, IncidentRows
from incidents.models import Claim, Incident, ScopeState
from incidents.querysets import CORRECTING
from incidents.scopes.filters import ScopeRows, SummaryRows
from places.filters import PlaceRows
from places.models import Place
from sources.disclosure import Disclosure
from sources.filters import OrganizationRows, SourceRows
from sources.merged import Meant
from sources.models import Organization, Source
from victims.filters import VictimRows
from victims.models import PersonRecord, Victim
from victims.services.names import Reader, note_export


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of export: whose filters choose its rows, and the query that gives its columns."""

    name: str
    rows: type[Rows]
    visible: Callable[[Disclosure], Any]
    query: str
    sources: str = "source_id FROM visible_citation"
    produce: Callable[[Any, Disclosure, str, Sequence[Column]], Iterator[Sequence[Any]]] | None = None
    """Gives the rows that the database cannot make by itself: of the filtered ones, the level, the API's address, columns."""
    note: Callable[..., None] | None = None
    """Called with the rows, the level and the reader before anything of them is sent; logs the names that will be."""
    geometry: Column | None = None
    """Where its rows lie, if they lie anywhere."""
    counted: bool = True
    """Whether it has at least as many rows as its filters choose."""

    @property
    def columns(self) -> tuple[Column, ...]:
        return REGISTRY[self.name]


def _organizations(level: Disclosure) -> Any:
    return Organization.objects.visible_to(level).standing()


def _places(_level: Disclosure) -> Any:
    return Place.objects.all()


def _sources(level: Disclosure) -> Any:
    return Source.objects.visible_to(level).standing().vouched()


EXPORTS: dict[str, Export] = {
    export.name: export
    for export in (
        Export("claims", ClaimRows, Claim.objects.visible_to, queries.CLAIMS, geometry=geometry.geometry(
            geometry.own_or_incidents("c.place_id", "place", "i.id"))),
        Export("citations", ClaimRows, Claim.objects.visible_to, queries.CITATIONS),
        Export("derivations", ClaimRows, Claim.objects.visible_to, queries.DERIVATIONS, counted=False),
        Export("figures", ScopeRows, ScopeState.objects.visible_to, "", produce=comparison.figures,
               geometry=comparison.GEOMETRY.column),
        Export("scope_relations", ScopeRows, ScopeState.objects.visible_to, "", produce=comparison.relations, counted=False),
        Export("summary", SummaryRows, ScopeState.objects.visible_to, "", produce=summary.rows, counted=False),
        Export("incidents", IncidentRows, Incident.objects.visible_to, queries.INCIDENTS,
               geometry=geometry.geometry(geometry.at_incident("i.id"))),
        Export("organizations", OrganizationRows, _organizations, queries.ORGANIZATIONS),
        Export("sources", SourceRows, _sources, queries.SOURCES, "id FROM chosen"),
        Export("places", PlaceRows, _places, queries.PLACES, geometry=geometry.geometry(geometry.at_place("place"))),
        Export("victims", VictimRows, Victim.objects.visible_to, queries.VICTIMS, "source_id FROM shown_record",
               note=note_export, geometry=geometry.geometry(
                   geometry.own_or_incidents("r.place_id", "place", "r.incident_id"))),
    )
}  # fmt: skip


def way(export: Export | None, form: Form) -> Way:
    """How the rows of a file are chosen: by one query of all, or so many at once."""
    return Way.WHOLE if export is not None and export.produce is None and not form.by_pages else Way.PAGE


def chosen(export: Export, parameters: QueryDict, level: Disclosure, form: Form = CSV) -> QuerySet[Any]:
    """The rows that the filters choose for a reader of this level, for a file of this form. Raises ValidationError."""
    check_names(parameters, export.rows.base_filters)
    with choosing(way(export, form)):
        return export.rows(parameters, export.visible(level), level=level).rows()  # type: ignore[no-any-return]


def statement(
    export: Export, rows: QuerySet[Any], *, level: Disclosure, root: str, columns: Sequence[Column] | None = None
) -> str:
    """The export's query with its values in place, ready for COPY or EXPLAIN. ``root`` is the API's address."""
    visible = Claim.objects.visible_to(level)
    parts = {
        "chosen": rows.order_by().values("id"),
        "visible_claims": visible.values("id"),
        "visible_corrections": visible.filter(corrects__isnull=False, status__in=CORRECTING).values(
            "id", "corrects_id"
        ),
        "visible_records": PersonRecord.objects.visible_to(level).accepted().values("id"),
        "visible_sources": Source.objects.visible_to(level).values(named=F("pk"), means=Meant(key=UUIDField())),
        "leading_above": Source.objects.leading_above(level).values("id"),
        "visible_incidents": Incident.objects.visible_to(level).values("id", "reference"),
    }
    values = {"level": int(level), "root": root, "today": timezone.now().date()}
    selected = ", ".join(f'{column.sql} AS "{column.name}"' for column in columns or export.columns)
    own = {
        "named": queries.NAMED,
        "cited": queries.CITED,
        "sourced": queries.SOURCED.format(sources=export.sources),
        "graded": queries.GRADED,
        "looked": queries.LOOKED.get(export.name, ""),
        "columns": selected,
    }
    # The parts that carry values of their own are put in last: their percent signs are no placeholders.
    kept = {name: f"{{{name}}}" for name in parts}
    frame = export.query.format(
        **{name: text.format(**kept) if name == "cited" else text for name, text in own.items()}, **kept
    )
    needed = {name: literal(part) for name, part in parts.items() if kept[name] in frame}
    with connection.cursor() as cursor:
        return str(cursor.mogrify(frame, values)).format(**needed)


def stream(
    export: Export,
    rows: QuerySet[Any],
    *,
    level: Disclosure,
    root: str,
    reader: Reader | None = None,
    columns: Sequence[Column] | None = None,
    hxl: bool = False,
    safe: bool = False,
    memory: str = "128MB",
) -> Generator[bytes, None, None]:
    """The export as CSV (UTF-8, RFC 4180, header first), in blocks as the database hands them out.

    ``reader`` is logged where names above public are among what is sent. ``columns`` are all unless given, ``hxl`` adds the
    tags below the header, ``safe`` gives the form for spreadsheets. ``memory`` is what the database may use for one sort or
    hash before it turns to disk; ours stays flat.
    """
    chosen_columns = export.columns if columns is None else columns

    def blocks() -> Iterator[bytes]:
        if export.note is not None:
            export.note(rows, level=level, reader=reader, at=timezone.now())
        # At once: whoever asked sees that the answer has begun while the database still sorts.
        yield from written(headings(chosen_columns, hxl=hxl))
        if export.produce is not None:
            yield from cells_written(chosen_columns, export.produce(rows, level, root, chosen_columns), safe=safe)
            return
        sql = statement(export, rows, level=level, root=root, columns=chosen_columns)
        yield from _copied(_whole_lines(chosen_columns, safety.protected(chosen_columns, sql) if safe else sql), memory)

    yield from safety.for_windows(blocks()) if safe else blocks()


def _whole_lines(columns: Sequence[Column], sql: str) -> str:
    """Of a single column, nothing is written as an empty text: readers of CSV skip lines that are empty."""
    if len(columns) != 1:
        return sql
    return f"""SELECT coalesce("{columns[0].name}"::text, '') FROM ({sql}) AS single"""  # noqa: S608  our own name


def _copied(sql: str, memory: str) -> Iterator[bytes]:
    """What the database writes, in blocks."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, false)", [memory])
        try:
            with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)") as copy:
                block = bytearray()
                for piece in copy:
                    block += piece
                    if len(block) >= BLOCK:
                        yield bytes(block)
                        block.clear()
                if block:
                    yield bytes(block)
        finally:
            if connection.is_usable():
                cursor.execute("RESET work_mem")


def headings(columns: Sequence[Column], *, hxl: bool) -> list[list[str]]:
    """The rows above the first: names, and tags if they are asked for."""
    names, tags = ([getattr(column, what) for column in columns] for what in ("name", "hxl"))
    return [names, tags] if hxl else [names]


def cells_written(columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, safe: bool) -> Iterator[bytes]:
    """Rows that are made here, in either form of CSV."""
    protected = ([safety.safe(*pair) for pair in zip(columns, map(_cell, row), strict=True)] for row in rows)
    return written(protected if safe else rows)


csv.field_size_limit(2**31 - 1)  # what was written here is read here, however long a text is


def cells(lines: Iterable[bytes]) -> Iterator[list[str]]:
    """The rows of CSV in blocks."""
    return csv.reader(_lines(lines))


def _lines(blocks: Iterable[bytes]) -> Iterator[str]:
    left = b""
    for block in blocks:
        *whole, left = (left + block).split(b"\n")
        yield from (f"{line.decode()}\n" for line in whole)
    if left:
        yield left.decode()


def written(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The same form, of rows that are made here: nothing is an empty cell, lists are joined by " | "."""
    block = io.StringIO()
    writer = csv.writer(block, lineterminator="\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if block.tell() >= BLOCK:
            yield block.getvalue().encode()
            block.seek(0)
            block.truncate()
    yield block.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " | ".join(map(str, value)) if isinstance(value, list | tuple) else value


BLOCK = 64 * 1024
"""Bytes: large enough that the web server is not asked for every row."""


def by_name(name: str) -> Export:
    """Raises ValidationError naming the exports there are."""
    try:
        return EXPORTS[name]
    except KeyError as error:
        raise ValidationError({"name": [f"{name}: no such export; expected {', '.join(EXPORTS)}."]}) from error
