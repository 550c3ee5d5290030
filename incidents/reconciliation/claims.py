"""What goes in: the accepted claims of one incident, as far as one reader may see them.

Organizations, places and terms are known here by a key, a number or a word; claims by a word.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from incidents.counts import Interval, Quantifier, Stance, interval, widened

Key = int | str
"""By what an organization, a place or a term is known."""

LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)

EVENT, CUMULATIVE, STOCK = "event", "cumulative", "stock"


class Span(NamedTuple):
    """The earliest and the latest day that an imprecise date can mean; None is open on that side."""

    earliest: dt.date | None
    latest: dt.date | None


@dataclass(frozen=True, slots=True)
class Derivation:
    """Something that a claim rests on: another claim, or whoever it ends with.

    ``origin`` is an organization, the publisher of a source, or a source whose publisher nobody knows.
    """

    strength: str
    claim: str | None = None
    origin: Key | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """What its claims are normalised against: its time, its own beginning, its places."""

    occurred: Span | None = None
    start: Span | None = None
    places: frozenset[Key] = frozenset()


@dataclass(frozen=True)
class Claim:
    """One accepted claim.

    ``published`` is the date of its first source that has one, ``documents`` are all of them. ``recorded`` is when it came
    into the register; of a correction, when the first of what it corrects did. ``grade`` is how reliable its claimant is
    held to be, A the most (Admiralty), empty when not assessed. Where ``as_of`` is not stated, it is inferred from the
    publication.
    """

    key: str
    claimant: Key
    measure: str
    minimum: int | None
    best: int | None
    maximum: int | None
    quantifier: str
    unit: str = "persons"
    stance: str = Stance.ASSERTS.value
    population: str | None = None
    cause: str | None = None
    place: Key | None = None
    basis: str = EVENT
    period: Span | None = None
    since: Span | None = None
    as_of: Span | None = None
    published: Span | None = None
    recorded: dt.datetime = LONG_AGO
    documents: frozenset[Key] = frozenset()
    part_of: str | None = None
    rests_on: Sequence[Derivation] = ()
    grade: str = ""

    @property
    def holds(self) -> Span | None:
        """The date it holds for: as stated, else inferred from the publication."""
        return self.as_of or self.published

    @property
    def until(self) -> dt.date | None:
        """The latest day it is known to hold for; None when none is known.

        A date without an end ("since May") does not hold for ever: it holds until it was published, for nobody counts
        what is to come; without a publication that is later, for the day it names.
        """
        if self.holds is None:
            return None
        return self.holds.latest or max(filter(None, (self.holds.earliest, self.out)), default=None)

    @property
    def out(self) -> dt.date | None:
        """The latest day on which it can have been published; of a date without an end, its beginning."""
        return None if self.published is None else self.published.latest or self.published.earliest

    @property
    def denies(self) -> bool:
        """Whether the claimant denies it."""
        return self.stance == Stance.DENIES.value

    @cached_property
    def stated(self) -> Interval | None:
        """The bounds as stated; None without a number."""
        return interval(self.minimum, self.maximum)

    @property
    def asserted(self) -> Interval | None:
        """The bounds it asserts, as stated; None for a denial, or without a number."""
        return None if self.denies else self.stated

    @cached_property
    def compared(self) -> Interval | None:
        """The bounds as they are compared: those of an approximate count are widened."""
        bounds = self.stated
        return widened(bounds) if bounds is not None and self.approximate else bounds

    @property
    def approximate(self) -> bool:
        """Whether it is stated as about a number."""
        return self.quantifier == Quantifier.ABOUT.value

    @property
    def exact(self) -> int | None:
        """The one number it states, if it states one."""
        return self.minimum if self.minimum == self.maximum else None
