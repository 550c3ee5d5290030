"""Recording and correcting claims."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from accounts.telling import tell
from accounts.versions import as_seen, require_unchanged
from incidents.counts import Count, CountError
from incidents.counts import Quantifier as CountQuantifier
from incidents.counts import Stance as CountStance
from incidents.models import Claim, CodingRule, Incident
from incidents.models.review import ClaimStatus
from incidents.services.citations import CitationInput, DerivationInput, cite_all, derive_all
from incidents.services.review import locked, open_to_claims, require_correctable
from sources.merged import meant, meant_id, require_standing
from sources.services import date_columns

FOREIGN = [
    "incident", "claimant", "corrects", "recorded_by", "submitted_by", "accepted_by", "measure", "unit", "population",
    "cause", "place", "coding_rule", "part_of",
]  # fmt: skip


def count_columns(count: Count, coding_rule: CodingRule | None) -> dict[str, Any]:
    """The columns of a count."""
    return {
        "minimum": count.minimum,
        "best": count.best,
        "maximum": count.maximum,
        "quantifier": count.quantifier.value,
        "stance": count.stance.value,
        "stated": count.stated,
        "language": count.language,
        "coding_rule": coding_rule,
    }


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A claim that is not recorded yet, with where it stands and what it rests on."""

    claim: Claim
    citations: Sequence[CitationInput]
    derivations: Sequence[DerivationInput] = ()


def new_claim(
    *,
    incident: Incident,
    claimant: Any,
    measure: Any,
    count: Count,
    citations: Sequence[CitationInput],
    by: User,
    at: dt.datetime,
    derivations: Sequence[DerivationInput] = (),
    coding_rule: CodingRule | None = None,
    as_of: str = "",
    since: str = "",
    period: str = "",
    unit: Any = None,
    **fields: Any,
) -> NewClaim:
    """A draft claim with its citations and what it rests on, checked as far as it can be without the database.

    ``as_of``, ``since`` and ``period`` are EDTF. The unit is the measure's own unless given. A place or period
    that is the incident's own is left out by whoever records. Raises ValidationError, EdtfError.
    """
    claim = Claim(
        incident=incident,
        claimant=claimant,
        measure=measure,
        unit=unit or measure.unit,
        recorded_by=by,
        recorded_at=at,
        **count_columns(count, coding_rule),
        **date_columns("as_of", as_of),
        **date_columns("since", since),
        **date_columns("period", period),
        **fields,
    )
    check(claim, citations)
    return NewClaim(claim, citations, derivations)


def record_claim(*, by: User, at: dt.datetime, **fields: Any) -> Claim:
    """Record a draft claim; ``fields`` are those of ``new_claim``. Raises ValidationError, PermissionDenied."""
    require(by, "incidents.add_claim")
    return record_claims([new_claim(by=by, at=at, **fields)], by=by, at=at)[0]


def record_claims(given: Sequence[NewClaim], *, by: User, at: dt.datetime) -> list[Claim]:
    """Record draft claims, all or none, in a few statements whatever their number.

    Raises ValidationError, PermissionDenied.
    """
    require(by, "incidents.add_claim")
    claims = [one.claim for one in given]
    require_standing(claimant=[claim.claimant for claim in claims])
    with explained(), attributed(by=by, at=at, why="claim recorded"):
        open_to_claims(*(claim.incident for claim in claims))
        Claim.objects.bulk_create(claims)
        cite_all([(one.claim, place, c) for one in given for place, c in enumerate(one.citations, 1)], by=by, at=at)
        derive_all([(one.claim, derivation) for one in given for derivation in one.derivations])
    return claims


def check(claim: Claim, citations: Sequence[CitationInput]) -> None:
    """What can be told of a claim before the database sees it. Raises ValidationError under the field's name."""
    claim.clean_fields(exclude=FOREIGN)
    errors: dict[str, list[str]] = {}
    if claim.measure.counts_people and claim.population is None:
        errors["population"] = [_("%s counts people: say who is counted.") % claim.measure.label]
    if not claim.measure.counts_people and claim.population is not None:
        errors["population"] = [_("%s does not count people: leave the population empty.") % claim.measure.label]
    if claim.part_of is not None and meant_id(claim.part_of.claimant) != meant_id(claim.claimant):
        errors["part_of"] = [_("A part and its whole are claims of the same claimant.")]
    if claim.since and claim.basis == Claim.Basis.EVENT:
        errors["since"] = [_("Only a running total or a stock has a start.")]
    if not citations:
        errors["citations"] = [_("A claim needs at least one citation.")]
    if errors:
        raise ValidationError(errors)


def change_draft(claim: Claim, *, by: User, at: dt.datetime, changes: dict[str, Any], seen: int | None = None) -> Claim:
    """Change a draft. What was submitted is corrected instead.

    ``seen`` is the version on which the changes were written; if there is a newer one, they are refused.
    Raises ValidationError, PermissionDenied.
    """
    require(by, "incidents.change_claim")
    with explained(), attributed(by=by, at=at, why="draft changed"):
        row: Claim = locked(claim)
        if row.status != ClaimStatus.DRAFT:
            raise ValidationError({"status": [_("Only a draft can be changed; correct this claim instead.")]})
        require_unchanged(row, seen)
        columns = dict(changes)
        for name in ("as_of", "since", "period"):
            if name in columns:
                columns |= date_columns(name, columns[name])
        if columns.get("claimant", row.claimant) != row.claimant:
            require_standing(claimant=columns["claimant"])
        for name, value in columns.items():
            setattr(row, name, value)
        check_count(row)
        row.clean_fields(exclude=FOREIGN)
        row.save()
    return row


def check_count(claim: Claim) -> Count:
    """The claim's count, checked. Raises ValidationError under the field that is wrong."""
    try:
        return Count(
            minimum=claim.minimum,
            best=claim.best,
            maximum=claim.maximum,
            quantifier=CountQuantifier(claim.quantifier),
            stance=CountStance(claim.stance),
            stated=claim.stated,
            language=claim.language,
            coding_rule=claim.coding_rule.code if claim.coding_rule else None,
        )
    except CountError as error:
        field = error.field if error.field in {"minimum", "best", "maximum", "coding_rule"} else "quantifier"
        words = _("%(value)s: expected %(expected)s.") % {
            "value": "—" if error.value is None else error.value,
            "expected": tell(error.expected),
        }
        raise ValidationError({field: [words]}, code="count") from error


def correct(
    mistaken: Claim, *, reason: str, by: User, at: dt.datetime, seen: int | None = None, **fields: Any
) -> Claim:
    """Record a draft that puts our coding mistake right; when it is accepted, ``mistaken`` becomes corrected.

    ``fields`` are those of ``new_claim``; the incident and the claimant are those of the mistaken claim unless
    given. ``seen`` is the version of the mistaken claim that was read; if there is a newer one, it is refused.
    Raises ValidationError, PermissionDenied.
    """
    require_correctable(mistaken, reason)
    given: dict[str, Any] = {
        "incident": mistaken.incident,
        "claimant": meant(mistaken.claimant),
        "measure": mistaken.measure,
    }
    given |= fields
    with transaction.atomic():
        open_to_claims(mistaken.incident)  # before the claim, as a merge does
        with as_seen(mistaken, seen):
            return record_claim(corrects=mistaken, correction_reason=reason, by=by, at=at, **given)
