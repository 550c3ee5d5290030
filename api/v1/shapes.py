"""The shapes of answers, as CONTRACT fixes them. The functions that make them are checked against them by mypy,
the OpenAPI schema is made from them, and so is the check of real answers in the tests.
"""

from dataclasses import dataclass
from typing import Annotated, TypedDict

from incidents.reconciliation.agreement import Relation
from incidents.reconciliation.doubts import Code as DoubtCode
from incidents.reconciliation.policies import Policy
from incidents.reconciliation.relations import ScopeRelation as HowRelated

Code = str
"""A permanent code."""


@dataclass(frozen=True)
class Words:
    """The words that a text is one of."""

    allowed: tuple[str, ...]


def one_of(*words: str) -> Words:
    return Words(words)


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


class Warning(TypedDict):  # noqa: A001  CONTRACT's word
    """Something about a scope to look at again; the detail says it in words."""

    code: Annotated[str, one_of(*(code.value for code in DoubtCode))]
    detail: str
    claims: list[str]


class SetAside(TypedDict):
    """A claim that a figure does not rest on, and why."""

    claim: str
    reason: str


class Figure(TypedDict):
    """What the register itself holds to be so, adopted by a person by a policy, with a reason."""

    low: int | None
    best: int | None
    high: int | None
    open_ended: bool
    policy: Annotated[str, one_of(*(policy.value for policy in Policy))]
    policy_version: int
    reason: str
    adopted_by: str
    adopted_at: str
    stale: bool
    reviewed: bool
    disclosure: Annotated[str, one_of("public", "partner", "restricted")]
    used: list[str]
    set_aside: list[SetAside]


class Scope(TypedDict):
    """What claims are compared within, what they come to, and the figure adopted, if one is.

    Null population: not of people. Null cause: of every cause. Null place and since: the incident's own.
    """

    id: str
    url: str
    incident: str
    measure: Code
    unit: Code
    population: PopulationRef | None
    cause: Code | None
    place: PlaceRef | None
    basis: Annotated[str, one_of("event", "cumulative", "stock")]
    since: str | None
    relation: Annotated[str, one_of(*(relation.value for relation in Relation))]
    low: int | None
    high: int | None
    open_ended: bool
    gap: int | None
    documents: int
    claimants: int
    roots: int
    independent_groups: int
    speaking: list[str]
    history: list[str]
    warnings: list[Warning]
    figure: Figure | None


class ScopeRelation(TypedDict):
    """How scope a stands to scope b of the same incident and measure: why their numbers are no conflict."""

    a: str
    b: str
    relation: Annotated[str, one_of(*(relation.value for relation in HowRelated))]
    detail: str


class Comparison(TypedDict):
    """The scopes of an incident and how they stand to each other."""

    scopes: list[Scope]
    scope_relations: list[ScopeRelation]


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


class PersonName(TypedDict):
    """A name as the source writes it; script by ISO 15924, language as a BCP 47 tag or empty."""

    text: str
    script: str
    language: str
    kind: Annotated[str, one_of("full", "kunya", "nickname", "transliteration")]


class Age(TypedDict):
    """An age as stated."""

    number: int
    unit: Annotated[str, one_of("years", "months")]


class PersonRecord(TypedDict):
    """What one source says of one person; null is not stated. Names, the description and the source's words about the
    person are empty where ``name_withheld`` is true, whether or not there are any.
    """

    id: str
    incident: str
    names: list[PersonName]
    description: str
    name_withheld: bool
    fate: Annotated[
        str,
        one_of(
            "killed", "died_in_detention", "injured", "missing", "detained", "released", "found_alive", "unknown"
        ),
    ]  # fmt: skip
    fate_date: Date | None
    place: PlaceRef | None
    cause: Code | None
    age: Age | None
    age_band: Annotated[str, one_of("child", "adult")] | None
    born: Date | None
    sex: Annotated[str, one_of("female", "male", "unknown")] | None
    civil_status: Annotated[str, one_of("civilian", "combatant", "unknown")] | None
    occupation: str
    group: str
    claimant: Claimant
    citation: Citation
    status: Annotated[str, one_of("accepted")]
    reviewed: bool
    disclosure: Annotated[str, one_of("public", "partner", "restricted")]
    recorded_at: str
    accepted_at: str | None


class Victim(TypedDict):
    """One human being, as the register holds: the records that are about them, and on what these cannot all be right."""

    reference: str
    url: str
    records: list[PersonRecord]
    conflicts: list[str]
