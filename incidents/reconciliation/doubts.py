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
from incidents.reconciliation.agreement import Relation
from incidents.reconciliation.claims import CUMULATIVE, EVENT, Claim
from incidents.reconciliation.roots import Roots
from incidents.reconciliation.series import order_of

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


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to look at again, the claims that it is about, and the numbers in its words."""

    code: Code
    claims: tuple[str, ...]
    values: Mapping[str, int] = field(default_factory=dict)

    @property
    def said(self) -> Phrase:
        """In words, for whoever reads."""
        return phrase(WORDS[self.code].pattern, **self.values)


def of_scope(
    series: Sequence[Sequence[Claim]], relation: Relation, known: Mapping[str, Claim], roots: Roots
) -> list[Doubt]:
    """What there is to doubt about one scope; ``known`` are all the claims of the incident."""
    found: list[Doubt] = []
    for announcements in series:
        for before, after in pairwise(announcements):
            found += _between(before, after, known)
        for claim in announcements:
            found += _above_total(claim, known)
    speaking = [announcements[-1] for announcements in series]
    if relation is Relation.CONFLICT:
        found += _transposed(speaking)
    if len(speaking) > 1 and roots.number(claim.key for claim in speaking) == 1:
        found.append(_warning(Code.ONE_ROOT, speaking, claimants=len(speaking)))
    circles = {roots.circles[claim.key] for one in series for claim in one if claim.key in roots.circles}
    found += [Doubt(Code.CIRCULAR, members) for members in sorted(circles)]
    return found


def _between(before: Claim, after: Claim, known: Mapping[str, Claim]) -> Iterator[Doubt]:
    """What there is to doubt about two successive announcements of one claimant."""
    if order_of(before)[:2] == order_of(after)[:2] and _differ(before, after):
        yield _warning(Code.SERIES_TIE, (before, after), before=_told(before), after=_told(after))
    if after.asserted is None or before.asserted is None or after.basis == EVENT:
        return
    fell = after.basis == CUMULATIVE and _is_below(after, before)
    rise = _jump(before, after)
    if fell:
        yield _warning(Code.CUMULATIVE_FELL, (before, after), before=_told(before), after=_told(after))
        totals = [known[claim.part_of] for claim in (before, after) if claim.part_of in known]  # type: ignore[index]  # no None is known
        if len(totals) == 2 and not _is_below(totals[1], totals[0]):
            yield _warning(Code.PART_FELL, (before, after, *totals), before=_told(before), after=_told(after))
    if rise is not None:
        yield _warning(Code.JUMP, (before, after), before=_told(before), after=_told(after), days=rise)
    if fell or rise is not None:
        yield from _transposed((before, after))


def _differ(one: Claim, other: Claim) -> bool:
    return (one.stance, one.minimum, one.best, one.maximum) != (other.stance, other.minimum, other.best, other.maximum)


def _is_below(one: Claim, other: Claim) -> bool:
    """Whether the one's highest is below the other's lowest, with tolerance for approximate counts."""
    below, above = one.compared, other.compared
    return below is not None and above is not None and below[1] is not None and below[1] < above[0]


def _jump(before: Claim, after: Claim) -> int | None:
    """The days between two announcements if the count rose too far in them: as stated, from the highest to the lowest."""
    was, now = _highest(before), _lowest(after)
    days = (order_of(after)[0] - order_of(before)[0]).days
    known = before.holds is not None and after.holds is not None
    far = now - was > JUMP_NUMBER and now - was > was * JUMP_SHARE
    return days if far and known and days <= JUMP_DAYS else None


def _lowest(claim: Claim) -> int:
    return claim.asserted[0] if claim.asserted else 0


def _highest(claim: Claim) -> int:
    low, high = claim.asserted or (0, 0)
    return low if high is None else high


def _told(claim: Claim) -> int:
    """The number by which a claim is called in words: its own best, the one it states, or its minimum."""
    return claim.best if claim.best is not None else _lowest(claim)


def _above_total(part: Claim, known: Mapping[str, Claim]) -> Iterator[Doubt]:
    total = known.get(part.part_of or "")
    if total is not None and part.asserted is not None and total.asserted is not None and _is_below(total, part):
        yield _warning(Code.PART_ABOVE_TOTAL, (part, total), part=_lowest(part), total=_highest(total))


def _transposed(claims: Iterable[Claim]) -> Iterator[Doubt]:
    """Pairs of exact numbers that differ by two neighbouring digits that changed places; looked up, not compared."""
    by_number: dict[int, list[Claim]] = {}
    for claim in claims:
        if claim.exact is not None and not claim.denies:
            by_number.setdefault(claim.exact, []).append(claim)
    for number, holders in sorted(by_number.items()):
        for other in sorted(set(_swapped(number))):
            if other > number and other in by_number:
                yield _warning(Code.TRANSPOSITION, (holders[0], by_number[other][0]), one=number, other=other)


def _swapped(number: int) -> Iterator[int]:
    digits = str(number)
    for at in range(len(digits) - 1):
        if digits[at] != digits[at + 1] and (at > 0 or digits[1] != "0"):
            yield int(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :])


def _warning(code: Code, claims: Iterable[Claim], **values: int) -> Doubt:
    return Doubt(code, tuple(claim.key for claim in claims), values)
