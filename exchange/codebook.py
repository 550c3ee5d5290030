"""The codebook of the exports, as a document, from the registry of columns."""

from collections.abc import Iterator

from exchange.registry import REGISTRY

TITLE = """# Codebook

Every column of every export, made by `manage.py codebook` from the registry that the exports themselves use
(`exchange/columns.py`). Columns are fixed whatever the data. An empty cell is null: not stated, unknown, or not
applicable; it is never 0. Lists are joined by ` | `. Files are UTF-8, RFC 4180. In workbooks `integer` and `number` are
numbers and all else is text; in GeoJSON they and `boolean` are what they say, and an empty cell is null.

HXL tags are of the core standard (1.1), which has no attribute for a lowest or highest count: several columns can bear one
tag. Days bear those of dates, for what is EDTF need not be one.

Under `at_least` and `more_than` an empty maximum is an open end. A claim with `count_stance` `denies` is a denial,
with or without a number. An empty population dimension is not restricted; unknown status is the value `unknown`.
"""


def codebook() -> Iterator[str]:
    """The lines of docs/codebook.md."""
    yield from TITLE.splitlines()
    for name, columns in REGISTRY.items():
        yield ""
        yield f"## {name}"
        yield ""
        yield "| column | type | meaning | HXL |"
        yield "|---|---|---|---|"
        for column in columns:
            hxl = f"`{column.hxl}`" if column.hxl else ""
            yield f"| `{column.name}` | {column.type} | {column.meaning.replace('|', chr(92) + '|')} | {hxl} |"
