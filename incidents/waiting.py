"""What waits for whom: rows of every table under review, gathered by incident, the oldest first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from psycopg import sql

from accounts.models import User
from accounts.seen import sees_all
from incidents.models import Claim, Incident, ResponsibilityClaim, ScopeState, Statement
from incidents.models.review import Assertion, ClaimStatus
from incidents.querysets import PUBLISHED
from incidents.services.merging import assertion_models
from incidents.workflow import IncidentState
from sources.clearance import clearance

FEW_SCOPES = 8
"""Of one incident at most so many scopes are expected on one root; more only shorten the queue beyond its limit."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An incident of which something waits: how many rows, and the oldest since when."""

    incident: int
    number: int
    since: dt.datetime | None


FOLLOWS = (ClaimStatus.PROPOSED, ClaimStatus.RETURNED, ClaimStatus.ACCEPTED, ClaimStatus.CORRECTED)
"""States in which a correction stands for the row that it puts right; a draft of one, or a refused one, does not."""
REVIEWED_TOGETHER = (Claim, ResponsibilityClaim, Statement)
"""What is decided on by whoever may review claims."""


def proposed_by_others(by: User, *, limit: int, models: Sequence[type[Assertion]] = REVIEWED_TOGETHER) -> list[Waiting]:
    """What this person may decide on: proposed, and written by somebody else."""
    return _gathered(ClaimStatus.PROPOSED, "NOT (authors @> ARRAY[%s]::bigint[])", [by.pk], limit, by, models)


def returned_to(by: User, *, limit: int) -> list[Waiting]:
    """What came back to this person: returned, of their writing, and not yet put right by a row of its own.

    A returned row is never changed. One that a correction follows waits with it, and not with its author: if the
    correction is returned, that stands here in its place.
    """
    mine = "authors @> ARRAY[%s]::bigint[] AND NOT EXISTS (SELECT FROM {table} AS later"
    followed = " WHERE later.corrects_id = {table}.id AND later.status = ANY (%s))"
    return _gathered(ClaimStatus.RETURNED, mine + followed, [by.pk, [*FOLLOWS]], limit, by)


def drafts_of(by: User, *, limit: int) -> list[Waiting]:
    """What this person has begun and not submitted."""
    return _gathered(ClaimStatus.DRAFT, "recorded_by_id = %s", [by.pk], limit, by)


def begun_by(by: User, *, limit: int) -> list[Incident]:
    """Incidents that this person has begun and not submitted, and about which nothing of theirs waits to be."""
    begun = Incident.objects.seen_by(by).filter(status=IncidentState.DRAFT, recorded_by=by)
    for model in assertion_models():
        drafts = model._default_manager.filter(incident=OuterRef("pk"), status=ClaimStatus.DRAFT, recorded_by=by)
        begun = begun.exclude(Exists(drafts))
    return list(begun.select_related("assignment__assignee").order_by("recorded_at", "pk")[:limit])


def proposed_by_partners(by: User, *, limit: int) -> list[Waiting]:
    """What partners submitted and nobody has decided on."""
    partners = (
        "recorded_by_id IN (SELECT user_id FROM accounts_user_groups JOIN auth_group ON auth_group.id = group_id"
        " WHERE auth_group.name = %s)"
    )
    return _gathered(ClaimStatus.PROPOSED, partners, ["partner"], limit, by)


def _gathered(
    status: str,
    condition: str,
    values: Sequence[Any],
    limit: int,
    by: User,
    models: Sequence[type[Assertion]] | None = None,
) -> list[Waiting]:
    parts, given = [], []
    for model in models or assertion_models():
        seen, more = _seen(model, by)
        table = sql.Identifier(model._meta.db_table)
        part = "SELECT incident_id, coalesce(submitted_at, recorded_at) AS since FROM {table} WHERE status = %s AND "
        parts.append(sql.SQL(part).format(table=table) + sql.SQL(condition).format(table=table) + sql.SQL(seen))
        given += [status, *values, *more]
    rows = sql.SQL(" UNION ALL ").join(parts)
    statement = sql.SQL(
        "SELECT incident_id, count(*), min(since) FROM ({}) AS rows GROUP BY incident_id ORDER BY min(since), 1 LIMIT %s"
    ).format(rows)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, limit])
        return [Waiting(*row) for row in cursor.fetchall()]


def _seen(model: Any, by: User) -> tuple[str, Sequence[Any]]:
    """The condition that a row is one that the person may see, and its values; nothing for who may see all."""
    if sees_all(by):
        return "", ()
    keys, values = model._default_manager.all().seen_by(by).values("pk").query.sql_with_params()
    return f" AND id IN ({keys})", values


def on_one_root(by: User, *, limit: int) -> list[Waiting]:
    """Published incidents of which several claimants count the same thing and all rest on one root.

    Of the claims that the person may see; the number is that of the claims, the most first.
    """
    level = clearance(by)
    scopes = (
        ScopeState.objects.at(level)
        .filter(roots=1, claimants__gt=1, incident__status__in=PUBLISHED, incident__disclosure__lte=level)
        .order_by("-claimants", "scope")
        .values_list("incident", "claimants")
    )
    most: dict[int, Waiting] = {}
    for incident, claimants in scopes[: limit * FEW_SCOPES]:
        most.setdefault(incident, Waiting(incident, claimants, None))
    return list(most.values())[:limit]
