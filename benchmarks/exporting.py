"""The CSV of all claims, against psql's COPY of the same query, and the memory that it takes."""

import filecmp
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import QueryDict

from benchmarks.register import command
from benchmarks.table import Row
from config.databases import logins
from config.embedded import binaries, layout
from config.embedded.account import server_account
from config.environment import SetupError
from exchange import export
from sources.disclosure import Disclosure

RUNS = 2  # of each, in turn; the fastest counts
LIMIT = 150  # MiB that an export may take, whatever its size
PAUSE = 0.02  # seconds between two looks at a process's memory


@dataclass(frozen=True, slots=True)
class Run:
    """A finished process: its seconds, start included, and the most memory that it held, in MiB."""

    seconds: float
    peak: float


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs, script = (Path(folder) / name for name in ("ours.csv", "theirs.csv", "export.sql"))
        script.write_text(_script(), encoding="utf-8")
        by_psql = psql(script)
        pairs = [(_run(by_psql, theirs), _run(command("export_data", "claims"), ours)) for _ in range(RUNS)]
        if not filecmp.cmp(ours, theirs, shallow=False):
            raise SetupError("the export and psql's COPY of the same query differ; nothing was written")
        size = ours.stat().st_size
        small = _run(command("export_data", "organizations"), theirs)
    bare = min(run.seconds for run, _ in pairs)
    seconds = min(run.seconds for _, run in pairs)
    peak = max(run.peak for _, run in pairs)
    return [
        Row(
            what=f"`manage.py export_data claims`, the public claims as CSV ({size / 2**20:,.0f} MiB)",
            measured=f"{seconds:.1f} s, start included",
            baseline="psql's COPY of the same query, the same bytes",
            baseline_measured=f"{bare:.1f} s",
            ratio=seconds / bare,
        ),
        Row(
            what=f"Peak memory of that export (at most {LIMIT} MiB: {'kept' if peak <= LIMIT else 'EXCEEDED'})",
            measured=f"{peak:.0f} MiB",
            baseline="`manage.py export_data organizations`, a few hundred rows",
            baseline_measured=f"{small.peak:.0f} MiB",
            ratio=peak / small.peak,
        ),
    ]


def _script() -> str:
    """What the command asks the database for a public reader, as a script for psql."""
    kind, level = export.by_name("claims"), Disclosure.PUBLIC
    chosen = export.chosen(kind, QueryDict(), level)
    sql = export.statement(kind, chosen, level=level, root="/api/v1/")
    return f"SET work_mem = '128MB';\nCOPY ({sql}) TO STDOUT (FORMAT csv, HEADER true);\n"


def psql(script: Path) -> list[str]:
    """The psql that lies beside the server's programs."""
    programs = binaries.find(server_account(layout.cluster()), keep_copy_in=Path(settings.SIJIL_DATA_DIR))
    login = logins().application
    return [
        *(str(programs.program("psql")), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"),
        *("--host", login.host, "--port", login.port, "--username", login.user, "--file", str(script), login.name),
    ]


def _run(arguments: list[str], output: Path) -> Run:
    """Run a program whose output goes to a file, and watch its memory."""
    began, peak = time.monotonic(), 0.0
    with output.open("wb") as file, subprocess.Popen(arguments, stdout=file) as process:  # noqa: S603
        while process.poll() is None:
            peak = max(peak, resident_peak(process.pid))
            time.sleep(PAUSE)
    if process.returncode:
        raise SetupError(f"{arguments[0]} ended with code {process.returncode}")
    return Run(time.monotonic() - began, peak)


def resident_peak(pid: int) -> float:
    """The most memory that a process has held so far, in MiB, as Linux keeps count of it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(line.split()[1]) / 1024
