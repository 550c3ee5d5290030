"""Imprecise dates, kept as entered: EDTF levels 0 and 1 (ISO 8601-2:2019), read exactly.

Source of the syntax: Library of Congress, "Extended Date/Time Format (EDTF) Specification", levels 0 and 1,
https://www.loc.gov/standards/datetime/.

Read here: a day, month or year (``2018-04-19``, ``2018-04``, ``2018``); a date and time
(``2018-04-19T12:00``, seconds and zone optional); a season (``2017-22``); digits left out from the right
(``201X``, ``20XX``, ``2018-XX``, ``2018-04-XX``, ``2018-XX-XX``); one qualifier at the end (``?``
uncertain, ``~`` approximate, ``%`` both); and intervals of these except times (``2018-04-19/2018-04-21``),
with an open end (``..``) or an unknown one (nothing).

Our own settings, where the standard leaves room:

* A qualifier does not widen the bounds: ``2024-01~`` is January 2024, marked approximate.
* EDTF says which season a number names, not which months it covers. Here they are the northern ones: spring
  (21) is March to May, summer (22) June to August, autumn (23) September to November, winter (24) December
  to February of the following year.
* A time keeps the calendar day it is written in; its zone does not move the bounds.
* Years outside 0001 to 9999, which EDTF writes ``Y170000`` or ``-0044``, are refused, because a Python date
  does not hold them. So is a value of level 2, and an interval with neither end known.
* Only the ASCII characters of the standard are read, without surrounding spaces.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from accounts.phrases import Phrase, phrase

Language = Literal["en", "ar"]
Kind = Literal["day", "month", "year", "season", "time", "years", "month_of_year", "day_of_month", "day_of_year"]

EXAMPLES = "2018-04-19, 2018-04, 2018, 2017-22, 201X, 2018-04-19T12:00, 2018-04~, 2018-04-19/.."
SEASONS = {21: 3, 22: 6, 23: 9, 24: 12}  # season number: its first month; each lasts three

_SHAPE = re.compile(
    r"(?P<year>[0-9X]{4})(?:-(?P<month>[0-9X]{2})(?:-(?P<day>[0-9X]{2})(?P<clock>T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2}))?(?P<zone>Z|[+-][0-9]{2}(?::[0-9]{2})?)?)?)?)?(?P<qualifier>[?~%])?"
)
_LONG_YEAR = re.compile(r"Y-?[0-9]|-[0-9]")


class EdtfError(ValueError):
    """A text that is not an EDTF date this register reads; says which value, where, and what was expected."""

    def __init__(self, value: str, position: int, expected: Phrase) -> None:
        self.value, self.position, self.expected = value, position, expected
        said = phrase("%(value)s is not a date, from character %(position)s: expected %(expected)s")
        self.said = Phrase(said.pattern, {"value": repr(value), "position": position, "expected": expected})
        super().__init__(str(self.said))


@dataclass(frozen=True, slots=True)
class Point:
    """One date, of whatever precision: a value that is no interval, or an end of one."""

    kind: Kind
    earliest: date
    latest: date
    approximate: bool = False
    uncertain: bool = False
    clock: str = ""


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date as entered, with the days it can fall between, both included.

    ``earliest`` is None when the start is open or unknown, ``latest`` when the end is.
    """

    text: str
    start: Point | None
    end: Point | None
    is_interval: bool = False
    open_start: bool = False
    open_end: bool = False

    @property
    def earliest(self) -> date | None:
        """The first day it can fall on."""
        return self.start.earliest if self.start else None

    @property
    def latest(self) -> date | None:
        """The last day it can fall on."""
        return self.end.latest if self.end else None

    @property
    def approximate(self) -> bool:
        """Whether the value, or either end of an interval, is marked ``~`` or ``%``."""
        return any(point.approximate for point in (self.start, self.end) if point)

    @property
    def uncertain(self) -> bool:
        """Whether the value, or either end of an interval, is marked ``?`` or ``%``."""
        return any(point.uncertain for point in (self.start, self.end) if point)

    @property
    def unknown_start(self) -> bool:
        """Whether it has a start that is not known, which is not the same as an open one."""
        return self.start is None and not self.open_start

    @property
    def unknown_end(self) -> bool:
        """Whether it has an end that is not known, which is not the same as an open one."""
        return self.end is None and not self.open_end

    def certainly_within(self, after: date | None = None, before: date | None = None) -> bool:
        """Whether every day it can fall on lies from ``after`` to ``before``, inclusive; None is no limit."""
        if _empty(after, before):
            return False
        starts = after is None or (self.earliest is not None and self.earliest >= after)
        ends = before is None or (self.latest is not None and self.latest <= before)
        return starts and ends

    def possibly_within(self, after: date | None = None, before: date | None = None) -> bool:
        """Whether any day it can fall on lies from ``after`` to ``before``, inclusive; None is no limit."""
        if _empty(after, before):
            return False
        starts = before is None or self.earliest is None or self.earliest <= before
        ends = after is None or self.latest is None or self.latest >= after
        return starts and ends


