"""Which records are to be looked at again when a row was written: what it belongs to, and what names it.

Too many rather than too few: what comes out the same is no change.
"""

from collections.abc import Iterable, Mapping

from django.db import connection

INCIDENTS = "SELECT unnest(%(keys)s::bigint[])"
ORGANIZATIONS = (
    "SELECT o.id FROM organization_meant o WHERE o.id = ANY(%(keys)s::bigint[]) OR o.means = ANY(%(keys)s::bigint[])"
)
SOURCES = "SELECT s.id FROM source_meant s WHERE s.id = ANY(%(keys)s::uuid[]) OR s.means = ANY(%(keys)s::uuid[])"
PUBLISHED_BY = f"""SELECT s.id FROM sources_source s LEFT JOIN sources_source m ON m.id = s.merged_into_id
    WHERE s.publisher_id IN ({ORGANIZATIONS}) OR m.publisher_id IN ({ORGANIZATIONS})"""  # noqa: S608  our own text
VICTIMS_OF = (
    "SELECT 'victim', l.victim_id::text FROM victims_personrecord r JOIN victims_link l ON l.record_id = r.id WHERE"
)

OF_CLAIMS = """
    SELECT 'claim', unnest(%(keys)s::text[])
    UNION SELECT 'claim', p.id::text FROM incidents_claim c JOIN incidents_claim p ON p.part_of_id IN (c.id, c.corrects_id)
          WHERE c.id = ANY(%(keys)s::uuid[])
    UNION SELECT 'claim', id::text FROM incidents_claim WHERE corrects_id = ANY(%(keys)s::uuid[])
    UNION SELECT 'claim', claim_id::text FROM incidents_derivation WHERE rests_on_id = ANY(%(keys)s::uuid[])
    UNION SELECT 'source', source_id::text FROM incidents_citation WHERE claim_id = ANY(%(keys)s::uuid[])
    UNION SELECT 'figure', f.scope_id::text FROM incidents_figureclaim u JOIN incidents_figure f ON f.id = u.figure_id
          WHERE u.claim_id = ANY(%(keys)s::uuid[])"""
OF_INCIDENTS = f"""
    SELECT 'incident', unnest(%(keys)s::text[])
    UNION SELECT 'incident', situation_id::text FROM incidents_incidentpart WHERE part_id IN ({INCIDENTS})
    UNION SELECT 'incident', part_id::text FROM incidents_incidentpart WHERE situation_id IN ({INCIDENTS})
    UNION SELECT 'claim', id::text FROM incidents_claim WHERE incident_id IN ({INCIDENTS})
    UNION SELECT 'claim', d.claim_id::text FROM incidents_derivation d JOIN incidents_claim c ON c.id = d.rests_on_id
          WHERE c.incident_id IN ({INCIDENTS})
    UNION SELECT 'responsibility', id::text FROM incidents_responsibilityclaim WHERE incident_id IN ({INCIDENTS})
    UNION SELECT 'figure', id::text FROM incidents_scope WHERE incident_id IN ({INCIDENTS})
    UNION SELECT 'figure', s.id::text FROM incidents_incidentpart l JOIN incidents_scope s ON s.incident_id = l.part_id
          WHERE l.situation_id IN ({INCIDENTS})
    UNION {VICTIMS_OF} r.incident_id IN ({INCIDENTS})"""  # noqa: S608  as above


def _citing(cited: str) -> str:
    return f"""
    UNION SELECT 'claim', claim_id::text FROM ({cited}) AS x WHERE claim_id IS NOT NULL
    UNION SELECT 'responsibility', responsibility_id::text FROM ({cited}) AS x WHERE responsibility_id IS NOT NULL
    UNION SELECT 'incident', s.incident_id::text FROM ({cited}) AS x JOIN incidents_statement s ON s.id = x.statement_id
    UNION SELECT 'figure', f.scope_id::text FROM ({cited}) AS x JOIN incidents_figureclaim u ON u.claim_id = x.claim_id
          JOIN incidents_figure f ON f.id = u.figure_id"""  # noqa: S608  as above


CITED = "SELECT c.claim_id, c.responsibility_id, c.statement_id FROM incidents_citation c"
OF_SOURCES = f"""
    SELECT 'source', s.id::text FROM ({SOURCES}) AS s
    UNION SELECT 'claim', claim_id::text FROM incidents_derivation WHERE source_id IN ({SOURCES})
    {_citing(f"{CITED} WHERE c.source_id IN ({SOURCES})")}
    UNION {VICTIMS_OF} r.source_id IN ({SOURCES})"""  # noqa: S608  as above
