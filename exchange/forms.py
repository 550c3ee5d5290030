"""The forms that an export has: how each is told of over HTTP, and what its files are called."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a file with every row. ``media_types`` begins with the one that answers name, parameters included."""

    name: str
    media_types: tuple[str, ...]
    ending: str
    tabular: bool = False
    """Whether it has a header, below which HXL tags can stand."""
    by_pages: bool = False
    """Whether its rows are read so many at once, as of a list, and not by one query."""

    @property
    def content_type(self) -> str:
        main, separator, parameters = self.media_types[0].partition(";")
        if not main.startswith("text/"):
            return self.media_types[0]
        return f"{main}; charset=utf-8{separator}{parameters}"


JSONL = Form("jsonl", ("application/jsonl", "application/x-ndjson"), ".jsonl", by_pages=True)
CSV_SAFE = Form("csv-safe", ('text/csv; profile="csv-safe"',), "-for-excel.csv", tabular=True)
CSV = Form("csv", ("text/csv",), ".csv", tabular=True)
XLSX = Form("xlsx", ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",), ".xlsx", tabular=True)
GEOJSON = Form("geojson", ("application/geo+json",), ".geojson")
FORMS: dict[str, Form] = {form.name: form for form in (JSONL, CSV_SAFE, CSV, XLSX, GEOJSON)}
"""By name. The one with a parameter comes before the one without, which would take its place otherwise."""

LONGEST = 150
"""Characters of the part of a file's name that tells the filters: systems take 255 bytes in all."""
SILENT = frozenset({"format", "fields", "hxl", "search", "cursor", "page_size", "total", "ordering"})
"""Parameters that choose no rows, or hold words of a person."""


def file_name(of: str, given: Iterable[tuple[str, str]], today: dt.date, form: Form = CSV) -> str:
    """A name that a person recognises in a folder of downloads: what, of what, and when; in ASCII."""
    chosen_by = "-".join(
        part
        for name, value in sorted(given)
        if name not in SILENT and (part := re.sub("[^A-Za-z0-9]+", "-", value)[:30].strip("-"))
    )
    return (
        "-".join(part for part in ("sijil", of, chosen_by[:LONGEST].strip("-"), today.isoformat()) if part)
        + form.ending
    )
