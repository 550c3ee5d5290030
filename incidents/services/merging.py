"""Making two records of one incident one, and taking that back whole."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.refusals import explained
from accounts.seen import seen
from incidents import workflow
from incidents.models import Claim, Comment, Incident, IncidentMerge, IncidentPart
from incidents.models.review import Assertion
from incidents.querysets import PUBLISHED
from incidents.services.review import locked, step

ENDS = ("part", "situation")


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
        moved = _moving(one, other)
        merge = IncidentMerge(merged=one, into=other, reason=reason.strip(), was=was, moved=moved, by=by, at=at)
        merge.save(force_insert=True)
        _move(merge)
    return merge


def undo_merge(merge: IncidentMerge, *, reason: str, by: User, at: dt.datetime) -> Incident:
    """Take a merge back: what it moved returns, with what was recorded of it since; the incident is as it was.

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


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What taking a merge back would do: by kind, how many rows return and stay; each row recorded since the merge;
    the links that return; how many accepted rows are then no longer public."""

    returns: list[tuple[str, int]]
    returns_since: list[Any]
    links: list[IncidentPart]
    stays: list[tuple[str, int]]
    stays_since: list[Any]
    goes_in: int


def undo_preview(merge: IncidentMerge, *, by: User) -> UndoPreview:
    """What taking this merge back would do, as far as the person may see it. Writes nothing."""
    found = UndoPreview([], [], [], [], [], 0)
    goes_in = 0
    for model, keys in returning(merge).items():
        name = str(model._meta.verbose_name_plural)
        here = seen(model._default_manager.filter(incident=merge.into), by)
        back, staying = here.filter(pk__in=keys), here.exclude(pk__in=keys)
        for counted, rows in ((found.returns, back), (found.stays, staying)):
            if number := rows.count():
                counted.append((name, number))
        if issubclass(model, Claim):
            back, staying = (rows.select_related("claimant", "measure", "population") for rows in (back, staying))
        found.returns_since.extend(
            back.exclude(pk__in=merge.moved.get(model._meta.db_table, ())).order_by("recorded_at", "pk")
        )
        found.stays_since.extend(staying.filter(recorded_at__gte=merge.at).order_by("recorded_at", "pk"))
        goes_in += back.filter(status="accepted").count()
    links = _links_returning(merge)
    ends = Incident.objects.filter(pk__in={end for link in links for end in (link.part_id, link.situation_id)})
    shown = ends.seen_by(by).in_bulk()
    for link in links:
        if link.part_id in shown and link.situation_id in shown:
            link.part, link.situation = shown[link.part_id], shown[link.situation_id]
            found.links.append(link)
    inward = merge.into.status in PUBLISHED and merge.was not in PUBLISHED
    return replace(found, goes_in=goes_in if inward else 0)


def returning(merge: IncidentMerge) -> Mapping[type[Assertion], set[Any]]:
    """The rows that go back when a merge is taken back: those that it moved, unless they have gone elsewhere since,
    and what was recorded of them since. A correction goes with what it corrects, and a part that corrects nothing
    with its whole."""
    found: dict[type[Assertion], set[Any]] = {}
    for model in assertion_models():
        here = model._default_manager.filter(incident=merge.into)
        keys = set(here.filter(pk__in=merge.moved.get(model._meta.db_table, ())).values_list("pk", flat=True))
        latest = keys
        while latest:
            hanging = Q(corrects__in=latest)
            if any(field.name == "part_of" for field in model._meta.local_fields):
                hanging |= Q(part_of__in=latest, corrects=None)
            latest = set(here.filter(hanging).values_list("pk", flat=True)) - keys
            keys = keys | latest
        found[model] = keys
    return found


def _locked_in_order(*incidents: Incident) -> list[Incident]:
    """The incidents, locked in the order of their keys, so that two merges at once wait and do not block each other."""
    held = {row.pk: row for row in (locked(one) for one in sorted(incidents, key=lambda one: one.pk))}
    return [held[one.pk] for one in incidents]


def _moving(one: Incident, other: Incident) -> dict[str, Any]:
    """What a merge moves: rows by their tables, links by their side that changes, and what the links said before."""
    moved: dict[str, Any] = {}
    for model in assertion_models():
        keys = model._default_manager.filter(incident=one).order_by("pk").values_list("pk", flat=True)
        if keys:
            moved[model._meta.db_table] = [str(key) for key in keys]
    there = IncidentPart.objects.filter(situation=other).values("part")
    parts = list(IncidentPart.objects.filter(situation=one).exclude(part__in=there))
    there = IncidentPart.objects.filter(part=other).values("situation")
    wholes = list(IncidentPart.objects.filter(part=one).exclude(situation__in=there))
    return moved | {
        "parts": [link.pk for link in parts],
        "situations": [link.pk for link in wholes],
        "links": [
            {"link": link.pk, "part": link.part_id, "situation": link.situation_id} for link in (*parts, *wholes)
        ],
    }


def _move(merge: IncidentMerge) -> None:
    """Move what the merge lists. It is on record by then, or the database would not let links of what is public go."""
    one, other, moved = merge.merged_id, merge.into_id, merge.moved
    for model in assertion_models():
        keys = moved.get(model._meta.db_table, ())
        model._default_manager.filter(pk__in=keys).update(incident=other)
        _take_along(model, keys, other)
    IncidentPart.objects.filter(pk__in=moved["parts"], situation=one).update(situation=other)
    IncidentPart.objects.filter(pk__in=moved["situations"], part=one).update(part=other)


def _move_back(merge: IncidentMerge) -> None:
    one, other, moved = merge.merged_id, merge.into_id, merge.moved
    for model, keys in returning(merge).items():
        model._default_manager.filter(pk__in=keys, incident=other).update(incident=one)
        _take_along(model, keys, one)
    # Merges of before took the remarks on revisions along as well.
    Comment.objects.filter(pk__in=moved.get("comments", ()), incident=other).update(incident=one)
    here = IncidentPart.objects.filter(situation=one).values("part")
    IncidentPart.objects.filter(pk__in=moved["parts"], situation=other).exclude(part__in=here).update(situation=one)
    here = IncidentPart.objects.filter(part=one).values("situation")
    IncidentPart.objects.filter(pk__in=moved["situations"], part=other).exclude(situation__in=here).update(part=one)
    IncidentPart.objects.bulk_create(_links_gone(merge))


def _take_along(model: type[Assertion], keys: Iterable[Any], incident: int) -> None:
    """The remarks on these rows, to where the rows are."""
    rows = [str(key) for key in keys]
    Comment.objects.filter(table_name=model._meta.db_table, row_id__in=rows).exclude(incident=incident).update(
        incident=incident
    )


def _links_returning(merge: IncidentMerge) -> list[IncidentPart]:
    """The links of the merged incident that come back: moved ones, and those that were taken away since."""
    one, other, moved = merge.merged_id, merge.into_id, merge.moved
    parts = IncidentPart.objects.filter(pk__in=moved["parts"], situation=other).values_list("part", flat=True)
    wholes = IncidentPart.objects.filter(pk__in=moved["situations"], part=other).values_list("situation", flat=True)
    return [
        *(IncidentPart(part_id=part, situation_id=one) for part in parts),
        *(IncidentPart(part_id=one, situation_id=whole) for whole in wholes),
        *_links_gone(merge),
    ]


def _links_gone(merge: IncidentMerge) -> list[IncidentPart]:
    """The links that a merge moved and that a revision has taken away since, as they were before the merge."""
    said = merge.moved.get("links", ())
    kept = set(IncidentPart.objects.filter(pk__in=[link["link"] for link in said]).values_list("pk", flat=True))
    known = set(
        Incident.objects.filter(pk__in=[link[end] for link in said for end in ENDS]).values_list("pk", flat=True)
    )
    there = set(IncidentPart.objects.filter(Q(part=merge.merged) | Q(situation=merge.merged)).values_list(*ENDS))
    return [
        IncidentPart(part_id=link["part"], situation_id=link["situation"])
        for link in said
        if link["link"] not in kept
        and {link["part"], link["situation"]} <= known
        and (link["part"], link["situation"]) not in there
    ]
