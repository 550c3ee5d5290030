"""Exports as a workbook: the same rows and columns as the CSV, in cells of their own types."""

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

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
MOST_DIGITS = 15
"""Digits of a number that a spreadsheet keeps; what is longer is text."""
BLOCK = 64 * 1024


def workbook(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], into: IO[bytes], *, title: str, headings: int = 1
) -> None:
    """Write the export whose rows are given, ``headings`` first, as one sheet. Numbers are numbers; all else is text.

    Nothing is read as a formula. Raises ValidationError when there are more rows, or there is a longer text, than
    the format can hold: it cuts off in silence otherwise.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title=title[:31])
    sheet.freeze_panes = f"A{headings + 1}"
    try:
        _fill(sheet, columns, rows, headings)
    except BaseException:
        sheet.close()
        sheet._writer.cleanup()  # noqa: SLF001  only a workbook that is saved clears away what it wrote so far
        raise
    book.save(into)


def _fill(sheet: Any, columns: Sequence[Column], rows: Iterable[Sequence[str]], headings: int) -> None:
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise too_many(MOST_ROWS)
        sheet.append([_heading(sheet, name) for name in row] if number < headings else _cells(sheet, columns, row))


def too_many(most: int) -> ValidationError:
    return ValidationError(_("A workbook holds %d rows; narrow the list, or take CSV.") % most)


class Blocks(Iterator[bytes]):
    """What was written to a file, from its beginning; the file is closed after it, or by whoever reads no further."""

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        self.file = file

    def __next__(self) -> bytes:
        block = b"" if self.file.closed else self.file.read(BLOCK)
        if not block:
            self.close()
            raise StopIteration
        return block

    def close(self) -> None:
        self.file.close()


def _heading(sheet: Any, name: str) -> Any:
    cell = WriteOnlyCell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _cells(sheet: Any, columns: Sequence[Column], row: Sequence[str]) -> list[Any]:
    cells: list[Any] = []
    for column, value in zip(columns, row, strict=True):
        if not value:
            cells.append(None)
        elif column.type in {"integer", "number"} and sum(map(str.isdigit, value)) <= MOST_DIGITS:
            cells.append(int(value) if column.type == "integer" else float(value))
        else:
            if len(value) > MOST_CHARACTERS:
                raise ValidationError(
                    _("%(column)s holds a text of %(length)d characters, more than a cell can; take CSV.")
                    % {"column": column.name, "length": len(value)}
                )
            shown = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
            cells.append(_as_it_stands(sheet, shown) if shown[0] in "=#" else shown)
    return cells


def _as_it_stands(sheet: Any, value: str) -> Any:
    """A text that would be taken for a formula, or for the name of an error."""
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell
