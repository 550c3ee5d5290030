"""Warnings: what about the claims of a scope a careful reader would look at again. Nothing is altered, nothing refused.

The codes are those of the published contract, with ``series_tie`` added. The settings and their reasons are explained in
docs/reconciliation.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from accounts.phrases import Phrase, phrase
from incidents.reconciliation.agreement import Relation, is_denied
from incidents.reconciliation.claims import CUMULATIVE, EVENT, Claim
from incidents.reconciliation.roots import Roots, circles_among
from incidents.reconciliation.series import Series, are_together, day_of

JUMP_SHARE = Fraction(1, 4)
JUMP_NUMBER = 50
JUMP_DAYS = 183


class Code(StrEnum):
    """What is doubted."""

    CUMULATIVE_FELL = "cumulative_fell"
    JUMP = "jump"
    PART_ABOVE_TOTAL = "part_above_total"
    PART_FELL = "part_fell"
    EVENT_ABOVE_SITUATION = "event_above_situation"
    TRANSPOSITION = "transposition"
    ONE_ROOT = "one_root"
    CIRCULAR = "circular"
    NAMED_ABOVE_HIGH = "named_above_high"
    SERIES_TIE = "series_tie"


WORDS: dict[Code, Phrase] = {
    Code.CUMULATIVE_FELL: phrase("a running total fell, from %(before)s to %(after)s"),
    Code.JUMP: phrase("rose from %(before)s to %(after)s within %(days)s days"),
    Code.PART_ABOVE_TOTAL: phrase("a part, %(part)s, is above its total, %(total)s"),
    Code.PART_FELL: phrase("a part fell, from %(before)s to %(after)s, while its total did not"),
    Code.EVENT_ABOVE_SITUATION: phrase("an event, %(event)s, is above its situation, %(situation)s"),
    Code.TRANSPOSITION: phrase("%(one)s and %(other)s differ by two digits that changed places"),
    Code.ONE_ROOT: phrase("%(claimants)s claimants, and all rest on one root"),
    Code.CIRCULAR: phrase("claims that rest on each other in a circle"),
    Code.NAMED_ABOVE_HIGH: phrase("%(named)s victims are named, more than the highest count, %(high)s"),
    Code.SERIES_TIE: phrase(
        "two announcements of one day differ, %(before)s and %(after)s; the one recorded last speaks"
    ),
}

BOTH = "both_speak"
TIES: dict[tuple[bool, bool], Phrase] = {
    (True, False): WORDS[Code.SERIES_TIE],
    (False, False): phrase("two announcements of one day differ; the one recorded last speaks"),
    (True, True): phrase("two announcements of one day differ, %(before)s and %(after)s; both speak"),
    (False, True): phrase("two announcements of one day differ; both speak"),
}
"""By whether both state a number, for what is not stated is not told as zero; and by whether both speak."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to look at again, the claims that it is about, and the numbers in its words."""

    code: Code
    claims: tuple[str, ...]
    values: Mapping[str, int] = field(default_factory=dict)

    @property
    def said(self) -> Phrase:
        """In words, for whoever reads."""
        said = WORDS[self.code]
        if self.code is Code.SERIES_TIE:
            said = TIES["before" in self.values, BOTH in self.values]
        return phrase(said.pattern, **{name: value for name, value in self.values.items() if name != BOTH})


def of_scope(several: Sequence[Series], relation: Relation, known: Mapping[str, Claim], roots: Roots) -> list[Doubt]:
    """What there is to doubt about one scope; ``known`` are all the claims of the incident."""
    found: list[Doubt] = []
    for series in several:
        found += _ties(series)
        found += _moves(series.own, known)
        for claim in series.announcements:
            found += _above_total(claim, known)
    speaking = [claim for series in several for claim in series.speaking]
    if relation is Relation.CONFLICT:
        found += _transposed(speaking)
    if len(several) > 1 and roots.number(claim.key for claim in speaking) == 1:
        found.append(_warning(Code.ONE_ROOT, speaking, claimants=len(several)))
    circles = {roots.circles[one.key] for series in several for one in series.announcements if one.key in roots.circles}
    circles |= circles_among(speaking)
    found += [Doubt(Code.CIRCULAR, members) for members in sorted(circles)]
    return found


def _ties(series: Series) -> Iterator[Doubt]:
    """Announcements of one claimant for one day, published on one day, of which the one does not leave the other standing."""
    speaking = {claim.key for claim in series.speaking}
    for at, after in enumerate(series.own):
        for before in reversed(series.own[:at]):
            if day_of(before) != day_of(after):
                break
            if _leaves_standing(before, after):
                continue
            if _said(before) != _said(after):
                values = {BOTH: 1} if {before.key, after.key} <= speaking else {}
                if before.asserted is not None and after.asserted is not None:
                    values |= {"before": _told(before), "after": _told(after)}
                yield _warning(Code.SERIES_TIE, (before, after), **values)
            break


def _leaves_standing(one: Claim, other: Claim) -> bool:
    """Whether the one denies a number, and the other says something else than that number."""
    if one.denies == other.denies:
        return False
    denial, said = (one, other) if one.denies else (other, one)
    return denial.stated is not None and not is_denied(said, denial)


def _said(claim: Claim) -> tuple[str, int | None, int | None, int | None]:
    return claim.stance, claim.minimum, claim.best, claim.maximum


def _moves(announcements: Iterable[Claim], known: Mapping[str, Claim]) -> Iterator[Doubt]:
    """Where the numbers of one claimant's series rose too far, or a running total fell.

    A fall of a running total is from the highest number that was reached since the last fall, for "at least 50" after 100
    takes nothing back; so is its rise. The rise of a stock is from the number before. Between two that came together nothing
    rose or fell.
    """
    numbers = [claim for claim in announcements if claim.asserted is not None and claim.basis != EVENT]
    floor = numbers[0] if numbers else None
    for before, after in pairwise(numbers):
        assert floor is not None  # noqa: S101  there are numbers
        if are_together(before, after):
            floor = max(floor, after, key=_lowest)
            continue
        fell = after.basis == CUMULATIVE and _is_below(after, floor)
        took_back = after.basis == CUMULATIVE and _lowest(floor) > _highest(before)
        was = floor if fell or took_back else before
        days = _jump(was, after)
        if fell:
            yield from _fall(floor, after, known)
        if days is not None:
            yield _warning(Code.JUMP, (was, after), before=_highest(was), after=_lowest(after), days=days)
        if fell or days is not None:
            yield from _transposed((was, after))
        if fell or _lowest(after) >= _lowest(floor):
            floor = after


def _fall(before: Claim, after: Claim, known: Mapping[str, Claim]) -> Iterator[Doubt]:
    """That a running total fell, and whether the total of which it is a part did not."""
    values = {"before": _lowest(before), "after": _highest(after)}
    yield _warning(Code.CUMULATIVE_FELL, (before, after), **values)
    totals = [known[claim.part_of] for claim in (before, after) if claim.part_of in known]  # type: ignore[index]  # no None is known
    numbers = [total for total in totals if total.asserted is not None]
    if len(numbers) == 2 and not _is_below(numbers[1], numbers[0]):
        yield _warning(Code.PART_FELL, (before, after, *numbers), **values)


def _is_below(one: Claim, other: Claim) -> bool:
    """Whether the one's highest is below the other's lowest, with tolerance for approximate counts."""
    below, above = one.compared, other.compared
    assert below is not None and above is not None  # noqa: S101, PT018  only claims with a number are compared
    return below[1] is not None and below[1] < above[0]


def _jump(before: Claim, after: Claim) -> int | None:
    """The days between two announcements if the count rose too far in them: as stated, from the highest to the lowest."""
    was, now = _highest(before), _lowest(after)
    if before.until is None or after.until is None:
        return None
    days = (after.until - before.until).days
    far = now - was > JUMP_NUMBER and now - was > was * JUMP_SHARE
    return days if far and days <= JUMP_DAYS else None


def _lowest(claim: Claim) -> int:
    assert claim.asserted is not None  # noqa: S101  asked only of claims with a number
    return claim.asserted[0]


def _highest(claim: Claim) -> int:
    assert claim.asserted is not None  # noqa: S101  as above
    low, high = claim.asserted
    return low if high is None else high


def _told(claim: Claim) -> int:
    """The number by which a claim is called in words: its own best, else its minimum, or its maximum if it has no other."""
    return claim.best if claim.best is not None else _lowest(claim) or _highest(claim)


def _above_total(part: Claim, known: Mapping[str, Claim]) -> Iterator[Doubt]:
    """A part above its total; families beside persons are not told apart by their numbers."""
    total = known.get(part.part_of or "")
    if total is None or total.unit != part.unit or part.asserted is None or total.asserted is None:
        return
    if _is_below(total, part):
        yield _warning(Code.PART_ABOVE_TOTAL, (part, total), part=_lowest(part), total=_highest(total))


def _transposed(claims: Iterable[Claim]) -> Iterator[Doubt]:
    """Pairs of exact numbers that differ by two neighbouring digits that changed places; looked up, not compared."""
    by_number: dict[int, list[Claim]] = {}
    for claim in claims:
        if claim.exact is not None and not claim.denies:
            by_number.setdefault(claim.exact, []).append(claim)
    for number, holders in sorted(by_number.items()):
        for other in _swapped(number):
            if other > number and other in by_number:
                yield _warning(Code.TRANSPOSITION, (holders[0], by_number[other][0]), one=number, other=other)


def _swapped(number: int) -> Iterator[int]:
    digits = str(number)
    for at in range(len(digits) - 1):
        yield int(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :])


def _warning(code: Code, claims: Iterable[Claim], **values: int) -> Doubt:
    return Doubt(code, tuple(claim.key for claim in claims), values)
