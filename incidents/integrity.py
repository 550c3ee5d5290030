"""What must hold between rows and no single constraint can say: looked for, and listed when broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule over several rows, and the SQL that finds what breaks it: incident, table, key."""

    code: str
    label: Any
    finds: str


@dataclass(frozen=True, slots=True)
class Breach:
    """A row that breaks a rule."""

    rule: Rule
    incident: int
    table: str
    key: str


RULES = (
    Rule(
        "corrected_without_correction",
        _("corrected, but no correction of it was accepted"),
        "SELECT incident_id, 'incidents_claim', id::text FROM incidents_claim c WHERE status = 'corrected'"
        " AND NOT EXISTS (SELECT FROM incidents_claim x WHERE x.corrects_id = c.id AND x.accepted_at IS NOT NULL)",
    ),
    Rule(
        "part_of_another_incident",
        _("part of a claim about another incident"),
        "SELECT c.incident_id, 'incidents_claim', c.id::text FROM incidents_claim c"
        " JOIN incidents_claim whole ON whole.id = c.part_of_id"
        " WHERE c.part_of_id IS NOT NULL AND whole.incident_id <> c.incident_id",
    ),
    Rule(
        "under_revision_without_revision",
        _("under revision, but there is no open revision"),
        "SELECT id, 'incidents_incident', id::text FROM incidents_incident i WHERE status = 'under_revision'"
        " AND NOT EXISTS (SELECT FROM incidents_revision r WHERE r.incident_id = i.id"
        " AND r.status IN ('draft', 'in_review', 'returned'))",
    ),
    Rule(
        "about_a_merged_incident",
        _("about an incident that was merged into another"),
        "SELECT c.incident_id, 'incidents_claim', c.id::text FROM incidents_claim c"
        " JOIN incidents_incident i ON i.id = c.incident_id WHERE i.status = 'merged'",
    ),
)


def breaches(*, limit: int) -> Iterator[Breach]:
    """What breaks a rule, at most ``limit`` rows of each."""
    with connection.cursor() as cursor:
        for rule in RULES:
            cursor.execute(f"{rule.finds} LIMIT %s", [limit])
            for incident, table, key in cursor.fetchall():
                yield Breach(rule, incident, table, key)
