"""Which records are due when rows of a table are written.

``touched`` are the rows as they were and as they are. Too many are noted rather than too few: what comes out the same
is no change. Editions themselves are written once, and ended once.
"""

from django.db import migrations

from accounts.operations import RefuseTruncate

CLAIMS_OF = "SELECT 'claim', id::text FROM incidents_claim WHERE"

# Everything about these incidents, and what names them or is compared with them.
OF_INCIDENTS = """
CREATE FUNCTION editions_due_of_incidents(incidents bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO api_editiondue (kind, "row")
    SELECT 'incident', unnest(incidents)::text
    UNION SELECT 'incident', situation_id::text FROM incidents_incidentpart WHERE part_id = ANY(incidents)
    UNION SELECT 'incident', part_id::text FROM incidents_incidentpart WHERE situation_id = ANY(incidents)
    UNION SELECT 'claim', id::text FROM incidents_claim WHERE incident_id = ANY(incidents)
    UNION SELECT 'claim', d.claim_id::text FROM incidents_derivation d JOIN incidents_claim c ON c.id = d.rests_on_id
          WHERE c.incident_id = ANY(incidents)
    UNION SELECT 'claim', p.id::text FROM incidents_claim p JOIN incidents_claim c ON c.id IN (p.part_of_id, p.corrects_id)
          WHERE c.incident_id = ANY(incidents)
    UNION SELECT 'responsibility', id::text FROM incidents_responsibilityclaim WHERE incident_id = ANY(incidents)
    UNION SELECT 'figure', id::text FROM incidents_scope WHERE incident_id = ANY(incidents)
    UNION SELECT 'figure', s.id::text FROM incidents_incidentpart l JOIN incidents_scope s ON s.incident_id = l.part_id
          WHERE l.situation_id = ANY(incidents)
    UNION SELECT 'victim', l.victim_id::text FROM victims_personrecord r JOIN victims_link l ON l.record_id = r.id
          WHERE r.incident_id = ANY(incidents);
$$;
"""

# Everything that names these sources or organizations.
OF_SOURCES = """
CREATE FUNCTION editions_due_of_sources(sources uuid[], organizations bigint[]) RETURNS void LANGUAGE sql AS $$
    WITH cited AS (
        SELECT claim_id, responsibility_id, statement_id FROM incidents_citation WHERE source_id = ANY(sources)
        UNION ALL
        SELECT c.claim_id, c.responsibility_id, c.statement_id FROM incidents_relay r
        JOIN incidents_citation c ON c.id = r.citation_id WHERE r.organization_id = ANY(organizations))
    INSERT INTO api_editiondue (kind, "row")
    SELECT 'organization', unnest(organizations)::text
    UNION SELECT 'organization', collective_id::text FROM sources_organizationmembership WHERE member_id = ANY(organizations)
    UNION SELECT 'source', unnest(sources)::text
    UNION SELECT 'claim', id::text FROM incidents_claim WHERE claimant_id = ANY(organizations)
    UNION SELECT 'claim', claim_id::text FROM cited WHERE claim_id IS NOT NULL
    UNION SELECT 'claim', claim_id::text FROM incidents_derivation
          WHERE source_id = ANY(sources) OR organization_id = ANY(organizations)
    UNION SELECT 'responsibility', id::text FROM incidents_responsibilityclaim WHERE claimant_id = ANY(organizations)
    UNION SELECT 'responsibility', responsibility_id::text FROM cited WHERE responsibility_id IS NOT NULL
    UNION SELECT 'incident', s.incident_id::text FROM incidents_statement s
          WHERE s.claimant_id = ANY(organizations) OR s.id IN (SELECT statement_id FROM cited)
    UNION SELECT 'figure', f.scope_id::text FROM incidents_figure f JOIN incidents_figureclaim u ON u.figure_id = f.id
          WHERE u.claim_id IN (SELECT claim_id FROM cited UNION ALL
                               SELECT id FROM incidents_claim WHERE claimant_id = ANY(organizations))
    UNION SELECT 'victim', l.victim_id::text FROM victims_personrecord r JOIN victims_link l ON l.record_id = r.id
          WHERE r.source_id = ANY(sources) OR r.claimant_id = ANY(organizations)
    UNION SELECT 'victim', l.victim_id::text FROM victims_personrelay p JOIN victims_link l ON l.record_id = p.record_id
          WHERE p.organization_id = ANY(organizations);
$$;
"""

