from sources.models.organization import (
    Organization,
    OrganizationKind,
    OrganizationMembership,
    OrganizationName,
    Party,
    ReliabilityAssessment,
)
from sources.models.source import Source, SourceKind

__all__ = [
    "Organization",
    "OrganizationKind",
    "OrganizationMembership",
    "OrganizationName",
    "Party",
    "ReliabilityAssessment",
    "Source",
    "SourceKind",
]
