"""Incidents, and citations as a list of their own."""

from typing import Annotated, TypedDict

from api.v1.shapes.basic import Code, Date, PlaceRef, one_of
from api.v1.shapes.claims import Claim, Relay, Responsibility, SourceRef, Statement
from api.v1.shapes.scopes import Scope, ScopeRelation


class IncidentSummary(TypedDict):
    """An incident as lists show it."""

    reference: str
    incident_type: Annotated[str, one_of("event", "situation")]
    title: str
    title_ar: str
    kinds: list[Code]
    occurred: Date | None
    places: list[PlaceRef]
    destinations: list[PlaceRef]
    part_of: list[str]
    parts: list[str]
    status: Annotated[str, one_of("published")]
    grade: str | None
    disclosure: Annotated[str, one_of("public", "partner", "restricted")]
    reviewed: bool
    published_at: str | None
    modified_at: str
    url: str
    summary: str


class Incident(IncidentSummary):
    """An incident with everything that is claimed about it, side by side."""

    claims: list[Claim]
    responsibility: list[Responsibility]
    statements: list[Statement]
    scopes: list[Scope]
    scope_relations: list[ScopeRelation]


class CitationRow(TypedDict):
    """One citation of one claim, as a list of its own."""

    id: str
    claim: str
    incident: str
    position: int
    source: SourceRef
    relays: list[Relay]
    locator: str
    stated: str
