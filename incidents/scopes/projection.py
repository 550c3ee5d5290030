"""Keeping the projection: what is due before a transaction ends, and all of it anew.

Triggers note which incidents' scopes are due, whatever path a change takes. The outermost ``attributed`` block looks at them
again before it ends, so that claims and what they come to are committed together. Whoever writes by SQL leaves them due;
``rebuild`` and the next write to the incident catch up, and ``check_integrity`` tells.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection, transaction
from psycopg import sql

from incidents.reconciliation import Reconciliation, reconcile
from incidents.reconciliation.reconcile import Scope as Reconciled
from incidents.reconciliation.scopes import ScopeKey
from incidents.scopes.loading import Loading
from sources.dates import text_of
from sources.disclosure import Disclosure

TOP = int(Disclosure.RESTRICTED)
BATCH = 1000  # incidents that are read and written at once
LOCK = 730_119_003  # the class of the advisory locks; 0 in it stands for all incidents
FEW = 64  # incidents of which each is locked by itself


class StateRow(NamedTuple):
    """A row of ``incidents_scopestate`` but for its key."""

    scope: str
    disclosure_from: int
    disclosure_to: int
    relation: str
    low: int | None
    high: int | None
    open_ended: bool
    gap: int | None
    documents: int
    claimants: int
    roots: int
    independent_groups: int
    warnings: str


class ClaimRow(NamedTuple):
    """A row of ``incidents_scopeclaim`` but for its key."""

    claim: str
    disclosure_from: int
    disclosure_to: int
    scope: str
    speaks: bool
    position: int
    followed_by: str | None
    roots: tuple[int, ...]


@dataclass(slots=True)
class Projected:
    """The projection of some incidents: as it is stored, or as it should be."""

    states: set[StateRow] = field(default_factory=set)
    claims: set[ClaimRow] = field(default_factory=set)


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
    _lock(wanted)
    return sum(_store(wanted[first : first + BATCH]) for first in range(0, len(wanted), BATCH))


def rebuild() -> Iterator[int]:
    """Make the projection of every incident anew; yields how many incidents were looked at, batch by batch."""
    for batch in every_incident():
        with transaction.atomic():
            _lock(batch)
            _store(batch)
        yield len(batch)


def catch_up() -> Iterator[int]:
    """Look again at whatever was left due by those who wrote by SQL; yields how many incidents, batch by batch."""
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT incident_id FROM incidents_scopedue ORDER BY 1 LIMIT %s", [BATCH])
            due = [key for (key,) in cursor.fetchall()]
            if due:
                refresh(due)
        if not due:
            return
        yield len(due)


def every_incident() -> Iterator[list[int]]:
    """The keys of all incidents, in batches."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM incidents_incident WHERE id > %s ORDER BY id LIMIT %s", [last, BATCH])
            keys = [key for (key,) in cursor.fetchall()]
        if not keys:
            return
        yield keys
        last = keys[-1]


def differing(incidents: Sequence[int]) -> list[tuple[int, str]]:
    """The incidents whose stored projection is not what their claims come to, each with a scope or claim that shows it.

    Writes nothing.
    """
    stored, names = _stored(incidents), _scopes(incidents)
    incident_of = {scope: key[0] for key, scope in names.items()}
    should, missing = _computed(incidents, names)
    found = [(key[0], "a scope is missing") for key in missing]
    for row in (stored.states ^ should.states) | (stored.claims ^ should.claims):
        scope = row.scope
        found.append((incident_of[scope], f"scope {scope}" if isinstance(row, StateRow) else f"claim {row.claim}"))
    return sorted(set(found))


