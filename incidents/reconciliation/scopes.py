"""What claims are compared within: incident × measure × unit × population × cause × place × basis × start.

As-of is not part of it: two announcements of one running total are about the same thing.
"""

from collections.abc import Iterable
from typing import NamedTuple

from incidents.reconciliation.claims import EVENT, Claim, Incident, Key, Span


class ScopeKey(NamedTuple):
    """One scope of an incident; None is: not of people, of every cause, the incident's own place, its own time."""

    measure: str
    unit: str
    population: str | None
    cause: str | None
    place: Key | None
    basis: str
    start: Span | None


def scope_of(claim: Claim, incident: Incident) -> ScopeKey:
    """The scope of a claim: what equals the incident's own is as if it were not said.

    A running total or a stock carries its start only; a count of the event its whole period.
    """
    place = claim.place
    if incident.places == {place}:
        place = None
    start, own = (claim.period, incident.occurred) if claim.basis == EVENT else (claim.since, incident.start)
    if start == own:
        start = None
    return ScopeKey(claim.measure, claim.unit, claim.population, claim.cause, place, claim.basis, start)


def by_scope(incident: Incident, claims: Iterable[Claim]) -> dict[ScopeKey, list[Claim]]:
    """The claims, gathered by scope."""
    found: dict[ScopeKey, list[Claim]] = {}
    for claim in claims:
        found.setdefault(scope_of(claim, incident), []).append(claim)
    return found


def order_of(key: ScopeKey) -> tuple[str, ...]:
    """The order in which scopes are told, whatever the order of their claims."""
    span = key.start or Span(None, None)
    return (
        key.measure, key.basis, key.population or "", key.cause or "", str(key.place or ""), key.unit,
        str(span.earliest or ""), str(span.latest or ""),
    )  # fmt: skip
