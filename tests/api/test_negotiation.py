"""Which form an answer has: format= before Accept, and Accept as RFC 9110 has it."""

import json
from pathlib import Path

import pytest
import yaml
from django.test import Client
from jsonschema import Draft202012Validator

from exchange.forms import FORMS
from tests.api.client import V1, get

pytestmark = pytest.mark.django_db

JSON, XLSX = "application/json", FORMS["xlsx"].media_types[0]
SAFE = 'text/csv; charset=utf-8; profile="csv-safe"'
CSV = "text/csv; charset=utf-8"


def answer(path: str, accept: str | None, **parameters: str):
    headers = {} if accept is None else {"Accept": accept}
    response = Client().get(f"{V1}{path}", parameters, headers=headers)
    if response.streaming:
        assert b"".join(response.streaming_content)
    return response


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON), ("", JSON), ("*/*", JSON), ("application/*", JSON), (JSON, JSON), ("application/json; indent=4", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("text/csv", CSV), ("text/*", CSV), ("text/csv; charset=utf-8", CSV), ("text/csv; header=present", CSV),
        ('text/csv; profile="csv-safe"', SAFE), ("text/csv;profile=csv-safe", SAFE), ("TEXT/CSV", CSV),
        ("application/jsonl", "application/jsonl"), ("application/x-ndjson", "application/x-ndjson"), (XLSX, XLSX),
        ("application/geo+json", "application/geo+json"),
        ("text/csv;q=0.9, application/json;q=0.1", CSV), ("application/json;q=0.2, text/csv;q=0.1", JSON),
        ("text/csv, application/json", JSON), ("application/json;q=0, */*;q=0.1", "application/jsonl"),
        ("image/png, text/csv;q=0.1", CSV), ("text/csv;q=x, application/json;q=0.1", JSON),
    ],
)  # fmt: skip
def test_accept_chooses_the_form(accept, expected):
    response = answer("claims/", accept)
    assert (response.status_code, response["Content-Type"]) == (200, expected)


@pytest.mark.parametrize("form", FORMS)
def test_format_goes_before_accept(form):
    assert answer("claims/", "application/json", format=form)["Content-Type"] == FORMS[form].content_type
    assert answer("claims/", "image/png", format=form).status_code == 200
    assert answer("claims/", FORMS[form].media_types[0], format="json")["Content-Type"] == JSON


@pytest.mark.parametrize(
    ("path", "accept"),
    [("claims/", "image/png"), ("claims/", "application/json;q=0"), ("claims/", ","), ("claims/", "nonsense"), ("claims/", "*/*;q=0"),
     ("claims/", "a/" + "b" * 20_000), ("sources/", "application/geo+json"), ("measures/", "text/csv"), ("measures/killed/", "text/csv"),
     ("codebook/", "text/csv"), ("changes/", "application/jsonl"), ("claims/", "text/csv;q=5")],
)  # fmt: skip
def test_what_there_is_not_is_answered_in_the_one_shape(path, accept):
    response = answer(path, accept)
    assert (response.status_code, response["Content-Type"]) == (406, JSON)
    body = response.json()
    assert body["type"] == "client_error"
    assert [one["code"] for one in body["errors"]] == ["not_acceptable"]
    assert "application/json" in body["errors"][0]["detail"]


@pytest.mark.parametrize("path", ["claims/", "measures/", "claims/nothing/", "incidents/", "changes/"])
def test_an_unknown_format_is_refused_with_those_there_are(path):
    (error,) = get(path, 400, format="pdf")["errors"]
    assert error["attr"] == "format"
    assert "json" in error["detail"]


def test_the_schema_knows_every_form_and_a_collection_is_what_it_says(register):
    schema = yaml.safe_load((Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
    operation = schema["paths"]["/api/v1/claims/"]["get"]
    content = operation["responses"]["200"]["content"]
    assert set(content) == {JSON} | {name.split(";")[0] for form in FORMS.values() for name in form.media_types}
    [given] = [one for one in operation["parameters"] if one["name"] == "format"]
    assert set(given["schema"]["enum"]) == {"json", *FORMS}
    assert "406" in operation["responses"]
    response = Client().get(f"{V1}claims/", {"format": "geojson"})
    collection = json.loads(b"".join(response.streaming_content))
    whole = {**content["application/geo+json"]["schema"], "components": schema["components"]}
    Draft202012Validator(whole).validate(collection)
