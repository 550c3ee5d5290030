"""The table of docs/performance.md: what was measured, against what, and on which machine."""

import datetime as dt
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection

from config.environment import CHECKOUT
from config.progress import say

REPORT = CHECKOUT / "docs" / "performance.md"

HEAD = """# Performance

Written by `python3 -m benchmarks`; do not edit. Every row is a ratio to a baseline that was measured on the same
machine and data, so that it can be compared between machines; the absolute numbers beside it cannot. The register
is made up (`manage.py generate`) and lies in a database of its own, `SIJIL_DATA_DIR` with `-benchmark` after it:
no other register is touched, and `DATABASE_URL` is not used. In one thing it is easier on the database than a real
one: identifiers that were generated together begin alike, so that adding them touches fewer pages of each index.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``ratio`` is what was measured divided by its baseline; below 1 is better."""

    what: str
    measured: str
    baseline: str
    baseline_measured: str
    ratio: float

    def __str__(self) -> str:
        return f"| {self.what} | {self.baseline} | {self.ratio:.2f} | {self.measured} | {self.baseline_measured} |"


def fastest(act: Callable[[], object], runs: int) -> float:
    """Seconds of the fastest of several runs: the others waited for something else."""
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return min(taken)


def kept(*, holds: bool) -> str:
    """How a row says whether what is promised is kept."""
    return "kept" if holds else "NOT kept"


def told(rows: Sequence[Row]) -> list[Row]:
    """The same rows, said at once: what took an hour to measure is not lost when something fails after it."""
    for row in rows:
        say(str(row))
    return list(rows)


def write(rows: Sequence[Row], *, claims: int) -> None:
    lines = [
        HEAD,
        f"Measured on {dt.datetime.now(dt.UTC):%Y-%m-%d} with `python3 -m benchmarks --claims {claims}`: {_machine()}.",
        "",
        "| what | baseline | ratio | measured | baseline measured |",
        "|---|---|---:|---|---|",
        *map(str, rows),
        "",
    ]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(lines), encoding="utf-8")


def _machine() -> str:
    connection.ensure_connection()
    database = connection.connection.info.parameter_status("server_version")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB of memory, {platform.system()},"
        f" Python {platform.python_version()}, PostgreSQL {database} as the embedded database is set up,"
        f" load average {os.getloadavg()[2]:.1f} over the last 15 minutes, of which about 2 are the benchmarks' own"
    )
