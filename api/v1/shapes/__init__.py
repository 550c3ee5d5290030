"""The shapes of answers, as CONTRACT fixes them. The functions that make them are checked against them by mypy,
the OpenAPI schema is made from them, and so is the check of real answers in the tests.
"""

from api.v1.shapes.basic import (
    Claimant,
    Code,
    Date,
    InferredDate,
    OrganizationRef,
    Period,
    PlaceRef,
    PopulationRef,
    Term,
    one_of,
)
from api.v1.shapes.changes import Change, Changes
from api.v1.shapes.claims import Citation, Claim, Count, Derivation, Relay, Responsibility, SourceRef, Statement
from api.v1.shapes.incidents import CitationRow, Incident, IncidentSummary
from api.v1.shapes.scopes import Comparison, Figure, Scope, ScopeRelation, ScopeWarning, SetAside, Total
from api.v1.shapes.tables import Cause, Measure, Organization, Party, Place, Population, Source
from api.v1.shapes.victims import Age, PersonName, PersonRecord, Victim

__all__ = [
    "Age",
    "Cause",
    "Change",
    "Changes",
    "Citation",
    "CitationRow",
    "Claim",
    "Claimant",
    "Code",
    "Comparison",
    "Count",
    "Date",
    "Derivation",
    "Figure",
    "Incident",
    "IncidentSummary",
    "InferredDate",
    "Measure",
    "Organization",
    "OrganizationRef",
    "Party",
    "Period",
    "PersonName",
    "PersonRecord",
    "Place",
    "PlaceRef",
    "Population",
    "PopulationRef",
    "Relay",
    "Responsibility",
    "Scope",
    "ScopeRelation",
    "ScopeWarning",
    "SetAside",
    "Source",
    "SourceRef",
    "Statement",
    "Term",
    "Total",
    "Victim",
    "one_of",
]
