"""Files with ``as_of``: what was public then, in every form that the list of now has, cell for cell."""

import csv
import datetime as dt
import io
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from api.editions.keeping import keep_up
from incidents import counts
from incidents.models import Scope
from incidents.reconciliation import Policy
from incidents.services import figures
from sources.disclosure import Disclosure
from sources.services import change_organization
from tests.api.client import V1, complaint, results, rows
from tests.factories import NOON

pytestmark = pytest.mark.django_db
THEN, NOW = (dt.datetime(2027, 3, day, 12, tzinfo=dt.UTC) for day in (1, 3))
KEYS = {"claims": "id", "figures": "id", "incidents": "reference", "organizations": "code", "sources": "id"}


@pytest.fixture
def incident(register):
    """With all that a row can show: a range, a relay, a chain, a part, a running total, a place, a figure."""
    with time_machine.travel(THEN, tick=False):
        incident = register.published(title='At the "market", تشرين', occurred="2018-04-19/2018-05-21")
        first = register.accepted(
            incident, count=counts.code(counts.Quantifier.BETWEEN, 3, 5, stated="three to five\nor so"),
            relays=[register.organization("relay-one"), register.organization("relay-two")],
            rests_on=[register.organization("rests-one")], since="2018-04~", basis="cumulative",
        )  # fmt: skip
        register.accepted(
            incident, count=counts.code(counts.Quantifier.ABOUT, 9, stated="=some 9"), claimant=first.claimant
        )
        scope = Scope.objects.filter(incident=incident).first()
        figure = figures.propose_figure(scope, policy=Policy.RANGE, reason="As said.", by=register.analyst, at=NOON)
        figures.adopt(figure, by=register.reviewer, at=NOON)
        keep_up()
    with time_machine.travel(NOW, tick=False):
        keep_up()
        yield incident


def body(path, **given):
    answer = Client().get(f"{V1}{path}", given)
    assert answer.status_code == 200, answer.content[:300]
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("name", KEYS)
def test_every_cell_of_then_is_that_of_now_where_nothing_changed(incident, name):
    key = KEYS[name]
    now, then = ({row[key]: row for row in rows(f"{name}/", **given)} for given in ({}, {"as_of": "2027-03-01"}))
    assert then == now
    assert list(next(iter(then.values()))) == list(next(iter(now.values())))  # in the same order of columns


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("form", ["csv-safe", "xlsx"])
def test_the_other_forms_hold_the_same_cells(incident, name, form):
    def cells(**given):
        made = body(f"{name}/", format=form, hxl="true", **given)
        if form == "xlsx":
            first, tags, *others = load_workbook(io.BytesIO(made)).active.values
        else:
            first, tags, *others = map(tuple, csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
        return first, tags, sorted(others, key=str)

    assert cells(as_of="2027-03-01") == cells()


@pytest.mark.parametrize("name", ["claims", "figures", "incidents"])
def test_on_a_map_all_lies_where_it_lies_now(incident, name):
    def features(**given):
        found = json.loads(body(f"{name}/", format="geojson", **given))["features"]
        return {one["id"]: one for one in found}

    assert features(as_of="2027-03-01") == features()
    assert any(one["geometry"] for one in features(as_of="2027-03-01").values())


@pytest.mark.parametrize("name", [*KEYS, "responsibility"])
def test_lines_of_json_are_the_rows_of_the_pages(incident, name):
    lines = [json.loads(line) for line in body(f"{name}/", format="jsonl", as_of="2027-03-01").splitlines()]
    assert lines == results(f"{name}/", as_of="2027-03-01")
    assert len(lines) > 0


def test_columns_and_keys_are_chosen_as_ever(incident):
    given = {"as_of": "2027-03-01", "fields": "id,count", "incident": incident.reference}
    assert {tuple(row) for row in results("claims/", **given)} == {("id", "count")}
    assert rows("claims/", **given) == rows("claims/", fields="id,count", incident=incident.reference)
    assert set(json.loads(body("claims/", format="jsonl", **given).splitlines()[0])) == {"id", "count"}


def test_what_was_restricted_since_shows_as_its_key_alone(incident, register):
    claims = results("claims/", incident=incident.reference, as_of="2027-03-01")
    change_organization(
        incident.claims.first().claimant,
        by=register.analyst,
        at=NOON,
        why="to protect",
        disclosure=Disclosure.RESTRICTED,
    )
    given = {"incident": incident.reference, "as_of": "2027-03-01"}
    found = rows("claims/", **given)
    assert {row["id"] for row in found} == {claim["id"] for claim in claims}
    assert {value for row in found for name, value in row.items() if name != "id"} == {""}
    lines = [json.loads(line) for line in body("claims/", format="jsonl", **given).splitlines()]
    assert lines == [{"id": row["id"], "redacted": True} for row in found]
    features = json.loads(body("claims/", format="geojson", **given))["features"]
    assert {one["geometry"] for one in features} == {None}


def test_a_program_writes_the_same_file(incident, tmp_path):
    for name in KEYS:
        file = tmp_path / name
        call_command("export_data", name, as_of="2027-03-01", out=str(file), root=f"http://testserver{V1}")
        assert file.read_bytes() == body(f"{name}/", format="csv", as_of="2027-03-01")
    file = tmp_path / "one"
    call_command("export_data", "claims", as_of="2027-03-01", filter=["measure=injured"], out=str(file))
    assert len(file.read_text().splitlines()) < len(rows("claims/"))


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("places", {}, "claims"),
        ("claims", {"disclosure": "restricted"}, "restricted"),
        ("claims", {"filter": ["search=x"]}, "search"),
        ("claims", {"as_of": "2999-01-01"}, "lies ahead"),
    ],
)
def test_what_a_program_cannot_have_is_said(name, options, said):
    with pytest.raises(CommandError, match=said):
        call_command("export_data", name, **({"as_of": "2026-01-01"} | options))


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("claims/", "page_size", "5"), ("claims/", "search", "x"), ("claims/", "fields", "nothing"),
        ("responsibility/", "format", "csv"), ("organizations/", "format", "geojson"), ("claims/", "as_of", "2999-01-01"),
    ],
)  # fmt: skip
def test_what_no_file_of_then_has_is_refused(path, name, value):
    assert complaint(path, **({"as_of": "2026-01-01", "format": "csv"} | {name: value}))["attr"] == name
