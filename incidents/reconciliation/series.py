"""Series: one claimant's successive announcements in one scope. The latest speaks, the rest are its history.

Of one day two may speak: what a claimant counts and the number that it denies ("we deny 25; three were killed"), and what
came into the register together, so that nothing tells which was said last.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from incidents.reconciliation.claims import Claim, Key

Day = tuple[dt.date, dt.date]
Order = tuple[dt.date, dt.date, dt.datetime, tuple[int, ...], str]


def order_of(claim: Claim) -> Order:
    """By the latest day it can hold for, then publication, then recording; undated first.

    What cannot be told apart by these is in the order of its numbers, which decides nothing.
    """
    numbers = tuple(-1 if number is None else number for number in (claim.minimum, claim.maximum, claim.best))
    return (*day_of(claim), claim.recorded, numbers, claim.key)


def day_of(claim: Claim) -> Day:
    """Announcements of one day hold for one day and were published on one."""
    return claim.until or dt.date.min, claim.out or dt.date.min


def are_together(one: Claim, other: Claim) -> bool:
    """Whether two are of one day and came into the register together, so that neither is the later."""
    return (day_of(one), one.recorded) == (day_of(other), other.recorded)


@dataclass(frozen=True, slots=True)
class Series:
    """The announcements of one claimant in one scope, in order.

    ``own`` are those that are part of no other of them: "of them 143,350 documented" announces no second total.
    """

    announcements: tuple[Claim, ...]
    own: tuple[Claim, ...]
    speaking: tuple[Claim, ...]

    @property
    def history(self) -> tuple[Claim, ...]:
        """What does not speak."""
        speaking = {claim.key for claim in self.speaking}
        return tuple(claim for claim in self.announcements if claim.key not in speaking)

    @property
    def followed_by(self) -> dict[str, str]:
        """What follows each of the history."""
        past = {claim.key for claim in self.history}
        return {one.key: after.key for one, after in pairwise(self.announcements) if one.key in past}


def series_of(claims: Iterable[Claim]) -> list[Series]:
    """The series of each claimant among the claims of one scope, in the order of what speaks."""
    found: dict[Key, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.claimant, []).append(claim)
    return sorted(map(_series, found.values()), key=lambda series: order_of(series.speaking[-1]))


def _series(claims: Sequence[Claim]) -> Series:
    wholes = _wholes(claims)

    def place(claim: Claim) -> tuple[Order, bool, Order]:
        whole = wholes.get(claim.key)
        return order_of(whole or claim), whole is None, order_of(claim)

    announcements = sorted(claims, key=place)
    own = [claim for claim in announcements if claim.key not in wholes]
    return Series(tuple(announcements), tuple(own), tuple(_speaking(own)))


def _wholes(claims: Sequence[Claim]) -> Mapping[str, Claim]:
    """The outermost announcement of the series of which each part is a part; by it a part is placed, and never speaks.

    Parts in a circle are parts of nothing.
    """
    known = {claim.key: claim for claim in claims}
    found: dict[str, Claim] = {}
    for claim in claims:
        whole, passed = claim, {claim.key}
        while whole.part_of in known and whole.part_of not in passed:
            passed.add(whole.part_of)
            whole = known[whole.part_of]
        if whole is not claim and whole.part_of not in known:
            found[claim.key] = whole
    return found


def _speaking(own: Sequence[Claim]) -> list[Claim]:
    """What speaks: the last, what was recorded together with it, and what else was said on its day that it leaves standing.

    A number leaves a denied number standing, and a denied number a number; each kind by what was recorded last. A denial of
    everything takes back what was said before it.
    """
    day = day_of(own[-1])
    spoken: list[Claim] = []
    for _recorded, alike in groupby(reversed([one for one in own if day_of(one) == day]), key=lambda one: one.recorded):
        together = list(alike)
        if spoken and any(one.denies and one.stated is None for one in together):
            break
        kinds = {one.denies for one in spoken}
        spoken += [one for one in together if one.denies not in kinds]
        if any(one.denies and one.stated is None for one in spoken) or len({one.denies for one in spoken}) == 2:
            break
    return spoken[::-1]
