"""What is submitted, and what is answered to it. Where an answer has an object for a code, a submission has the code."""

from typing import Annotated, NotRequired, TypedDict

from api.v1.shapes.basic import one_of
from api.v1.shapes.limits import (
    Address,
    CauseCode,
    Day,
    Edtf,
    Identifier,
    Language,
    MeasureCode,
    Number,
    OrganizationCode,
    PlaceCode,
    PopulationCode,
    Rows,
    RuleCode,
    SourceKindCode,
    Text,
    UnitCode,
    Words,
)
from incidents.models import Claim
from incidents.models.citation import Derivation
from incidents.models.claim import Quantifier, Stance

MOST_CLAIMS = 1000
Reference = Annotated[str, Text(9, 9, "^SJ-[A-Z0-9]{6}$", "a reference such as SJ-7K3QF2")]
Short = Annotated[str, Text(200)]
Long = Annotated[str, Text(1000)]

SubmittedPeriod = TypedDict("SubmittedPeriod", {"from": Day | None, "to": Day | None})
SubmittedPeriod.__doc__ = "From when to when a count covers: EDTF, ``..`` where open, null where unknown."


class SubmittedCount(TypedDict):
    """A count as the claimant states it: ``value``, the number in its words, or the bounds that they set, as answers have them.

    ``approximate`` may be sent as it was read.
    """

    quantifier: Annotated[str, one_of(*Quantifier.values)]
    value: NotRequired[Number | None]
    minimum: NotRequired[Number | None]
    best: NotRequired[Number | None]
    maximum: NotRequired[Number | None]
    approximate: NotRequired[bool]
    stance: NotRequired[Annotated[str, one_of(*Stance.values)]]
    stated: Words
    language: NotRequired[Language]
    coding_rule: NotRequired[RuleCode | None]


class SubmittedSource(TypedDict):
    """A document: by the ``id`` it has here and nothing else; or by address, hash or title, and its kind.

    The register takes the source that has this hash or is at this address, if you may see one, and else records a new one.
    """

    id: NotRequired[Identifier]
    title: NotRequired[Annotated[str, Text(500)]]
    kind: NotRequired[SourceKindCode]
    publisher: NotRequired[OrganizationCode | None]
    url: NotRequired[Address | None]
    archived_url: NotRequired[Address | None]
    content_hash: NotRequired[
        Annotated[str, Text(64, 64, "^[0-9a-f]{64}$", "a SHA-256 of 64 hexadecimal digits")] | None
    ]
    published: NotRequired[Edtf | None]
    language: NotRequired[Language]


class SubmittedRelay(TypedDict):
    """Who passed it on, by what means, in which words."""

    organization: OrganizationCode
    medium: NotRequired[Short]
    stated: NotRequired[Annotated[str, Text(300)]]


class SubmittedCitation(TypedDict):
    """Where it stands, and through whom it got there, the claimant's side first. A relay is its code, or an object."""

    source: SubmittedSource
    relays: NotRequired[Annotated[list[OrganizationCode | SubmittedRelay], Rows(20)]]
    locator: NotRequired[Short]
    stated: NotRequired[Long]


class SubmittedDerivation(TypedDict):
    """What it rests on: an organization by its code, a claim or a source by its id; at least one of them."""

    organization: NotRequired[OrganizationCode | None]
    claim: NotRequired[Identifier | None]
    source: NotRequired[Identifier | None]
    strength: Annotated[str, one_of(*Derivation.Strength.values)]


class SubmittedClaim(TypedDict):
    """A claim to be reviewed. What is left out is what null, or an empty text, says in answers."""

    incident: Reference
    measure: MeasureCode
    unit: NotRequired[UnitCode]
    population: NotRequired[PopulationCode | None]
    population_stated: NotRequired[Annotated[str, Text(300)]]
    cause: NotRequired[CauseCode | None]
    place: NotRequired[PlaceCode | None]
    period: NotRequired[SubmittedPeriod | None]
    basis: NotRequired[Annotated[str, one_of(*Claim.Basis.values)]]
    since: NotRequired[Edtf | None]
    as_of: NotRequired[Edtf | None]
    count: SubmittedCount
    claimant: OrganizationCode
    citations: Annotated[list[SubmittedCitation], Rows(50, 1)]
    derived_from: NotRequired[Annotated[list[SubmittedDerivation], Rows(50)]]
    method: NotRequired[Annotated[str, one_of(*Claim.Method.values)]]
    note: NotRequired[Annotated[str, Text(2000)]]
    disclosure: NotRequired[Annotated[str, one_of("public", "partner")]]


class SubmittedClaims(TypedDict):
    """Several claims: all or none of them (``atomic``), or as many as can be recorded (``per_row``)."""

    claims: Annotated[list[SubmittedClaim], Rows(MOST_CLAIMS, 1)]
    mode: NotRequired[Annotated[str, one_of("atomic", "per_row")]]


class FieldError(TypedDict):
    """What is wrong with a field: where, which value, and what was expected."""

    code: str
    detail: str
    attr: str | None


class CitedSource(TypedDict):
    """The source of a citation, in the order of the citations: recorded now, or there already."""

    id: str
    created: bool


class SubmittedRow(TypedDict):
    """What became of a row. Of one that was refused, ``id`` is null and ``errors`` say why."""

    index: int
    id: str | None
    status: Annotated[str, one_of("proposed", "refused")]
    sources: list[CitedSource]
    errors: list[FieldError]


class SubmittedRows(TypedDict):
    """What became of each row, in the order in which they were sent."""

    results: list[SubmittedRow]


class SubmissionState(TypedDict):
    """Where a claim that you submitted stands. ``index`` is its place among the rows of its request."""

    id: str
    idempotency_key: str | None
    index: int
    status: Annotated[str, one_of("proposed", "returned", "accepted", "rejected", "corrected", "retracted", "voided")]
    decision_note: str
    submitted_at: str