OF_ORGANIZATIONS = f"""
    SELECT 'organization', o.id::text FROM ({ORGANIZATIONS}) AS o
    UNION SELECT 'organization', collective_id::text FROM sources_organizationmembership WHERE member_id IN ({ORGANIZATIONS})
    UNION SELECT 'source', s.id::text FROM ({PUBLISHED_BY}) AS s
    UNION SELECT 'claim', id::text FROM incidents_claim WHERE claimant_id IN ({ORGANIZATIONS})
    UNION SELECT 'claim', claim_id::text FROM incidents_derivation
          WHERE organization_id IN ({ORGANIZATIONS}) OR source_id IN ({PUBLISHED_BY})
    UNION SELECT 'responsibility', id::text FROM incidents_responsibilityclaim WHERE claimant_id IN ({ORGANIZATIONS})
    UNION SELECT 'incident', incident_id::text FROM incidents_statement WHERE claimant_id IN ({ORGANIZATIONS})
    UNION SELECT 'figure', f.scope_id::text FROM incidents_claim c JOIN incidents_figureclaim u ON u.claim_id = c.id
          JOIN incidents_figure f ON f.id = u.figure_id WHERE c.claimant_id IN ({ORGANIZATIONS})
    {_citing(f"{CITED} WHERE c.source_id IN ({PUBLISHED_BY})")}
    {_citing(f"{CITED} JOIN incidents_relay y ON y.citation_id = c.id WHERE y.organization_id IN ({ORGANIZATIONS})")}
    UNION {VICTIMS_OF} r.claimant_id IN ({ORGANIZATIONS}) OR r.source_id IN ({PUBLISHED_BY})
    UNION SELECT 'victim', l.victim_id::text FROM victims_personrelay p JOIN victims_link l ON l.record_id = p.record_id
          WHERE p.organization_id IN ({ORGANIZATIONS})"""  # noqa: S608  as above

AROUND: Mapping[str, str] = {
    "claim": OF_CLAIMS,
    "incident": OF_INCIDENTS,
    "source": OF_SOURCES,
    "organization": OF_ORGANIZATIONS,
    "place": f"""
        SELECT 'place', id::text FROM places_place WHERE id = ANY(%(keys)s::bigint[]) OR within_id = ANY(%(keys)s::bigint[])
        UNION SELECT 'incident', incident_id::text FROM incidents_incidentplace WHERE place_id = ANY(%(keys)s::bigint[])
        UNION SELECT 'claim', id::text FROM incidents_claim WHERE place_id = ANY(%(keys)s::bigint[])
        UNION SELECT 'figure', id::text FROM incidents_scope WHERE place_id = ANY(%(keys)s::bigint[])
        UNION {VICTIMS_OF} r.place_id = ANY(%(keys)s::bigint[])""",  # noqa: S608  as above
    "population": """
        SELECT 'population', unnest(%(keys)s::text[])
        UNION SELECT 'claim', id::text FROM incidents_claim WHERE population_id = ANY(%(keys)s::text[])
        UNION SELECT 'figure', id::text FROM incidents_scope WHERE population_id = ANY(%(keys)s::text[])""",
    "codingrule": "SELECT 'claim', id::text FROM incidents_claim WHERE coding_rule_id = ANY(%(keys)s::bigint[])",
    "party": """
        SELECT 'party', unnest(%(keys)s::text[])
        UNION SELECT 'responsibility', id::text FROM incidents_responsibilityclaim WHERE party_id = ANY(%(keys)s::bigint[])
        UNION SELECT 'organization', id::text FROM sources_organization WHERE aligned_with_id = ANY(%(keys)s::bigint[])""",
    "responsibility": """
        SELECT 'responsibility', unnest(%(keys)s::text[])
        UNION SELECT 'source', source_id::text FROM incidents_citation WHERE responsibility_id = ANY(%(keys)s::uuid[])""",
    "statement": """
        SELECT 'incident', incident_id::text FROM incidents_statement WHERE id = ANY(%(keys)s::uuid[])
        UNION SELECT 'source', source_id::text FROM incidents_citation WHERE statement_id = ANY(%(keys)s::uuid[])""",
    "citation": f"SELECT '', '' WHERE false {_citing(f'{CITED} WHERE c.id = ANY(%(keys)s::uuid[])')}",
    "scope": """
        SELECT 'figure', unnest(%(keys)s::text[])
        UNION SELECT 'figure', other.id::text FROM incidents_scope s
              JOIN incidents_incidentpart l ON l.situation_id = s.incident_id
              JOIN incidents_scope other ON other.incident_id = l.part_id AND other.measure_id = s.measure_id
              WHERE s.id = ANY(%(keys)s::uuid[])""",
    "adopted": "SELECT 'figure', scope_id::text FROM incidents_figure WHERE id = ANY(%(keys)s::uuid[])",
    "colleague": "SELECT 'figure', scope_id::text FROM incidents_figure WHERE decided_by_id = ANY(%(keys)s::bigint[])",
    "record": """
        SELECT 'victim', victim_id::text FROM victims_link WHERE record_id = ANY(%(keys)s::uuid[])
        UNION SELECT 'figure', s.id::text FROM victims_personrecord r JOIN incidents_scope s ON s.incident_id = r.incident_id
              WHERE r.id = ANY(%(keys)s::uuid[])""",
}
"""What is noted, and the records that are due for it; what stands here not is due itself alone."""


def around(noted: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """The records that are due for what was noted, by kind."""
    due: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        for word, keys in noted.items():
            if word not in AROUND:
                due.setdefault(word, set()).update(keys)
                continue
            cursor.execute(AROUND[word], {"keys": list(keys)})
            for kind, row in cursor.fetchall():
                due.setdefault(kind, set()).add(row)
    return due
