"""Rewriting what is published: the published version stays outside until a second person approves the new one."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from accounts.versions import require_unchanged
from incidents import workflow
from incidents.models import Incident, IncidentKind, Revision
from incidents.services.incidents import FOREIGN, RELATED, write
from incidents.services.review import locked, step
from places.models import Place
from sources.services import date_columns

ROWS: Mapping[str, type[models.Model]] = {
    "places": Place,
    "destinations": Place,
    "kinds": IncidentKind,
    "part_of": Incident,
}
DAYS = ("occurred_earliest", "occurred_latest")
"""What is kept beside a new date: the database, which reads no EDTF, lets an incident become nothing else."""


def open_revision(incident: Incident, *, reason: str, by: User, at: dt.datetime) -> Revision:
    """Begin to rewrite a published incident. Raises ValidationError, PermissionDenied."""
    with explained(), attributed(by=by, at=at, why=reason):
        row: Incident = locked(incident)
        taken = step(workflow.INCIDENT_STEPS, "revise", state=row.status, by=by, authors=[], note=reason)
        revision = Revision(incident=row, reason=reason.strip(), opened_by=by, opened_at=at)
        revision.save(force_insert=True)
        row.status = taken.target
        row.save(update_fields=["status"])
    return revision


def change_revision(
    revision: Revision, *, changes: Mapping[str, Any], by: User, at: dt.datetime, seen: int | None = None
) -> Revision:
    """Say what the incident is to become, by the names that ``change_incident`` takes; what equals what is published
    is not kept. ``seen`` is the version of the revision on which the changes were written.

    Raises ValidationError, PermissionDenied.
    """
    require(by, "incidents.change_incident")
    with explained(), attributed(by=by, at=at, why="revision changed"):
        row: Revision = locked(revision)
        if row.status not in {Revision.Status.DRAFT, Revision.Status.RETURNED}:
            raise ValidationError(
                {"status": [_("What is %s cannot be changed here.") % row.get_status_display()]}, code="submitted"
            )
        require_unchanged(row, seen)
        wanted = new_values(row) | {name: _kept(value) for name, value in changes.items()}
        _clean(row.incident_id, wanted)
        published = published_values(row.incident)
        row.content = {name: value for name, value in wanted.items() if value != published[name]}
        if "occurred" in row.content:
            days = date_columns("occurred", row.content["occurred"])
            row.content |= {name: days[name] and str(days[name]) for name in DAYS}
        row.save(update_fields=["content"])
    return row


def new_values(revision: Revision) -> dict[str, Any]:
    """What a revision says, by the names that ``change_incident`` takes."""
    return {name: value for name, value in revision.content.items() if name not in DAYS}


def published_values(incident: Incident) -> dict[str, Any]:
    """What a revision may change, as it is published, as ``content`` keeps values."""
    columns = ("incident_type", "title", "title_ar", "occurred", "summary", "grade", "disclosure", "note")
    located = list(incident.located.order_by("position").values_list("role", "place"))
    return {name: getattr(incident, name) for name in columns} | {
        "places": [place for role, place in located if role == "place"],
        "destinations": [place for role, place in located if role == "destination"],
        "kinds": sorted(incident.kinds.values_list("pk", flat=True)),
        "part_of": sorted(incident.part_links.values_list("situation", flat=True)),
    }


def _kept(value: Any) -> Any:
    """A value as JSON holds it: rows by their keys, those without an order sorted."""
    if isinstance(value, models.QuerySet):
        return sorted(value.values_list("pk", flat=True))
    if isinstance(value, list | tuple):
        return [getattr(one, "pk", one) for one in value]
    return value


def _clean(incident: int, wanted: dict[str, Any]) -> None:
    """Make the new values what the columns will hold. Raises ValidationError under the field's name for what cannot be."""
    draft = Incident.objects.get(pk=incident)
    columns = {name: value for name, value in wanted.items() if name not in RELATED}
    if "occurred" in columns:
        columns |= date_columns("occurred", columns["occurred"])
    for name, value in columns.items():
        setattr(draft, name, value)
    draft.clean_fields(exclude=FOREIGN)
    if not draft.title:
        raise ValidationError({"title": [_("Give the incident a title.")]})
    wanted |= {name: getattr(draft, name) for name in columns if name in wanted}


def proposed(revision: Revision) -> dict[str, Any]:
    """What the incident is to become, as ``change_incident`` takes it. Raises ValidationError for rows that are gone."""
    found = new_values(revision)
    for name, model in ROWS.items():
        if name in found:
            rows = model._default_manager.in_bulk(found[name])
            gone = [key for key in found[name] if key not in rows]
            if gone:
                raise ValidationError({name: [_("No longer there: %s.") % ", ".join(map(str, gone))]})
            found[name] = [rows[key] for key in found[name]]
    return found


def submit_revision(revision: Revision, *, by: User, at: dt.datetime) -> Revision:
    """Put it before a second person. Raises ValidationError when it changes nothing, PermissionDenied."""
    with explained(), attributed(by=by, at=at):
        row = _step(revision, "submit", by=by, note="")
        if not row.content:
            raise ValidationError({"status": [_("This revision changes nothing yet.")]}, code="empty")
        row.submitted_at = at
        row.save(update_fields=["status", "submitted_at"])
    return row


def return_revision(revision: Revision, *, note: str, by: User, at: dt.datetime) -> Revision:
    """Give it back to its author, with what is to be done. Raises ValidationError, PermissionDenied."""
    with explained(), attributed(by=by, at=at, why=note):
        row = _step(revision, "return", by=by, note=note)
        row.decision_note = note
        row.save(update_fields=["status", "decision_note"])
    return row


def abandon_revision(revision: Revision, *, note: str, by: User, at: dt.datetime) -> Revision:
    """Give it up: the incident stays as it is published. Raises ValidationError, PermissionDenied."""
    with explained(), attributed(by=by, at=at, why=note):
        incident: Incident = locked(revision.incident)
        row = _step(revision, "abandon", by=by, note=note)
        row.decided_by, row.decided_at, row.decision_note = by, at, note
        row.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
        _leave(incident, "abandon_revision", by=by, note=note)
        incident.save(update_fields=["status"])
    return row


def approve_revision(revision: Revision, *, by: User, at: dt.datetime, note: str = "") -> Incident:
    """Make the incident what the revision says, and publish that. Raises ValidationError, PermissionDenied."""
    with explained(), attributed(by=by, at=at, why=note):
        incident: Incident = locked(revision.incident)
        row = _step(revision, "approve", by=by, note=note)
        row.decided_by, row.decided_at, row.decision_note = by, at, note
        row.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
        _leave(incident, "approve_revision", by=by, note=note)
        incident.published_by = by
        write(incident, proposed(row), by=row.opened_by, at=at)
    return incident


def _step(revision: Revision, verb: str, *, by: User, note: str) -> Revision:
    """The revision locked and moved, not yet saved."""
    row: Revision = locked(revision)
    authors = [*row.authors, *row.incident.authors]
    row.status = step(workflow.REVISION_STEPS, verb, state=row.status, by=by, authors=authors, note=note).target
    return row


def _leave(incident: Incident, verb: str, *, by: User, note: str) -> None:
    incident.status = step(
        workflow.INCIDENT_STEPS, verb, state=incident.status, by=by, authors=incident.authors, note=note
    ).target
