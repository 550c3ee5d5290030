from incidents.models.citation import Citation, Derivation, Relay
from incidents.models.claim import Claim
from incidents.models.figure import Figure, FigureClaim, Scope
from incidents.models.incident import Incident, IncidentKind, IncidentPart, IncidentPlace
from incidents.models.reference import (
    Cause,
    CodingRule,
    Measure,
    Population,
    PopulationBroader,
    Unit,
)
from incidents.models.review import Transition
from incidents.models.statement import ResponsibilityClaim, Statement

__all__ = [
    "Cause",
    "Citation",
    "Claim",
    "CodingRule",
    "Derivation",
    "Figure",
    "FigureClaim",
    "Incident",
    "IncidentKind",
    "IncidentPart",
    "IncidentPlace",
    "Measure",
    "Population",
    "PopulationBroader",
    "Relay",
    "ResponsibilityClaim",
    "Scope",
    "Statement",
    "Transition",
    "Unit",
]
