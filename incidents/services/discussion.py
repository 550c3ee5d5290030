"""Remarks of colleagues on records, and who has an incident in hand."""

import datetime as dt
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from incidents.models import Assignment, Comment, Incident
from incidents.services.review import locked


def comment(row: Any, *, text: str, by: User, at: dt.datetime, field: str = "") -> Comment:
    """Remark on an incident or a row about it, or on one of its fields. Raises ValidationError, PermissionDenied."""
    require(by, "incidents.add_comment")
    if field:
        try:
            row._meta.get_field(field)
        except FieldDoesNotExist as error:
            raise ValidationError(
                {"field": [_("%(model)s has no field %(field)s.") % {"model": row._meta.verbose_name, "field": field}]}
            ) from error
    incident = row if isinstance(row, Incident) else row.incident
    said = Comment(
        incident=incident,
        table_name=row._meta.db_table,
        row_id=str(row.pk),
        field=field,
        text=text.strip(),
        author=by,
        at=at,
    )
    said.clean_fields(exclude=["incident", "author"])
    with explained(), attributed(by=by, at=at, why="comment"):
        said.save(force_insert=True)
    return said


def resolve(said: Comment, *, by: User, at: dt.datetime) -> Comment:
    """Mark a remark as settled; once is enough. Raises PermissionDenied."""
    require(by, "incidents.add_comment")
    with explained(), attributed(by=by, at=at, why="comment resolved"):
        row: Comment = locked(said)
        if row.resolved_at is None:
            row.resolved_by, row.resolved_at = by, at
            row.save(update_fields=["resolved_by", "resolved_at"])
    return row


def reopen(said: Comment, *, by: User, at: dt.datetime) -> Comment:
    """Mark a remark as not settled after all. Raises PermissionDenied."""
    require(by, "incidents.add_comment")
    with explained(), attributed(by=by, at=at, why="comment reopened"):
        row: Comment = locked(said)
        row.resolved_by = row.resolved_at = None
        row.save(update_fields=["resolved_by", "resolved_at"])
    return row


def assign(incident: Incident, *, to: User | None, by: User, at: dt.datetime) -> None:
    """Give an incident into somebody's hands, or with ``None`` into nobody's. Raises ValidationError, PermissionDenied."""
    require(by, "incidents.assign_incident")
    if to is not None and not (to.is_active and to.has_perm("incidents.view_incident")):
        raise ValidationError({"assignee": [_("%s cannot work on incidents.") % to.get_username()]})
    with explained(), attributed(by=by, at=at, why="assigned"):
        row: Incident = locked(incident)
        if to is None:
            Assignment.objects.filter(incident=row).delete()
            return
        Assignment.objects.update_or_create(
            incident=row, defaults={"assignee": to, "assigned_by": by, "assigned_at": at}
        )
