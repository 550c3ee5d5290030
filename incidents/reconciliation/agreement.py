"""Within a scope: whether what speaks can all be true, by how much it cannot, and what it spans."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from incidents.counts import Interval
from incidents.reconciliation.claims import CUMULATIVE, EVENT, Claim, Span


class Relation(StrEnum):
    """How the speaking claims of one scope stand to each other (the design's section on reconciliation)."""

    SINGLE = "single"
    AGREE = "agree"
    CONFLICT = "conflict"
    DIFFERENT_DATES = "different_dates"
    NO_NUMBER = "no_number"


class Counted(Protocol):
    """Of which an envelope is made: what is asserted, the claimant's own best number, and whether it is approximate."""

    @property
    def asserted(self) -> Interval | None: ...

    @property
    def best(self) -> int | None: ...

    @property
    def approximate(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """The smallest minimum and the largest maximum stated; None when there is no number.

    ``open_ended`` when any claim has no maximum; ``high`` is then the largest value stated. ``approximate`` when nobody
    states an end of it but approximately.
    """

    low: int | None = None
    high: int | None = None
    open_ended: bool = False
    approximate: bool = False


def envelope(numbers: Iterable[Counted]) -> Envelope:
    """What the asserting claims span, as stated: tolerance is for comparing, not for telling.

    The claimant's own best number does not widen bounds that are closed; of an open one it may be the largest value stated.
    """
    counted = [(bounds, one) for one in numbers if (bounds := one.asserted) is not None]
    if not counted:
        return Envelope()
    low = min(low for (low, _), _ in counted)
    high = max(max(low, one.best or 0) if high is None else high for (low, high), one in counted)
    return Envelope(
        low=low,
        high=high,
        open_ended=any(high is None for (_, high), _ in counted),
        approximate=known_approximately((low, high), [one for _, one in counted]),
    )


def known_approximately(told: Iterable[int | None], numbers: Sequence[Counted]) -> bool:
    """Whether one of the numbers told is stated by approximate counts, such as “about 200”, and by no other."""
    for number in told:
        stating = [one.approximate for one in numbers if one.asserted and number in (*one.asserted, one.best)]
        if number is not None and stating and all(stating):
            return True
    return False


def relation(speaking: Sequence[Claim], basis: str) -> tuple[Relation, int | None]:
    """The relation of what speaks in a scope, and the gap where numbers conflict.

    The gap is the largest minimum less the smallest maximum, as stated. A denial conflicts with any minimum of one or more,
    and has no gap. Running totals and stocks are compared within one date; and because a running total does not
    fall, an earlier one bounds a later one from below. What has no date is of no date that another is of.
    """
    numbers = [claim for claim in speaking if claim.asserted is not None]
    denials = [claim for claim in speaking if claim.denies]
    if not numbers:
        return Relation.NO_NUMBER, None
    gap = _largest_gap(numbers, basis)
    if gap is not None:
        return Relation.CONFLICT, gap
    if _denied(numbers, denials):
        return Relation.CONFLICT, None
    if len({claim.claimant for claim in (*numbers, *denials)}) == 1:
        return Relation.SINGLE, None
    dates = {claim.holds for claim in (*numbers, *denials)}
    if basis != EVENT and (len(dates) > 1 or None in dates):
        return Relation.DIFFERENT_DATES, None
    return Relation.AGREE, None


def is_denied(claim: Claim, denial: Claim) -> bool:
    """Whether a number lies wholly within the number denied; nothing does where no number is named."""
    bounds, denied = claim.asserted, denial.stated
    if bounds is None or denied is None or bounds[0] < denied[0]:
        return False
    return denied[1] is None or (bounds[1] is not None and bounds[1] <= denied[1])


def _denied(numbers: Sequence[Claim], denials: Iterable[Claim]) -> bool:
    """Whether a denial stands against a number.

    It stands against any minimum of one or more. Of a claimant that denies one number and counts another it is the count that
    is compared; its denial stands against the number that it names.
    """
    counting = {claim.claimant for claim in numbers}
    counted = any(bounds[0] >= 1 for claim in numbers if (bounds := claim.asserted) is not None)
    return any(
        any(is_denied(claim, denial) for claim in numbers)
        if denial.stated is not None and denial.claimant in counting
        else counted
        for denial in denials
    )


def _largest_gap(numbers: Sequence[Claim], basis: str) -> int | None:
    """The largest gap between claims that may be compared; None when they can all be true."""
    if basis == EVENT:
        return _gap(numbers, numbers)
    by_date: dict[Span, list[Claim]] = {}
    for claim in numbers:
        if claim.holds is not None:
            by_date.setdefault(claim.holds, []).append(claim)
    gaps = [_gap(claims, claims) for claims in by_date.values()]
    if basis == CUMULATIVE:
        gaps += _falls(by_date)
    return max((gap for gap in gaps if gap is not None), default=None)


def _gap(lower: Iterable[Claim], upper: Iterable[Claim]) -> int | None:
    """By how much the largest minimum of some exceeds the smallest maximum of others, as stated.

    None when, with tolerance for approximate counts, it does not.
    """
    compared = _reach(claim.compared for claim in lower)[0], _reach(claim.compared for claim in upper)[1]
    if compared[1] is None or compared[0] <= compared[1]:
        return None
    stated = _reach(claim.stated for claim in lower)[0], _reach(claim.stated for claim in upper)[1]
    assert stated[1] is not None  # noqa: S101  tolerance opens and closes no end
    return stated[0] - stated[1]


def _reach(bounds: Iterable[Interval | None]) -> tuple[int, int | None]:
    """The largest minimum and the smallest maximum."""
    low, high = 0, None
    for one in bounds:
        assert one is not None  # noqa: S101  only claims with a number are compared
        low = max(low, one[0])
        if one[1] is not None and (high is None or one[1] < high):
            high = one[1]
    return low, high


def _compared_from(claim: Claim) -> int:
    assert claim.compared is not None  # noqa: S101  only claims with a number are compared
    return claim.compared[0]


def _stated_from(claim: Claim) -> int:
    assert claim.stated is not None  # noqa: S101  as above
    return claim.stated[0]


def _falls(by_date: Mapping[Span, Sequence[Claim]]) -> list[int | None]:
    """The gaps between running totals and those that certainly hold for a later day.

    Near-linear: dates in order of their end, each compared with the highest that had ended before it began, as
    compared and as stated, which may be two claims.
    """
    ended = sorted((one for one in by_date if one.latest is not None), key=lambda one: one.latest)  # type: ignore[arg-type,return-value]  # none is None
    begun = sorted((one for one in by_date if one.earliest is not None), key=lambda one: one.earliest)  # type: ignore[arg-type,return-value]  # as above
    gaps: list[int | None] = []
    highest: list[Claim] = []
    at = 0
    for span in begun:
        while at < len(ended) and ended[at].latest < span.earliest:  # type: ignore[operator]  # neither is None
            several = [*highest, *by_date[ended[at]]]
            highest = [max(several, key=_compared_from), max(several, key=_stated_from)]
            at += 1
        if highest:
            gaps.append(_gap(highest, by_date[span]))
    return gaps
