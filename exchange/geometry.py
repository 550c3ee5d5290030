"""Where rows lie, as GeoJSON (RFC 7946): longitude before latitude, WGS 84.

What has no place of its own lies where its incident does; what is of several places is at all of them whose coordinates
are known. Unknown is null, never 0, 0.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from exchange.columns import Column
from incidents.models import IncidentPlace
from places.models import Place

MEANING = "Where it lies, as GeoJSON; only in that format."


def _spot(row: str) -> str:
    return f"json_build_array(trim_scale({row}.longitude), trim_scale({row}.latitude))"


def at_place(row: str) -> str:
    """SQL for the point of one place."""
    return (
        f"CASE WHEN {row}.longitude IS NOT NULL AND {row}.latitude IS NOT NULL"
        f" THEN json_build_object('type', 'Point', 'coordinates', {_spot(row)})::text END"
    )


def at_incident(key: str) -> str:
    """SQL for the points of the places of an incident."""
    return f"""(
        SELECT CASE count(*)
            WHEN 0 THEN NULL
            WHEN 1 THEN json_build_object('type', 'Point', 'coordinates', json_agg({_spot("spot")}) -> 0)::text
            ELSE json_build_object(
                'type', 'MultiPoint', 'coordinates', json_agg({_spot("spot")} ORDER BY located.position))::text END
        FROM incidents_incidentplace located JOIN places_place spot ON spot.id = located.place_id
        WHERE located.incident_id = {key} AND located.role = 'place'
          AND spot.longitude IS NOT NULL AND spot.latitude IS NOT NULL)"""  # noqa: S608  columns in our own code


def own_or_incidents(place: str, row: str, incident: str) -> str:
    """SQL for the place of a row that may name one, else those of its incident."""
    return f"CASE WHEN {place} IS NULL THEN {at_incident(incident)} ELSE {at_place(row)} END"


def geometry(sql: str = "") -> Column:
    return Column("geometry", sql, "geometry", MEANING)


def points(places: Iterable[Place]) -> str | None:
    """The same for places at hand."""
    return spots((place.longitude, place.latitude) for place in places)


def spots(coordinates: Iterable[tuple[Any, Any]]) -> str | None:
    """The same for longitudes and latitudes."""
    known = [[float(east), float(north)] for east, north in coordinates if east is not None and north is not None]
    if not known:
        return None
    kind, at = ("Point", known[0]) if len(known) == 1 else ("MultiPoint", known)
    return json.dumps({"type": kind, "coordinates": at})


def places_of(incidents: Iterable[int]) -> Mapping[int, list[Place]]:
    """Where incidents happened, in order. One query."""
    found: dict[int, list[Place]] = {}
    links = IncidentPlace.objects.filter(incident__in=set(incidents), role="place").order_by("incident", "position")
    for link in links.select_related("place"):
        found.setdefault(link.incident_id, []).append(link.place)
    return found


def collection(columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, key: str) -> Iterator[bytes]:
    """A FeatureCollection, a feature a row: the last cell is where it lies, the others are its properties."""
    block, size = ['{"type":"FeatureCollection","features":['], 0
    for number, row in enumerate(rows):
        *cells, where = row
        values = {column.name: value(column, cell) for column, cell in zip(columns, cells, strict=True)}
        identified = f'"id":{_text(values[key])},' if values.get(key) is not None else ""
        feature = f'{{"type":"Feature",{identified}"geometry":{where or "null"},"properties":{_text(values)}}}'
        block.append(f"{',' if number else ''}\n{feature}")
        size += len(feature)
        if size >= BLOCK:
            yield "".join(block).encode()
            block, size = [], 0
    yield ("".join(block) + "\n]}\n").encode()


def value(column: Column, cell: str) -> Any:
    """A cell of CSV as what it stands for; lists stay joined, for most programs know no lists within properties."""
    if not cell:
        return None
    match column.type:
        case "integer":
            return int(cell)
        case "number":
            return float(cell)
        case "boolean":
            return cell == "true"
        case _:
            return cell


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


BLOCK = 64 * 1024
