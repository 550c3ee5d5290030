"""What needs more than one incident's claims: an event above its situation, and more victims named than counted."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from incidents.reconciliation.agreement import Envelope
from incidents.reconciliation.claims import EVENT, STOCK, Key
from incidents.reconciliation.doubts import Code, Doubt
from incidents.reconciliation.relations import Reaches, covers, is_above
from incidents.reconciliation.scopes import ScopeKey


@dataclass(frozen=True, slots=True)
class Whole:
    """A scope of a situation: what it spans, the claims that speak, the day they hold until, and its places."""

    key: ScopeKey
    envelope: Envelope
    claims: tuple[str, ...]
    holds_until: dt.date | None
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
    same place or within it, and over when the situation was counted. ``reaches.own_places`` are the event's.
    """
    if event.basis != EVENT or event.start is not None or not spanned.low:
        return
    here = reaches.own_places if event.place is None else frozenset({event.place})
    for whole in wholes:
        is_part = (
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
            and covers(
                frozenset({whole.key.place}) if whole.key.place is not None else whole.places, here, reaches.places
            )
            and ended is not None
            and whole.holds_until is not None
            and ended <= whole.holds_until
        )
        if (
            is_part
            and not whole.envelope.open_ended
            and whole.envelope.high is not None
            and spanned.low > whole.envelope.high
        ):
            values = {"event": spanned.low, "situation": whole.envelope.high}
            yield Doubt(Code.EVENT_ABOVE_SITUATION, (*claims, *whole.claims), values)


def named_above(
    key: ScopeKey, spanned: Envelope, claims: Sequence[str], named: int, widest: str | None
) -> Iterator[Doubt]:
    """More victims named than the highest count of the dead of an incident, whoever they were.

    Only of everybody, everywhere in it, of every cause: a victim who is named need not belong to a narrower population.
    ``widest`` is the population of everybody.
    """
    whole = (
        key.measure == "killed" and (key.cause, key.place, key.start) == (None, None, None) and key.population == widest
    )
    if whole and not spanned.open_ended and spanned.high is not None and named > spanned.high:
        yield Doubt(Code.NAMED_ABOVE_HIGH, tuple(claims), {"named": named, "high": spanned.high})
