"""The schema checked in is the one the code makes, it is valid, and real answers are what it says."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from exchange.seeding.identity import reference
from tests.api.client import get, results

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))


def test_the_schema_checked_in_is_fresh(tmp_path):
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), validate=True, fail_on_warn=True)
    assert made.read_text(encoding="utf-8") == SCHEMA.read_text(encoding="utf-8"), (
        "run manage.py spectacular --file docs/openapi.yaml"
    )


def test_the_schema_is_valid_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1")
    validate(schema)


def test_the_schema_is_served(db):
    assert get("schema/?format=json")["info"]["title"] == "Sijil"


ANSWERS = [
    *(f"/api/v1/{name}/" for name in ("organizations", "sources", "places", "measures", "populations", "causes", "parties",
      "incidents", "claims", "citations", "responsibility")),
    "/api/v1/incidents/{key}/",
    "/api/v1/claims/{key}/",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("path", ANSWERS)
def test_answers_are_what_the_schema_says_and_nothing_else(path, schema):
    key = reference("S1") if "incidents" in path else results("claims/")[0]["id"]
    answer = get(path.removeprefix("/api/v1/").format(key=key))
    described = schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**described, "components": schema["components"]}).validate(answer)
    if "{" not in path:
        assert answer["results"]


@pytest.mark.django_db
def test_errors_are_what_the_schema_says(schema):
    described = schema["paths"]["/api/v1/claims/"]["get"]["responses"]["400"]["content"]["application/json"]["schema"]
    Draft202012Validator({**described, "components": schema["components"]}).validate(get("claims/", 400, page_size=0))


def test_every_parameter_says_what_it_does(schema):
    for path in schema["paths"].values():
        for parameter in path["get"].get("parameters", ()):
            assert parameter.get("description") or parameter["in"] == "path", parameter
