"""The rules of quality, run with the tests so that one command says whether the house is in order."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = Path(sys.executable)

CHECKS = {
    "ruff": [PYTHON.with_name("ruff"), "check", "--no-cache", "."],
    "format": [PYTHON.with_name("ruff"), "format", "--no-cache", "--check", "."],
    "mypy": [PYTHON.with_name("mypy"), "--no-incremental", "--cache-dir=/dev/null", "."],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "deployment": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "templates": [PYTHON.with_name("djlint"), ".", "--lint", "--quiet"],
}


@pytest.mark.parametrize("check", CHECKS)
def test_passes(check, monkeypatch):
    monkeypatch.delenv("SIJIL_DEBUG", raising=False)
    monkeypatch.delenv("SIJIL_PLAIN_HTTP", raising=False)
    answer = subprocess.run([*map(str, CHECKS[check])], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout[-4000:] + answer.stderr[-2000:]
