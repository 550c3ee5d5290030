"""Submitting and accepting many assertions at once, in a few statements whatever their number."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from accounts.seen import seen
from accounts.telling import tell
from incidents import workflow
from incidents.models.review import Assertion
from incidents.services.review import accept, authors_of, review_mode


@dataclass(slots=True)
class Outcome:
    """How many were accepted, and each that was not with the reason, in words."""

    accepted: int = 0
    refused: list[tuple[Assertion, str]] = field(default_factory=list)


def accept_all(model: type[Assertion], keys: Sequence[Any], *, by: User, at: dt.datetime, note: str = "") -> Outcome:
    """Accept these rows of one table as far as this person may, in one transaction and a few statements.

    Corrections, which decide on a second row each, are taken one by one. Raises PermissionDenied.
    """
    accepting = workflow.CLAIM_STEPS["accept"]
    require(by, f"incidents.{accepting.permission}")
    outcome, plain = Outcome(), []
    with explained(), attributed(by=by, at=at, why=note):
        rows = model._default_manager.select_for_update(of=("self",), no_key=True).filter(pk__in=keys)
        # Corrections first: what they correct is then no longer there to be accepted.
        rows = rows.order_by(F("corrects").asc(nulls_last=True), "pk")
        row: Any  # of a table that only the caller knows
        for row in rows:
            try:
                workflow.check(
                    workflow.CLAIM_STEPS, verb="accept", state=row.status, actor=by.pk, authors=authors_of(row),
                    note=note, mode=review_mode(),
                )  # fmt: skip
                if row.corrects_id is None:
                    plain.append(row)
                    continue
                with transaction.atomic():
                    accept(row, by=by, at=at, note=note)
                outcome.accepted += 1
            except workflow.TransitionError as refused:
                outcome.refused.append((row, tell(refused.said)))
            except (ValidationError, PermissionDenied) as refused:
                outcome.refused.append((row, " ".join(getattr(refused, "messages", [str(refused)]))))
        waiting = model._default_manager.filter(pk__in=[row.pk for row in plain], status__in=accepting.sources)
        still = set(waiting.values_list("pk", flat=True))
        outcome.refused += [
            (row, _("A correction of it was accepted in its place.")) for row in plain if row.pk not in still
        ]
        outcome.accepted += model._default_manager.filter(pk__in=still).update(
            status=accepting.target, accepted_by=by, accepted_at=at, decision_note=note
        )
    return outcome


def submit_drafts(model: type[Assertion], *, incident: Any, by: User, at: dt.datetime) -> int:
    """Put every draft of one table about an incident that the person sees before a reviewer; how many.

    Raises PermissionDenied.
    """
    submitting = workflow.CLAIM_STEPS["submit"]
    require(by, f"incidents.{submitting.permission}")
    with explained(), attributed(by=by, at=at):
        drafts = seen(model._default_manager.filter(incident=incident, status=workflow.ClaimState.DRAFT), by)
        keys = list(drafts.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))
        return model._default_manager.filter(pk__in=keys).update(
            status=submitting.target, submitted_by=by, submitted_at=at
        )


def submit_recorded(drafts: Sequence[Assertion], *, by: User, at: dt.datetime) -> None:
    """Put drafts of one table that this person has just recorded before a reviewer, in one statement.

    For services; takes part in their transaction, in which nobody else has seen the rows. Raises PermissionDenied.
    """
    submitting = workflow.CLAIM_STEPS["submit"]
    require(by, f"incidents.{submitting.permission}")
    with explained(), attributed(by=by, at=at):
        for model in {type(draft) for draft in drafts}:
            rows = model._default_manager.filter(pk__in=[draft.pk for draft in drafts])
            rows.filter(recorded_by=by, status=workflow.ClaimState.DRAFT).update(
                status=submitting.target, submitted_by=by, submitted_at=at
            )
