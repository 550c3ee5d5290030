"""Imprecise dates of every shape that sources print, as EDTF."""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache

from exchange.generator.chance import Chance, Weighted
from sources import edtf

FIRST_DAY = dt.date(2011, 3, 15)
DAYS = 2_800  # in which incidents begin

Shape = Callable[[dt.date, int], str]  # a day, and the length in days of what lasts

_SEASON = {3: 21, 4: 21, 5: 21, 6: 22, 7: 22, 8: 22, 9: 23, 10: 23, 11: 23, 12: 24}


def _season(day: dt.date, _: int) -> str:
    """The season that the day lies in; January and February are the winter of the year before."""
    return f"{day.year - (day.month < 3)}-{_SEASON.get(day.month, 24)}"


EVENT: Weighted[Shape] = Weighted(
    {
        lambda day, _: f"{day}": 70,
        lambda day, _: f"{day}~": 5,
        lambda day, _: f"{day}?": 2,
        lambda day, _: f"{day}%": 1,
        lambda day, _: f"{day}T14:30": 2,
        lambda day, length: f"{day}/{day + dt.timedelta(length % 5 + 1)}": 6,
        lambda day, _: f"{day:%Y-%m}": 6,
        lambda day, _: f"{day:%Y-%m}-XX": 3,
        lambda day, _: f"{day:%Y-%m}~": 1,
        _season: 2,
        lambda day, _: f"{day.year}": 1,
        lambda day, _: f"{day.year}-XX-XX": 0.5,
        lambda day, _: f"{day.year // 10}X": 0.5,
    }
)
SITUATION: Weighted[Shape] = Weighted(
    {
        lambda day, length: f"{day}/{day + dt.timedelta(length)}": 50,
        lambda day, _: f"{day}/..": 35,
        lambda day, _: f"{day}/": 5,
        lambda day, length: f"{day:%Y-%m}/{day + dt.timedelta(length):%Y-%m}": 10,
    }
)


def day(chance: Chance) -> dt.date:
    return FIRST_DAY + dt.timedelta(chance.whole(0, DAYS))


@lru_cache(maxsize=50_000)
def bounds(text: str) -> tuple[dt.date | None, dt.date | None]:
    """The earliest and latest day that a text can mean, as ``sources.edtf`` reads it; none for no text."""
    if not text:
        return None, None
    parsed = edtf.parse(text)
    return parsed.earliest, parsed.latest