# What changes but its own record when it is of another state, or seen by others; rows alone are seen to below.
INCIDENT_UPDATED = """
    PERFORM editions_due_of_incidents(array_agg(changed.id)) FROM changed JOIN before USING (id)
    WHERE (changed.status, changed.disclosure, changed.reference, changed.incident_type, changed.occurred)
        IS DISTINCT FROM (before.status, before.disclosure, before.reference, before.incident_type, before.occurred)
    HAVING count(*) > 0;
"""
SOURCE_UPDATED = """
    PERFORM editions_due_of_sources(array_agg(s.id), ARRAY[]::bigint[]) FROM sources_source s
    WHERE s.id IN (SELECT id FROM changed) OR s.merged_into_id IN (SELECT id FROM changed) HAVING count(*) > 0;
"""
ORGANIZATION_UPDATED = """
    PERFORM editions_due_of_sources(
        coalesce((SELECT array_agg(s.id) FROM sources_source s LEFT JOIN sources_source m ON m.id = s.merged_into_id
                  WHERE s.publisher_id = ANY(named.keys) OR m.publisher_id = ANY(named.keys)), ARRAY[]::uuid[]),
        named.keys)
    FROM (SELECT array_agg(o.id) AS keys FROM sources_organization o
          WHERE o.id IN (SELECT id FROM changed) OR o.merged_into_id IN (SELECT id FROM changed)) AS named
    WHERE named.keys IS NOT NULL;
"""

RELATED_CLAIMS = """
    UNION SELECT 'claim', corrects_id::text FROM touched WHERE corrects_id IS NOT NULL
    UNION SELECT 'claim', p.id::text FROM touched JOIN incidents_claim p ON p.part_of_id IN (touched.id, touched.corrects_id)
    UNION SELECT 'claim', p.id::text FROM touched JOIN incidents_claim p ON p.corrects_id = touched.id
    UNION SELECT 'claim', d.claim_id::text FROM touched JOIN incidents_derivation d ON d.rests_on_id = touched.id
    UNION SELECT 'figure', f.scope_id::text FROM touched JOIN incidents_figureclaim u ON u.claim_id = touched.id
          JOIN incidents_figure f ON f.id = u.figure_id
"""
VICTIMS_OF_RECORDS = """
    SELECT 'victim', l.victim_id::text FROM touched JOIN victims_link l ON l.record_id = touched.record_id
    UNION SELECT 'figure', s.id::text FROM touched JOIN victims_personrecord r ON r.id = touched.record_id
          JOIN incidents_scope s ON s.incident_id = r.incident_id
"""
CITED = "touched JOIN incidents_citation c ON c.id = touched.citation_id"