def _empty(after: date | None, before: date | None) -> bool:
    return after is not None and before is not None and after > before


def parse(text: str) -> Edtf:
    """Read an EDTF text, keeping it as entered. Raises EdtfError for anything else."""
    if any(char.isdigit() and not char.isascii() for char in text):
        position = next(at for at, char in enumerate(text, 1) if char.isdigit() and not char.isascii())
        raise EdtfError(text, position, phrase("the digits 0 to 9"))
    if "/" not in text:
        point = _point(text, text, 0)
        return Edtf(text, start=point, end=point)

    first, second = text.split("/", 1)
    start = _end_of_interval(text, first, 0)
    end = _end_of_interval(text, second, len(first) + 1)
    if start is None and end is None:
        raise EdtfError(text, 1, phrase("an interval with at least one known end, such as 2018-04-19/.."))
    if start and end and start.earliest > end.latest:
        raise EdtfError(text, len(first) + 2, phrase("an end not before the start, %(start)s", start=first))
    return Edtf(text, start, end, is_interval=True, open_start=first == "..", open_end=second == "..")


def _end_of_interval(text: str, part: str, offset: int) -> Point | None:
    if part in ("", ".."):
        return None
    point = _point(text, part, offset)
    if point.clock:
        raise EdtfError(text, offset + part.index("T") + 1, phrase("no time in an interval, such as 2018-04-19/.."))
    return point


def _point(text: str, part: str, offset: int) -> Point:
    """Read one date. ``offset`` is where ``part`` begins in ``text``, for the message."""
    if _LONG_YEAR.match(part):
        raise EdtfError(text, offset + 1, phrase("a year from 0001 to 9999"))
    shape = _SHAPE.match(part)
    if shape is None:
        raise EdtfError(text, offset + 1, phrase("EDTF of level 0 or 1, such as %(examples)s", examples=EXAMPLES))
    if shape.end() != len(part):
        raise EdtfError(
            text, offset + shape.end() + 1, phrase("nothing more, or a form such as %(examples)s", examples=EXAMPLES)
        )
    return _Reader(text, offset, shape).point()


