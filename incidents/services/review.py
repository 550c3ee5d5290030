"""Taking a step of the workflow: the row locked, the step checked, the change made and logged."""

import datetime as dt
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from accounts.telling import tell
from incidents import workflow
from incidents.models import Claim, Incident, ResponsibilityClaim, Revision, Statement
from incidents.models.review import Assertion, ClaimStatus

AssertionType = TypeVar("AssertionType", Claim, ResponsibilityClaim, Statement)


def open_to_claims(*incidents: Incident) -> None:
    """Hold incidents until the transaction ends, and refuse to record anything about what is closed.

    A merge, which moves what is said of an incident elsewhere, waits for whoever records, and they for it.
    """
    keys = {incident.pk for incident in incidents}
    # In one order, so that two who record about several of them do not wait for each other.
    rows = Incident.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    for status in rows.values_list("status", flat=True):
        if status in {Incident.Status.MERGED, Incident.Status.WITHDRAWN}:
            told = Incident.Status(status).label
            raise ValidationError(
                {"incident": [_("Nothing is recorded about an incident that is %s.") % told]}, code="closed"
            )


def review_mode() -> workflow.ReviewMode:
    return workflow.ReviewMode(settings.SIJIL_REVIEW)


def require_correctable(mistaken: Assertion, reason: str) -> None:
    """Raise ValidationError unless a new row may put this one right, for this reason."""
    if not reason.strip():
        raise ValidationError({"correction_reason": [_("Say what was wrong.")]})
    if mistaken.status not in workflow.CLAIM_STEPS["correct"].sources:
        raise ValidationError({"corrects": [_("What is %s cannot be corrected.") % mistaken.get_status_display()]})


def locked(row: Any) -> Any:
    """The same row, read anew and locked until the transaction ends, but not for those who merely refer to it."""
    return type(row)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)


def step(
    steps: dict[str, workflow.Step], verb: str, *, state: str, by: User, authors: list[int | None], note: str
) -> workflow.Step:
    """The step that applies. Raises ValidationError in the workflow's words, PermissionDenied."""
    known = steps.get(verb)
    if known is not None:
        require(by, f"incidents.{known.permission}")
    try:
        return workflow.check(
            steps, verb=verb, state=state, actor=by.pk, authors=authors, note=note, mode=review_mode()
        )
    except workflow.TransitionError as error:
        raise ValidationError({"status": [tell(error.said)]}, code="transition") from error


def authors_of(assertion: Assertion) -> list[int | None]:
    return [assertion.recorded_by_id, assertion.submitted_by_id, *assertion.authors]


def submit(assertion: AssertionType, *, by: User, at: dt.datetime) -> AssertionType:
    """Put a draft, or what was returned, before a reviewer. From here on its content is frozen."""
    with explained(), attributed(by=by, at=at):
        row: AssertionType = locked(assertion)
        taken = step(workflow.CLAIM_STEPS, "submit", state=row.status, by=by, authors=authors_of(row), note="")
        row.status = taken.target
        fields = ["status"]
        if row.submitted_at is None:
            row.submitted_at, row.submitted_by = at, by
            fields += ["submitted_at", "submitted_by"]
        row.save(update_fields=fields)
    return row


def accept(assertion: AssertionType, *, by: User, at: dt.datetime, note: str = "") -> AssertionType:
    """Accept what is proposed. What it corrects is thereby corrected, in the same transaction."""
    with explained(), attributed(by=by, at=at, why=note):
        row: AssertionType = locked(assertion)
        taken = step(workflow.CLAIM_STEPS, "accept", state=row.status, by=by, authors=authors_of(row), note=note)
        if row.corrects_id is not None:
            mistaken = locked(row.corrects)
            if row.disclosure > mistaken.disclosure:
                raise ValidationError(
                    {"disclosure": [_("A correction is seen by all who saw the mistake, or the number would vanish.")]}
                )
            _decide(mistaken, "correct", by=by, note=row.correction_reason)
        row.status, row.accepted_by, row.accepted_at, row.decision_note = taken.target, by, at, note
        row.save(update_fields=["status", "accepted_by", "accepted_at", "decision_note"])
    return row


def send_back(assertion: AssertionType, *, by: User, at: dt.datetime, note: str) -> AssertionType:
    """Return what is proposed to its author, with what is to be done."""
    return _decided(assertion, "return", by=by, at=at, note=note)


def reject(assertion: AssertionType, *, by: User, at: dt.datetime, note: str) -> AssertionType:
    """Refuse it for good, with a reason."""
    return _decided(assertion, "reject", by=by, at=at, note=note)


def retract(assertion: AssertionType, *, by: User, at: dt.datetime, note: str) -> AssertionType:
    """Record that the claimant has withdrawn it."""
    return _decided(assertion, "retract", by=by, at=at, note=note)


def void(assertion: AssertionType, *, by: User, at: dt.datetime, note: str) -> AssertionType:
    """Withdraw it ourselves, such as when an import is undone."""
    return _decided(assertion, "void", by=by, at=at, note=note)


def _decided(assertion: AssertionType, verb: str, *, by: User, at: dt.datetime, note: str) -> AssertionType:
    with explained(), attributed(by=by, at=at, why=note):
        row: AssertionType = locked(assertion)
        if verb == "void" and row.corrects_id is not None and row.accepted_at is not None:
            raise ValidationError(
                {"status": [_("This corrects another row, which would then stand without a number: correct it again.")]}
            )
        _decide(row, verb, by=by, note=note)
    return row


def _decide(row: Any, verb: str, *, by: User, note: str) -> None:
    taken = step(workflow.CLAIM_STEPS, verb, state=row.status, by=by, authors=authors_of(row), note=note)
    row.status, row.decision_note = taken.target, note
    row.save(update_fields=["status", "decision_note"])


def take_incident_step(incident: Incident, verb: str, *, by: User, at: dt.datetime, note: str = "") -> Incident:
    """Submit, request changes, publish, revise or withdraw an incident. Raises ValidationError, PermissionDenied."""
    with explained(), attributed(by=by, at=at, why=note):
        row: Incident = locked(incident)
        taken = step(
            workflow.INCIDENT_STEPS,
            verb,
            state=row.status,
            by=by,
            authors=[row.recorded_by_id, row.submitted_by_id, row.modified_by_id, *row.authors],
            note=note,
        )
        row.status = taken.target
        fields = ["status"]
        if verb == "submit":
            row.submitted_by = by
            fields += ["submitted_by"]
        if verb == "publish":
            row.published_by = by
            row.published_at = row.published_at or at
            fields += ["published_by", "published_at"]
        if verb == "withdraw":
            row.withdrawn_reason = note
            fields += ["withdrawn_reason"]
            # There is nothing left to rewrite.
            Revision.objects.open().filter(incident=row).update(
                status=workflow.RevisionState.ABANDONED, decided_by=by, decided_at=at, decision_note=note
            )
        row.save(update_fields=fields)
    return row


def discard_draft(assertion: AssertionType, *, by: User, at: dt.datetime) -> None:
    """Delete a draft with its citations; the history keeps it. Raises ValidationError, PermissionDenied."""
    require(by, f"incidents.delete_{assertion._meta.model_name}")
    with explained(), attributed(by=by, at=at, why="draft discarded"):
        row: AssertionType = locked(assertion)
        if row.status != ClaimStatus.DRAFT:
            raise ValidationError({"status": [_("Only a draft can be discarded; void or correct this instead.")]})
        row.delete()
