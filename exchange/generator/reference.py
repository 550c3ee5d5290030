"""What the rows are made with: the register's own terms and places, and who records and accepts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One row of a table of terms. Empty labels stay empty."""

    code: str
    label: str
    label_ar: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted, in which unit, of whom, and on what basis usually: event or stock."""

    code: str
    unit: str
    counts_people: bool
    basis: str


@dataclass(frozen=True, slots=True)
class CodingRule:
    """A vague word with the bounds it is given, None where it is given none."""

    id: int
    code: str
    word: str
    language: str
    minimum: int | None
    maximum: int | None


@dataclass(frozen=True, slots=True)
class Place:
    id: int
    name: str
    name_ar: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Terms and places in the order of their codes, so that equal tables give equal rows.

    ``narrower`` gives each population's parts, ``taken`` the public references in use before.
    """

    measures: tuple[Measure, ...]
    populations: tuple[Term, ...]
    narrower: dict[str, tuple[str, ...]]
    causes: tuple[str, ...]
    coding_rules: tuple[CodingRule, ...]
    incident_kinds: tuple[Term, ...]
    source_kinds: tuple[str, ...]
    organization_kinds: tuple[Term, ...]
    parties: tuple[int, ...]
    places: tuple[Place, ...]
    taken: frozenset[str]


@dataclass(frozen=True, slots=True)
class People:
    """The accounts that recorded and that accepted the rows."""

    analyst: int
    reviewer: int
