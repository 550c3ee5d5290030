"""Recording what claimants say that is not a count."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from accounts.telling import tell
from accounts.versions import as_seen, require_unchanged
from incidents.models import ResponsibilityClaim, Statement
from incidents.models.review import ClaimStatus
from incidents.services.citations import CitationInput, cite, recite
from incidents.services.review import locked, open_to_claims, require_correctable
from sources import edtf
from sources.merged import meant, require_standing
from sources.services import date_columns

Saying = TypeVar("Saying", ResponsibilityClaim, Statement)

FOREIGN = ["incident", "claimant", "corrects", "recorded_by", "submitted_by", "accepted_by", "party"]


def record_responsibility(
    *, citations: Sequence[CitationInput], by: User, at: dt.datetime, **fields: Any
) -> ResponsibilityClaim:
    """Record a draft of who is said to have done it. Raises ValidationError, PermissionDenied."""
    require(by, "incidents.add_responsibilityclaim")
    claim = ResponsibilityClaim(recorded_by=by, recorded_at=at, **fields)
    _save(claim, citations, by=by, at=at)
    return claim


def record_statement(
    *, citations: Sequence[CitationInput], by: User, at: dt.datetime, when: str = "", **fields: Any
) -> Statement:
    """Record a draft of a statement; ``when``, and the value of a date, are EDTF. Raises ValidationError."""
    require(by, "incidents.add_statement")
    statement = Statement(recorded_by=by, recorded_at=at, **date_columns("when", when), **fields)
    _save(statement, citations, by=by, at=at)
    return statement


def correct_saying(
    mistaken: ResponsibilityClaim | Statement,
    *,
    reason: str,
    by: User,
    at: dt.datetime,
    seen: int | None = None,
    **fields: Any,
) -> ResponsibilityClaim | Statement:
    """Record a draft that puts ours right; when it is accepted, ``mistaken`` becomes corrected.

    ``fields`` are those of the service that records such a row; the incident and the claimant are those of the
    mistaken row unless given. ``seen`` is the version of it that was read; if there is a newer one, it is refused.
    Raises ValidationError, PermissionDenied.
    """
    require_correctable(mistaken, reason)
    given: dict[str, Any] = {"incident": mistaken.incident, "claimant": meant(mistaken.claimant)}
    given |= fields | {"corrects": mistaken, "correction_reason": reason, "by": by, "at": at}
    with transaction.atomic():
        open_to_claims(mistaken.incident)  # before the row, as a merge does
        with as_seen(mistaken, seen):
            return record_statement(**given) if isinstance(mistaken, Statement) else record_responsibility(**given)


def change_saying(
    assertion: Saying,
    *,
    by: User,
    at: dt.datetime,
    changes: Mapping[str, Any],
    citations: Sequence[CitationInput] | None = None,
    seen: int | None = None,
) -> Saying:
    """Change a draft of a responsibility claim or a statement, and its citations if given.

    ``seen`` is the version on which the changes were written; if there is a newer one, they are refused.
    Raises ValidationError, PermissionDenied.
    """
    require(by, f"incidents.change_{assertion._meta.model_name}")
    columns = dict(changes)
    if "when" in columns:
        columns |= date_columns("when", columns["when"])
    with explained(), attributed(by=by, at=at, why="draft changed"):
        row: Saying = locked(assertion)
        if row.status != ClaimStatus.DRAFT:
            raise ValidationError({"status": [_("Only a draft can be changed; correct this instead.")]})
        require_unchanged(row, seen)
        if columns.get("claimant", row.claimant) != row.claimant:
            require_standing(claimant=columns["claimant"])
        for name, value in columns.items():
            setattr(row, name, value)
        _check(row)
        row.save()
        if citations is not None:
            recite(row, citations, by=by, at=at)
    return row


def _check(assertion: ResponsibilityClaim | Statement) -> None:
    assertion.clean_fields(exclude=FOREIGN)
    if isinstance(assertion, Statement) and assertion.kind == Statement.Kind.DATE:
        try:
            edtf.parse(assertion.value)
        except edtf.EdtfError as error:
            raise ValidationError({"value": [tell(error.said)]}, code="edtf") from error


def _save(
    assertion: ResponsibilityClaim | Statement, citations: Sequence[CitationInput], *, by: User, at: dt.datetime
) -> None:
    _check(assertion)
    require_standing(claimant=assertion.claimant)
    if not citations:
        raise ValidationError({"citations": [_("Name at least one source.")]})
    with (
        explained(),
        attributed(
            by=by,
            at=at,
            why="statement recorded" if isinstance(assertion, Statement) else "responsibility claim recorded",
        ),
    ):
        open_to_claims(assertion.incident)
        assertion.save(force_insert=True)
        cite(assertion, citations, by=by, at=at, first=1)
