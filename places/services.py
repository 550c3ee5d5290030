"""Every write of the gazetteer."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from places.models import Place, PlaceCoverage, PlaceName


def record_place(
    *, by: User, at: dt.datetime, also_written: Iterable[str] = (), covers: Iterable[Place] = (), **fields: Any
) -> Place:
    """Add a place with its other names and, for an area of our own, what it covers. Raises ValidationError."""
    require(by, "places.add_place")
    place = Place(**fields)
    place.clean_fields(exclude=["within"])
    with explained(), attributed(by=by, at=at, why="place recorded"):
        place.save(force_insert=True)
        PlaceName.objects.bulk_create(PlaceName(place=place, name=name) for name in also_written)
        PlaceCoverage.objects.bulk_create(PlaceCoverage(area=place, covered=covered) for covered in covers)
    return place


def change_place(
    place: Place,
    *,
    by: User,
    at: dt.datetime,
    why: str,
    changes: Mapping[str, Any],
    also_written: Iterable[str] | None = None,
    covers: Iterable[Place] | None = None,
) -> Place:
    """Change a place's columns, and its other names and coverage if given. Raises ValidationError."""
    require(by, "places.change_place")
    for permanent in ("code", "pcode"):
        if changes.get(permanent, getattr(place, permanent)) != getattr(place, permanent):
            raise ValidationError({permanent: [_("The code of a place is permanent.")]})
    for name, value in changes.items():
        setattr(place, name, value)
    place.clean_fields(exclude=["within"])
    with explained(), attributed(by=by, at=at, why=why):
        place.save(force_update=True)
        if also_written is not None:
            wanted = set(also_written)
            place.names.exclude(name__in=wanted).delete()
            known = set(place.names.values_list("name", flat=True))
            PlaceName.objects.bulk_create(PlaceName(place=place, name=name) for name in sorted(wanted - known))
        if covers is not None:
            covered = {area.pk: area for area in covers}
            place.coverages.exclude(covered__in=covered).delete()
            present = set(place.coverages.values_list("covered", flat=True))
            PlaceCoverage.objects.bulk_create(
                PlaceCoverage(area=place, covered=area) for key, area in covered.items() if key not in present
            )
    return place