class _Reader:
    """Turns a text of the right shape into a point, checking each component's range."""

    def __init__(self, text: str, offset: int, shape: re.Match[str]) -> None:
        self.text, self.offset, self.shape = text, offset, shape

    def point(self) -> Point:
        kind, earliest, latest = self.days()
        clock, qualifier = self.shape["clock"], self.shape["qualifier"]
        if clock:
            if kind != "day":
                raise self.error("day", phrase("a whole date before a time"))
            if qualifier:
                raise self.error("qualifier", phrase("no qualifier after a time"))
            kind = "time"
            self.check_clock()
        return Point(
            kind,
            earliest,
            latest,
            approximate=qualifier in ("~", "%"),
            uncertain=qualifier in ("?", "%"),
            clock=clock or "",
        )

    def days(self) -> tuple[Kind, date, date]:
        """What the year, month and day name, with its first and last day."""
        year, month, day = self.shape["year"], self.shape["month"], self.shape["day"]
        if "X" in year:
            return self.years(year, alone=month is None)
        number = int(year)
        if number == 0:
            raise self.error("year", phrase("a year from 0001 to 9999"))
        whole_year = date(number, 1, 1), date(number, 12, 31)
        if month is None:
            return "year", *whole_year
        if month == "XX":
            if day not in (None, "XX"):
                raise self.error("day", phrase("XX, because the month is XX"))
            return "day_of_year" if day else "month_of_year", *whole_year
        in_year = self.component("month", 1, 24, phrase("a month from 01 to 12, a season from 21 to 24, or XX"))
        if 12 < in_year < 21:
            raise self.error("month", phrase("a month from 01 to 12, a season from 21 to 24, or XX"))
        if in_year in SEASONS:
            if day is not None:
                raise self.error("day", phrase("nothing after a season"))
            return "season", *self.season(number, SEASONS[in_year])
        last = calendar.monthrange(number, in_year)[1]
        if day is None or day == "XX":
            return "day_of_month" if day else "month", date(number, in_year, 1), date(number, in_year, last)
        exact = date(
            number, in_year, self.component("day", 1, last, phrase("a day from 01 to %(last)s or XX", last=last))
        )
        return "day", exact, exact

    def years(self, year: str, *, alone: bool) -> tuple[Kind, date, date]:
        if not re.fullmatch(r"[0-9]{2}(?:[0-9]X|XX)", year):
            raise self.error("year", phrase("X for the last digit of the year or the last two, such as 201X or 20XX"))
        if not alone:
            raise self.error("month", phrase("nothing after a year with digits left out"))
        first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
        if first == 0:
            raise self.error("year", phrase("a year from 0001 to 9999"))
        return "years", date(first, 1, 1), date(last, 12, 31)

    def season(self, year: int, month: int) -> tuple[date, date]:
        if month < 12:
            return date(year, month, 1), date(year, month + 3, 1) - timedelta(days=1)
        if year == 9999:
            raise self.error("year", phrase("a winter ending in the year 9999 or before"))
        return date(year, 12, 1), date(year + 1, 3, 1) - timedelta(days=1)

    def check_clock(self) -> None:
        self.component("hour", 0, 23, phrase("an hour from 00 to 23"))
        self.component("minute", 0, 59, phrase("a minute from 00 to 59"))
        if self.shape["second"]:
            self.component("second", 0, 59, phrase("a second from 00 to 59"))
        zone = self.shape["zone"]
        if zone and zone != "Z" and (int(zone[1:3]) > 23 or int(zone[4:6] or 0) > 59):
            raise self.error("zone", phrase("a zone such as Z, +03 or +03:00"))

    def component(self, name: str, low: int, high: int, expected: Phrase) -> int:
        digits = self.shape[name]
        if "X" in digits or not low <= int(digits) <= high:
            raise self.error(name, expected)
        return int(digits)

    def error(self, component: str, expected: Phrase) -> EdtfError:
        return EdtfError(self.text, self.offset + self.shape.start(component) + 1, expected)