# Of each table, the records that are due when any of its rows is written.
WHICH: dict[str, str] = {
    "places_place": """SELECT 'place', id::text FROM touched
        UNION SELECT 'place', p.id::text FROM touched JOIN places_place p ON p.within_id = touched.id
        UNION SELECT 'incident', l.incident_id::text FROM touched JOIN incidents_incidentplace l ON l.place_id = touched.id
        UNION SELECT 'claim', c.id::text FROM touched JOIN incidents_claim c ON c.place_id = touched.id
        UNION SELECT 'figure', s.id::text FROM touched JOIN incidents_scope s ON s.place_id = touched.id
        UNION SELECT 'victim', l.victim_id::text FROM touched JOIN victims_personrecord r ON r.place_id = touched.id
              JOIN victims_link l ON l.record_id = r.id""",
    "places_placename": "SELECT 'place', place_id::text FROM touched",
    "places_placecoverage": "SELECT 'place', area_id::text FROM touched",
    "incidents_measure": "SELECT 'measure', code FROM touched",
    "incidents_cause": "SELECT 'cause', code FROM touched",
    "incidents_population": """SELECT 'population', code FROM touched
        UNION SELECT 'claim', c.id::text FROM touched JOIN incidents_claim c ON c.population_id = touched.code
        UNION SELECT 'figure', s.id::text FROM touched JOIN incidents_scope s ON s.population_id = touched.code""",
    "incidents_populationbroader": """SELECT 'population', narrower_id FROM touched
        UNION SELECT 'claim', c.id::text FROM touched JOIN incidents_claim c ON c.population_id = touched.narrower_id
        UNION SELECT 'figure', s.id::text FROM touched JOIN incidents_scope s ON s.population_id = touched.narrower_id""",
    "incidents_codingrule": f"{CLAIMS_OF} coding_rule_id IN (SELECT id FROM touched)",
    "sources_party": """SELECT 'party', id::text FROM touched
        UNION SELECT 'responsibility', r.id::text FROM touched JOIN incidents_responsibilityclaim r ON r.party_id = touched.id
        UNION SELECT 'organization', o.id::text FROM touched JOIN sources_organization o ON o.aligned_with_id = touched.id""",
    "sources_organization": "SELECT 'organization', id::text FROM touched",
    "sources_organizationname": "SELECT 'organization', organization_id::text FROM touched",
    "sources_organizationmembership": """SELECT 'organization', unnest(ARRAY[collective_id, member_id])::text FROM touched""",
    "sources_reliabilityassessment": """SELECT 'organization', organization_id::text FROM touched
        UNION SELECT 'claim', c.id::text FROM touched JOIN organization_meant m ON m.means = touched.organization_id
              JOIN incidents_claim c ON c.claimant_id = m.id
        UNION SELECT 'responsibility', r.id::text FROM touched JOIN organization_meant m ON m.means = touched.organization_id
              JOIN incidents_responsibilityclaim r ON r.claimant_id = m.id
        UNION SELECT 'incident', s.incident_id::text FROM touched JOIN organization_meant m ON m.means = touched.organization_id
              JOIN incidents_statement s ON s.claimant_id = m.id
        UNION SELECT 'victim', l.victim_id::text FROM touched JOIN organization_meant m ON m.means = touched.organization_id
              JOIN victims_personrecord r ON r.claimant_id = m.id JOIN victims_link l ON l.record_id = r.id""",
    "sources_source": "SELECT 'source', id::text FROM touched",
    "incidents_incident": "SELECT 'incident', id::text FROM touched",
    "incidents_incident_kinds": "SELECT 'incident', incident_id::text FROM touched",
    "incidents_incidentplace": """SELECT 'incident', incident_id::text FROM touched
        UNION SELECT 'figure', s.id::text FROM touched JOIN incidents_scope s ON s.incident_id = touched.incident_id
        UNION SELECT 'figure', s.id::text FROM touched JOIN incidents_incidentpart l ON l.situation_id = touched.incident_id
              JOIN incidents_scope s ON s.incident_id = l.part_id""",
    "incidents_incidentpart": """SELECT 'incident', unnest(ARRAY[part_id, situation_id])::text FROM touched
        UNION SELECT 'figure', s.id::text FROM touched JOIN incidents_scope s ON s.incident_id = touched.part_id""",
    "incidents_claim": f"SELECT 'claim', id::text FROM touched {RELATED_CLAIMS}",
    "incidents_responsibilityclaim": "SELECT 'responsibility', id::text FROM touched",
    "incidents_statement": "SELECT 'incident', incident_id::text FROM touched",
    "incidents_citation": """SELECT 'claim', claim_id::text FROM touched WHERE claim_id IS NOT NULL
        UNION SELECT 'responsibility', responsibility_id::text FROM touched WHERE responsibility_id IS NOT NULL
        UNION SELECT 'incident', s.incident_id::text FROM touched JOIN incidents_statement s ON s.id = touched.statement_id
        UNION SELECT 'figure', f.scope_id::text FROM touched JOIN incidents_figureclaim u ON u.claim_id = touched.claim_id
              JOIN incidents_figure f ON f.id = u.figure_id""",
    "incidents_relay": f"""SELECT 'claim', c.claim_id::text FROM {CITED} WHERE c.claim_id IS NOT NULL
        UNION SELECT 'responsibility', c.responsibility_id::text FROM {CITED} WHERE c.responsibility_id IS NOT NULL
        UNION SELECT 'incident', s.incident_id::text FROM {CITED} JOIN incidents_statement s ON s.id = c.statement_id""",
    "incidents_derivation": "SELECT 'claim', claim_id::text FROM touched",
    "incidents_scopeclaim": """SELECT 'claim', claim_id::text FROM touched
        UNION SELECT 'figure', scope_id::text FROM touched""",
    "incidents_scopestate": """SELECT 'figure', scope_id::text FROM touched
        UNION SELECT 'figure', other.id::text FROM touched JOIN incidents_scope s ON s.id = touched.scope_id
              JOIN incidents_incidentpart l ON l.situation_id = s.incident_id
              JOIN incidents_scope other ON other.incident_id = l.part_id AND other.measure_id = s.measure_id""",
    "incidents_figure": "SELECT 'figure', scope_id::text FROM touched",
    "incidents_figureclaim": """SELECT 'figure', f.scope_id::text FROM touched JOIN incidents_figure f ON f.id = touched.figure_id""",
    "victims_victim": "SELECT 'victim', id::text FROM touched",
    "victims_link": f"""SELECT 'victim', victim_id::text FROM touched UNION {VICTIMS_OF_RECORDS}""",
    "victims_namedecision": VICTIMS_OF_RECORDS,
    "victims_personname": VICTIMS_OF_RECORDS,
    "victims_personrelay": VICTIMS_OF_RECORDS,
    "victims_personrecord": VICTIMS_OF_RECORDS.replace("touched.record_id", "touched.id"),
    # A name to be masked may stand anywhere.
    "protected_name": "SELECT 'everything', '' FROM (SELECT FROM touched LIMIT 1) AS any_row",
}

