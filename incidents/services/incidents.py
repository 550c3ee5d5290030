"""Recording, describing and moving incidents."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from accounts.versions import require_unchanged
from incidents.models import Incident, IncidentKind, IncidentPart, IncidentPlace
from incidents.services.review import locked, take_incident_step
from places.models import Place
from sources.services import date_columns

FOREIGN = ["recorded_by", "modified_by", "submitted_by", "published_by"]
OPEN_TO_CHANGE = {Incident.Status.DRAFT, Incident.Status.IN_REVIEW, Incident.Status.CHANGES_REQUESTED}


def record_incident(
    *,
    by: User,
    at: dt.datetime,
    occurred: str = "",
    places: Sequence[Place] = (),
    destinations: Sequence[Place] = (),
    kinds: Iterable[IncidentKind] = (),
    part_of: Iterable[Incident] = (),
    **fields: Any,
) -> Incident:
    """Record a draft incident; ``occurred`` is EDTF. Raises ValidationError, PermissionDenied."""
    require(by, "incidents.add_incident")
    incident = Incident(
        **fields,
        **date_columns("occurred", occurred),
        recorded_by=by,
        recorded_at=at,
        modified_by=by,
        modified_at=at,
    )
    incident.clean_fields(exclude=FOREIGN)
    with explained(), attributed(by=by, at=at, why="incident recorded"):
        incident.save(force_insert=True)
        relate(incident, places=places, destinations=destinations, kinds=kinds, part_of=part_of)
    return incident


def change_incident(
    incident: Incident,
    *,
    by: User,
    at: dt.datetime,
    changes: Mapping[str, Any],
    why: str = "incident changed",
    seen: int | None = None,
) -> Incident:
    """Change an incident that is not published: its columns, and places, destinations, kinds and part_of if given.

    ``seen`` is the version on which the changes were written; if there is a newer one, they are refused.
    Raises ValidationError, PermissionDenied.
    """
    require(by, "incidents.change_incident")
    with explained(), attributed(by=by, at=at, why=why):
        row: Incident = locked(incident)
        if row.status not in OPEN_TO_CHANGE:
            raise ValidationError(
                {"status": [_("What is %s cannot be changed here.") % row.get_status_display()]}, code="published"
            )
        require_unchanged(row, seen)
        write(row, changes, by=by, at=at)
    return row


def write(row: Incident, changes: Mapping[str, Any], *, by: User, at: dt.datetime) -> None:
    """Write what an incident becomes. For services, which have locked it; takes part in their transaction."""
    columns = {name: value for name, value in changes.items() if name not in RELATED}
    if "occurred" in columns:
        columns |= date_columns("occurred", columns["occurred"])
    for name, value in columns.items():
        setattr(row, name, value)
    row.modified_by, row.modified_at = by, at
    row.clean_fields(exclude=FOREIGN)
    row.save(update_fields=CHANGEABLE)
    relate(row, **{name: changes[name] for name in RELATED if name in changes})


RELATED = ("places", "destinations", "kinds", "part_of")
CHANGEABLE = [
    field.name
    for field in Incident._meta.concrete_fields
    if not (field.primary_key or field.unique or getattr(field, "generated", False))
]
"""Not the reference: who writes it, though it stay the same, makes everybody wait who refers to the incident."""


def relate(
    incident: Incident,
    *,
    places: Sequence[Place] | None = None,
    destinations: Sequence[Place] | None = None,
    kinds: Iterable[IncidentKind] | None = None,
    part_of: Iterable[Incident] | None = None,
) -> None:
    """Make these the incident's relations; those not given stay as they are."""
    for role, given in ((IncidentPlace.Role.PLACE, places), (IncidentPlace.Role.DESTINATION, destinations)):
        if given is not None:
            _locate(incident, role, given)
    if kinds is not None:
        incident.kinds.set(kinds)
    if part_of is not None:
        wanted = {situation.pk: situation for situation in part_of}
        incident.part_links.exclude(situation__in=wanted.values()).delete()
        present = set(incident.part_links.values_list("situation", flat=True))
        IncidentPart.objects.bulk_create(
            IncidentPart(part=incident, situation=situation) for key, situation in wanted.items() if key not in present
        )


def _locate(incident: Incident, role: str, places: Sequence[Place]) -> None:
    present = list(incident.located.filter(role=role).order_by("position").values_list("place", flat=True))
    if present == [place.pk for place in places]:
        return
    incident.located.filter(role=role).delete()
    IncidentPlace.objects.bulk_create(
        IncidentPlace(incident=incident, place=place, role=role, position=position)
        for position, place in enumerate(places, start=1)
    )


def submit(incident: Incident, *, by: User, at: dt.datetime) -> Incident:
    """Put the incident before a reviewer."""
    return take_incident_step(incident, "submit", by=by, at=at)


def request_changes(incident: Incident, *, by: User, at: dt.datetime, note: str) -> Incident:
    """Give it back to its author, with what is to be done."""
    return take_incident_step(incident, "request_changes", by=by, at=at, note=note)


def publish(incident: Incident, *, by: User, at: dt.datetime, note: str = "") -> Incident:
    """Make it public, with whatever of its claims is accepted."""
    return take_incident_step(incident, "publish", by=by, at=at, note=note)


def withdraw(incident: Incident, *, by: User, at: dt.datetime, note: str) -> Incident:
    """Take it back; if it was published, a tombstone with the reason stands in its place."""
    return take_incident_step(incident, "withdraw", by=by, at=at, note=note)
