"""Files with every row that the filters choose, the same for the API's lists and for ``export_data``."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryFile
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from rest_framework.renderers import JSONRenderer

from accounts.parameters import refuse
from api.pagination import Keyset, flag
from api.v1 import fields
from api.v1.gather import Gathered
from exchange import geometry, spreadsheet
from exchange.columns import Column
from exchange.export import Export, cells, stream
from exchange.forms import CSV_SAFE, FORMS, GEOJSON, JSONL, XLSX, Form
from sources.disclosure import Disclosure
from victims.services.names import Reader

BATCH = 500
"""Rows that are read at once for lines of JSON."""
KEYS = ("id", "reference", "code")
"""What a feature is known by: the first of these that is among its columns."""
REDACTED = "redacted"
"""Stands with the key alone in place of what was public then, and is told no longer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks a file of. ``lists`` is None where there is an export without a list of the API."""

    rows: Any
    level: Disclosure
    root: str
    reader: Reader
    given: QueryDict
    lists: Any = None
    export: Export | None = None

    def shapes(self) -> Iterator[Sequence[Mapping[str, Any]]]:
        """The shapes of all rows, in batches, in the order of the list; the same queries for each batch."""
        lists = self.lists
        if not lists.paged:
            yield lists.all(self.rows, Gathered.start(self.level, self.root))
            return
        order, cursor = Keyset((lists.orders or lists.filters.orders)[lists.default_order]), None
        rows = lists.fetched(lists.listed(self.rows))
        while True:
            found, cursor, _ = order.page(rows, size=BATCH, cursor=cursor)
            if found:
                lists.noted(found)
                yield lists.represented(found, Gathered.start(self.level, self.root))
            if cursor is None:
                return

    def table(self, columns: Sequence[Column], *, hxl: bool = False, safe: bool = False) -> Iterator[bytes]:
        """These columns of all rows as CSV, in blocks."""
        assert self.export is not None  # noqa: S101  else there are no columns
        return stream(
            self.export, self.rows, level=self.level, root=self.root, reader=self.reader, columns=columns, hxl=hxl, safe=safe
        )  # fmt: skip


def forms_of(export: Export | None) -> list[Form]:
    """The forms there are of an export; of a list that has none, lines of JSON."""
    if export is None:
        return [JSONL]
    return [form for form in FORMS.values() if form is not GEOJSON or export.geometry is not None]


def prepared(form: Form, asked: Asked, *, most: int | None = None) -> Callable[[], Iterator[bytes]]:
    """How to make the file, when all about it that can be refused without a look at the rows has been.

    ``most`` are the rows that a workbook may have here. Raises ValidationError; making a workbook does so as well, and
    before the first bytes are there.
    """
    hxl = flag(asked.given, "hxl")
    if hxl and not form.tabular:
        tabular = ", ".join(one.name for one in FORMS.values() if one.tabular)
        raise refuse("hxl", "true", f"tags stand below a header, so only in {tabular}.")
    export = asked.export
    if form is JSONL and asked.lists is not None:
        names = fields.asked(asked.given, fields.keys_of(asked.lists.shape))
        return partial(_lines, asked, names)
    if export is None or form not in forms_of(export):
        raise refuse("format", form.name, f"expected {', '.join(one.name for one in forms_of(export))}.")
    shape = None if asked.lists is None else asked.lists.shape
    columns = fields.columns(export.name, export.columns, shape, asked.given)
    if form is JSONL:
        return lambda: _objects(columns, cells(asked.table(columns)))
    if form is GEOJSON and export.geometry is not None:
        located = (*columns, export.geometry)
        return lambda: _features(columns, cells(asked.table(located)))
    if form is XLSX:
        if most is not None and export.counted and asked.rows.count() > most:
            raise _in_the_format(spreadsheet.too_many(most))
        return lambda: _workbook(export, columns, asked.table(columns, hxl=hxl), headings=1 + hxl)
    return lambda: asked.table(columns, hxl=hxl, safe=form is CSV_SAFE)


def _lines(asked: Asked, names: set[str] | None) -> Iterator[bytes]:
    """Each row as the list answers it, a line each."""
    renderer = JSONRenderer()
    shown = names and {*names, REDACTED}
    for shapes in asked.shapes():
        yield b"".join(renderer.render(fields.selected(shape, shown)) + b"\n" for shape in shapes)


def _objects(columns: Sequence[Any], rows: Iterator[list[str]]) -> Iterator[bytes]:
    """Each row of an export that no list has, as an object of its columns."""
    renderer = JSONRenderer()
    next(rows)  # the header
    for row in rows:
        values = {column.name: geometry.value(column, cell) for column, cell in zip(columns, row, strict=True)}
        yield renderer.render(values) + b"\n"


def _features(columns: Sequence[Any], rows: Iterator[list[str]]) -> Iterator[bytes]:
    next(rows)  # the header
    key = next((name for name in KEYS if any(column.name == name for column in columns)), "")
    return geometry.collection(columns, rows, key=key)


def _workbook(export: Export, columns: Sequence[Any], blocks: Any, *, headings: int) -> Iterator[bytes]:
    file = TemporaryFile()  # noqa: SIM115  closed by whoever reads it
    try:
        with closing(blocks):  # else the database goes on sending, and answers nothing else
            spreadsheet.workbook(columns, cells(blocks), file, title=export.name, headings=headings)
    except ValidationError as error:
        file.close()
        raise _in_the_format(error) from error
    return spreadsheet.Blocks(file)


def _in_the_format(error: ValidationError) -> ValidationError:
    """What a workbook cannot hold is the fault of the format that was asked for."""
    return ValidationError({"format": error.messages})