ON_UPDATE: dict[str, str] = {
    "incidents_incident": INCIDENT_UPDATED,
    "sources_source": SOURCE_UPDATED,
    "sources_organization": ORGANIZATION_UPDATED,
}

# Under which name a colleague appears. Row by row: the rest of an account, such as its last login, changes often.
PSEUDONYM = """
CREATE FUNCTION editions_due_of_pseudonym() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO api_editiondue (kind, "row")
    SELECT DISTINCT 'figure', scope_id::text FROM incidents_figure WHERE decided_by_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER editions_due AFTER UPDATE ON accounts_user FOR EACH ROW
WHEN (OLD.pseudonym IS DISTINCT FROM NEW.pseudonym) EXECUTE FUNCTION editions_due_of_pseudonym();
"""
NO_PSEUDONYM = "DROP TRIGGER editions_due ON accounts_user; DROP FUNCTION editions_due_of_pseudonym();"


def triggers(table: str) -> tuple[str, str]:
    """What makes, and what takes away, the triggers that note the records of the rows of a table that were written."""
    made, gone = "", ""
    for operation, rows, touched in (
        ("insert", "NEW TABLE AS changed", "SELECT * FROM changed"),
        ("delete", "OLD TABLE AS changed", "SELECT * FROM changed"),
        ("update", "OLD TABLE AS before NEW TABLE AS changed", "SELECT * FROM changed UNION ALL SELECT * FROM before"),
    ):
        name = f"editions_due_{table}_{operation}"
        further = ON_UPDATE.get(table, "") if operation == "update" else ""
        made += f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO api_editiondue (kind, "row")
            WITH touched AS ({touched}) {WHICH[table]};
            {further}
            RETURN NULL;
        END $$;
        CREATE TRIGGER editions_due_{operation} AFTER {operation.upper()} ON {table} REFERENCING {rows}
        FOR EACH STATEMENT EXECUTE FUNCTION {name}();
        """
        gone += f"DROP TRIGGER editions_due_{operation} ON {table}; DROP FUNCTION {name}();"
    return made, gone


STAYS = """
CREATE FUNCTION keep_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.until IS NULL AND NEW.until IS NOT NULL AND (to_jsonb(OLD) - 'until') = (to_jsonb(NEW) - 'until') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'edition % is what was outside, and is never changed or deleted', OLD.id
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER edition_stays BEFORE UPDATE OR DELETE ON api_edition FOR EACH ROW EXECUTE FUNCTION keep_edition();
CREATE TRIGGER text_stays BEFORE UPDATE OR DELETE ON api_editiontext
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('what was outside stays as it was');
"""
DOES_NOT_STAY = """
DROP TRIGGER text_stays ON api_editiontext; DROP TRIGGER edition_stays ON api_edition; DROP FUNCTION keep_edition();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_editions"),
        ("accounts", "0006_tokens"),
        ("places", "0003_help_texts"),
        ("sources", "0011_meant"),
        ("incidents", "0015_approximate"),
        ("victims", "0003_help_texts"),
    ]

    operations = [
        migrations.RunSQL(STAYS, DOES_NOT_STAY),
        migrations.RunSQL(OF_INCIDENTS, "DROP FUNCTION editions_due_of_incidents(bigint[])"),
        migrations.RunSQL(OF_SOURCES, "DROP FUNCTION editions_due_of_sources(uuid[], bigint[])"),
        *(migrations.RunSQL(*triggers(table)) for table in WHICH),
        migrations.RunSQL(PSEUDONYM, NO_PSEUDONYM),
        *(RefuseTruncate(f"api_{name}") for name in ("edition", "editiontext", "editiondue", "editionclock")),
        # What is outside already: looked at when the migration is done.
        migrations.RunSQL(
            "INSERT INTO api_editiondue (kind, \"row\") VALUES ('everything', '')", migrations.RunSQL.noop
        ),
    ]
