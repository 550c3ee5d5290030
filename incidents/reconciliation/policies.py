"""The figures that could be adopted for a scope, by named and versioned policies. A person adopts, with a reason.

What a policy looked at is in ``Weighed``, which is what an adopted figure keeps: it can be recomputed years later from that
alone, whatever became of claims, sources and grades since.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from accounts.phrases import Phrase, phrase
from incidents.counts import Interval, interval
from incidents.reconciliation.agreement import envelope, known_approximately
from incidents.reconciliation.claims import Claim, Span


class Policy(StrEnum):
    """The named rules (the design's table of policies)."""

    RANGE = "range"
    MOST_RELIABLE = "most_reliable"
    CONSERVATIVE = "conservative"
    LATEST = "latest"
    MANUAL = "manual"


VERSION = 1
"""Of all policies; a change of a rule makes a new one, and figures keep the one they were adopted by."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A speaking claim as the policies see it. ``direct``: it rests on nothing recorded, or says itself on what."""

    claim: str
    minimum: int | None
    best: int | None
    maximum: int | None
    approximate: bool = False
    denies: bool = False
    grade: str = ""
    direct: bool = True
    holds: Span | None = None

    @property
    def asserted(self) -> Interval | None:
        """The bounds it asserts; None for a denial, or without a number."""
        return None if self.denies else interval(self.minimum, self.maximum)

    @property
    def favours(self) -> int | None:
        """The claimant's own best, or the one number it states.

        A best outside the claimant's own bounds is recorded, and is no best of ours.
        """
        assert self.asserted is not None  # noqa: S101  asked only of claims with a number
        low, high = self.asserted
        if self.best is not None and low <= self.best and (high is None or self.best <= high):
            return self.best
        return low if low == high else None

    @property
    def latest(self) -> dt.date:
        """The latest day it can hold for; before all others where that is not known."""
        return dt.date.min if self.holds is None else self.holds.latest or dt.date.max


@dataclass(frozen=True, slots=True)
class Proposal:
    """A figure that could be adopted; every speaking claim is used, or set aside with a reason."""

    policy: Policy
    low: int | None = None
    best: int | None = None
    high: int | None = None
    open_ended: bool = False
    approximate: bool = False
    used: tuple[str, ...] = ()
    set_aside: dict[str, Phrase | str] = field(default_factory=dict)
    version: int = VERSION


def weighed(claim: Claim) -> Weighed:
    """What the policies see of a claim."""
    return Weighed(
        claim=claim.key,
        minimum=claim.minimum,
        best=claim.best,
        maximum=claim.maximum,
        approximate=claim.approximate,
        denies=claim.denies,
        grade=claim.grade,
        direct=not claim.rests_on or any(rest.strength == "stated" for rest in claim.rests_on),
        holds=claim.holds,
    )


def propose(policy: Policy, speaking: Sequence[Weighed]) -> Proposal:
    """What the policy makes of what speaks. Raises ValueError for ``manual``, which proposes nothing by itself."""
    if policy is Policy.MANUAL:
        raise ValueError("manual figures are entered, not proposed")
    used, set_aside = _latest(speaking) if policy is Policy.LATEST else (list(speaking), {})
    spanned, best = envelope(used), _BEST[policy](used)
    return Proposal(
        policy=policy,
        low=spanned.low,
        best=best,
        high=spanned.high,
        open_ended=spanned.open_ended,
        approximate=spanned.approximate or known_approximately([best], used),
        used=tuple(sorted(one.claim for one in used)),
        set_aside=set_aside,
    )


EARLIER = phrase("holds for an earlier day")
UNDATED = phrase("it is not known for which day it holds")


def _latest(speaking: Sequence[Weighed]) -> tuple[list[Weighed], dict[str, Phrase | str]]:
    """What holds for the latest day, and the rest, set aside as earlier."""
    last = max((one.latest for one in speaking), default=dt.date.min)
    aside: dict[str, Phrase | str] = {
        one.claim: EARLIER if one.holds else UNDATED for one in speaking if one.latest != last
    }
    return [one for one in speaking if one.latest == last], aside


def _favoured(claims: Iterable[Weighed]) -> int | None:
    """What they all favour, if it is one number."""
    favoured = {one.favours for one in claims if one.asserted is not None}
    return favoured.pop() if len(favoured) == 1 else None


def _of_the_most_reliable(claims: Sequence[Weighed]) -> int | None:
    """What the most reliable claimant favours; of several, what those favour whose claims hold for the latest day."""
    numbers = [one for one in claims if one.asserted is not None]
    top = min((_rank(one.grade) for one in numbers), default=0)
    first = [one for one in numbers if _rank(one.grade) == top]
    last = max((one.latest for one in first), default=dt.date.min)
    return _favoured(one for one in first if one.latest == last)


def _rank(grade: str) -> int:
    """A to E in this order; what cannot be judged (F) and what nobody has assessed comes last."""
    return "ABCDE".find(grade) if grade and grade in "ABCDE" else 5


def _smallest_known_at_first_hand(claims: Sequence[Weighed]) -> int | None:
    return min((one.asserted[0] for one in claims if one.direct and one.asserted is not None), default=None)


_BEST: dict[Policy, Callable[[Sequence[Weighed]], int | None]] = {
    Policy.RANGE: lambda claims: None,  # noqa: ARG005  a range names no best
    Policy.MOST_RELIABLE: _of_the_most_reliable,
    Policy.CONSERVATIVE: _smallest_known_at_first_hand,
    Policy.LATEST: _favoured,
}
