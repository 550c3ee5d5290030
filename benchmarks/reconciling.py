"""Looking at what all claims come to, against merely reading them; and one large incident, against a small one."""

import datetime as dt
import random
import subprocess
import tempfile
import time
from pathlib import Path

from django.db import connection, connections

from benchmarks.exporting import PAUSE, psql, resident_peak
from benchmarks.register import command
from benchmarks.table import Row, fastest, kept
from config.environment import SetupError
from incidents.reconciliation import Claim, Derivation, Incident, Span, reconcile

MOST_SECONDS, MOST_MEMORY = 180, 1024  # of a million claims, in MiB
PROJECTION = ("incidents_scopestate", "incidents_scopeclaim")
READ = """
COPY (SELECT * FROM incidents_claim WHERE status = 'accepted') TO STDOUT;
COPY (SELECT * FROM incidents_citation) TO STDOUT;
COPY (SELECT * FROM incidents_relay) TO STDOUT;
COPY (SELECT * FROM incidents_derivation) TO STDOUT;
"""
LARGE, SMALL = 5_000, 500


def rows() -> list[Row]:
    """The rows about scopes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT incident_id) FROM incidents_claim WHERE status = 'accepted'")
        claims, incidents = cursor.fetchone()
    bare = read_bare()
    _empty()
    whole, memory = watched(command("rebuild_scopes"))
    again, _ = watched(command("rebuild_scopes"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM incidents_scope")
        (scopes,) = cursor.fetchone()
    within = kept(holds=whole <= MOST_SECONDS and memory <= MOST_MEMORY)
    large, small = _reconciled(LARGE), _reconciled(SMALL)
    reading = "psql's COPY of the same claims, citations, chains and derivations"
    return [
        Row(
            what=f"`manage.py rebuild_scopes` from nothing: {claims:,} accepted claims of {incidents:,} incidents, {scopes:,}"
            f" scopes (at most {MOST_SECONDS} s and {MOST_MEMORY} MiB: {within})",
            measured=f"{whole:.0f} s, {memory:.0f} MiB in all processes",
            baseline=reading,
            baseline_measured=f"{bare:.1f} s",
            ratio=whole / bare,
        ),
        Row(
            what="The same again, when nothing is to be written",
            measured=f"{again:.0f} s",
            baseline=reading,
            baseline_measured=f"{bare:.1f} s",
            ratio=again / bare,
        ),
        Row(
            what=f"Reconciling an incident of {LARGE:,} claims (near-linear: about {LARGE // SMALL})",
            measured=f"{large * 1000:.0f} ms",
            baseline=f"one of {SMALL:,} claims made up in the same way",
            baseline_measured=f"{small * 1000:.1f} ms",
            ratio=large / small,
        ),
    ]


def read_bare() -> float:
    """Seconds that psql takes to copy out all that is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "read.sql"
        script.write_text(READ, encoding="utf-8")
        return watched(psql(script))[0]


def _empty() -> None:
    """Take the projection away, as only the owner can. Scopes keep their identity."""
    with connections["owner"].cursor() as owner:
        for table in PROJECTION:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER refuse_truncate")
            owner.execute(f"TRUNCATE {table}")
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER refuse_truncate")


def watched(arguments: list[str]) -> tuple[float, float]:
    """Run a program with those it starts: seconds, and the most memory that they held, added, in MiB."""
    began, peaks = time.monotonic(), dict[int, float]()
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        while process.poll() is None:
            for pid in (process.pid, *_children(process.pid)):
                peaks[pid] = max(peaks.get(pid, 0.0), resident_peak(pid))
            time.sleep(PAUSE)
    if process.returncode:
        raise SetupError(f"{' '.join(arguments[:3])} ended with code {process.returncode}")
    return time.monotonic() - began, sum(peaks.values())


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _reconciled(number: int) -> float:
    """Seconds for one incident of made-up running totals, a third of which rest on one another; the fastest of three."""
    chance = random.Random(number)  # noqa: S311  reproducible on purpose
    claims = []
    for index in range(number):
        day = dt.date(2018, 1, 1) + dt.timedelta(days=chance.randrange(600))
        rests = [Derivation("stated", origin=chance.randrange(50)) for _ in range(chance.randrange(4))]
        if index and index % 3 == 0:
            rests.append(Derivation("stated", claim=f"claim {chance.randrange(index)}"))
        low = chance.randrange(400)
        claims.append(
            Claim(
                key=f"claim {index}",
                claimant=chance.randrange(40),
                measure="killed",
                minimum=low,
                best=None,
                maximum=low + chance.randrange(3),
                quantifier="between",
                population=f"population {chance.randrange(max(1, number // 20))}",
                basis="cumulative",
                as_of=Span(day, day),
                documents=frozenset({index}),
                rests_on=rests,
            )
        )
    return fastest(lambda: reconcile(Incident(), claims), 3)
