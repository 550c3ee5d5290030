"""What other shapes are made of: dates, terms, references."""

from dataclasses import dataclass
from typing import TypedDict

Code = str
"""A permanent code."""


@dataclass(frozen=True)
class Words:
    """The words that a text is one of."""

    allowed: tuple[str, ...]
    title: str = ""
    """What programs made of the schema call it, where the name of the key would be another shape's."""


def one_of(*words: str, title: str = "") -> Words:
    return Words(words, title)


class Date(TypedDict):
    """An imprecise date: EDTF as entered, and the earliest and latest day it can mean (null: open)."""

    edtf: str
    earliest: str | None
    latest: str | None


class InferredDate(Date):
    """A date, and whether it is the register's own conclusion."""

    inferred: bool


Period = TypedDict("Period", {"from": str | None, "to": str | None})
"""The time that a count covers, where it is not the incident's own: EDTF, ``..`` where open, null where unknown."""


class Term(TypedDict):
    """A row of a table of terms."""

    code: Code
    label: str
    label_ar: str
    definition: str


class OrganizationRef(TypedDict):
    """An organization as claims name it; a protected individual by its public code and name."""

    code: Code
    name: str
    kind: Code


class Claimant(OrganizationRef):
    """Who asserts, with the Admiralty grade that holds now, A to F, or null."""

    reliability: str | None


class PopulationRef(TypedDict):
    """Who is counted. A null dimension is not restricted; unknown status is the value ``unknown``."""

    code: Code
    label: str
    broader: list[Code]
    civil_status: str | None
    sex: str | None
    age_band: str | None
    group: str | None
    occupation: str | None
    affiliation: str | None


class PlaceRef(TypedDict):
    """A place; coordinates in degrees, WGS 84, null when not known."""

    code: Code
    pcode: str | None
    name: str
    name_ar: str
    admin_level: int | None
    latitude: float | None
    longitude: float | None
    precision: str
