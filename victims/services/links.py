"""Deciding which records are the same human being, and taking it back."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from incidents.models.review import ClaimStatus
from victims.models import LinkDecision, PersonRecord, Victim

PERMISSION = "victims.add_linkdecision"
STANDING = {ClaimStatus.PROPOSED, ClaimStatus.RETURNED, ClaimStatus.ACCEPTED}


def decide_link(
    *,
    record: PersonRecord,
    victim: Victim | None = None,
    verdict: str = LinkDecision.Verdict.SAME,
    reason: str,
    by: User,
    at: dt.datetime,
) -> LinkDecision:
    """Decide that the record is about this victim, or that it is not; without a victim, about a new one.

    Raises ValidationError, also when the record is linked to another victim; PermissionDenied.
    """
    require(by, PERMISSION)
    if verdict == LinkDecision.Verdict.UNDONE:
        raise ValidationError({"verdict": [_("A decision is taken back by undo_link.")]})
    with explained(), attributed(by=by, at=at, why=reason):
        row = _held(record)
        if row.status not in STANDING:
            raise ValidationError({"record": [_("What is %s is not linked.") % row.get_status_display()]})
        if victim is None:
            victim = Victim(recorded_by=by, recorded_at=at)
            victim.save(force_insert=True)
        return write_decision(
            victim=victim,
            record=row,
            verdict=verdict,
            method=LinkDecision.Method.BY_HAND,
            reason=reason,
            by=by,
            at=at,
        )


def undo_link(*, record: PersonRecord, victim: Victim, reason: str, by: User, at: dt.datetime) -> LinkDecision:
    """Take back what was decided of this record and victim. Raises ValidationError, PermissionDenied."""
    require(by, PERMISSION)
    with explained(), attributed(by=by, at=at, why=reason):
        row = _held(record)
        current = current_decision(victim=victim, record=row)
        if current is None or current.verdict == LinkDecision.Verdict.UNDONE:
            raise ValidationError({"record": [_("There is no decision to take back.")]})
        return write_decision(
            victim=victim,
            record=row,
            verdict=LinkDecision.Verdict.UNDONE,
            method=LinkDecision.Method.BY_HAND,
            reason=reason,
            by=by,
            at=at,
        )


def _held(record: PersonRecord) -> PersonRecord:
    """The record, held until the transaction ends, so that two who decide take turns.

    Not its key: a client that decides without asking for the row checks that on commit, while we wait for it.
    """
    row: PersonRecord = PersonRecord.objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    return row


def current_decision(*, victim: Victim, record: PersonRecord) -> LinkDecision | None:
    """The decision that holds of this record and victim, if any was made."""
    return LinkDecision.objects.filter(victim=victim, record=record, superseded_by__isnull=True).first()


def write_decision(
    *, victim: Victim, record: PersonRecord, verdict: str, method: str, reason: str, by: User, at: dt.datetime
) -> LinkDecision:
    """Write a decision over the one that holds. For services that hold the record; takes part in their transaction."""
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why.")]})
    decision = LinkDecision(
        victim=victim,
        record=record,
        verdict=verdict,
        method=method,
        reason=reason.strip(),
        decided_by=by,
        decided_at=at,
        supersedes=current_decision(victim=victim, record=record),
    )
    decision.clean_fields(exclude=["victim", "record", "decided_by", "supersedes"])
    with explained():
        decision.save(force_insert=True)
    return decision
