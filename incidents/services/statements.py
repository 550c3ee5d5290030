"""Recording what claimants say that is not a count."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from incidents.models import ResponsibilityClaim, Statement
from incidents.services.citations import CitationInput, cite
from sources import edtf
from sources.services import date_columns

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
    if statement.kind == Statement.Kind.DATE:
        try:
            edtf.parse(statement.value)
        except edtf.EdtfError as error:
            raise ValidationError({"value": [str(error)]}, code="edtf") from error
    _save(statement, citations, by=by, at=at)
    return statement


def _save(
    assertion: ResponsibilityClaim | Statement, citations: Sequence[CitationInput], *, by: User, at: dt.datetime
) -> None:
    assertion.clean_fields(exclude=FOREIGN)
    if not citations:
        raise ValidationError({"citations": [_("Name at least one source.")]})
    with explained(), attributed(by=by, at=at, why=f"{assertion._meta.verbose_name} recorded"):
        assertion.save(force_insert=True)
        cite(assertion, citations, by=by, at=at, first=1)
