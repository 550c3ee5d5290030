"""A claimant's series as a table: how far each announcement is from the one before, and what is odd about it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from incidents.counts import Interval
from incidents.reconciliation.doubts import JUMP_DAYS


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is known of one: its bounds, the day it holds for at the latest, when it was recorded."""

    asserted: Interval | None
    holds: dt.date | None
    recorded: dt.datetime
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One announcement beside the one before it.

    The change lies between ``least`` and ``most``; None is open, and both are None where there is nothing to compare.
    ``gap``: more days since than a rise is judged over. ``backfill``: recorded after a later announcement was.
    """

    least: int | None = None
    most: int | None = None
    approximate: bool = False
    days: int | None = None
    gap: bool = False
    backfill: bool = False


def moves(series: Sequence[Announcement]) -> list[Move]:
    """A line for each announcement of a series, which is in order."""
    found: list[Move] = []
    for at, one in enumerate(series):
        before = series[at - 1] if at else None
        least, most = _change(before, one)
        days = (one.holds - before.holds).days if before and one.holds and before.holds else None
        found.append(
            Move(
                least=least,
                most=most,
                approximate=one.approximate or bool(before and before.approximate),
                days=days,
                gap=days is not None and days > JUMP_DAYS,
                backfill=any(after.recorded < one.recorded for after in series[at + 1 :]),
            )
        )
    return found


def _change(before: Announcement | None, after: Announcement) -> tuple[int | None, int | None]:
    if before is None or before.asserted is None or after.asserted is None:
        return None, None
    (was_low, was_high), (low, high) = before.asserted, after.asserted
    return None if was_high is None else low - was_high, None if high is None else high - was_low
