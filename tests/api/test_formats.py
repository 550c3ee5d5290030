"""Every list in every form: the same rows as JSON, whatever stands in them; errors before the answer begins."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from api.v1 import files, lists
from exchange.columns import Column
from exchange.forms import FORMS
from exchange.registry import REGISTRY
from incidents import counts
from places.models import Place
from sources.disclosure import Disclosure
from tests.api.client import V1, complaint, get, results, rows
from tests.factories import Register
from tests.victims import people
from victims.models import NameRead

pytestmark = pytest.mark.django_db

EXPORTED = ["claims", "citations", "figures", "summary", "incidents", "organizations", "sources", "places", "victims"]
LOCATED = ["claims", "figures", "incidents", "places", "victims"]
ONLY_LINES = ["measures", "populations", "causes", "parties", "responsibility"]
AWKWARD = "=2+3, \"so said\"\r\n3–4\n'quoted'\t; 2018-04 | ثلاثة، أو «أربعة»"


def fetched(path: str, *, headers: dict[str, str] | None = None, **parameters: object) -> bytes:
    response = Client().get(f"{V1}{path}/", parameters, headers=headers or {})
    assert response.status_code == 200, response.content[:400]
    return b"".join(response.streaming_content)


def safe_rows(path: str, **parameters: object) -> list[dict[str, str]]:
    """The CSV for spreadsheets, with the one apostrophe taken off again that stands before what is protected."""
    body = fetched(path, format="csv-safe", **parameters)
    assert body.startswith(b"\xef\xbb\xbf")
    found = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    types = {column.name: column.type for column in REGISTRY[path]}
    kept = {"integer", "number", "boolean", "date", "timestamp"}
    return [
        {name: value if types[name] in kept else value.removeprefix("'") for name, value in row.items()}
        for row in found
    ]


def sheet(path: str, **parameters: object) -> list[tuple]:
    book = load_workbook(io.BytesIO(fetched(path, format="xlsx", **parameters)))
    assert len(book.sheetnames) == 1
    return [tuple(row) for row in book.active.iter_rows()]


def typed(column: Column, cell: str) -> object:
    """A cell of CSV as JSON and workbooks have it."""
    if cell == "":
        return None
    return {"integer": int, "number": float, "boolean": lambda text: text == "true"}.get(column.type, str)(cell)


@pytest.fixture
def awkward(register: Register) -> Register:
    """Beside the founding case, one row of everything with text that formats stumble over; zero, and no number."""
    places = [Place.objects.get(code=code) for code in ("C1002", "C2502", "C2300")]
    incident = register.published(title=AWKWARD, summary=AWKWARD, places=places)
    register.published(places=[])
    source = register.source(title=AWKWARD)
    zero = counts.code(counts.Quantifier.EXACT, 0, stated=AWKWARD)
    nothing = counts.code(counts.Quantifier.UNQUANTIFIED, stated="3–4")
    register.accepted(incident, count=zero, sources=[source, register.source()], population_stated=AWKWARD)
    register.accepted(incident, count=nothing, place=places[0])
    register.organization("awkward", name=f"Organization {AWKWARD}")
    people.linked(register, people.accepted(register, incident, occupation=AWKWARD, place=places[1]))
    people.linked(register, people.accepted(register, incident, occupation="3-4"))
    return register


@pytest.mark.parametrize("path", [*EXPORTED, *ONLY_LINES])
def test_lines_of_json_are_the_objects_of_the_list(awkward, path, monkeypatch):
    monkeypatch.setattr(files, "BATCH", 7)
    body = fetched(path, format="jsonl").decode()
    assert body.endswith("\n")
    listed = get("summary/")["results"] if path == "summary" else results(f"{path}/")
    assert listed
    assert [json.loads(line) for line in body.split("\n")[:-1]] == listed


@pytest.mark.parametrize("path", EXPORTED)
def test_csv_for_spreadsheets_holds_what_csv_holds(awkward, path):
    plain = rows(f"{path}/")
    assert plain
    assert safe_rows(path) == plain


@pytest.mark.parametrize("path", EXPORTED)
def test_a_workbook_holds_what_csv_holds_and_no_formula(awkward, path):
    columns = REGISTRY[path]
    header, *cells = sheet(path)
    assert [cell.value for cell in header] == [column.name for column in columns]
    plain = rows(f"{path}/")
    assert len(cells) == len(plain)
    for line, row in zip(cells, plain, strict=True):
        for column, cell in zip(columns, line, strict=True):
            expected = row[column.name].replace("\r\n", "\n")  # what a workbook makes of it, being XML
            found = (
                cell.value.replace("_x000D_", "").replace("\r\n", "\n") if isinstance(cell.value, str) else cell.value
            )
            if column.type in {"integer", "number"} and expected:
                assert (cell.data_type, found) == ("n", typed(column, expected)), column.name
            else:
                assert found == (expected or None), column.name
                assert found is None or cell.data_type == "s", column.name


@pytest.mark.parametrize("path", LOCATED)
def test_features_have_the_columns_of_the_export_as_properties(awkward, path):
    body = json.loads(fetched(path, format="geojson"))
    assert body.keys() == {"type", "features"}
    plain = rows(f"{path}/")
    assert [one["properties"] for one in body["features"]] == [
        {column.name: typed(column, row[column.name]) for column in REGISTRY[path]} for row in plain
    ]
    identifiers = [one["id"] for one in body["features"]]
    assert len(set(identifiers)) == len(identifiers) == len(plain) > 1
    for one in body["features"]:
        assert one["type"] == "Feature"
        where = one["geometry"]
        if where is not None:
            points = [where["coordinates"]] if where["type"] == "Point" else where["coordinates"]
            assert where["type"] in {"Point", "MultiPoint"}
            assert len(points) > (where["type"] == "MultiPoint")
            assert all(
                35 < longitude < 43 and 32 < latitude < 38 for longitude, latitude in points
            )  # Syria, not the sea


def test_what_has_no_place_of_its_own_lies_where_its_incident_does(register):
    known, other, unknown = (Place.objects.get(code=code) for code in ("C1002", "C2502", "C2300"))
    at = {place: [float(place.longitude), float(place.latitude)] for place in (known, other)}
    incident = register.published(places=[other, unknown, known])
    several = {"type": "MultiPoint", "coordinates": [at[other], at[known]]}  # in the order of the incident's places
    claims = {
        str(register.accepted(incident).pk): several,
        str(register.accepted(incident, place=known).pk): {"type": "Point", "coordinates": at[known]},
        str(register.accepted(incident, place=unknown).pk): None,
    }
    for path in ("claims", "figures"):
        found = json.loads(fetched(path, format="geojson", incident=incident.reference))["features"]
        if path == "claims":
            assert {one["id"]: one["geometry"] for one in found} == claims
        assert sorted(map(str, (one["geometry"] for one in found))) == sorted(map(str, claims.values()))
    [alone] = json.loads(fetched("incidents", format="geojson", incident=incident.reference))["features"]
    assert alone["geometry"] == several
    nowhere = register.published(places=[unknown])
    [alone] = json.loads(fetched("incidents", format="geojson", incident=nowhere.reference))["features"]
    assert alone["geometry"] is None


@pytest.mark.parametrize("form", FORMS)
def test_filters_choose_the_same_rows_in_every_form(form):
    wanted = {claim["id"] for claim in results("claims/", measure="killed", claimant="agps")}
    body = fetched("claims", format=form, measure="killed", claimant="agps")
    if form == "xlsx":
        found = {str(row[0]) for row in load_workbook(io.BytesIO(body)).active.iter_rows(min_row=2, values_only=True)}
    elif form == "geojson":
        found = {one["id"] for one in json.loads(body)["features"]}
    elif form == "jsonl":
        found = {json.loads(line)["id"] for line in body.splitlines()}
    else:
        found = {row["id"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))}
    assert found == wanted != set()


@pytest.mark.parametrize("path", EXPORTED)
@pytest.mark.parametrize("form", FORMS)
def test_no_rows_are_a_file_as_well(path, form, monkeypatch):
    if form == "geojson" and path not in LOCATED:
        return
    monkeypatch.setattr("accounts.parameters.Rows.rows", lambda rows: rows.queryset.none())
    body = fetched(path, format=form)
    if form == "jsonl":
        assert body == b""
    elif form == "geojson":
        assert json.loads(body) == {"type": "FeatureCollection", "features": []}
    elif form == "xlsx":
        assert load_workbook(io.BytesIO(body)).active.max_row == 1
    else:
        assert body.count(b"\n") == 1


def test_lines_end_as_windows_ends_them_and_those_within_cells_stay(awkward):
    body = fetched("incidents", format="csv-safe")
    table = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(table)
    assert body.decode("utf-8-sig").replace('""', "").replace('"', "") == written.getvalue().replace('""', "").replace(
        '"', ""
    )
    assert f"'{AWKWARD}" in {row[3] for row in table}


@pytest.mark.parametrize("form", ["csv", "csv-safe", "jsonl", "geojson"])
def test_the_answer_begins_before_the_last_row_is_there(form, monkeypatch, register):
    for _ in range(3):
        register.published()
    for module in ("exchange.export", "exchange.geometry"):
        monkeypatch.setattr(f"{module}.BLOCK", 1)
    monkeypatch.setattr(files, "BATCH", 1)
    blocks = iter(Client().get(f"{V1}incidents/", {"format": form}).streaming_content)
    first = next(blocks)
    rest = list(blocks)
    assert len(first) < 4000
    assert len(rest) > 3


def test_lines_cost_the_same_queries_for_each_batch(monkeypatch):
    costs = []
    for size in (10, 25):
        monkeypatch.setattr(files, "BATCH", size)
        with CaptureQueriesContext(connection) as captured:
            assert fetched("claims", format="jsonl").count(b"\n") == 50
        costs.append(len(captured) / -(-50 // size))
    assert max(costs) < 12


def test_nothing_above_the_level_is_in_any_form(register):
    incident = register.published()
    hidden = register.accepted(incident, disclosure=Disclosure.RESTRICTED, population_stated="Zyxmarker")
    shown = register.accepted(incident)
    for form in FORMS:
        body = fetched("claims", format=form, incident=incident.reference)
        if form == "xlsx":
            body = str([[cell.value for cell in row] for row in load_workbook(io.BytesIO(body)).active]).encode()
        assert str(shown.pk).encode() in body
        assert b"Zyxmarker" not in body
        assert str(hidden.pk).encode() not in body


@pytest.mark.parametrize("form", FORMS)
def test_names_above_public_are_logged_whatever_the_form(form, register, monkeypatch):
    record = people.accepted(register, register.published())
    people.disclosed(register, record, Disclosure.PARTNER)
    people.linked(register, record)
    monkeypatch.setattr(lists, "level_of", lambda request: Disclosure.PARTNER)
    Client().head(f"{V1}victims/", {"format": form})
    assert not NameRead.objects.exists()
    fetched("victims", format=form)
    assert [one.records for one in NameRead.objects.all()] == [[record.pk]]


@pytest.mark.parametrize("form", FORMS)
def test_head_says_what_would_come_and_makes_nothing(form, monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("the export ran")

    whole = Client().get(f"{V1}claims/", {"format": form})
    b"".join(whole.streaming_content)
    for made in ("stream", "_lines", "_workbook"):
        monkeypatch.setattr(files, made, never)
    head = Client().head(f"{V1}claims/", {"format": form})
    assert (head.status_code, head.content) == (200, b"")
    assert all(head[name] == whole[name] for name in ("Content-Type", "Content-Disposition"))
    refused = Client().head(f"{V1}claims/", {"format": form, "measure": "kiled"})
    assert refused.status_code == 400


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["page_size", "ordering", "total", "cursor"])
def test_files_refuse_what_pages_have(form, name):
    assert complaint("claims/", format=form, **{name: "1"})["attr"] == name


def test_a_list_without_places_has_no_geojson_and_names_what_it_has():
    detail = complaint("sources/", format="geojson")["detail"]
    assert detail == "format=geojson: expected json, jsonl, csv-safe, csv, xlsx."


@pytest.mark.parametrize("path", ["claims", "victims", "summary", "figures"])
def test_tags_stand_below_the_header(path, register):
    people.linked(register, people.accepted(register, register.published()))
    tags = [column.hxl for column in REGISTRY[path]]
    for form in ("csv", "csv-safe"):
        table = list(csv.reader(io.StringIO(fetched(path, format=form, hxl="true").decode("utf-8-sig"))))
        assert table[1] == tags
        assert len(table) - 2 == len(rows(f"{path}/"))
    assert [cell.value or "" for cell in sheet(path, hxl="true")[1]] == tags
    assert rows(f"{path}/", hxl="false") == rows(f"{path}/")


@pytest.mark.parametrize("form", ["json", "jsonl", "geojson"])
def test_tags_are_refused_where_there_is_no_header(form):
    assert complaint("claims/", format=form, hxl="true")["attr"] == "hxl"
    assert complaint("claims/", format="csv", hxl="yes")["attr"] == "hxl"
    assert "no such parameter" in complaint("measures/", hxl="true")["detail"]


def test_what_a_workbook_cannot_hold_is_told_before_it_begins(register, monkeypatch):
    register.published(summary="x" * 32_768)
    error = complaint("incidents/", format="xlsx")
    assert (error["attr"], "summary" in error["detail"]) == ("format", True)
    monkeypatch.setattr(lists, "MOST_IN_A_WORKBOOK", 10)
    monkeypatch.setattr(files, "_workbook", None)
    assert "10 rows" in complaint("claims/", format="xlsx")["detail"]


def test_a_text_of_any_length_survives(register):
    words = "طويل " * 60_000
    incident = register.published(summary=words)
    features = json.loads(fetched("incidents", format="geojson", incident=incident.reference))["features"]
    assert features[0]["properties"]["summary"] == words


def test_a_single_column_has_a_line_for_every_row():
    body = fetched("claims", format="csv", fields="cause").decode()
    assert len(list(csv.DictReader(io.StringIO(body)))) == 50
    assert "\n\n" not in body


@pytest.mark.parametrize("form", FORMS)
def test_a_file_says_what_it_is_called(form):
    answer = Client().get(f"{V1}claims/", {"format": form, "place": "SY01", "measure": "killed", "search": "at"})
    assert b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith('attachment; filename="sijil-claims-killed-SY01-2')
    assert answer["Content-Disposition"].endswith(f'{FORMS[form].ending}"')
    assert (
        Client()
        .get(f"{V1}measures/?format=jsonl")["Content-Disposition"]
        .startswith('attachment; filename="sijil-measures-2')
    )
