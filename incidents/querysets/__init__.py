"""Every read of incidents and claims, in the words of the domain. Nothing outside these decides visibility."""

from incidents.querysets.assertions import AssertionQuerySet
from incidents.querysets.claims import ClaimQuerySet
from incidents.querysets.incidents import IncidentQuerySet, OfIncidentQuerySet, PartQuerySet
from incidents.querysets.shared import CORRECTING, OUTSIDE, PUBLISHED, overlapping

__all__ = [
    "CORRECTING",
    "OUTSIDE",
    "PUBLISHED",
    "AssertionQuerySet",
    "ClaimQuerySet",
    "IncidentQuerySet",
    "OfIncidentQuerySet",
    "PartQuerySet",
    "overlapping",
]
