"""What waits for whom: rows of every table under review, gathered by incident, the oldest first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import sql

from accounts.models import User
from accounts.seen import sees_all
from incidents.models import Claim, ResponsibilityClaim, Statement
from incidents.models.review import Assertion, ClaimStatus
from incidents.services.merging import assertion_models

LATEST = 10_000
"""How many incidents, from the latest on, are looked through for claims that all rest on one root."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An incident of which something waits: how many rows, and the oldest since when."""

    incident: int
    number: int
    since: dt.datetime | None


REVIEWED_TOGETHER = (Claim, ResponsibilityClaim, Statement)
"""What is decided on by whoever may review claims."""


def proposed_by_others(by: User, *, limit: int, models: Sequence[type[Assertion]] = REVIEWED_TOGETHER) -> list[Waiting]:
    """What this person may decide on: proposed, and written by somebody else."""
    return _gathered(ClaimStatus.PROPOSED, "NOT (authors @> ARRAY[%s]::bigint[])", [by.pk], limit, by, models)


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
WITH RECURSIVE latest AS MATERIALIZED (
    SELECT id FROM incidents_incident WHERE status IN ('published', 'under_revision') ORDER BY id DESC LIMIT %(latest)s
), told AS MATERIALIZED (
    SELECT c.id, c.incident_id, coalesce(o.merged_into_id, o.id) AS claimant_id, c.measure_id, c.population_id
    FROM latest JOIN incidents_claim c ON c.incident_id = latest.id JOIN sources_organization o ON o.id = c.claimant_id
    WHERE c.status = 'accepted' AND c.minimum IS NOT NULL /* seen */
), several AS MATERIALIZED (
    SELECT incident_id, measure_id, population_id FROM told
    GROUP BY incident_id, measure_id, population_id HAVING min(claimant_id) <> max(claimant_id)
), asked AS MATERIALIZED (
    SELECT told.* FROM told JOIN several s ON s.incident_id = told.incident_id AND s.measure_id = told.measure_id
        AND s.population_id IS NOT DISTINCT FROM told.population_id
), climb (claim, node) AS (
    SELECT id, id FROM asked
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
SELECT asked.incident_id, count(DISTINCT asked.id), NULL::timestamptz
FROM asked JOIN roots ON roots.claim = asked.id
GROUP BY asked.incident_id, asked.measure_id, asked.population_id
HAVING min(root) = max(root) AND min(asked.claimant_id) <> max(asked.claimant_id)
ORDER BY 2 DESC, 1 LIMIT %(limit)s
"""


def on_one_root(by: User, *, limit: int) -> list[Waiting]:
    """Published incidents of which several claimants count the same thing and all rest on one root.

    Of the claims that the person may see about the latest incidents (``LATEST``); the number is that of the claims,
    the most first.
    """
    with connection.cursor() as cursor:
        condition, values = _seen(Claim, by)
        seen = str(cursor.mogrify(condition.replace(" id IN", " c.id IN", 1), values)).replace("%", "%%")
        cursor.execute(ONE_ROOT.replace("/* seen */", seen), {"latest": LATEST, "limit": limit})
        found = [Waiting(*row) for row in cursor.fetchall()]
    most: dict[int, Waiting] = {}
    for one in found:
        most.setdefault(one.incident, one)
    return list(most.values())
