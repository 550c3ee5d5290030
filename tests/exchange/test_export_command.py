"""export_data: every export in every form, the same bytes as the API's, as a program outside sees it."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from api.v1.files import forms_of
from exchange.export import EXPORTS
from exchange.forms import FORMS
from exchange.registry import REGISTRY
from tests.api.client import V1
from tests.victims import people

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ["incidents", "claims", "citations", "derivations", "figures", "organizations", "sources", "victims"]
ABOVE = "http://testserver/api/v1/"


def written(tmp_path: Path, name: str, form: str, **options: object) -> bytes:
    file = tmp_path / f"{name}.{form}"
    call_command("export_data", name, format=form, out=str(file), root=ABOVE, **options)
    return file.read_bytes()


def values(body: bytes, form: str) -> object:
    """A workbook holds the time at which it was made; its cells do not."""
    return list(load_workbook(io.BytesIO(body)).active.values) if form == "xlsx" else body


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [name for name in EXPORTS if name not in {"derivations", "scope_relations"}])
def test_the_command_writes_what_the_api_answers(name, form, tmp_path, register):
    people.linked(register, people.accepted(register, register.published()))
    if FORMS[form] not in forms_of(EXPORTS[name]):
        with pytest.raises(CommandError, match=f"{form}: {name} has jsonl"):
            written(tmp_path, name, form)
        return
    hxl = FORMS[form].tabular
    body = written(tmp_path, name, form, hxl=hxl)
    asked = Client().get(f"{V1}{name}/", {"format": form, **({"hxl": "true"} if hxl else {})})
    assert values(body, form) == values(b"".join(asked.streaming_content), form)
    assert len(body) > 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["derivations", "scope_relations"])
def test_an_export_that_no_list_has_is_written_in_every_form_too(name, tmp_path):
    plain = list(csv.DictReader(io.StringIO(written(tmp_path, name, "csv").decode())))
    lines = [json.loads(line) for line in written(tmp_path, name, "jsonl").splitlines()]
    assert plain
    assert lines == [{key: value or None for key, value in row.items()} for row in plain]
    header, tags, *cells = load_workbook(io.BytesIO(written(tmp_path, name, "xlsx", hxl=True))).active.values
    assert header == tuple(column.name for column in REGISTRY[name])
    assert tags == tuple(column.hxl or None for column in REGISTRY[name])
    assert [dict(zip(header, row, strict=True)) for row in cells] == lines
    assert written(tmp_path, name, "csv-safe").startswith(b"\xef\xbb\xbf")


@pytest.mark.django_db
def test_filters_and_columns_are_those_of_the_api(tmp_path):
    given = {"filter": ["measure=killed", "claimant=agps"], "fields": "id,count"}
    for form in ("csv", "jsonl", "geojson"):
        asked = {"format": form, "measure": "killed", "claimant": "agps", "fields": "id,count"}
        assert written(tmp_path, "claims", form, **given) == b"".join(
            Client().get(f"{V1}claims/", asked).streaming_content
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [({"format": "jsonl", "hxl": True}, "hxl=true: tags stand below a header"), ({"fields": "shoe"}, "fields=shoe"), ({"fields": ","}, "fields="),
     ({"format": "geojson", "filter": ["hxl=true"]}, "no such parameter")],
)  # fmt: skip
def test_the_command_refuses_in_one_line(arguments, complaint):
    with pytest.raises(CommandError, match=complaint):
        call_command("export_data", "claims", **arguments)


@pytest.mark.django_db
def test_what_a_workbook_cannot_hold_leaves_no_file(tmp_path, register):
    register.published(summary="x" * 32_768)
    with pytest.raises(CommandError, match="summary"):
        written(tmp_path, "incidents", "xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
def test_it_writes_to_standard_output_and_nothing_besides(form, capfdbinary):
    call_command("export_data", "incidents", format=form, root=ABOVE)
    asked = Client().get(f"{V1}incidents/", {"format": form})
    assert values(capfdbinary.readouterr().out, form) == values(b"".join(asked.streaming_content), form)


@pytest.mark.parametrize("name", CONTRACT)
def test_every_name_of_the_contract_is_there(name):
    assert name in EXPORTS


def test_every_form_is_told_of():
    answer = subprocess.run(
        [sys.executable, "manage.py", "export_data", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0
    assert all(word in answer.stdout for word in [*FORMS, *CONTRACT, "--hxl", "--fields", "--filter", "--out"])