def _with_dependents(incidents: Iterable[int]) -> list[int]:
    """These incidents, and those with claims that rest, over whatever steps, on claims about these."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE climb (claim) AS (
                SELECT d.rests_on_id FROM incidents_derivation d JOIN incidents_claim c ON c.id = d.rests_on_id
                WHERE c.incident_id = ANY(%(incidents)s)
                UNION
                SELECT d.claim_id FROM climb JOIN incidents_derivation d ON d.rests_on_id = climb.claim)
            SELECT DISTINCT c.incident_id FROM climb JOIN incidents_claim c ON c.id = climb.claim
            """,
            {"incidents": list(incidents)},
        )
        return sorted({*incidents, *(key for (key,) in cursor.fetchall())})


def _lock(incidents: Sequence[int]) -> None:
    """Wait for whoever else looks at these incidents, until the transaction ends; always in one order."""
    with connection.cursor() as cursor:
        if len(incidents) > FEW:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK])
            return
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", [LOCK])
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, 1 + (key %% 2147483646)::int) FROM unnest(%s::bigint[]) AS key",
            [LOCK, sorted(incidents)],
        )


def _store(incidents: Sequence[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM incidents_scopedue WHERE incident_id = ANY(%s)", [list(incidents)])
    names = _scopes(incidents)
    should, missing = _computed(incidents, names)
    if missing:
        names |= _add_scopes(missing)
        should, _none = _computed(incidents, names)
    stored = _stored(incidents)
    _delete("incidents_scopestate", "scope_id", stored.states - should.states)
    _delete("incidents_scopeclaim", "claim_id", stored.claims - should.claims)
    _copy("incidents_scopestate", STATE_COLUMNS, should.states - stored.states)
    _copy("incidents_scopeclaim", CLAIM_COLUMNS, should.claims - stored.claims)
    return len(stored.states ^ should.states) + len(stored.claims ^ should.claims)


STATE_COLUMNS = (
    "scope_id", "disclosure_from", "disclosure_to", "relation", "low", "high", "open_ended", "gap", "documents",
    "claimants", "roots", "independent_groups", "warnings",
)  # fmt: skip
CLAIM_COLUMNS = (
    "claim_id", "disclosure_from", "disclosure_to", "scope_id", "speaks", "position", "followed_by", "roots",
)  # fmt: skip

Natural = tuple[Any, ...]
"""The natural key of a scope: its incident and what it is of."""


def _natural(incident: int, key: ScopeKey) -> Natural:
    return (incident, *key[:6], text_of(*key.start) if key.start else "")


def _computed(incidents: Sequence[int], names: dict[Natural, str]) -> tuple[Projected, dict[Natural, ScopeKey]]:
    """What the projection of these incidents should be, and the scopes that have no name yet."""
    loading = Loading(incidents)
    projected = Projected()
    missing: dict[Natural, ScopeKey] = {}
    for incident in incidents:
        if not loading.incidents[incident].rows:
            continue
        levels = loading.changes_at(incident)
        states: dict[tuple[Any, ...], list[int]] = {}
        for level, until in zip(levels, [*(after - 1 for after in levels[1:]), TOP], strict=True):
            own, others = loading.claims(incident, level)
            for name, row in _rows(
                reconcile(loading.incidents[incident].incident, own, others), incident, names, missing
            ):
                seen = states.setdefault((name, row), [])
                if seen and seen[-1] == level - 1:
                    seen[-1] = until
                else:
                    seen += [level, until]
        for (kind, row), seen in states.items():
            for first, last in zip(seen[::2], seen[1::2], strict=True):
                head, *rest = row
                if kind is StateRow:
                    projected.states.add(StateRow(head, first, last, *rest))
                else:
                    projected.claims.add(ClaimRow(head, first, last, *rest))
    return projected, missing


def _rows(
    result: Reconciliation, incident: int, names: dict[Natural, str], missing: dict[Natural, ScopeKey]
) -> Iterator[tuple[type, tuple[Any, ...]]]:
    """The rows of one level, each but for its levels."""
    for scope in result.scopes:
        natural = _natural(incident, scope.key)
        name = names.get(natural)
        if name is None:
            missing[natural] = scope.key
            continue
        yield StateRow, (name, *_state(scope))
        for claims in (scope.speaking, scope.history):
            for position, claim in enumerate(claims):
                after = scope.followed_by.get(claim.key)
                roots = tuple(sorted(key for key in result.roots_of(claim.key) if isinstance(key, int)))
                yield ClaimRow, (claim.key, name, after is None, position, after, roots)


def _state(scope: Reconciled) -> tuple[Any, ...]:
    warnings = [
        {"code": one.code.value, "claims": list(one.claims), "values": dict(one.values)} for one in scope.warnings
    ]
    spanned = scope.envelope
    return (
        scope.relation.value, spanned.low, spanned.high, spanned.open_ended, scope.gap, scope.documents,
        scope.claimants, scope.roots, scope.independent_groups, json.dumps(warnings, sort_keys=True),
    )  # fmt: skip


def _scopes(incidents: Sequence[int]) -> dict[Natural, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT incident_id, measure_id, unit_id, population_id, cause_id, place_id, basis, since, id::text"
            " FROM incidents_scope WHERE incident_id = ANY(%s)",
            [list(incidents)],
        )
        return {row[:-1]: row[-1] for row in cursor.fetchall()}


def _add_scopes(missing: dict[Natural, ScopeKey]) -> dict[Natural, str]:
    rows = [(*natural, *(key.start or (None, None))) for natural, key in missing.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO incidents_scope (incident_id, measure_id, unit_id, population_id, cause_id, place_id, basis,
                                         since, since_earliest, since_latest)
            SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[],
                                 %s::text[], %s::date[], %s::date[])
            ON CONFLICT DO NOTHING
            """,
            [list(column) for column in zip(*rows, strict=True)],
        )
    return _scopes(sorted({natural[0] for natural in missing}))


def _stored(incidents: Sequence[int]) -> Projected:
    states = ", ".join(f"state.{column}" for column in STATE_COLUMNS[1:-1])
    claims = ", ".join(f"claim.{column}" for column in CLAIM_COLUMNS[4:6])
    projected = Projected()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT scope_id::text, {states}, warnings::text FROM incidents_scopestate state"  # noqa: S608  our own columns
            " JOIN incidents_scope scope ON scope.id = state.scope_id WHERE scope.incident_id = ANY(%s)",
            [list(incidents)],
        )
        for row in cursor.fetchall():
            told = row[-1] if row[-1] == "[]" else json.dumps(json.loads(row[-1]), sort_keys=True)
            projected.states.add(StateRow._make((*row[:-1], told)))
        cursor.execute(
            f"SELECT claim_id::text, disclosure_from, disclosure_to, scope_id::text, {claims}, followed_by::text, roots"  # noqa: S608  as above
            " FROM incidents_scopeclaim claim JOIN incidents_scope scope ON scope.id = claim.scope_id"
            " WHERE scope.incident_id = ANY(%s)",
            [list(incidents)],
        )
        for row in cursor.fetchall():
            projected.claims.add(ClaimRow._make((*row[:-1], tuple(row[-1]))))
    return projected


def _delete(table: str, key: str, rows: Iterable[StateRow | ClaimRow]) -> None:
    gone = [row[:2] for row in rows]
    if not gone:
        return
    statement = sql.SQL(
        "DELETE FROM {table} USING unnest(%s::uuid[], %s::int[]) AS gone (key, first)"
        " WHERE {table}.{key} = gone.key AND {table}.disclosure_from = gone.first"
    ).format(table=sql.Identifier(table), key=sql.Identifier(key))
    with connection.cursor() as cursor:
        cursor.execute(statement, [[key for key, _ in gone], [first for _, first in gone]])


def _copy(table: str, columns: Sequence[str], rows: Iterable[StateRow | ClaimRow]) -> None:
    ordered = sorted(rows, key=lambda row: row[:2])
    if not ordered:
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in ordered:
            copy.write_row([list(value) if isinstance(value, tuple) else value for value in row])
