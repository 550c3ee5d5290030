"""Rows of the tables that claims refer to."""

from typing import TypedDict

from api.v1.shapes.basic import Code, PlaceRef, PopulationRef, Term
from api.v1.shapes.claims import SourceRef


class Organization(TypedDict):
    """Who asserts or prints. A protected individual has a public code and name, and nothing else that tells who."""

    code: Code
    name: str
    name_ar: str
    acronym: str
    kind: Code
    country: str | None
    based_in: str
    aligned_with: Code | None
    role: str
    also_written: list[str]
    members: list[Code]
    is_protected: bool
    reliability: str | None


class Source(SourceRef):
    """A document or testimony."""

    retrieved_at: str | None
    content_hash: str | None
    recorded_at: str


class Place(PlaceRef):
    """An area or point of the gazetteer."""

    within: Code | None
    covers: list[Code]
    also_written: list[str]
    is_own: bool


class Measure(Term):
    """What can be counted."""

    unit: Code
    counts_people: bool


class Population(PopulationRef):
    """Who can be counted."""

    label_ar: str
    definition: str


class Cause(Term):
    """How it can have happened."""

    broader: Code | None


class Party(TypedDict):
    """To whom acts are ascribed."""

    code: Code
    name: str
    name_ar: str
