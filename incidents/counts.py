"""Counts as a source states them, and the bounds that follow from its words.

A count keeps four answers apart that other registers fold into one number:

* zero was stated: ``exact`` 0, bounds [0, 0];
* nothing was stated: ``unquantified``, no bounds;
* the number is open-ended: ``at_least`` 4, bounds [4, ∞), maximum None;
* the number, or that there were any, was denied: stance ``denies``, with or without bounds.

What a source states is recordable even when it contradicts itself ("between 9 and 5", a best estimate
outside its own range): `Count.contradictions` names it, nothing is refused or altered. Refused is only what
is no count at all: a negative or fractional number, or bounds that cannot come from the quantifier, such as
"at most" with a minimum of 3.

Numbers are whole units of the measure (persons, families, strikes). The module knows no database; the check
constraints on claims mirror `CONSISTENT` and `fits`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from accounts.phrases import Phrase, phrase

Language = Literal["en", "ar"]

LARGEST = 2**63 - 1  # PostgreSQL's bigint
TOLERANCE = Fraction(1, 10)  # for approximate counts, in comparison only

Interval = tuple[int, int | None]
"""The lowest and the highest value that bounds allow; None as highest is open."""


class Quantifier(StrEnum):
    """How a source puts its number, and so which bounds it sets (the design's section on counts)."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    FEWER_THAN = "fewer_than"
    ABOUT = "about"
    BETWEEN = "between"
    VAGUE = "vague"
    UNQUANTIFIED = "unquantified"


class Stance(StrEnum):
    """Whether the claimant asserts the count or denies it."""

    ASSERTS = "asserts"
    DENIES = "denies"


class CountError(ValueError):
    """A count that cannot be recorded; says which field, which value, and what was expected."""

    def __init__(self, field: str, value: object, expected: Phrase) -> None:
        self.field, self.value, self.expected = field, value, expected
        super().__init__(f"{field} is {value!r}: expected {expected}")


Predicate = Callable[[int | None, int | None], bool]

# Which (minimum, maximum) each quantifier allows. `fits` adds the two rules that hold for all of them.
CONSISTENT: dict[Quantifier, Predicate] = {
    Quantifier.EXACT: lambda low, high: low is not None and low == high,
    Quantifier.AT_LEAST: lambda low, high: low is not None and high is None,
    Quantifier.MORE_THAN: lambda low, high: low is not None and low >= 1 and high is None,
    Quantifier.AT_MOST: lambda low, high: low == 0 and high is not None,
    Quantifier.FEWER_THAN: lambda low, high: low == 0 and high is not None,
    Quantifier.ABOUT: lambda low, high: low is not None and low == high,
    Quantifier.BETWEEN: lambda low, high: low is not None and high is not None,
    Quantifier.VAGUE: lambda low, high: True,  # noqa: ARG005 - any bounds, given a coding rule
    Quantifier.UNQUANTIFIED: lambda low, high: low is None and high is None,
}

EXPECTED: dict[Quantifier, Phrase] = {
    Quantifier.EXACT: phrase("minimum and maximum set and equal"),
    Quantifier.AT_LEAST: phrase("a minimum and no maximum"),
    Quantifier.MORE_THAN: phrase("a minimum of 1 or more and no maximum"),
    Quantifier.AT_MOST: phrase("a minimum of 0 and a maximum"),
    Quantifier.FEWER_THAN: phrase("a minimum of 0 and a maximum"),
    Quantifier.ABOUT: phrase("minimum and maximum set and equal"),
    Quantifier.BETWEEN: phrase("a minimum and a maximum"),
    Quantifier.VAGUE: phrase("any bounds"),
    Quantifier.UNQUANTIFIED: phrase("no minimum and no maximum"),
}

NAMED: dict[Quantifier, Phrase] = {
    Quantifier.EXACT: phrase("exact"),
    Quantifier.AT_LEAST: phrase("at least"),
    Quantifier.MORE_THAN: phrase("more than"),
    Quantifier.AT_MOST: phrase("at most"),
    Quantifier.FEWER_THAN: phrase("fewer than"),
    Quantifier.ABOUT: phrase("about"),
    Quantifier.BETWEEN: phrase("between"),
    Quantifier.VAGUE: phrase("vague"),
    Quantifier.UNQUANTIFIED: phrase("unquantified"),
}


def fits(
    quantifier: Quantifier,
    minimum: int | None,
    best: int | None,
    maximum: int | None,
    *,
    by_rule: bool = False,
) -> bool:
    """Whether bounds and quantifier fit each other. ``by_rule`` says that a coding rule is named.

    Beside the quantifier's own rule: a best number needs a bound beside it, and a coding rule belongs to a
    vague count, whose bounds need one. The best may lie outside the bounds, and "between" may be reversed.
    """
    bounded = minimum is not None or maximum is not None
    if best is not None and not bounded:
        return False
    if quantifier is Quantifier.VAGUE:
        return by_rule or not bounded
    return not by_rule and CONSISTENT[quantifier](minimum, maximum)


@dataclass(frozen=True, slots=True)
class Count:
    """Bounds in whole units, the claimant's own best number if it gives one, and its words as stated.

    ``maximum`` None with a minimum means open-ended. ``language`` is that of ``stated``, as a BCP 47 tag,
    empty when unknown. ``coding_rule`` is the code of the rule that gave a vague word its bounds. Raises
    CountError.
    """

    minimum: int | None
    best: int | None
    maximum: int | None
    quantifier: Quantifier
    stance: Stance = Stance.ASSERTS
    stated: str = ""
    language: str = ""
    coding_rule: str | None = None

    def __post_init__(self) -> None:
        for field in ("minimum", "best", "maximum"):
            _check_number(field, getattr(self, field))
        by_rule = bool(self.coding_rule)
        if fits(self.quantifier, self.minimum, self.best, self.maximum, by_rule=by_rule):
            return
        if self.best is not None and not self.has_number:
            raise CountError("best", self.best, phrase("no best number where no bound is stated"))
        if self.quantifier is Quantifier.VAGUE:
            raise CountError("coding_rule", self.coding_rule, phrase("the rule that gives a vague count its bounds"))
        if by_rule:
            raise CountError(
                "coding_rule",
                self.coding_rule,
                phrase("none, because the count is %(quantifier)s", quantifier=NAMED[self.quantifier]),
            )
        raise CountError(
            "minimum, maximum",
            (self.minimum, self.maximum),
            phrase(
                "%(expected)s, because the count is %(quantifier)s",
                expected=EXPECTED[self.quantifier],
                quantifier=NAMED[self.quantifier],
            ),
        )

    @property
    def has_number(self) -> bool:
        """Whether any bound is known."""
        return self.minimum is not None or self.maximum is not None

    @property
    def is_open_ended(self) -> bool:
        """Whether it has a minimum and no maximum."""
        return self.minimum is not None and self.maximum is None

    @property
    def is_denial(self) -> bool:
        """Whether the claimant denies the count; without a number, that there were any."""
        return self.stance is Stance.DENIES

    @property
    def is_zero(self) -> bool:
        """Whether the claimant asserts that there were none."""
        return not self.is_denial and self.minimum == 0 and self.maximum == 0

    @property
    def is_approximate(self) -> bool:
        """Whether the number is marked approximate, which does not widen its bounds."""
        return self.quantifier is Quantifier.ABOUT

    def interval(self) -> "Interval | None":
        """The lowest and highest value the bounds allow: highest None is open, None alone is no number.

        Reversed bounds give the interval between them. The best number does not widen it.
        """
        return interval(self.minimum, self.maximum)

    def comparison_interval(self, tolerance: Fraction = TOLERANCE) -> "Interval | None":
        """The interval to compare with others: an approximate one is widened, outward to whole units.

        "About 25" at a tenth is 22.5 to 27.5, so [22, 28]. ``tolerance`` is a fraction of the number, 0 to 1.
        """
        if not 0 <= tolerance <= 1:
            raise CountError("tolerance", tolerance, phrase("a fraction from 0 to 1"))
        bounds = self.interval()
        return widened(bounds, tolerance) if bounds is not None and self.is_approximate else bounds

    def contradictions(self) -> tuple[str, ...]:
        """How the source's own numbers contradict each other: ``bounds_reversed``, ``best_outside``."""
        found = []
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            found.append("bounds_reversed")
        interval = self.interval()
        if self.best is not None and interval is not None:
            low, high = interval
            if self.best < low or (high is not None and self.best > high):
                found.append("best_outside")
        return tuple(found)


def interval(minimum: int | None, maximum: int | None) -> Interval | None:
    """What two bounds allow, either of which may not be stated; counts do not go below 0."""
    if maximum is None:
        return None if minimum is None else (minimum, None)
    low = minimum or 0
    return min(low, maximum), max(low, maximum)


def widened(bounds: Interval, tolerance: Fraction = TOLERANCE) -> Interval:
    """An approximate count as it is compared, outward to whole units; an open end stays open."""
    low, high = bounds
    return floor(low * (1 - tolerance)), None if high is None else ceil(high * (1 + tolerance))


def _check_number(field: str, value: object) -> None:
    """Refuse anything that is not None or a whole number from 0 to the largest the database holds."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise CountError(field, value, phrase("a whole number, 0 or more"))
    if value > LARGEST:
        raise CountError(field, value, phrase("at most %(number)s", number=LARGEST))


def code(
    quantifier: Quantifier,
    first: int | None = None,
    second: int | None = None,
    best: int | None = None,
    *,
    stance: Stance = Stance.ASSERTS,
    stated: str = "",
    language: str = "",
    coding_rule: str | None = None,
) -> Count:
    """The count that a quantifier and the numbers beside it mean: "more than" 1603 is [1604, ∞).

    ``first`` is the number; "between" takes ``second`` too; "vague" takes the bounds of its coding rule,
    either of which may be None; "unquantified" takes neither. Raises CountError naming ``first``,
    ``second`` or another field.
    """
    if quantifier is Quantifier.VAGUE:
        minimum, maximum = first, second
    elif quantifier is Quantifier.UNQUANTIFIED:
        _expect_none(quantifier, "first", first)
        _expect_none(quantifier, "second", second)
        minimum, maximum = None, None
    else:
        number = _expect_number(quantifier, "first", first)
        if quantifier is Quantifier.BETWEEN:
            minimum, maximum = number, _expect_number(quantifier, "second", second)
        else:
            _expect_none(quantifier, "second", second)
            minimum, maximum = _bounds(quantifier, number)
    return Count(minimum, best, maximum, quantifier, stance, stated, language, coding_rule)


def _bounds(quantifier: Quantifier, number: int) -> tuple[int, int | None]:
    match quantifier:
        case Quantifier.AT_LEAST:
            return number, None
        case Quantifier.MORE_THAN:
            return number + 1, None
        case Quantifier.AT_MOST:
            return 0, number
        case Quantifier.FEWER_THAN:
            if number == 0:
                raise CountError("first", number, phrase("1 or more: nothing is fewer than 0"))
            return 0, number - 1
        case _:
            return number, number


def _expect_number(quantifier: Quantifier, field: str, value: int | None) -> int:
    if value is None:
        raise CountError(
            field, value, phrase("a number, because the count is %(quantifier)s", quantifier=NAMED[quantifier])
        )
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise CountError(field, value, phrase("a whole number, 0 or more"))
    return value


def _expect_none(quantifier: Quantifier, field: str, value: int | None) -> None:
    if value is not None:
        raise CountError(
            field, value, phrase("no such number, because the count is %(quantifier)s", quantifier=NAMED[quantifier])
        )


def numbers(count: Count) -> tuple[int | None, int | None]:
    """The numbers as stated, the way `code` takes them: "more than" [1604, ∞) gives back 1603 and None."""
    match count.quantifier:
        case Quantifier.BETWEEN | Quantifier.VAGUE:
            return count.minimum, count.maximum
        case Quantifier.MORE_THAN if count.minimum is not None:
            return count.minimum - 1, None
        case Quantifier.FEWER_THAN if count.maximum is not None:
            return count.maximum + 1, None
        case Quantifier.AT_MOST:
            return count.maximum, None
        case _:
            return count.minimum, None


PHRASES: dict[Language, dict[str, str]] = {
    "en": {
        "exact": "{0:,}",
        "at_least": "at least {0:,}",
        "more_than": "more than {0:,}",
        "at_most": "at most {0:,}",
        "fewer_than": "fewer than {0:,}",
        "about": "about {0:,}",
        "between": "between {0:,} and {1:,}",
        "vague": "“{0}”",
        "vague_without_words": "a number not stated exactly",
        "vague_with_bounds": "{0}, counted as {1}",
        "unquantified": "no number stated",
        "best": "{0}, best {1:,}",
        "denied": "denied",
        "denied_number": "denied: {0}",
    },
    "ar": {
        "exact": "{0:,}",
        "at_least": "{0:,} على الأقل",
        "more_than": "أكثر من {0:,}",
        "at_most": "{0:,} على الأكثر",
        "fewer_than": "أقل من {0:,}",
        "about": "نحو {0:,}",
        "between": "بين {0:,} و{1:,}",
        "vague": "«{0}»",
        "vague_without_words": "عدد غير محدد بدقة",
        "vague_with_bounds": "{0}، محسوبة على أنها {1}",
        "unquantified": "لم يُذكر عدد",
        "best": "{0}، وأفضل تقدير {1:,}",
        "denied": "نفي",
        "denied_number": "نفي: {0}",
    },
}


def describe(count: Count, language: Language = "en") -> str:
    """The count in words: "at least 4", "between 3 and 4", "about 200", "denied"."""
    phrases = PHRASES[language]
    first, second = numbers(count)
    if count.is_denial and count.quantifier is Quantifier.UNQUANTIFIED:
        return phrases["denied"]
    if count.quantifier is Quantifier.VAGUE:
        words = phrases["vague"].format(count.stated) if count.stated else phrases["vague_without_words"]
        if count.has_number:
            words = phrases["vague_with_bounds"].format(words, _bounds_in_words(count, language))
    else:
        words = phrases[count.quantifier].format(first, second)
    if count.best is not None and not count.minimum == count.best == count.maximum:
        words = phrases["best"].format(words, count.best)
    return phrases["denied_number"].format(words) if count.is_denial else words


def _bounds_in_words(count: Count, language: Language) -> str:
    phrases = PHRASES[language]
    if count.maximum is None:
        return phrases["at_least"].format(count.minimum)
    if count.minimum is None:
        return phrases["at_most"].format(count.maximum)
    return phrases["between"].format(count.minimum, count.maximum)
