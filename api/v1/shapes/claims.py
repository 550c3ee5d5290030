"""What is claimed, with its provenance."""

from typing import Annotated, TypedDict

from api.v1.shapes.basic import (
    Claimant,
    Code,
    Date,
    InferredDate,
    OrganizationRef,
    Period,
    PlaceRef,
    PopulationRef,
    one_of,
)


class Count(TypedDict):
    """What is counted, as claimed. 0 is a count; null is none; a null maximum under ``at_least`` is open."""

    minimum: int | None
    best: int | None
    maximum: int | None
    quantifier: Annotated[
        str,
        one_of(
            "exact", "at_least", "more_than", "at_most", "fewer_than", "about", "between", "vague", "unquantified"
        ),
    ]  # fmt: skip
    approximate: bool
    stance: Annotated[str, one_of("asserts", "denies")]
    stated: str
    language: str
    coding_rule: Code | None


class SourceRef(TypedDict):
    """A document as citations name it."""

    id: str
    title: str
    kind: Code
    publisher: OrganizationRef | None
    url: str | None
    archived_url: str | None
    published: InferredDate | None
    language: str


class Relay(TypedDict):
    """An organization that passed it on, the claimant's side first."""

    organization: OrganizationRef
    medium: str
    stated: str


class Citation(TypedDict):
    """Where it stands, and through whom it got there."""

    source: SourceRef
    relays: list[Relay]
    locator: str
    stated: str


class Derivation(TypedDict):
    """What a claim rests on, and how sure that is."""

    organization: OrganizationRef | None
    claim: str | None
    source: str | None
    strength: Annotated[str, one_of("stated", "incident_level", "inferred")]


class Claim(TypedDict):
    """One count by one claimant, with all of its provenance."""

    id: str
    url: str
    incident: str
    measure: Code
    unit: Code
    population: PopulationRef | None
    population_stated: str
    cause: Code | None
    place: PlaceRef | None
    period: Period | None
    basis: Annotated[str, one_of("event", "cumulative", "stock")]
    since: str | None
    count: Count
    claimant: Claimant
    citations: list[Citation]
    derived_from: list[Derivation]
    method: Annotated[str, one_of("named", "documented", "estimated", "unstated")]
    part_of: str | None
    as_of: InferredDate | None
    status: Annotated[str, one_of("accepted", "corrected", "retracted", "voided")]
    reviewed: bool
    disclosure: Annotated[str, one_of("public", "partner", "restricted")]
    scope: str | None
    speaks: bool
    superseded_by: str | None
    corrects: str | None
    recorded_at: str
    accepted_at: str | None


class Responsibility(TypedDict):
    """Who is said to have done it."""

    id: str
    incident: str
    party: Code
    act: str
    claimant: Claimant
    citations: list[Citation]
    standing: Annotated[str, one_of("", "contested", "admitted", "denied")]
    status: Annotated[str, one_of("accepted", "corrected", "retracted", "voided")]
    reviewed: bool


class Statement(TypedDict):
    """What a claimant says that is not a count."""

    id: str
    kind: Annotated[str, one_of("date", "control", "ultimatum", "characterisation", "note")]
    value: str
    meaning: str
    when: Date | None
    claimant: Claimant
    citations: list[Citation]
