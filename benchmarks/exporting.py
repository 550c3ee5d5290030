"""The CSV of all claims, against psql's COPY of the same query and of a flat table, and django-import-export; its memory."""

import filecmp
import subprocess
import tempfile
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Q, QuerySet
from django.http import QueryDict

from accounts.literal import literal
from benchmarks.register import command
from benchmarks.resource import PlainClaims
from benchmarks.table import Row, fastest, kept
from config.databases import logins
from config.embedded import binaries, layout
from config.embedded.account import server_account
from config.environment import SetupError
from exchange import export
from incidents.models import Claim
from sources.disclosure import Disclosure

RUNS = 2  # of each, in turn; the fastest counts
PART = 100_000  # claims for django-import-export, which takes minutes for them
AS_FAST, TIMES_THE_LIBRARY, OF_FLAT = 0.9, 8.0, 0.5
"""Of the rows a second: of psql's COPY of the same query; times those of django-import-export; and, aimed at, of a flat table."""
LIMIT = 150  # MiB that an export may take, whatever its size
FLAT = "benchmark_flat_claims"
CHANGED = 1_000  # claims whose rows are written anew at once
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
            what=f"`manage.py export_data claims`, the public claims as CSV ({size / 2**20:,.0f} MiB; at least {AS_FAST} × as"
            f" many rows a second: {kept(holds=bare / seconds >= AS_FAST)})",
            measured=f"{seconds:.1f} s, start included",
            baseline="psql's COPY of the same query, the same bytes",
            baseline_measured=f"{bare:.1f} s",
            ratio=seconds / bare,
        ),
        Row(
            what=f"Peak memory of that export (at most {LIMIT} MiB: {kept(holds=peak <= LIMIT)})",
            measured=f"{peak:.0f} MiB",
            baseline="`manage.py export_data organizations`, a few hundred rows",
            baseline_measured=f"{small.peak:.0f} MiB",
            ratio=peak / small.peak,
        ),
        *_against_a_flat_table(seconds),
        _against_the_library(),
    ]


def _claims() -> tuple[export.Export, QuerySet[Claim]]:
    kind = export.by_name("claims")
    return kind, export.chosen(kind, QueryDict(), Disclosure.PUBLIC)


def _against_a_flat_table(seconds: float) -> list[Row]:
    """What a table would save that holds every row of the export as it is sent, and what it would take to keep it fresh."""
    kind, claims = _claims()
    role = connection.ops.quote_name(connection.settings_dict["USER"])
    seen = literal(Claim.objects.visible_to(Disclosure.PUBLIC).values("id"))
    with connections["owner"].cursor() as owner:
        owner.execute(f"DROP TABLE IF EXISTS {FLAT}")
        owner.execute("SELECT set_config('work_mem', '128MB', false)")
        owner.execute(f"CREATE TABLE {FLAT} AS {_statement(kind, claims)}")
        try:
            owner.execute(f"CREATE INDEX ON {FLAT} (recorded_at, id)")
            owner.execute(f"CREATE INDEX ON {FLAT} (id)")
            owner.execute(f"ANALYZE {FLAT}")
            owner.execute("SELECT pg_total_relation_size(%s::regclass)", [FLAT])
            (size,) = owner.fetchone()
            owner.execute(f"GRANT SELECT ON {FLAT} TO {role}")
            flat = _copied(f"TABLE {FLAT} ORDER BY recorded_at, id")
            # Walked in its order with those that may be seen at hand: sorting whole rows takes twice as long.
            looked = _copied(f"SELECT * FROM {FLAT} WHERE (id IN ({seen})) IS TRUE ORDER BY recorded_at, id")  # noqa: S608  ours
            one, many = (_written_anew(owner, kind, claims, number) for number in (1, CHANGED))
        finally:
            owner.execute(f"DROP TABLE {FLAT}")
    baseline = (
        f"psql's COPY of a flat table that holds its rows already ({size / 2**20:,.0f} MiB, kept fresh by nobody)"
    )
    return [
        Row(
            what=f"That export (aim: at least {OF_FLAT} × as many rows a second: {kept(holds=flat / seconds >= OF_FLAT)})",
            measured=f"{seconds:.1f} s",
            baseline=baseline,
            baseline_measured=f"{flat:.1f} s",
            ratio=seconds / flat,
        ),
        Row(
            what="What such a table would give if it were kept fresh: psql's COPY of it with a look at who may see each row"
            " (docs/decisions/0018)",
            measured=f"{looked:.1f} s; to write anew by its query, {one:.1f} s for one row, {many:.1f} s for {CHANGED:,}",
            baseline=baseline,
            baseline_measured=f"{flat:.1f} s",
            ratio=looked / flat,
        ),
    ]


def _copied(sql: str) -> float:
    """The seconds that psql's COPY of this query takes."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "flat.sql"
        script.write_text(f"SET work_mem = '128MB';\nCOPY ({sql}) TO STDOUT (FORMAT csv);\n", encoding="utf-8")
        return min(_run(psql(script), Path(folder) / "flat.csv").seconds for _ in range(RUNS))


def _written_anew(owner: CursorWrapper, kind: export.Export, claims: QuerySet[Claim], number: int) -> float:
    """The seconds that it takes to write the rows of so many claims of the flat table anew: those of one claimant, as where it
    is named otherwise."""
    some = list(claims.order_by("claimant", "pk").values_list("pk", flat=True)[:number])
    sql = _statement(kind, claims.filter(pk__in=some))

    def write() -> None:
        owner.execute(f"DELETE FROM {FLAT} WHERE id = ANY(%s)", [some])  # noqa: S608  our own name
        owner.execute(f"INSERT INTO {FLAT} {sql}")

    return fastest(write, RUNS)


def _against_the_library() -> Row:
    kind, claims = _claims()
    rows = min(PART, claims.count())
    recorded_at, key = claims.order_by("recorded_at", "pk").values_list("recorded_at", "pk")[rows - 1]
    part = claims.filter(Q(recorded_at__lt=recorded_at) | Q(recorded_at=recorded_at, pk__lte=key))
    ours = fastest(lambda: deque(export.stream(kind, part, level=Disclosure.PUBLIC, root="/api/v1/"), maxlen=0), RUNS)
    resource = PlainClaims()
    queryset = resource.get_queryset().filter(pk__in=list(part.values_list("pk", flat=True)))
    began = time.perf_counter()
    exported = resource.export(queryset=queryset)
    lines = exported.csv.count("\n")
    theirs = time.perf_counter() - began
    if lines <= rows:  # a heading, and a line at least for each
        raise SetupError(f"django-import-export gave {lines:,} lines for {rows:,} rows; nothing was written")
    return Row(
        what=f"The same columns of {rows:,} claims (at least {TIMES_THE_LIBRARY:.0f} × as many rows a second:"
        f" {kept(holds=theirs / ours >= TIMES_THE_LIBRARY)})",
        measured=f"{ours:.1f} s",
        baseline="a resource of django-import-export with the same prefetching (`benchmarks/resource.py`)",
        baseline_measured=f"{theirs:.0f} s",
        ratio=ours / theirs,
    )


def _statement(kind: export.Export, claims: QuerySet[Claim]) -> str:
    """What these claims are exported by for a public reader."""
    return export.statement(kind, claims, level=Disclosure.PUBLIC, root="/api/v1/")


def _script() -> str:
    """What the command asks the database for a public reader, as a script for psql."""
    sql = _statement(*_claims())
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
