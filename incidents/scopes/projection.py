"""The projection of scopes: what it should be, by the pure rules, and what is stored; only what differs is written."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from psycopg import sql

from incidents.reconciliation import Reconciliation, reconcile
from incidents.reconciliation.claims import Span
from incidents.reconciliation.reconcile import Scope as Reconciled
from incidents.reconciliation.scopes import ScopeKey
from incidents.scopes.finding import words_of
from incidents.scopes.loading import Loading, source_of
from sources.dates import text_of
from sources.disclosure import Disclosure

TOP = int(Disclosure.RESTRICTED)


class StateRow(NamedTuple):
    """A row of ``incidents_scopestate`` but for its key."""

    scope: str
    disclosure_from: int
    disclosure_to: int
    relation: str
    low: int | None
    high: int | None
    open_ended: bool
    approximate: bool
    gap: int | None
    documents: int
    claimants: int
    roots: int
    independent_groups: int
    incident: int
    largest_minimum: int | None
    found_by: tuple[str, ...]
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
    root_sources: tuple[str, ...]
    holds_until: dt.date | None


Natural = tuple[Any, ...]
"""The natural key of a scope: its incident and what it is of."""


@dataclass(slots=True)
class Projected:
    """The projection of some incidents, as it is stored."""

    states: set[StateRow] = field(default_factory=set)
    claims: set[ClaimRow] = field(default_factory=set)


@dataclass(slots=True)
class Computed:
    """The projection of some incidents as it should be: each row, but for its levels, with these."""

    scopes: dict[Natural, Span | None] = field(default_factory=dict)
    states: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)
    claims: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)

    def named(self, names: Mapping[Natural, str]) -> Projected:
        """The rows as they are stored, their scopes called by these names."""
        return Projected(
            {
                StateRow(names[natural], first, last, *rest)
                for (natural, *rest), levels in self.states.items()
                for first, last in zip(levels[::2], levels[1::2], strict=True)
            },
            {
                ClaimRow(claim, first, last, names[natural], *rest)
                for (claim, natural, *rest), levels in self.claims.items()
                for first, last in zip(levels[::2], levels[1::2], strict=True)
            },
        )


def differing(incidents: Sequence[int]) -> list[tuple[int, str]]:
    """The incidents whose stored projection is not what their claims come to, each with a scope or claim that shows it.

    Writes nothing.
    """
    names = _scopes(incidents)
    incident_of = {scope: natural[0] for natural, scope in names.items()}
    should, stored = _computed(incidents), _stored(incidents)
    found = [(natural[0], "a scope is missing") for natural in should.scopes.keys() - names.keys()]
    named = should.named({natural: names.get(natural, "") for natural in should.scopes})
    for row in (stored.states ^ named.states) | (stored.claims ^ named.claims):
        if row.scope:
            told = f"scope {row.scope}" if isinstance(row, StateRow) else f"claim {row.claim}"
            found.append((incident_of[row.scope], told))
    return sorted(set(found))


def store(incidents: Sequence[int]) -> int:
    """Make the stored projection of these incidents what their claims come to; how many rows changed."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM incidents_scopedue WHERE incident_id = ANY(%s)", [list(incidents)])
    computed, names, stored = _computed(incidents), _scopes(incidents), _stored(incidents)
    missing = {natural: start for natural, start in computed.scopes.items() if natural not in names}
    if missing:
        names = _told_otherwise(missing, computed, names, stored)
        missing = {natural: start for natural, start in missing.items() if natural not in names}
    if missing:
        names |= _add_scopes(missing)
    should = computed.named(names)
    _delete("incidents_scopestate", "scope_id", stored.states - should.states)
    _delete("incidents_scopeclaim", "claim_id", stored.claims - should.claims)
    _copy("incidents_scopestate", STATE_COLUMNS, should.states - stored.states)
    _copy("incidents_scopeclaim", CLAIM_COLUMNS, should.claims - stored.claims)
    return len(stored.states ^ should.states) + len(stored.claims ^ should.claims)


STATE_COLUMNS = (
    "scope_id", "disclosure_from", "disclosure_to", "relation", "low", "high", "open_ended", "approximate",
    "gap", "documents", "claimants", "roots", "independent_groups", "incident_id", "largest_minimum", "found_by", "warnings",
)  # fmt: skip
CLAIM_COLUMNS = (
    "claim_id", "disclosure_from", "disclosure_to", "scope_id", "speaks", "position", "followed_by", "roots",
    "root_sources", "holds_until",
)  # fmt: skip


def natural_of(incident: int, key: ScopeKey) -> Natural:
    """The natural key of a scope, as its row has it."""
    return (incident, *key[:6], text_of(*key.start) if key.start else "")


def _computed(incidents: Sequence[int]) -> Computed:
    """What the projection of these incidents should be."""
    loading = Loading(incidents)
    found = Computed()
    for incident in incidents:
        loaded = loading.incidents[incident]
        if not loaded.rows:
            continue
        levels = loading.changes_at(incident)
        for level, until in zip(levels, [*(after - 1 for after in levels[1:]), TOP], strict=True):
            own, others = loading.claims(incident, level)
            result = reconcile(loaded.incident, own, others, loading.members(level))
            for scope in result.scopes:
                natural = natural_of(incident, scope.key)
                found.scopes[natural] = scope.key.start
                found_by = words_of(scope, result.roots, loading, incident, level)
                _note(found.states, (natural, *_state(scope, incident, found_by)), level, until)
                for row in _standings(result, scope):
                    _note(found.claims, (row[0], natural, *row[1:]), level, until)
    return found


