"""Successive announcements of one claimant about the same thing: the latest speaks, the rest are its history."""

import datetime as dt
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Lead

from incidents.models import Citation, Claim, IncidentPlace
from sources.disclosure import Disclosure
from sources.merged import Meant, meant_id
from sources.models import Organization

OPEN = Value(dt.date.max)


def announcements(claims: QuerySet[Any], level: Disclosure) -> QuerySet[Any]:
    """For each of the claims its ``id`` and ``next_in_series``: the announcement after it among them, or null.

    Announcements are ordered by the latest day they can hold for (as of, else publication of the first source
    that the reader may see), then publication, then recording. ``claims`` are all that may be in the series:
    accepted and visible to the reader.
    """
    published = Subquery(
        Citation.objects.filter(claim=OuterRef("pk"))
        .visible_to(level)
        .order_by("position")
        .values(
            day=Case(
                When(source__merged_into__isnull=True, then="source__published_latest"),
                default="source__merged_into__published_latest",
            )
        )[:1],
        output_field=DateField(),
    )
    holds_for = Case(When(as_of="", then=published), default=Coalesce("as_of_latest", OPEN), output_field=DateField())
    event = Q(basis="event")
    claimant = Meant("claimant__", key=BigIntegerField())
    # What equals the incident's own is as if it were not said: its place, its time, its beginning.
    places = IncidentPlace.objects.filter(incident=OuterRef("incident"), role="place")
    own_place = Exists(places.filter(place=OuterRef("place"))) & ~Exists(places.exclude(place=OuterRef("place")))
    place = Case(When(place__isnull=True, then=None), When(own_place, then=None), default=F("place"))
    start = Case(
        When(event, then=None),
        default=Coalesce("since_earliest", "incident__occurred_earliest"),
        output_field=DateField(),
    )
    bounds = [
        Case(
            When(~event, then=None),
            When(
                period_earliest=F("incident__occurred_earliest"),
                period_latest=F("incident__occurred_latest"),
                then=None,
            ),
            default=F(f"period_{side}"),
            output_field=DateField(),
        )
        for side in ("earliest", "latest")
    ]
    ordered: QuerySet[Any] = claims.annotate(
        next_in_series=Window(
            Lead("id"),
            partition_by=[
                F("incident"), claimant, F("measure"), F("unit"), F("population"), F("cause"), place,
                F("basis"), start, *bounds,
            ],
            order_by=[holds_for.asc(nulls_first=True), published.asc(nulls_first=True), "recorded_at", "id"],
        )
    ).values("id", "next_in_series")  # fmt: skip
    return ordered


def next_announcements(claims: list[Claim], level: Disclosure) -> dict[Any, Any]:
    """The next announcement of each claim, among all that the reader may see. One query."""
    candidates = (
        Claim.objects.visible_to(level)
        .accepted()
        .filter(
            incident__in={claim.incident_id for claim in claims},
            claimant__in=Organization.objects.named_or_meant({meant_id(claim.claimant) for claim in claims}),
            measure__in={claim.measure_id for claim in claims},
        )
    )
    return {row["id"]: row["next_in_series"] for row in announcements(candidates, level)}
