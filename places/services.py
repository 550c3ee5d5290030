"""Every write of the gazetteer."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.codes import code_from
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from accounts.versions import require_unchanged
from places.models import Place, PlaceCoverage, PlaceName


def record_place(
    *, by: User, at: dt.datetime, also_written: Iterable[str] = (), covers: Iterable[Place] = (), **fields: Any
) -> Place:
    """Add a place with its other names and, for an area of our own, what it covers; without a code, it is given one.

    Raises ValidationError, PermissionDenied.
    """
    require(by, "places.add_place")
    fields["code"] = fields.get("code") or fields.get("pcode") or code_from(fields["name"], Place)
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
    seen: int | None = None,
) -> Place:
    """Change a place's columns, and its other names and coverage if given.

    ``seen`` is the version on which the changes were written; if there is a newer one, they are refused.
    Raises ValidationError, PermissionDenied.
    """
    require(by, "places.change_place")
    for permanent in ("code", "pcode"):
        if changes.get(permanent, getattr(place, permanent)) != getattr(place, permanent):
            raise ValidationError({permanent: [_("The code of a place is permanent.")]})
    with explained(), attributed(by=by, at=at, why=why):
        row = Place.objects.select_for_update(of=("self",), no_key=True).get(pk=place.pk)
        require_unchanged(row, seen)
        for name, value in changes.items():
            setattr(row, name, value)
        row.clean_fields(exclude=["within"])
        row.save(force_update=True)
        if also_written is not None:
            _name(row, set(also_written))
        if covers is not None:
            _cover(row, {area.pk: area for area in covers})
    return row


def _name(place: Place, wanted: set[str]) -> None:
    place.names.exclude(name__in=wanted).delete()
    known = set(place.names.values_list("name", flat=True))
    PlaceName.objects.bulk_create(PlaceName(place=place, name=name) for name in sorted(wanted - known))


def _cover(place: Place, wanted: Mapping[int, Place]) -> None:
    place.coverages.exclude(covered__in=wanted).delete()
    present = set(place.coverages.values_list("covered", flat=True))
    PlaceCoverage.objects.bulk_create(
        PlaceCoverage(area=place, covered=area) for key, area in wanted.items() if key not in present
    )
