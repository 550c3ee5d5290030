"""CSV for spreadsheets: cells that one would take for a formula, a date or a shortened number are given as text.

The faithful CSV stays faithful; this is a second form of it. An apostrophe stands before each such cell, and before each
that begins with one, so that taking one away from every text that begins with it gives back what was there. Columns of
numbers, days, times and yes or no stay as they are: what a spreadsheet makes of them is what they mean.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from exchange.columns import Column

BOM = b"\xef\xbb\xbf"
MARK = "'"
KEPT = frozenset({"integer", "number", "boolean", "date", "timestamp"})
"""Types of columns that hold nothing to be protected."""

DIGIT = "0-9٠-٩۰-۹"
BLANK = " \t\r\n\u00a0"
SIGN = f"{BLANK}.,:;/()%$€£¥+–—‑−-"
GAP = "[ ,./–-]*"
ENGLISH = "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?"
ARABIC = (
    "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول"
    "|يناير|فبراير|مارس|أبريل|إبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
)
MONTH = f"({ENGLISH}|{ARABIC})"
UNSAFE = "|".join(
    (
        f"^{MARK}",
        "^[\t\r\n]",
        f"^[{BLANK}]*[=+@＝＋－＠-]",
        # Nothing but digits and signs: days, months, ranges, fractions, times, long numbers. A plain number loses nothing.
        f"^(?!(0|[1-9][0-9]{{0,10}})$)[{SIGN}]*[{DIGIT}][{DIGIT}{SIGN}]*$",
        f"^[{BLANK}]*[{DIGIT}]+([.,][{DIGIT}]*)?e[+-]?[{DIGIT}]+[{BLANK}]*$",
        f"^[{BLANK}]*[{DIGIT}]{{1,4}}{GAP}{MONTH}[{DIGIT}{SIGN}]*$",
        f"^[{BLANK}]*{MONTH}[{SIGN}]*[{DIGIT}][{DIGIT}{SIGN}]*$",
        f"^[{BLANK}]*[{DIGIT}]{{1,2}}(:[{DIGIT}]{{1,2}})*[ \u00a0]?(am?|pm?)[{BLANK}]*$",
    )
)
"""Written for PostgreSQL and Python alike, in either case of letters; a test compares them."""

_UNSAFE = re.compile(UNSAFE, re.IGNORECASE)


def protected(columns: Sequence[Column], statement: str) -> str:
    """The statement of an export with its cells made safe. A sorted subquery is read in its order."""
    pattern = UNSAFE.replace("'", "''")
    cells = ", ".join(
        f'"{column.name}"'
        if column.type in KEPT
        else f"""CASE WHEN "{column.name}"::text ~* '{pattern}' THEN '{MARK * 2}' || "{column.name}"::text
                 ELSE "{column.name}"::text END AS "{column.name}\""""
        for column in columns
    )
    return f"SELECT {cells} FROM ({statement}) AS faithful"  # noqa: S608  names of columns in our own code


def safe(column: Column, cell: Any) -> Any:
    """The same for a cell that was made here."""
    unsafe = column.type not in KEPT and isinstance(cell, str) and _UNSAFE.search(cell)
    return f"{MARK}{cell}" if unsafe else cell


def for_windows(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """CSV that ends its lines in LF, beginning with a byte-order mark and ending them in CRLF; within cells, as it was."""
    yield BOM
    quoted = 0
    for block in blocks:
        parts = block.split(b'"')  # a quotation mark within a cell is doubled, and so opens again what it closes
        parts[quoted::2] = [part.replace(b"\n", b"\r\n") for part in parts[quoted::2]]
        quoted ^= (len(parts) - 1) & 1
        yield b'"'.join(parts)
