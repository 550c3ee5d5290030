"""Exports hold what the API says, in fixed columns, through every door."""

import csv
import datetime as dt
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import QueryDict

from exchange import export
from exchange.forms import FORMS, file_name
from exchange.registry import REGISTRY
from exchange.seeding.identity import reference
from sources.disclosure import Disclosure
from tests.api.client import results, rows

ROOT = Path(__file__).resolve().parents[2]


def flat(value, prefix=""):
    """JSON names joined by underscores; lists joined by `` | ``."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flat(inner, f"{prefix}_{name}" if prefix else name)
    elif isinstance(value, list):
        yield prefix, " | ".join(str(item) for item in value)
    else:
        yield prefix, "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.django_db
def test_csv_says_of_every_claim_what_json_says():
    columns = {column.name for column in REGISTRY["claims"]}
    by_id = {row["id"]: row for row in rows("claims/")}
    compared = set()
    for claim in results("claims/"):
        listed = {"citations", "derived_from"}
        for name, value in flat({name: value for name, value in claim.items() if name not in listed}):
            if name not in columns:
                continue
            compared.add(name)
            assert by_id[claim["id"]][name] == value, name
    left = columns - compared
    assert {name for name in left if not name.startswith(("source_", "population_", "place_", "period_", "as_of_"))} == {
        "since_earliest", "since_latest", "relays", "locator", "citation_stated", "citation_count", "derived_from",
        "derived_from_strength",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["incidents", "organizations", "sources"])
def test_csv_says_what_json_says_elsewhere_too(name):
    columns = {column.name for column in REGISTRY[name]}
    key = {"incidents": "reference", "organizations": "code", "sources": "id"}[name]
    by_key = {row[key]: row for row in rows(f"{name}/")}
    for row in results(f"{name}/"):
        for column, value in flat(row):
            if column in columns:
                assert by_key[row[key]][column] == value, column


@pytest.mark.django_db
@pytest.mark.parametrize("name", export.EXPORTS)
def test_columns_are_fixed_and_there_also_without_rows(name):
    kind = export.by_name(name)
    nothing = kind.visible(Disclosure.PUBLIC).none()
    [header] = list(
        csv.reader(io.StringIO(b"".join(export.stream(kind, nothing, level=Disclosure.PUBLIC, root="/")).decode()))
    )
    assert header == [column.name for column in REGISTRY[name]]
    assert len(set(header)) == len(header)


def test_every_column_has_a_meaning():
    for name, columns in REGISTRY.items():
        for column in columns:
            assert len(column.meaning) > 10, (name, column.name)


@pytest.mark.django_db
def test_citations_and_derivations_are_all_there():
    assert len(rows("citations/")) == 50
    kind = export.by_name("derivations")
    chosen = export.chosen(kind, QueryDict(f"incident={reference('U1')}"), Disclosure.PUBLIC)
    written = b"".join(export.stream(kind, chosen, level=Disclosure.PUBLIC, root="/")).decode()
    assert len(list(csv.DictReader(io.StringIO(written)))) == 7


@pytest.mark.django_db
def test_text_with_commas_quotes_and_line_breaks_survives(register):
    words = 'three, "as said"\r\nor so\n|; ثلاثة'
    incident = register.published(summary=words)
    assert {row["reference"]: row for row in rows("incidents/")}[incident.reference]["summary"] == words


@pytest.mark.django_db
def test_the_memory_lent_for_an_export_is_given_back():
    with connection.cursor() as cursor:
        cursor.execute("SHOW work_mem")
        before = cursor.fetchone()
        rows("claims/")
        cursor.execute("SHOW work_mem")
        assert cursor.fetchone() == before


@pytest.mark.django_db
def test_the_command_writes_the_same_bytes_as_the_api(tmp_path, capfdbinary):
    call_command(
        "export_data",
        "claims",
        out=str(tmp_path / "claims.csv"),
        filter=["measure=killed"],
        root="http://testserver/api/v1/",
    )
    with (tmp_path / "claims.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.DictReader(file)) == rows("claims/", measure="killed")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [({"filter": ["measure=kiled"]}, "measure=kiled"), ({"filter": ["shoe=1"]}, "shoe: there is no such parameter"),
     ({"filter": ["measure"]}, "expected KEY=VALUE"), ({"out": "/no/such/folder/x.csv"}, "No such file or directory"),
     ({"filter": ["measure=killed", "measure=injured"]}, "more than once")],
)  # fmt: skip
def test_the_command_refuses_in_one_line(arguments, complaint):
    with pytest.raises(CommandError, match=complaint):
        call_command("export_data", "claims", **arguments)


def test_an_unknown_export_is_refused_with_the_known_ones():
    with pytest.raises(ValidationError, match="claims, citations"):
        export.by_name("claimz")


def test_the_codebook_is_fresh():
    call_command("codebook", check=True)


@pytest.mark.django_db
def test_file_names_are_recognisable():
    given = QueryDict("measure=killed&place=SY03&format=csv&fields=id&search=secret").dict().items()
    day = dt.date(2026, 1, 2)
    assert {form.name: file_name("claims", given, day, form) for form in FORMS.values()} == {
        "csv": "sijil-claims-killed-SY03-2026-01-02.csv",
        "csv-safe": "sijil-claims-killed-SY03-2026-01-02-for-excel.csv",
        "xlsx": "sijil-claims-killed-SY03-2026-01-02.xlsx",
        "jsonl": "sijil-claims-killed-SY03-2026-01-02.jsonl",
        "geojson": "sijil-claims-killed-SY03-2026-01-02.geojson",
    }
    hostile = QueryDict('measure=../../"x"\r\n\u202e&place=دوما').dict().items()
    assert re.fullmatch(r"sijil-claims-[A-Za-z0-9.-]+", file_name("claims", hostile, day))
    assert len(file_name("claims", [(f"f{number}", "x" * 200) for number in range(40)], day, FORMS["csv-safe"])) < 255


def test_the_command_runs_from_outside():
    answer = subprocess.run(
        [sys.executable, "manage.py", "export_data", "claimz"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode != 0
    assert "claimz" in answer.stderr
    assert "Traceback" not in answer.stderr
