"""Every write of the gazetteer."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

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