MONTHS: dict[Language, tuple[str, ...]] = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    # The Levantine name and the Arabised Latin one, as in the Arabic documents of the United Nations.
    "ar": (
        "كانون الثاني/يناير",
        "شباط/فبراير",
        "آذار/مارس",
        "نيسان/أبريل",
        "أيار/مايو",
        "حزيران/يونيه",
        "تموز/يوليه",
        "آب/أغسطس",
        "أيلول/سبتمبر",
        "تشرين الأول/أكتوبر",
        "تشرين الثاني/نوفمبر",
        "كانون الأول/ديسمبر",
    ),
}
SEASON_NAMES: dict[Language, dict[int, str]] = {
    "en": {3: "spring", 6: "summer", 9: "autumn", 12: "winter"},
    "ar": {3: "ربيع", 6: "صيف", 9: "خريف", 12: "شتاء"},
}
PHRASES: dict[Language, dict[str, str]] = {
    "en": {
        "about": "about {0}",
        "uncertain": "{0} (uncertain)",
        "years": "a year from {0} to {1}",
        "month_of_year": "an unknown month of {0}",
        "day_of_month": "an unknown day of {0}",
        "day_of_year": "an unknown day of {0}",
        "time": "{0}, {1}",
        "short": "{0} to {1}",
        "interval": "from {0} to {1}",
        "open_end": "from {0}, still open",
        "unknown_end": "from {0}, end unknown",
        "open_start": "until {0}, start open",
        "unknown_start": "until {0}, start unknown",
    },
    "ar": {
        "about": "نحو {0}",
        "uncertain": "{0} (غير مؤكد)",
        "years": "إحدى السنوات من {0} إلى {1}",
        "month_of_year": "شهر غير معروف من عام {0}",
        "day_of_month": "يوم غير معروف من {0}",
        "day_of_year": "يوم غير معروف من عام {0}",
        "time": "{0}، الساعة {1}",
        "short": "{0} إلى {1}",
        "interval": "من {0} إلى {1}",
        "open_end": "من {0}، ولا يزال مستمراً",
        "unknown_end": "من {0}، والنهاية غير معروفة",
        "open_start": "حتى {0}، والبداية مفتوحة",
        "unknown_start": "حتى {0}، والبداية غير معروفة",
    },
}


def describe(edtf: Edtf, language: Language = "en") -> str:
    """What the date means, in words: "about April 2018", "19 to 21 April 2018", "until 2018, start open"."""
    phrases = PHRASES[language]
    start = _words(edtf.start, language) if edtf.start else ""
    end = _words(edtf.end, language) if edtf.end else ""
    if not edtf.is_interval:
        return start
    if edtf.end is None:
        return phrases["open_end" if edtf.open_end else "unknown_end"].format(start)
    if edtf.start is None:
        return phrases["open_start" if edtf.open_start else "unknown_start"].format(end)
    if _plain(edtf.start) and _plain(edtf.end):
        template = "short" if language == "en" else "interval"
        return phrases[template].format(_without_what_follows(edtf.start, edtf.end, language), end)
    return phrases["interval"].format(start, end)


def _plain(point: Point) -> bool:
    return point.kind in ("day", "month", "year", "season") and not (point.approximate or point.uncertain)


def _without_what_follows(start: Point, end: Point, language: Language) -> str:
    """The start of an interval in words, less the month and year that its end repeats: "19", "19 April"."""
    same_year = start.earliest.year == end.earliest.year
    if start.kind != end.kind or start.kind not in ("day", "month") or not same_year:
        return _words(start, language)
    month = MONTHS[language][start.earliest.month - 1]
    if start.kind == "month":
        return month
    if start.earliest.month == end.earliest.month:
        return str(start.earliest.day)
    return f"{start.earliest.day} {month}"


def _words(point: Point, language: Language) -> str:
    phrases, day = PHRASES[language], point.earliest
    month = f"{MONTHS[language][day.month - 1]} {day.year}"
    match point.kind:
        case "day":
            words = f"{day.day} {month}"
        case "month":
            words = month
        case "year":
            words = str(day.year)
        case "season":
            years = str(day.year) if day.month < 12 else f"{day.year}–{day.year + 1}"
            words = f"{SEASON_NAMES[language][day.month]} {years}"
        case "time":
            words = phrases["time"].format(f"{day.day} {month}", _clock(point.clock))
        case "years":
            words = phrases["years"].format(day.year, point.latest.year)
        case "day_of_month":
            words = phrases["day_of_month"].format(month)
        case "month_of_year" | "day_of_year":
            words = phrases[point.kind].format(day.year)
    if point.approximate:
        words = phrases["about"].format(words)
    if point.uncertain:
        words = phrases["uncertain"].format(words)
    return words


def _clock(clock: str) -> str:
    """``T12:00Z`` as "12:00 UTC", ``T12:00+03:00`` as "12:00 UTC+03:00", ``T12:00`` as "12:00"."""
    time = re.match(r"T([0-9:]+)", clock)
    zone = clock[time.end() :] if time else ""
    return clock[1:].removesuffix(zone) + (f" UTC{zone.removeprefix('Z')}" if zone else "")
