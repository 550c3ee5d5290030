"""Where an assertion stands and what it rests on: added to, never altered, once it is submitted."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from incidents.models import Citation, Claim, Derivation, Relay, ResponsibilityClaim, Statement
from incidents.models.review import Assertion
from sources.merged import require_standing
from sources.models import Organization, Source

CITED_AS = {Claim: "claim", ResponsibilityClaim: "responsibility", Statement: "statement"}


@dataclass(frozen=True, slots=True)
class RelayInput:
    """One organization that passed it on, by what means, in which words."""

    organization: Organization
    medium: str = ""
    stated: str = ""


@dataclass(frozen=True, slots=True)
class CitationInput:
    """A place in a source, and the chain through which it reached it, the claimant's side first.

    ``key`` is that of the citation of a draft that is to go on as this.
    """

    source: Source
    locator: str = ""
    stated: str = ""
    relays: Sequence[RelayInput] = ()
    key: UUID | None = None


@dataclass(frozen=True, slots=True)
class DerivationInput:
    """What a claim rests on: an organization, one of its claims, a source; at least one of them.

    ``key`` is that of the derivation of a draft that is to go on as this.
    """

    organization: Organization | None = None
    claim: Claim | None = None
    source: Source | None = None
    strength: str = Derivation.Strength.STATED
    key: int | None = None


Placed = tuple[Assertion, int, CitationInput]
"""A citation, of which assertion, at which position."""


def cite(assertion: Assertion, citations: Sequence[CitationInput], *, by: User, at: dt.datetime, first: int) -> None:
    """Write the citations in order, from position ``first`` on. For services; takes part in their transaction."""
    cite_all([(assertion, place, one) for place, one in enumerate(citations, start=first)], by=by, at=at)


def cite_all(placed: Sequence[Placed], *, by: User, at: dt.datetime) -> None:
    """Write citations at their positions, of however many assertions. For services, as ``cite``."""
    citations = [given for _assertion, _position, given in placed]
    require_standing(
        source=[given.source for given in citations],
        relays=[relay.organization for given in citations for relay in given.relays],
    )
    rows = [
        Citation(
            **({"id": given.key} if given.key else {}),
            position=position,
            source=given.source,
            locator=given.locator.strip(),
            stated=given.stated.strip(),
            relay_count=len(given.relays),
            recorded_by=by,
            recorded_at=at,
            **{CITED_AS[type(assertion)]: assertion},
        )
        for assertion, position, given in placed
    ]
    for row in rows:
        row.clean_fields(exclude=["source", "recorded_by", *CITED_AS.values()])
    Citation.objects.bulk_create(rows)
    Relay.objects.bulk_create(
        Relay(
            citation=row,
            position=position,
            organization=relay.organization,
            medium=relay.medium.strip(),
            stated=relay.stated.strip(),
        )
        for row, given in zip(rows, citations, strict=True)
        for position, relay in enumerate(given.relays, start=1)
    )


def derive(claim: Claim, derivations: Sequence[DerivationInput]) -> None:
    """Write what the claim rests on. For services; takes part in their transaction."""
    derive_all([(claim, given) for given in derivations])


def derive_all(derived: Sequence[tuple[Claim, DerivationInput]]) -> None:
    """Write what claims rest on, of however many. For services, as ``derive``."""
    derivations = [given for _claim, given in derived]
    require_standing(
        organization=[given.organization for given in derivations], rests_on=[given.source for given in derivations]
    )
    Derivation.objects.bulk_create(
        Derivation(
            id=given.key,
            claim=claim,
            organization=given.organization,
            rests_on=given.claim,
            source=given.source,
            strength=given.strength,
        )
        for claim, given in derived
    )


def add_citation(assertion: Assertion, citation: CitationInput, *, by: User, at: dt.datetime) -> None:
    """Add a further citation, also to what is submitted or accepted. Raises ValidationError, PermissionDenied."""
    require(by, "incidents.add_citation")
    with explained(), attributed(by=by, at=at, why="citation added"):
        # The lock makes two who add at once take turns at the next position.
        row = type(assertion)._default_manager.select_for_update(no_key=True).get(pk=assertion.pk)
        last = Citation.objects.filter(**{CITED_AS[type(assertion)]: row}).order_by("-position").first()
        cite(row, [citation], by=by, at=at, first=last.position + 1 if last else 1)


def add_derivation(claim: Claim, derivation: DerivationInput, *, by: User, at: dt.datetime) -> None:
    """Add something the claim rests on, also after submission. Raises ValidationError, PermissionDenied."""
    require(by, "incidents.add_derivation")
    with explained(), attributed(by=by, at=at, why="derivation added"):
        derive(claim, [derivation])


def recite(
    assertion: Assertion,
    citations: Sequence[CitationInput],
    derivations: Sequence[DerivationInput] = (),
    *,
    by: User,
    at: dt.datetime,
) -> None:
    """Give a draft these citations, and a claim these things it rests on, in place of those it has.

    One whose key is given goes on under it; what nobody changed stays untouched, citations up to the first change.
    The database refuses it for what was submitted. Raises ValidationError, PermissionDenied.
    """
    require(by, f"incidents.change_{assertion._meta.model_name}")
    if not citations:
        raise ValidationError({"citations": [_("A claim needs at least one citation.")]})
    with explained(), attributed(by=by, at=at, why="draft changed"):
        row: Any = type(assertion)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=assertion.pk)
        cited = {one.pk: one for one in row.citations.prefetch_related("relays")}
        placed = list(enumerate(_under_own_keys(cited, citations), start=1))
        # The database lets nothing in before what stands: from the first that differs on, all are written anew.
        unchanged = takewhile(lambda one: one[1].key and _is_as_given(cited[one[1].key], *one), placed)
        same = {one.key for _position, one in unchanged}
        row.citations.exclude(pk__in=same).delete()
        cite_all([(row, position, one) for position, one in placed if one.key not in same], by=by, at=at)
        if isinstance(row, Claim):
            rests = {one.pk: one for one in row.derivations.all()}
            wanted = _under_own_keys(rests, derivations)
            same = {one.key for one in wanted if one.key and _rests_as_given(rests[one.key], one)}
            row.derivations.exclude(pk__in=same).delete()
            derive(row, [one for one in wanted if one.key not in same])
        # Its citations are its content: who wrote them is one of its authors.
        type(row)._default_manager.filter(pk=row.pk).update(authors=[*row.authors, by.pk])


def _under_own_keys(rows: Mapping[Any, Any], given: Sequence[Any]) -> list[Any]:
    """What was given, each under the key of one of these rows and no two under the same, else under none."""
    free = set(rows)
    taken = []
    for one in given:
        taken.append(one if one.key in free else replace(one, key=None))
        free.discard(one.key)
    return taken


def _is_as_given(row: Citation, position: int, given: CitationInput) -> bool:
    chain = sorted(row.relays.all(), key=lambda one: one.position)
    relays = [(one.organization_id, one.medium, one.stated) for one in chain]
    return (row.position, row.source_id, row.locator, row.stated, relays) == (
        position,
        given.source.pk,
        given.locator.strip(),
        given.stated.strip(),
        [(one.organization.pk, one.medium.strip(), one.stated.strip()) for one in given.relays],
    )


def _rests_as_given(row: Derivation, given: DerivationInput) -> bool:
    named = (one.pk if one else None for one in (given.organization, given.claim, given.source))
    return (row.organization_id, row.rests_on_id, row.source_id, row.strength) == (*named, given.strength)
