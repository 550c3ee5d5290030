"""Keeping the projection of scopes: what is due before a transaction ends, and all of it anew.

Triggers note which incidents' scopes are due, whatever path a change takes. The outermost ``attributed`` block looks at them
again before it ends, so that claims and what they come to are committed together. Whoever writes by SQL leaves them due;
``rebuild_scopes`` and the next write to the incident see to them, and ``check_integrity`` tells.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection, transaction

from incidents.scopes.figures import note_stale
from incidents.scopes.projection import store

BATCH = 1000  # incidents that are read and written at once


def refresh_due() -> None:
    """Look again at every incident whose scopes became due in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT incident_id FROM incidents_scopedue"
            " WHERE transaction = pg_current_xact_id_if_assigned()::text::bigint ORDER BY 1"
        )
        due = [key for (key,) in cursor.fetchall()]
    if due:
        refresh(due)


def refresh(incidents: Sequence[int]) -> int:
    """Look again at these incidents, and at those whose claims rest on theirs; how many rows changed.

    Takes part in the transaction of whoever calls it, and makes others who write about the same incidents wait.
    """
    wanted = _with_dependents(incidents)
    hold(wanted)
    changed = 0
    for first in range(0, len(wanted), BATCH):
        batch = wanted[first : first + BATCH]
        changed += store(batch) + note_stale(batch)
    return changed


def refresh_batch(incidents: Sequence[int]) -> int:
    """``refresh`` in a transaction of its own; how many incidents were looked at."""
    with transaction.atomic():
        refresh(incidents)
    return len(incidents)


def due() -> Iterator[list[int]]:
    """The incidents left due by those who wrote by SQL or as the owner, in batches."""
    return _batches("SELECT DISTINCT incident_id FROM incidents_scopedue WHERE incident_id > %s ORDER BY 1 LIMIT %s")


def every_incident() -> Iterator[list[int]]:
    """All incidents, in batches."""
    return _batches("SELECT id FROM incidents_incident WHERE id > %s ORDER BY id LIMIT %s")


def _batches(statement: str) -> Iterator[list[int]]:
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [last, BATCH])
            keys = [key for (key,) in cursor.fetchall()]
        if not keys:
            return
        yield keys
        last = keys[-1]


def _with_dependents(incidents: Iterable[int]) -> list[int]:
    """These incidents, and those with claims that rest, over whatever steps, on claims about these."""
    with connection.cursor() as cursor:
        # OFFSET 0 keeps each step a look into an index: few rows are expected, however many there are in the tables.
        cursor.execute(
            """
            WITH RECURSIVE climb (claim) AS (
                SELECT id FROM incidents_claim WHERE incident_id = ANY(%(incidents)s)
                UNION
                SELECT resting.claim FROM climb CROSS JOIN LATERAL (
                    SELECT claim_id FROM incidents_derivation WHERE rests_on_id = climb.claim
                    UNION ALL
                    -- Who rests on a mistake rests on its correction, which may be about another incident.
                    SELECT corrects_id FROM incidents_claim WHERE id = climb.claim AND corrects_id IS NOT NULL
                    OFFSET 0) resting (claim))
            SELECT DISTINCT c.incident_id FROM climb JOIN LATERAL (
                SELECT incident_id FROM incidents_claim WHERE id = climb.claim OFFSET 0) c ON true
            """,
            {"incidents": list(incidents)},
        )
        return sorted({*incidents, *(key for (key,) in cursor.fetchall())})


def hold(incidents: Sequence[int]) -> None:
    """Wait for whoever else looks at these incidents, or changes who may see a source, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hold_incidents(%s::bigint[])", [list(incidents)])
