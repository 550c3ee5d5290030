"""fields=: some keys of each row, in the order of the shape; what is not known is refused with what is."""

import csv
import io
import json
from pathlib import Path

import pytest
import yaml
from django.test import Client
from jsonschema import Draft202012Validator

from api.v1 import fields
from api.v1.urls import LISTS, WHOLE
from exchange.registry import REGISTRY
from exchange.seeding.identity import identifier, reference
from tests.api.client import V1, complaint, get, results, rows
from tests.victims import people

pytestmark = pytest.mark.django_db

OTHERS = {"changes", "submissions"}  # not of rows that everybody reads
SHAPES = {name: lists.shape for name, lists in (*LISTS.items(), *WHOLE.items()) if name not in OTHERS}
DETAILS = {
    "organizations": "agps", "sources": str(identifier("source", "AJE")), "places": "C1002", "measures": "killed", "populations": "civilians",
    "causes": "shelling", "parties": "jaish-al-islam", "incidents": reference("E2"), "claims": str(identifier("claim", "C1")),
}  # fmt: skip
SCHEMA = yaml.safe_load((Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml").read_text(encoding="utf-8"))


def described(path: str, answer: dict) -> None:
    """Raise unless the schema allows the answer."""
    whole = SCHEMA["paths"][f"{V1}{path}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**whole, "components": SCHEMA["components"]}).validate(answer)


@pytest.mark.parametrize("name", SHAPES)
def test_each_key_of_a_list_can_be_asked_for_alone_and_all_together(name, register):
    people.linked(register, people.accepted(register, register.published()))
    paged = {} if name == "summary" else {"page_size": 3}
    whole = get(f"{name}/", **paged)["results"]
    keys = list(whole[0])
    assert keys == fields.keys_of(SHAPES[name])
    for key in keys:
        answer = get(f"{name}/", fields=key, **paged)
        assert answer["results"] == [{key: row[key]} for row in whole]
    described(f"{name}/", answer)
    assert get(f"{name}/", fields=",".join(reversed(keys)), **paged)["results"] == whole
    assert list(get(f"{name}/", fields=f"{keys[-1]}, {keys[0]},{keys[0]}", **paged)["results"][0]) == [
        keys[0],
        keys[-1],
    ]


@pytest.mark.parametrize("name", DETAILS)
def test_each_key_of_a_row_alone_can_be_asked_for(name):
    whole = get(f"{name}/{DETAILS[name]}/")
    for key in whole:
        answer = get(f"{name}/{DETAILS[name]}/", fields=key)
        assert answer == {key: whole[key]}
    described(f"{name}/{{key}}/", answer)
    described(f"{name}/{{key}}/", whole)


@pytest.mark.parametrize(
    "path", ["claims/", f"claims/{DETAILS['claims']}/", "measures/", "summary/", f"incidents/{DETAILS['incidents']}/"]
)
@pytest.mark.parametrize("given", ["shoe", "id,shoe", "Id", "count.minimum"])
def test_an_unknown_key_is_refused_and_the_known_ones_are_named(path, given):
    error = complaint(path, fields=given)
    assert error["attr"] == "fields"
    shape = get(path)
    assert all(name in error["detail"] for name in (shape["results"][0] if "results" in shape else shape))


@pytest.mark.parametrize("given", ["", ",", " , "])
@pytest.mark.parametrize("path", ["claims/", f"claims/{DETAILS['claims']}/"])
def test_nothing_is_refused_and_does_not_become_everything(path, given):
    assert complaint(path, fields=given)["attr"] == "fields"


def test_a_page_leads_on_with_the_same_keys():
    page = get("claims/", fields="id", page_size=2)
    assert [list(row) for row in Client().get(page["next"]).json()["results"]] == [["id"], ["id"]]


def test_lines_of_json_have_the_same_keys():
    body = b"".join(Client().get(f"{V1}claims/", {"format": "jsonl", "fields": "count,id"}).streaming_content)
    wanted = results("claims/", fields="id,count")
    assert [json.loads(line) for line in body.splitlines()] == wanted
    assert {tuple(json.loads(line)) for line in body.splitlines()} == {("id", "count")}


@pytest.mark.parametrize("name", [name for name in SHAPES if name in REGISTRY])
def test_a_name_of_the_shape_stands_for_its_columns(name, register):
    people.linked(register, people.accepted(register, register.published()))
    whole = rows(f"{name}/")
    columns = [column.name for column in REGISTRY[name]]
    owners = fields.owned(name, REGISTRY[name], fields.keys_of(SHAPES[name]))
    found = []
    for key in dict.fromkeys(owners.values()):
        if key:
            there = rows(f"{name}/", fields=key)
            wanted = [column for column in columns if owners[column] == key]
            assert there == [{column: row[column] for column in wanted} for row in whole], key
            found += wanted
    assert sorted(found) == sorted(column for column in columns if owners[column])
    for column in columns[:3]:
        assert column in rows(f"{name}/", fields=column)[0]


def test_columns_are_those_of_the_claims_words():
    assert list(rows("claims/", fields="claimant_name,count,since")[0]) == [
        "since", "since_earliest", "since_latest", "count_minimum", "count_best", "count_maximum", "count_quantifier",
        "count_approximate", "count_stance", "count_stated", "count_language", "count_coding_rule", "claimant_name",
    ]  # fmt: skip
    assert next(iter(rows("claims/", fields="citations")[0])) == "source_id"
    assert "population_stated" not in rows("claims/", fields="population")[0]


@pytest.mark.parametrize("form", ["csv", "csv-safe", "xlsx", "geojson"])
def test_an_unknown_column_is_refused_and_the_known_ones_are_named(form):
    error = complaint("claims/", format=form, fields="id,shoe")
    assert (error["attr"], "claimant_name" in error["detail"], "citations" in error["detail"]) == ("fields", True, True)
    assert complaint("victims/", format=form, fields="conflicts")["attr"] == "fields"  # of which no column is made
    assert complaint("claims/", fields="claimant_name")["attr"] == "fields"  # a column is no key


def test_tags_are_those_of_the_columns_asked_for():
    body = b"".join(
        Client().get(f"{V1}claims/", {"format": "csv", "hxl": "true", "fields": "id,measure"}).streaming_content
    )
    assert list(csv.reader(io.StringIO(body.decode())))[:2] == [["id", "measure"], ["#meta+id", "#indicator+code"]]


def test_what_is_withheld_cannot_be_asked_for(register):
    people.linked(register, people.accepted(register, register.published()))
    assert rows("victims/", fields="names,description") == [{"names": "", "description": ""}]
    assert people.NAME not in str(get("victims/", fields="records"))


def test_the_schema_promises_no_key_where_fields_is_given():
    some = SCHEMA["components"]["schemas"]["SomeOfClaim"]
    assert "required" not in some
    assert some["properties"] == SCHEMA["components"]["schemas"]["Claim"]["properties"]
    [given] = [one for one in SCHEMA["paths"]["/api/v1/claims/"]["get"]["parameters"] if one["name"] == "fields"]
    assert given["schema"]["items"]["enum"] == fields.keys_of(SHAPES["claims"])
    assert (given["style"], given["explode"]) == ("form", False)
    nobody = {"next": None, "previous": None, "results": [{"shoe": 1}]}
    with pytest.raises(Exception, match="shoe"):
        described("claims/", nobody)
