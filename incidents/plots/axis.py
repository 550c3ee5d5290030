"""Axes: from zero to a round number, and from one day to another, with few round ticks."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

MOST_TICKS = 5
"""Beside the one at which an axis begins."""

START, END, EDGE = 2.0, 90.0, 97.0
"""Where an axis begins and ends, and how far what is open-ended reaches beyond it."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From zero to ``top``."""

    top: int
    ticks: tuple[int, ...]

    def share(self, value: int) -> float:
        """How far along a value stands, from 0 to 1."""
        return value / self.top


def axis(highest: int) -> Axis:
    """An axis on which all up to the highest stands: steps of 1, 2 or 5 times a power of ten."""
    step = next(step for step in _round_steps() if highest <= step * MOST_TICKS)
    ticks = tuple(range(0, max(highest, 1) + step, step))
    return Axis(ticks[-1], ticks)


def _round_steps() -> Iterator[int]:
    for power in count():
        for digit in (1, 2, 5):
            yield digit * 10**power


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another; ``ticks`` are round days with the words by which they are called."""

    first: dt.date
    last: dt.date
    ticks: tuple[tuple[dt.date, str], ...]

    def share(self, day: dt.date) -> float:
        """How far along a day stands, from 0 to 1; in the middle where there is no other."""
        whole = (self.last - self.first).days
        return (day - self.first).days / whole if whole else 0.5


def days(first: dt.date, last: dt.date) -> Days:
    """The days between, with as many round ones as are few: days, the first of weeks, of months, of years."""
    found: list[tuple[dt.date, str]] = []
    for step in (1, 7):
        if (last - first).days < step * (MOST_TICKS + 1):
            found = [(day, day.isoformat()) for day in _weeks(first, last, step)]
            if len(found) <= MOST_TICKS:
                return Days(first, last, tuple(found))
    for step in MONTHS:
        begins = islice(_months(first, last, step), MOST_TICKS + 1)
        found = [(day, f"{day.year}" if step >= YEAR else f"{day:%Y-%m}") for day in begins]
        if len(found) <= MOST_TICKS:
            break
    return Days(first, last, tuple(found))


YEAR = 12
MONTHS = (1, 3, 6, *(YEAR * years for years in (1, 2, 5, 10, 20, 50, 100, 500, 2000)))


def _weeks(first: dt.date, last: dt.date, step: int) -> Iterator[dt.date]:
    """Every day, or every Monday."""
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = dt.date.fromordinal(number)
        if step == 1 or day.weekday() == 0:
            yield day


def _months(first: dt.date, last: dt.date, step: int) -> Iterator[dt.date]:
    """The first days of every so many months."""
    begins, ends = (day.year * YEAR + day.month - 1 for day in (first, last))
    for number in range(-(-begins // step) * step, ends + 1, step):
        day = dt.date(number // YEAR, number % YEAR + 1, 1)
        if day >= first:
            yield day


def across(share: float, *, mirrored: bool, begins: float = START, ends: float = END) -> float:
    """A share of an axis as a share of the width, in percent."""
    at = begins + share * (ends - begins)
    return round(100 - at if mirrored else at, 2)


def edge(*, mirrored: bool) -> float:
    """Where what has no end ends on the page."""
    return 100 - EDGE if mirrored else EDGE
