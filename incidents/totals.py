"""Totals from adopted figures of events, so that nobody has to sum claims.

Nothing is counted twice: of a measure, unit and population an event is counted once, by the figure of its count as a whole,
or, where that has none, of its running total from its beginning ("raises to 41"). Situations are left out, for they are wholes of
what is counted; so are the numbers of single places, causes and periods of an event, and stocks, for they are parts. Populations
overlap, so that rows of different populations are never to be added, and neither are measures.

An event without an adopted number of the whole, also one that is counted only in part, is counted as unknown, and never as 0 nor
left out. A figure without a high is at least its low, and open; a best alone is the number.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from accounts.literal import literal
from incidents.models import Figure, ScopeState
from sources.disclosure import Disclosure


@dataclass(frozen=True, slots=True)
class Total:
    """One row. ``month`` is its first day, None when an event is not dated to the month; ``area`` is the key of the
    first-level area, None when an event lies in several or in none. ``best`` is None unless every figure names one.
    ``not_reviewed`` and ``stale`` are how many of the figures were adopted by whoever proposed them, or would be others now.
    """

    month: dt.date | None
    area: int | None
    measure: str
    unit: str
    population: str | None
    low: int | None
    best: int | None
    high: int | None
    open_ended: bool
    approximate: bool
    unknowns: int
    incidents: int
    not_reviewed: int = 0
    stale: int = 0


# The first-level area of each place that lies in one and no other.
TOTALS = """
WITH RECURSIVE chosen AS MATERIALIZED ({chosen}),
climb (place, node) AS (
    SELECT DISTINCT place_id, place_id FROM incidents_incidentplace
    WHERE role = 'place' AND incident_id IN (SELECT incident_id FROM chosen)
    UNION
    SELECT climb.place, edge.upper_id FROM climb JOIN place_edge edge ON edge.lower_id = climb.node),
area AS (
    SELECT located.incident_id, min(climb.node) AS area,
           count(DISTINCT climb.node) AS areas, count(DISTINCT located.place_id) AS within,
           (SELECT count(*) FROM incidents_incidentplace l
            WHERE l.incident_id = located.incident_id AND l.role = 'place') AS places
    FROM incidents_incidentplace located
    JOIN climb ON climb.place = located.place_id
    JOIN places_place first ON first.id = climb.node AND first.admin_level = 1
    WHERE located.role = 'place'
    GROUP BY located.incident_id),
figure AS (
    SELECT DISTINCT ON (scope_id) scope_id, best, approximate, reviewed, stale,
           CASE WHEN low IS NULL AND high IS NULL THEN best ELSE low END AS low,
           coalesce(high, greatest(low, best)) AS high,
           open_ended OR (high IS NULL AND low IS NOT NULL) AS open_ended
    FROM ({figures}) AS seen ORDER BY scope_id, disclosure DESC),
-- What an event has of a measure, unit and population: the figure of the whole of it, of its own count before a running total.
single AS (
    SELECT DISTINCT ON (chosen.incident_id, chosen.measure_id, chosen.unit_id, chosen.population_id)
           chosen.incident_id, chosen.measure_id, chosen.unit_id, chosen.population_id, figure.*
    FROM chosen LEFT JOIN figure ON figure.scope_id = chosen.scope_id AND chosen.is_whole AND figure.high IS NOT NULL
    ORDER BY chosen.incident_id, chosen.measure_id, chosen.unit_id, chosen.population_id,
             figure.scope_id IS NULL, chosen.basis <> 'event'),
counted AS (
    SELECT CASE WHEN date_trunc('month', i.occurred_earliest) = date_trunc('month', i.occurred_latest)
                THEN date_trunc('month', i.occurred_earliest)::date END AS month,
           CASE WHEN area.areas = 1 AND area.within = area.places THEN area.area END AS area,
           single.*
    FROM single JOIN incidents_incident i ON i.id = single.incident_id
    LEFT JOIN area ON area.incident_id = single.incident_id)
