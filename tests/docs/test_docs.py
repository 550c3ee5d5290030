"""What the documents say is so: their links lead somewhere, their examples work, and nothing an installer needs is missing."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import get_commands
from django.test import Client
from django.utils import timezone

from exchange.export import EXPORTS
from incidents.filters import ClaimRows

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
ALL_TEXT = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target


def examples() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    return re.findall(r"curl -s ['\"]([^'\"]+)['\"]", text)


@pytest.mark.django_db
@pytest.mark.parametrize("address", examples())
def test_every_curl_example_answers_with_rows(address):
    today = timezone.now().date().isoformat()  # what a shell puts in
    parts = urlsplit(address.replace("$S", "http://127.0.0.1:8000/api/v1").replace("$(date +%F)", today))
    response = Client().get(f"{parts.path}?{parts.query}")
    assert response.status_code == 200
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if "format=csv" in parts.query:
        assert body.count(b"\n") > 1, body[:200]
    else:
        assert len(body) > 1500, body[:200]


def test_there_are_examples():
    assert len(examples()) >= 6


def test_every_environment_variable_is_documented():
    used = {
        name
        for path in (ROOT / "config").rglob("*.py")
        for name in re.findall(r"\b(?:SIJIL_[A-Z_]+|DATABASE_URL)\b", path.read_text(encoding="utf-8"))
    }
    internal = {"SIJIL_PLAIN_HTTP", "SIJIL_STARTED_AGAIN"}  # set by commands for the processes they start
    settings = {"SIJIL_DATA_DIR", "SIJIL_REVIEW"}
    assert used >= settings
    assert {name for name in used - internal if name not in ALL_TEXT} == set()


@pytest.mark.parametrize(
    "command",
    [
        "quickstart",
        "test",
        "seed",
        "export_data",
        "generate",
        "codebook",
        "migrate",
        "catalogue",
    ],
)
def test_every_command_is_there_and_documented(command):
    assert command == "test" or command in get_commands()
    assert command in ALL_TEXT


def test_every_filter_on_claims_is_documented():
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [name for name in ClaimRows.base_filters if f"`{name}`" not in text and f"{name}=" not in text] == []


def test_every_export_is_in_the_codebook():
    text = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
    assert [name for name in EXPORTS if f"## {name}" not in text] == []
