"""Where an assertion stands and what it rests on: added to, never altered, once it is submitted."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
    """A place in a source, and the chain through which it reached it, the claimant's side first."""

    source: Source
    locator: str = ""
    stated: str = ""
    relays: Sequence[RelayInput] = ()


@dataclass(frozen=True, slots=True)
class DerivationInput:
    """What a claim rests on: an organization, one of its claims, a source; at least one of them."""

    organization: Organization | None = None
    claim: Claim | None = None
    source: Source | None = None
    strength: str = Derivation.Strength.STATED


def cite(assertion: Assertion, citations: Sequence[CitationInput], *, by: User, at: dt.datetime, first: int) -> None:
    """Write the citations in order, from position ``first`` on. For services; takes part in their transaction."""
    owner = CITED_AS[type(assertion)]
    require_standing(
        source=[given.source for given in citations],
        relays=[relay.organization for given in citations for relay in given.relays],
    )
    rows = [
        Citation(
            position=position,
            source=given.source,
            locator=given.locator.strip(),
            stated=given.stated.strip(),
            relay_count=len(given.relays),
            recorded_by=by,
            recorded_at=at,
            **{owner: assertion},
        )
        for position, given in enumerate(citations, start=first)
    ]
    for row in rows:
        row.clean_fields(exclude=["source", "recorded_by", owner])
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
    require_standing(
        organization=[given.organization for given in derivations], rests_on=[given.source for given in derivations]
    )
    Derivation.objects.bulk_create(
        Derivation(
            claim=claim,
            organization=given.organization,
            rests_on=given.claim,
            source=given.source,
            strength=given.strength,
        )
        for given in derivations
    )


def add_citation(assertion: Assertion, citation: CitationInput, *, by: User, at: dt.datetime) -> None:
    """Add a further citation, also to what is submitted or accepted. Raises ValidationError, PermissionDenied."""
    require(by, "incidents.add_citation")
    with explained(), attributed(by=by, at=at, why="citation added"):
        # The lock makes two who add at once take turns at the next position.
        row = type(assertion)._default_manager.select_for_update().get(pk=assertion.pk)
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

    The database refuses it for what was submitted. Raises ValidationError, PermissionDenied.
    """
    require(by, f"incidents.change_{assertion._meta.model_name}")
    if not citations:
        raise ValidationError({"citations": [_("A claim needs at least one citation.")]})
    with explained(), attributed(by=by, at=at, why="draft changed"):
        row: Any = type(assertion)._default_manager.select_for_update(of=("self",)).get(pk=assertion.pk)
        row.citations.all().delete()
        cite(row, citations, by=by, at=at, first=1)
        if isinstance(row, Claim):
            row.derivations.all().delete()
            derive(row, derivations)
        # Its citations are its content: who wrote them is one of its authors.
        type(row)._default_manager.filter(pk=row.pk).update(authors=[*row.authors, by.pk])