SELECT month, area, measure_id, unit_id, population_id, sum(low),
       CASE WHEN count(best) = count(scope_id) THEN sum(best) END, sum(high), coalesce(bool_or(open_ended), false),
       coalesce(bool_or(approximate), false), count(*) - count(scope_id), count(*),
       count(*) FILTER (WHERE NOT reviewed), count(*) FILTER (WHERE stale)
FROM counted GROUP BY 1, 2, 3, 4, 5 ORDER BY measure_id, population_id NULLS FIRST, unit_id, 1 NULLS LAST, 2 NULLS LAST
"""


def of_events(states: QuerySet[ScopeState]) -> QuerySet[ScopeState]:
    """Of these scopes those that totals are made of: of events."""
    return states.filter(incident__incident_type="event")


WHOLE = Q(
    scope__basis__in=("event", "cumulative"), scope__place__isnull=True, scope__cause__isnull=True, scope__since=""
)
"""What is of a whole event: of every cause, everywhere in it, from its beginning."""


def totals(states: QuerySet[ScopeState], figures: QuerySet[Figure]) -> list[Total]:
    """The totals of these scopes by these figures: of what one reader may see. One statement.

    Rows of one measure, unit and population may be added over months and areas; others never.
    """
    chosen = (
        of_events(states)
        .order_by()
        .values(
            "scope_id",
            "incident_id",
            measure_id=F("scope__measure_id"),
            unit_id=F("scope__unit_id"),
            population_id=F("scope__population_id"),
            basis=F("scope__basis"),
            is_whole=ExpressionWrapper(WHOLE, BooleanField()),
        )
    )
    shown = figures.order_by().values(
        "scope_id", "disclosure", "low", "best", "high", "open_ended", "approximate", "reviewed", "stale"
    )
    with connection.cursor() as cursor:
        cursor.execute(TOTALS.format(chosen=literal(chosen), figures=literal(shown)))
        return [Total(row[0], row[1], *row[2:5], *map(_whole, row[5:8]), *row[8:]) for row in cursor.fetchall()]


def seen_totals(incidents: Collection[int], level: Disclosure) -> list[Total]:
    """The same of these incidents in whatever state they are, as far as a colleague who reads to this level sees them.

    Nothing is told of what was withdrawn, or merged into another.
    """
    states = ScopeState.objects.seen_at(level).filter(incident__in=incidents)
    return totals(
        states.exclude(incident__status__in=("withdrawn", "merged")),
        Figure.objects.seen_at(level).current().filter(scope__incident__in=incidents),
    )


def added_up(rows: Iterable[Total]) -> list[Total]:
    """One row for each measure, unit and population, over all months and areas; in the order of the rows."""
    found: dict[tuple[str, str, str | None], list[Total]] = {}
    for row in rows:
        found.setdefault((row.measure, row.unit, row.population), []).append(row)
    return [_added(*key, several) for key, several in found.items()]


def _added(measure: str, unit: str, population: str | None, rows: Sequence[Total]) -> Total:
    """A best only where every row with a number names one; numbers only where there are any."""
    numbered = [row for row in rows if row.high is not None]
    lows = [row.low for row in numbered if row.low is not None]
    bests = [row.best for row in numbered if row.best is not None]
    return Total(
        month=None,
        area=None,
        measure=measure,
        unit=unit,
        population=population,
        low=sum(lows) if lows else None,
        best=sum(bests) if numbered and len(bests) == len(numbered) else None,
        high=sum(row.high or 0 for row in numbered) if numbered else None,
        open_ended=any(row.open_ended for row in numbered),
        approximate=any(row.approximate for row in numbered),
        unknowns=sum(row.unknowns for row in rows),
        incidents=sum(row.incidents for row in rows),
        not_reviewed=sum(row.not_reviewed for row in rows),
        stale=sum(row.stale for row in rows),
    )


def _whole(number: Any) -> int | None:
    """The database adds whole numbers up to one of another type."""
    return None if number is None else int(number)