def _note(rows: dict[tuple[Any, ...], list[int]], row: tuple[Any, ...], level: int, until: int) -> None:
    """That a row holds at these levels; what holds at neighbouring ones is one row."""
    levels = rows.setdefault(row, [])
    if levels and levels[-1] == level - 1:
        levels[-1] = until
    else:
        levels += [level, until]


def _standings(result: Reconciliation, scope: Reconciled) -> Iterator[tuple[Any, ...]]:
    """The claims of a scope: key, whether it speaks, its position, what follows it, its roots, until when it holds."""
    for claims in (scope.speaking, scope.history):
        for position, claim in enumerate(claims):
            after = scope.followed_by.get(claim.key)
            roots = result.roots_of(claim.key)
            organizations = tuple(sorted(key for key in roots if isinstance(key, int)))
            sources = tuple(sorted(source_of(key) for key in roots if isinstance(key, str)))
            yield claim.key, after is None, position, after, organizations, sources, claim.until


def _state(scope: Reconciled, incident: int, found_by: tuple[str, ...]) -> tuple[Any, ...]:
    warnings = [
        {"code": one.code.value, "claims": list(one.claims), "values": dict(one.values)} for one in scope.warnings
    ]
    spanned = scope.envelope
    minima = [claim.minimum for claim in (*scope.speaking, *scope.history) if claim.minimum is not None]
    return (
        scope.relation.value, spanned.low, spanned.high, spanned.open_ended, spanned.approximate, scope.gap,
        scope.documents, scope.claimants, scope.roots, scope.independent_groups, incident, max(minima, default=None),
        found_by, json.dumps(warnings, sort_keys=True),
    )  # fmt: skip


def _scopes(incidents: Sequence[int]) -> dict[Natural, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT incident_id, measure_id, unit_id, population_id, cause_id, place_id, basis, since, id::text"
            " FROM incidents_scope WHERE incident_id = ANY(%s)",
            [list(incidents)],
        )
        return {row[:-1]: row[-1] for row in cursor.fetchall()}


def _told_otherwise(
    missing: Mapping[Natural, Span | None], computed: Computed, names: Mapping[Natural, str], stored: Projected
) -> dict[Natural, str]:
    """The names, where a scope whose claims all stand together under another key now is taken for the same scope.

    So it is when the incident's own place or period changes: what is told as its own is told no longer, or the
    other way round. The scope keeps its address and its figure.
    """
    natural_of_scope = {scope: natural for natural, scope in names.items()}
    now: dict[str, Natural] = {claim: natural for claim, natural, *_rest in computed.claims}
    held: dict[str, set[str]] = {}
    for row in stored.claims:
        held.setdefault(row.scope, set()).add(row.claim)
    moved: dict[Natural, list[str]] = {}
    for scope, claims in held.items():
        to = {now.get(claim) for claim in claims}
        target = to.pop() if len(to) == 1 else None
        was = natural_of_scope[scope]
        if target in missing and was not in computed.scopes and target is not None and was[:5] == target[:5]:
            moved.setdefault(target, []).append(scope)
    found = {
        natural: scopes[0]
        for natural, scopes in moved.items()
        if len(scopes) == 1 and natural_of_scope[scopes[0]][6] == natural[6]
    }
    if found:
        with connection.cursor() as cursor:
            rows = [(scope, one[5], one[7], *(missing[one] or (None, None))) for one, scope in found.items()]
            cursor.execute(
                """
                UPDATE incidents_scope SET place_id = own.place, since = own.since, since_earliest = own.earliest,
                                           since_latest = own.latest
                FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::date[], %s::date[])
                    AS own (scope, place, since, earliest, latest)
                WHERE id = own.scope
                """,
                [list(column) for column in zip(*rows, strict=True)],
            )
    kept = {natural: scope for natural, scope in names.items() if scope not in found.values()}
    return kept | found


def _add_scopes(missing: Mapping[Natural, Span | None]) -> dict[Natural, str]:
    rows = [(*natural, *(start or (None, None))) for natural, start in missing.items()]
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
            " WHERE state.incident_id = ANY(%s)",
            [list(incidents)],
        )
        for row in cursor.fetchall():
            told = row[-1] if row[-1] == "[]" else json.dumps(json.loads(row[-1]), sort_keys=True)
            *rest, found_by, _warnings = row
            projected.states.add(StateRow._make((*rest, tuple(found_by), told)))
        cursor.execute(
            f"SELECT claim_id::text, disclosure_from, disclosure_to, scope_id::text, {claims}, followed_by::text, roots,"  # noqa: S608  as above
            " root_sources::text[], holds_until"
            " FROM incidents_scopeclaim claim JOIN incidents_scope scope ON scope.id = claim.scope_id"
            " WHERE scope.incident_id = ANY(%s)",
            [list(incidents)],
        )
        for row in cursor.fetchall():
            *rest, roots, root_sources, holds_until = row
            projected.claims.add(ClaimRow._make((*rest, tuple(roots), tuple(root_sources), holds_until)))
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
