"""Exports as a workbook: the same rows and columns as the CSV, in cells of their own types."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from exchange.columns import Column

MOST_ROWS = 1_048_575
"""Rows of a sheet below its header; the format knows no more."""
MOST_CHARACTERS = 32_767
"""Characters of a cell; the format knows no more."""


def workbook(columns: Sequence[Column], lines: Iterable[bytes], *, title: str) -> bytes:
    """The export whose CSV is given, as one sheet. Whole numbers are numbers; all else is text as it stands.

    Nothing is read as a formula. Raises ValidationError when there are more rows, or there is a longer text, than
    the format can hold: it cuts off in silence otherwise.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title=title[:31])
    sheet.freeze_panes = "A2"
    rows = csv.reader(_text(lines))
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise ValidationError(_("A workbook holds %d rows; narrow the list, or take CSV.") % MOST_ROWS)
        sheet.append([_heading(sheet, name) for name in row] if number == 0 else _cells(sheet, columns, row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _text(lines: Iterable[bytes]) -> Iterator[str]:
    """Blocks of bytes as lines of text."""
    left = b""
    for block in lines:
        *whole, left = (left + block).split(b"\n")
        yield from (f"{line.decode()}\n" for line in whole)
    if left:
        yield left.decode()


def _heading(sheet: Any, name: str) -> Any:
    cell = WriteOnlyCell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _cells(sheet: Any, columns: Sequence[Column], row: Sequence[str]) -> list[Any]:
    cells: list[Any] = []
    for column, value in zip(columns, row, strict=True):
        if not value:
            cells.append(None)
        elif column.type == "integer":
            cells.append(int(value))
        else:
            if len(value) > MOST_CHARACTERS:
                raise ValidationError(
                    _("%(column)s holds a text of %(length)d characters, more than a cell can; take CSV.")
                    % {"column": column.name, "length": len(value)}
                )
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
            cell.data_type = "s"  # also what begins like a formula is text
            cells.append(cell)
    return cells
