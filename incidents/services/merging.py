"""Making two records of one incident one, and taking that back whole."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.refusals import explained
from accounts.seen import seen
from incidents import workflow
from incidents.models import Comment, Incident, IncidentMerge, IncidentPart
from incidents.models.review import Assertion
from incidents.querysets import PUBLISHED
from incidents.services.review import locked, step


def assertion_models() -> list[type[Assertion]]:
    """Every table of what is said about incidents, in whichever room."""
    return [model for model in apps.get_models() if issubclass(model, Assertion)]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do: how many rows it moves, by kind; what it makes public; why it cannot be, if it cannot."""

    moves: list[tuple[str, int]]
    goes_out: int
    obstacles: list[str]


def preview(merged: Incident, into: Incident, *, by: User) -> Preview:
    """What merging one incident into another would do, as far as the person may see it. Writes nothing."""
    counted = [
        (str(model._meta.verbose_name_plural), seen(model._default_manager.filter(incident=merged), by).count())
        for model in assertion_models()
    ]
    goes_out = 0
    if into.status in PUBLISHED and merged.status not in PUBLISHED:
        goes_out = sum(
            seen(model._default_manager.filter(incident=merged, status="accepted"), by).count()
            for model in assertion_models()
        )
    return Preview([pair for pair in counted if pair[1]], goes_out, obstacles(merged, into))


def obstacles(merged: Incident, into: Incident) -> list[str]:
    """Why one cannot be merged into the other, in words; nothing when it can."""
    if merged.pk == into.pk:
        return [_("An incident cannot be merged into itself.")]
    found = []
    if merged.status not in workflow.MERGEABLE:
        found.append(_("%(one)s is %(status)s.") % {"one": merged, "status": merged.get_status_display()})
    if into.status in {Incident.Status.WITHDRAWN, Incident.Status.MERGED}:
        found.append(_("%(one)s is %(status)s.") % {"one": into, "status": into.get_status_display()})
    if merged.status in PUBLISHED and into.status not in PUBLISHED:
        found.append(_("The published one goes on: merge the other way round."))
    if merged.incident_type != into.incident_type:
        found.append(_("One is an event, the other a situation: make the event a part of the situation instead."))
    if merged.disclosure > into.disclosure:
        found.append(
            _("%(one)s is more restricted than %(other)s: what is claimed about it would be seen by more people.")
            % {"one": merged, "other": into}
        )
    if IncidentPart.objects.filter(part__in=[merged, into], situation__in=[merged, into]).exists():
        found.append(_("One is a part of the other."))
    return found


def merge_incidents(merged: Incident, *, into: Incident, reason: str, by: User, at: dt.datetime) -> IncidentMerge:
    """Move everything said about one incident to another, to which its reference then leads.

    Raises ValidationError with every obstacle in words, PermissionDenied.
    """
    with explained(), attributed(by=by, at=at, why=reason):
        one, other = _locked_in_order(merged, into)
        taken = step(workflow.INCIDENT_STEPS, "merge", state=one.status, by=by, authors=[], note=reason)
        found = obstacles(one, other)
        if found:
            raise ValidationError(found, code="merge")
        was, one.status = one.status, taken.target
        one.save(update_fields=["status"])
        merge = IncidentMerge(
            merged=one, into=other, reason=reason.strip(), was=was, moved=_move(one, other), by=by, at=at
        )
        merge.save(force_insert=True)
    return merge


def undo_merge(merge: IncidentMerge, *, reason: str, by: User, at: dt.datetime) -> Incident:
    """Take a merge back: what it moved returns, unless it has gone elsewhere since; the incident is as it was.

    Raises ValidationError, PermissionDenied.
    """
    with explained(), attributed(by=by, at=at, why=reason):
        one, other = _locked_in_order(merge.merged, merge.into)
        row: IncidentMerge = locked(merge)
        step(workflow.INCIDENT_STEPS, "merge", state=row.was, by=by, authors=[], note=reason)
        if row.undone_at is not None:
            raise ValidationError(_("This merge was taken back already."), code="undone")
        if other.status == Incident.Status.MERGED:
            raise ValidationError(_("%s was itself merged since: take that back first.") % other, code="merge")
        row.undone_by, row.undone_at, row.undone_reason = by, at, reason.strip()
        row.save(update_fields=["undone_by", "undone_at", "undone_reason"])
        _move_back(row)
        one.status = row.was
        one.save(update_fields=["status"])
    return one


def _locked_in_order(*incidents: Incident) -> list[Incident]:
    """The incidents, locked in the order of their keys, so that two merges at once wait and do not block each other."""
    held = {row.pk: row for row in (locked(one) for one in sorted(incidents, key=lambda one: one.pk))}
    return [held[one.pk] for one in incidents]


def _move(one: Incident, other: Incident) -> dict[str, Any]:
    moved: dict[str, Any] = {}
    for model in assertion_models():
        keys = list(model._default_manager.filter(incident=one).values_list("pk", flat=True))
        model._default_manager.filter(pk__in=keys).update(incident=other)
        if keys:
            moved[model._meta.db_table] = [str(key) for key in keys]
    moved["comments"] = _rehome(Comment.objects.filter(incident=one).exclude(table_name=one._meta.db_table), other)
    present = IncidentPart.objects.filter(situation=other).values("part")
    links = IncidentPart.objects.filter(situation=one).exclude(part__in=present)
    moved["parts"] = list(links.values_list("pk", flat=True))
    IncidentPart.objects.filter(pk__in=moved["parts"]).update(situation=other)
    wholes = IncidentPart.objects.filter(part=one).exclude(
        situation__in=IncidentPart.objects.filter(part=other).values("situation")
    )
    moved["situations"] = list(wholes.values_list("pk", flat=True))
    IncidentPart.objects.filter(pk__in=moved["situations"]).update(part=other)
    return moved


def _rehome(comments: Any, incident: Incident) -> list[int]:
    keys = list(comments.values_list("pk", flat=True))
    Comment.objects.filter(pk__in=keys).update(incident=incident)
    return keys


def _move_back(merge: IncidentMerge) -> None:
    one, other, moved = merge.merged_id, merge.into_id, merge.moved
    for model in assertion_models():
        keys: Iterable[Any] = moved.get(model._meta.db_table, ())
        model._default_manager.filter(pk__in=keys, incident=other).update(incident=one)
    Comment.objects.filter(pk__in=moved["comments"], incident=other).update(incident=one)
    IncidentPart.objects.filter(pk__in=moved["parts"], situation=other).update(situation=one)
    IncidentPart.objects.filter(pk__in=moved["situations"], part=other).update(part=one)
