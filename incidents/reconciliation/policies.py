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


VERSION = 2
"""Of all policies; a change of a rule makes a new one, and figures are made again by the one they were adopted by.

1: ``most_reliable`` passed over those who deny or state no number. 2: where the most reliable does so, there is no best.
"""


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
        holds=None if claim.until is None else Span(claim.holds and claim.holds.earliest, claim.until),
    )


def propose(policy: Policy, speaking: Sequence[Weighed], version: int = VERSION) -> Proposal:
    """What the policy makes of what speaks. Raises ValueError for ``manual``, which proposes nothing by itself."""
    if policy is Policy.MANUAL:
        raise ValueError("manual figures are entered, not proposed")
    used, set_aside = _latest(speaking) if policy is Policy.LATEST else (list(speaking), {})
    favour = _BEFORE.get((policy, version), _BEST[policy])
    spanned, best = envelope(used), favour(used)
    return Proposal(
        policy=policy,
        low=spanned.low,
        best=best,
        high=spanned.high,
        open_ended=spanned.open_ended,
        approximate=spanned.approximate or known_approximately([best], used),
        used=tuple(sorted(one.claim for one in used)),
        set_aside=set_aside,
        version=version,
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
    """What the most reliable claimant favours; of several, what those favour whose claims hold for the latest day.

    Where one of these states no number, or denies it, there is none: nobody less reliable is followed instead. A denial of
    another number beside a count takes nothing from it ("we deny 25; three were killed").
    """
    top = min((_rank(one.grade) for one in claims), default=0)
    first = [one for one in claims if _rank(one.grade) == top]
    last = max((one.latest for one in first), default=dt.date.min)
    heard = [one for one in first if one.latest == last]
    best = _favoured(heard)
    if best is None or any(one.asserted is None and not _denies_another(one, best) for one in heard):
        return None
    return best


def _of_the_most_reliable_who_count(claims: Sequence[Weighed]) -> int | None:
    """The same as version 1 had it: of those who count alone."""
    return _of_the_most_reliable([one for one in claims if one.asserted is not None])


def _denies_another(denial: Weighed, number: int) -> bool:
    """Whether it denies a number, and not this one."""
    denied = interval(denial.minimum, denial.maximum) if denial.denies else None
    return denied is not None and (number < denied[0] or (denied[1] is not None and number > denied[1]))


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
_BEFORE: dict[tuple[Policy, int], Callable[[Sequence[Weighed]], int | None]] = {
    (Policy.MOST_RELIABLE, 1): _of_the_most_reliable_who_count,
}
