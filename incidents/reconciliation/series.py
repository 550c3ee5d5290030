"""Series: one claimant's successive announcements in one scope. The latest speaks, the rest are its history."""

import datetime as dt
from collections.abc import Iterable

from incidents.reconciliation.claims import Claim, Key

Order = tuple[dt.date, dt.date, dt.datetime, str]


def order_of(claim: Claim) -> Order:
    """By the latest day it can hold for, then publication, then recording; undated first, open-ended last."""
    holds, published = claim.holds, claim.published
    return (
        dt.date.min if holds is None else holds.latest or dt.date.max,
        dt.date.min if published is None else published.latest or dt.date.max,
        claim.recorded,
        claim.key,
    )


def series_of(claims: Iterable[Claim]) -> list[list[Claim]]:
    """The announcements of each claimant among the claims of one scope, in order; the last of each speaks.

    Series are in the order of what speaks.
    """
    found: dict[Key, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.claimant, []).append(claim)
    for announcements in found.values():
        if len(announcements) > 1:
            announcements.sort(key=order_of)
    return sorted(found.values(), key=lambda announcements: order_of(announcements[-1]))
