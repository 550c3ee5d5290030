"""The rows that are made, in the words of the domain. How they lie in columns is for ``tables``.

Dates are EDTF texts, counts are ``Count``: their bounds follow and cannot disagree. References to rows of the
same batch are their identifiers.
"""

import datetime as dt
from dataclasses import dataclass, field

from incidents.counts import Count
from sources.disclosure import Disclosure

Moment = dt.datetime


@dataclass(slots=True, kw_only=True)
class Organization:
    id: int
    code: str
    name: str
    name_ar: str
    acronym: str
    kind: str
    country: str
    role: str
    aligned_with: int | None
    public_name: str  # of a protected individual, else empty
    public_code: str
    disclosure: Disclosure
    grade: str  # how reliable it is held to be, A to F


@dataclass(slots=True, kw_only=True)
class OrganizationName:
    organization: int
    name: str


@dataclass(slots=True, kw_only=True)
class Membership:
    collective: int
    member: int


@dataclass(slots=True, kw_only=True)
class Source:
    id: str
    title: str
    kind: str
    publisher: int | None
    language: str
    url: str
    archived_url: str
    published: str
    published_inferred: bool
    content_hash: str
    disclosure: Disclosure
    recorded_at: Moment


@dataclass(slots=True, kw_only=True)
class Incident:
    id: int
    reference: str
    is_situation: bool
    title: str
    title_ar: str
    kinds: list[str]
    occurred: str
    places: list[int]
    destinations: list[int]
    part_of: list[int]  # the situations it is a part of
    summary: str
    grade: str
    status: str
    disclosure: Disclosure
    recorded_at: Moment
    published_at: Moment | None


@dataclass(slots=True, kw_only=True)
class Citation:
    """Where a claim stands, with the organizations that passed it on, the claimant's side first."""

    id: str
    claim: str
    position: int
    source: str
    locator: str
    stated: str
    relays: list[int]
    recorded_at: Moment


@dataclass(slots=True, kw_only=True)
class Derivation:
    """What a claim rests on: an organization, a claim or a source, at least one of them."""

    claim: str
    organization: int | None = None
    rests_on: str | None = None
    source: str | None = None
    strength: str


@dataclass(slots=True, kw_only=True)
class Claim:
    id: str
    incident: int
    claimant: int
    measure: str
    unit: str
    population: str | None
    population_stated: str = ""
    cause: str | None = None
    place: int | None = None
    period: str = ""
    basis: str = "event"
    since: str = ""
    as_of: str = ""
    count: Count
    coding_rule: int | None = None
    method: str = "unstated"
    part_of: str | None = None
    corrects: str | None = None
    correction_reason: str = ""
    status: str = "accepted"
    decision_note: str = ""
    disclosure: Disclosure = Disclosure.PUBLIC
    recorded_at: Moment
    submitted_at: Moment | None = None
    accepted_at: Moment | None = None


@dataclass(slots=True)
class Batch:
    """What is loaded in one transaction; its last moment is the time that its transitions carry."""

    at: Moment
    organizations: list[Organization] = field(default_factory=list)
    names: list[OrganizationName] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    derivations: list[Derivation] = field(default_factory=list)
