"""What waits for whom: rows of every table under review, gathered by incident, the oldest first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import sql

from accounts.models import User
from accounts.seen import sees_all
from incidents.models import Claim
from incidents.models.review import ClaimStatus
from incidents.services.merging import assertion_models

LATEST = 20_000
"""How many incidents, from the latest on, are looked through for claims that all rest on one root."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An incident of which something waits: how many rows, and the oldest since when."""

    incident: int
    number: int
    since: dt.datetime | None


def proposed_by_others(by: User, *, limit: int) -> list[Waiting]:
    """What this person may decide on: proposed, and written by somebody else."""
    return _gathered(ClaimStatus.PROPOSED, "NOT (authors @> ARRAY[%s]::bigint[])", [by.pk], limit, by)


def returned_to(by: User, *, limit: int) -> list[Waiting]:
    """What came back to this person: returned, and of their writing."""
    return _gathered(ClaimStatus.RETURNED, "authors @> ARRAY[%s]::bigint[]", [by.pk], limit, by)


def drafts_of(by: User, *, limit: int) -> list[Waiting]:
    """What this person has begun and not submitted."""
    return _gathered(ClaimStatus.DRAFT, "recorded_by_id = %s", [by.pk], limit, by)


def proposed_by_partners(by: User, *, limit: int) -> list[Waiting]:
    """What partners submitted and nobody has decided on."""
    partners = (
        "recorded_by_id IN (SELECT user_id FROM accounts_user_groups JOIN auth_group ON auth_group.id = group_id"
        " WHERE auth_group.name = %s)"
    )
    return _gathered(ClaimStatus.PROPOSED, partners, ["partner"], limit, by)


def _gathered(status: str, condition: str, values: Sequence[Any], limit: int, by: User) -> list[Waiting]:
    parts, given = [], []
    for model in assertion_models():
        seen, more = _seen(model, by)
        part = "SELECT incident_id, coalesce(submitted_at, recorded_at) AS since FROM {} WHERE status = %s AND "
        parts.append(sql.SQL(part).format(sql.Identifier(model._meta.db_table)) + sql.SQL(condition + seen))
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


# The roots of a claim: the ends of what it rests on, followed from claim to claim; without any, its own claimant.
ONE_ROOT = """
SELECT i.id, one.number, NULL::timestamptz FROM (
    SELECT id FROM incidents_incident WHERE status IN ('published', 'under_revision') ORDER BY id DESC LIMIT %(latest)s
) AS i, LATERAL (
    WITH RECURSIVE told AS (
        SELECT c.id, coalesce(o.merged_into_id, o.id) AS claimant_id, c.measure_id, c.population_id
        FROM incidents_claim c JOIN sources_organization o ON o.id = c.claimant_id
        WHERE c.incident_id = i.id AND c.status = 'accepted' AND c.minimum IS NOT NULL /* seen */
    ), climb (claim, node) AS (
        SELECT id, id FROM told
        UNION
        SELECT climb.claim, d.rests_on_id FROM climb JOIN incidents_derivation d ON d.claim_id = climb.node
        WHERE d.rests_on_id IS NOT NULL
    ), roots AS (
        SELECT climb.claim, coalesce(o.merged_into_id, o.id) AS root
        FROM climb JOIN incidents_derivation d ON d.claim_id = climb.node
        LEFT JOIN sources_source s ON s.id = d.source_id
        LEFT JOIN sources_source m ON m.id = s.merged_into_id
        JOIN sources_organization o
            ON o.id = coalesce(d.organization_id, CASE WHEN m.id IS NULL THEN s.publisher_id ELSE m.publisher_id END)
        WHERE d.rests_on_id IS NULL
        UNION
        SELECT climb.claim, coalesce(o.merged_into_id, o.id)
        FROM climb JOIN incidents_claim c ON c.id = climb.node JOIN sources_organization o ON o.id = c.claimant_id
        WHERE NOT EXISTS (SELECT FROM incidents_derivation d WHERE d.claim_id = climb.node)
    )
    SELECT count(DISTINCT told.id) AS number FROM told JOIN roots ON roots.claim = told.id
    GROUP BY told.measure_id, told.population_id
    HAVING count(DISTINCT told.claimant_id) > 1 AND count(DISTINCT root) = 1
    ORDER BY 1 DESC LIMIT 1
) AS one
WHERE EXISTS (SELECT FROM incidents_claim c JOIN incidents_derivation d ON d.claim_id = c.id WHERE c.incident_id = i.id)
LIMIT %(limit)s
"""


def on_one_root(by: User, *, limit: int) -> list[Waiting]:
    """Published incidents of which several claimants count the same thing and all rest on one root.

    Of the claims that the person may see; of the latest incidents (``LATEST``); the number is that of the claims, the most first.
    """
    with connection.cursor() as cursor:
        condition, values = _seen(Claim, by)
        seen = str(cursor.mogrify(condition.replace(" id IN", " c.id IN", 1), values)).replace("%", "%%")
        cursor.execute(ONE_ROOT.replace("/* seen */", seen), {"latest": LATEST, "limit": limit})
        found = [Waiting(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (-one.number, one.incident))
