"""The CSV of all claims, against psql's COPY of the same query; and the memory it takes."""

import subprocess
import tempfile
import time
from pathlib import Path

from django.http import QueryDict

from benchmarks import register
from benchmarks.table import Row
from config import data_folder
from config.databases import logins
from config.embedded import binaries, layout
from config.embedded.account import server_account
from exchange import export
from sources.disclosure import Disclosure

RUNS = 2  # of each, in turn; the fastest counts
LIMIT = 150  # MiB that an export may take, whatever its size
PAUSE = 0.02  # seconds between two looks at a process's memory
MEBIBYTE = 2**20


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "ours.csv", Path(folder) / "theirs.csv"
        script = _script(Path(folder))
        seconds: list[float] = []
        bare_seconds: list[float] = []
        peak = 0
        for _ in range(RUNS):
            bare_seconds.append(_timed_psql(script, theirs))
            began = time.monotonic()
            peak = max(peak, _peak_memory("export_data", "claims", "--out", str(ours)))
            seconds.append(time.monotonic() - began)
        size = ours.stat().st_size
        lines = sum(block.count(b"\n") for block in iter(lambda: handle.read(MEBIBYTE), b"")) if False else 0
    return []
