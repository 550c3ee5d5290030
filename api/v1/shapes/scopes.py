"""What claims come to: scopes, relations between them, figures."""

from typing import Annotated, TypedDict

from api.v1.shapes.basic import Code, PlaceRef, PopulationRef, one_of
from incidents.reconciliation.agreement import Relation
from incidents.reconciliation.doubts import Code as DoubtCode
from incidents.reconciliation.policies import Policy
from incidents.reconciliation.relations import ScopeRelation as HowRelated


class ScopeWarning(TypedDict):
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
    approximate: bool
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
    relation: Annotated[str, one_of(*(relation.value for relation in Relation), title="Agreement")]
    low: int | None
    high: int | None
    open_ended: bool
    approximate: bool
    gap: int | None
    documents: int
    claimants: int
    roots: int
    independent_groups: int
    speaking: list[str]
    history: list[str]
    warnings: list[ScopeWarning]
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


class Total(TypedDict):
    """Figures of events added, of one month, area, measure, unit and population; rows of several populations or measures are
    never to be added. Null month: not known to the month. Null area: in several, or in none that is known. Of the figures added,
    ``not_reviewed`` were adopted by whoever proposed them, and ``stale`` would be others by the claims accepted since.
    """

    month: str | None
    area: PlaceRef | None
    measure: Code
    unit: Code
    population: Code | None
    low: int | None
    best: int | None
    high: int | None
    open_ended: bool
    approximate: bool
    unknowns: int
    incidents: int
    not_reviewed: int
    stale: int
