"""One definition of the filters on claims and incidents, for the API, the exports and the pages."""

from incidents.filters.assertions import TRUTH, AssertionRows, Located, ResponsibilityRows, references
from incidents.filters.claims import ClaimRows, below
from incidents.filters.of_incidents import IncidentRows

__all__ = [
    "TRUTH",
    "AssertionRows",
    "ClaimRows",
    "IncidentRows",
    "Located",
    "ResponsibilityRows",
    "below",
    "references",
]
