"""Making the register, against a bare COPY of its claims."""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from benchmarks import register
from benchmarks.table import Row
from config.progress import say

SEED = 1
BLOCK = 1024 * 1024  # bytes


def rows(claims: int, *, fresh: bool) -> list[Row]:
    """The row of the register's making; a register of this size that is there already is used again."""
    record = Path(settings.SIJIL_DATA_DIR) / "benchmark.json"
    made: dict[str, Any] = json.loads(record.read_text()) if record.exists() and not fresh else {}
    if made.get("claims") != claims:
        record.unlink(missing_ok=True)  # until the new register is whole
        made = _make(claims)
        record.write_text(json.dumps(made))
    else:
        say(f"using the register of {claims:,} claims made on {made['on']}; --fresh makes it anew")
    return [
        Row(
            what=f"`manage.py generate` of {claims:,} claims with all that belongs to them, guards and history on"
            f" (made on {made['on']})",
            measured=f"{made['seconds']:.0f} s, {claims / made['seconds']:,.0f} claims/s, {made['rows']:,} rows"
            f" and as many history rows, {made['bytes'] / 2**30:.1f} GiB",
            baseline="COPY of the same claims alone into an unlogged table without index, trigger or constraint",
            baseline_measured=f"{made['bare_seconds']:.1f} s",
            ratio=made["seconds"] / made["bare_seconds"],
        )
    ]


def _make(claims: int) -> dict[str, Any]:
    say(f"making a register of {claims:,} claims")
    register.make_empty()
    began = time.monotonic()
    register.manage("generate", "--claims", str(claims), "--seed", str(SEED))
    seconds = time.monotonic() - began
    say("copying its claims into a bare table")
    bare_seconds = _bare_copy()
    with connections["owner"].cursor() as owner:
        owner.execute("VACUUM (ANALYZE)")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM history_entry WHERE reason LIKE 'generated for measurement%'")
        (written,) = cursor.fetchone()
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    return {
        "claims": claims,
        "on": time.strftime("%Y-%m-%d", time.gmtime()),
        "seconds": seconds,
        "bare_seconds": bare_seconds,
        "rows": written,
        "bytes": size,
    }


def _bare_copy() -> float:
    """Seconds that the claims alone take into a table that asks nothing of them."""
    with tempfile.TemporaryFile() as file, connections["owner"].cursor() as owner:
        with owner.copy("COPY (SELECT * FROM incidents_claim) TO STDOUT") as copy:
            for block in copy:
                file.write(block)
        owner.execute("CREATE UNLOGGED TABLE bare_claim AS SELECT * FROM incidents_claim WITH NO DATA")
        try:
            file.seek(0)
            began = time.monotonic()
            with owner.copy("COPY bare_claim FROM STDIN") as copy:
                while block := file.read(BLOCK):
                    copy.write(block)
            return time.monotonic() - began
        finally:
            owner.execute("DROP TABLE bare_claim")
