from incidents.models.citation import Citation, Derivation, Relay
from incidents.models.claim import Claim
from incidents.models.discussion import Assignment, Comment
from incidents.models.figure import Figure, FigureClaim
from incidents.models.incident import Incident, IncidentKind, IncidentPart, IncidentPlace
from incidents.models.integrity import IntegrityCheck
from incidents.models.merge import IncidentMerge
from incidents.models.reference import (
    Cause,
    CodingRule,
    Measure,
    Population,
    PopulationBroader,
    Unit,
)
from incidents.models.review import Transition
from incidents.models.revision import Revision
from incidents.models.scope import Scope, ScopeClaim, ScopeDue, ScopeState
from incidents.models.statement import ResponsibilityClaim, Statement

__all__ = [
    "Assignment",
    "Cause",
    "Citation",
    "Claim",
    "CodingRule",
    "Comment",
    "Derivation",
    "Figure",
    "FigureClaim",
    "Incident",
    "IncidentKind",
    "IncidentMerge",
    "IncidentPart",
    "IncidentPlace",
    "IntegrityCheck",
    "Measure",
    "Population",
    "PopulationBroader",
    "Relay",
    "ResponsibilityClaim",
    "Revision",
    "Scope",
    "ScopeClaim",
    "ScopeDue",
    "ScopeState",
    "Statement",
    "Transition",
    "Unit",
]
