"""The steps of review, as for claims, for whoever may review persons as well."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from incidents.services import review
from victims.models import Link, LinkDecision, PersonRecord
from victims.services.links import write_decision

REVIEW = "victims.review_personrecord"


def _taken(step: Callable[..., Any], record: PersonRecord, **given: Any) -> PersonRecord:
    """A step of incidents/services/review.py, which asks for its own permission, checks four eyes and logs."""
    row: PersonRecord = step(record, **given)
    return row


def submit(record: PersonRecord, *, by: User, at: dt.datetime) -> PersonRecord:
    """Put a draft, or what was returned, before a reviewer. From here on it is frozen, with its names."""
    require(by, "victims.add_personrecord")
    return _taken(review.submit, record, by=by, at=at)


def accept(record: PersonRecord, *, by: User, at: dt.datetime, note: str = "") -> PersonRecord:
    """Accept what is proposed. A correction takes the place of what it corrects, also with its victim."""
    require(by, REVIEW)
    with attributed(by=by, at=at, why=note):
        row = _taken(review.accept, record, by=by, at=at, note=note)
        link = Link.objects.filter(record=row.corrects_id).select_related("victim").first() if row.corrects_id else None
        if link is not None and not Link.objects.filter(record=row).exists():
            write_decision(
                victim=link.victim,
                record=row,
                verdict=LinkDecision.Verdict.SAME,
                method=LinkDecision.Method.CORRECTION,
                reason=row.correction_reason,
                by=by,
                at=at,
            )
    return row


def send_back(record: PersonRecord, *, by: User, at: dt.datetime, note: str) -> PersonRecord:
    """Return what is proposed to its author, with what is to be done."""
    require(by, REVIEW)
    return _taken(review.send_back, record, by=by, at=at, note=note)


def reject(record: PersonRecord, *, by: User, at: dt.datetime, note: str) -> PersonRecord:
    """Refuse it for good, with a reason."""
    require(by, REVIEW)
    return _taken(review.reject, record, by=by, at=at, note=note)


def retract(record: PersonRecord, *, by: User, at: dt.datetime, note: str) -> PersonRecord:
    """Record that the claimant has withdrawn it."""
    require(by, REVIEW)
    return _taken(review.retract, record, by=by, at=at, note=note)


def void(record: PersonRecord, *, by: User, at: dt.datetime, note: str) -> PersonRecord:
    """Withdraw it ourselves, such as when an import is undone."""
    require(by, REVIEW)
    return _taken(review.void, record, by=by, at=at, note=note)
