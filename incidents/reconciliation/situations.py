"""What needs more than one incident's claims: an event above its situation, and more victims named than counted."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from incidents.counts import Interval
from incidents.reconciliation.agreement import Envelope, envelope
from incidents.reconciliation.claims import EVENT, STOCK, Key
from incidents.reconciliation.doubts import Code, Doubt
from incidents.reconciliation.relations import Reaches, covers, is_above
from incidents.reconciliation.scopes import ScopeKey


@dataclass(frozen=True, slots=True)
class CountedUntil:
    """What a claim about a situation asserts, and the latest day that it holds for."""

    claim: str
    asserted: Interval | None
    until: dt.date | None
    best: int | None = None
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """A scope of a situation: what speaks in it, and its places."""

    key: ScopeKey
    speaking: Sequence[CountedUntil]
    places: frozenset[Key]


def above_situation(
    event: ScopeKey,
    spanned: Envelope,
    claims: Sequence[str],
    ended: dt.date | None,
    wholes: Sequence[Whole],
    reaches: Reaches,
) -> Iterator[Doubt]:
    """Scopes of situations that are below a scope of an event which is a part of what they count.

    A part: of the same measure and unit, the same population or a narrower one, the same cause or a narrower one, in the
    same place or within it, and over on the day that a number of the situation holds for; what holds for a day before, or
    states no number, is not looked at. ``reaches.own_places`` are the event's.
    """
    if event.basis != EVENT or event.start is not None or not spanned.low or ended is None:
        return
    for whole in wholes:
        if not _holds(whole, event, reaches):
            continue
        since = [
            one for one in whole.speaking if one.asserted is not None and one.until is not None and ended <= one.until
        ]
        counted = envelope(since)
        if counted.high is not None and not counted.open_ended and spanned.low > counted.high:
            values = {"event": spanned.low, "situation": counted.high}
            yield Doubt(Code.EVENT_ABOVE_SITUATION, (*claims, *(one.claim for one in since)), values)


def _holds(whole: Whole, event: ScopeKey, reaches: Reaches) -> bool:
    """Whether what the event counts is part of what the situation counts, but for the day."""
    here = reaches.own_places if event.place is None else frozenset({event.place})
    there = whole.places if whole.key.place is None else frozenset({whole.key.place})
    return (
        (whole.key.measure, whole.key.unit) == (event.measure, event.unit)
        and whole.key.basis != STOCK
        and whole.key.start is None
        and (
            whole.key.population == event.population
            or is_above(whole.key.population, event.population, reaches.populations)
        )
        and (
            whole.key.cause is None
            or whole.key.cause == event.cause
            or is_above(whole.key.cause, event.cause, reaches.causes)
        )
        and covers(there, here, reaches.places)
    )


def named_above(
    key: ScopeKey, spanned: Envelope, claims: Sequence[str], named: int, widest: str | None
) -> Iterator[Doubt]:
    """More victims named than the highest count of the dead of an incident, whoever they were.

    Only of persons, of everybody, everywhere in it, of every cause: a victim who is named need not belong to a narrower
    population, and families are not told apart by names. ``widest`` is the population of everybody.
    """
    whole = (
        (key.measure, key.unit, key.population) == ("killed", "persons", widest)
        and (key.cause, key.place, key.start) == (None, None, None)
    )  # fmt: skip
    if whole and not spanned.open_ended and spanned.high is not None and named > spanned.high:
        yield Doubt(Code.NAMED_ABOVE_HIGH, tuple(claims), {"named": named, "high": spanned.high})
