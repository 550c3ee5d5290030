"""Series: one claimant's successive announcements in one scope. The latest speaks, the rest are its history."""

import datetime as dt
from collections.abc import Iterable

from incidents.reconciliation.claims import Claim, Key

Order = tuple[dt.date, dt.date, dt.datetime, str]


def own_announcements(series: Iterable[Claim]) -> list[Claim]:
    """Those of a series that are not part of another of it: "of them 143,350 documented" announces no second total."""
    series = list(series)
    keys = {claim.key for claim in series}
    return [claim for claim in series if claim.part_of not in keys]


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

    A part of another of the same day and publication comes before it, so that the whole speaks. Series are in the order
    of what speaks.
    """
    found: dict[Key, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.claimant, []).append(claim)
    return sorted(map(_in_order, found.values()), key=lambda announcements: order_of(announcements[-1]))


def _in_order(announcements: list[Claim]) -> list[Claim]:
    own = {claim.key for claim in own_announcements(announcements)}
    return sorted(announcements, key=lambda claim: (*order_of(claim)[:2], claim.key in own, *order_of(claim)[2:]))
