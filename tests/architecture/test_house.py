"""The house as DESIGN §3 draws it: who may import whom, who may point to whom, and what never stands in a file."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "places", "sources", "incidents", "victims", "exchange", "api", "config")
FRAMEWORK = {"auth", "contenttypes", "admin", "sessions"}


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would take; all files where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert listed.returncode == 0, listed.stderr
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_each_room_imports_only_rooms_to_its_left():
    lint = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_no_foreign_key_points_to_a_room_on_the_right(room):
    for model in apps.get_app_config(room).get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete and field.related_model):
                continue
            target = field.related_model._meta.app_label
            if target in FRAMEWORK:
                continue
            assert ROOMS.index(target) <= ROOMS.index(room), f"{model.__name__}.{field.name} points to {target}"


def test_every_public_field_has_a_help_text():
    # Of review and of order: never outside under these names, and not in the codebook.
    internal = {
        "id",
        "assessed_at",
        "submitted_at",
        "decision_note",
        "table_name",
        "row_id",
        "to_state",
        "note",
        "position",
    }
    between_colleagues = {"Assignment", "Comment", "IncidentMerge", "Revision"}  # never outside
    internal_of_models = {"Citation.recorded_at", "Incident.recorded_at", "Scope.basis"}
    silent = [
        f"{model.__name__}.{field.name}"
        for room in ("places", "sources", "incidents", "victims")
        for model in apps.get_app_config(room).get_models()
        if model.__name__ not in between_colleagues
        for field in model._meta.local_fields
        if not field.is_relation
        and field.editable
        and not field.help_text
        and field.name not in internal
        and f"{model.__name__}.{field.name}" not in internal_of_models
    ]
    assert silent == []


def test_modules_hold_one_concept():
    long = {
        path.relative_to(ROOT): count
        for path in tracked("*.py")
        if "migrations" not in path.parts and (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


FORBIDDEN = {
    "a package index's address": re.compile(r"py[p]i\.org|python[h]osted|npm[j]s\.org|deb\.[d]ebian"),
    "a path of one machine": re.compile(r"(^|[^A-Za-z0-9_.])/(work|farm|root)/"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what):
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix not in {".png", ".woff2", ".mo"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if FORBIDDEN[what].search(line)
    ]
    assert found == []


def test_pure_cores_import_no_framework():
    for module in (
        "incidents/counts.py",
        "incidents/workflow.py",
        *(str(path.relative_to(ROOT)) for path in (ROOT / "incidents/reconciliation").glob("*.py")),
        *(str(path.relative_to(ROOT)) for path in (ROOT / "incidents/plots").glob("*.py")),
        "sources/edtf.py",
        "victims/names.py",
        "victims/conflicts.py",
    ):
        text = (ROOT / module).read_text(encoding="utf-8")
        assert not re.search(r"^(from|import) (django|rest_framework|psycopg)", text, re.MULTILINE), module
