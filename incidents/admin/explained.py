"""The register's own words, each explained in a line, for whoever reads a page of claims for the first time."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

POLICIES: Mapping[str, Any] = {
    "range": _("From the lowest to the highest that is claimed, without a best number."),
    "most_reliable": _("The same range; best is the number of the claimant whose reliability is graded highest."),
    "conservative": _(
        "The same range; best is the smallest number of those who counted themselves or say on whom they rely."
    ),
    "latest": _("Only what holds for the latest day; earlier numbers are set aside."),
    "manual": _("Your own numbers, with a reason for each claim that you set aside."),
}
"""What each policy does."""

TERMS: Mapping[str, tuple[Any, Any]] = {
    "scope": (_("scope"), _("What exactly is counted: of whom, by what cause, where and over what time.")),
    "roots": (
        _("roots"),
        _("Those on whose knowledge the claims rest in the end, through everybody who repeated them."),
    ),
    "independent": (
        _("independent groups"),
        _("Claims of which no two share a root: whoever only repeats another is not counted again."),
    ),
    "gap": (
        _("gap"),
        _("How far apart the claims are where they conflict: the largest minimum less the smallest maximum."),
    ),
    "stale": (_("stale"), _("Said of an adopted figure that claims accepted since would change.")),
}
"""What a page of a scope speaks of: each word, and what it means."""
