"""Scopes keep their identity; whatever changes what claims come to notes the incidents whose scopes are due.

A scope is written once and never changed, so it has no history: whoever wrote it decided nothing. What follows from the
claims is no content of its own and has none either.
"""

from django.db import migrations

from accounts.operations import RefuseTruncate

OUTSIDE = "('accepted', 'corrected', 'retracted', 'voided')"

IDENTITY = """
DROP TRIGGER history_insert ON incidents_scope; DROP TRIGGER history_update ON incidents_scope;
DROP TRIGGER history_delete ON incidents_scope;
CREATE TRIGGER identity_stays BEFORE UPDATE OR DELETE ON incidents_scope
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('a scope keeps its identity');
"""

NO_IDENTITY = """
DROP TRIGGER identity_stays ON incidents_scope;
CREATE TRIGGER history_insert AFTER INSERT ON incidents_scope REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION history_record('id', '');
CREATE TRIGGER history_update AFTER UPDATE ON incidents_scope REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION history_record('id', '');
CREATE TRIGGER history_delete AFTER DELETE ON incidents_scope REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION history_record('id', '');
"""

# Each function selects the keys of incidents from the rows that changed; ``before`` is what they were, where they were updated.
WHICH = {
    "claim": f"SELECT incident_id FROM changed WHERE status IN {OUTSIDE}",
    "citation": f"""SELECT c.incident_id FROM changed JOIN incidents_claim c ON c.id = changed.claim_id
        WHERE c.status IN {OUTSIDE}""",
    "derivation": f"""SELECT c.incident_id FROM changed JOIN incidents_claim c ON c.id = changed.claim_id
        WHERE c.status IN {OUTSIDE}""",
    "relay": f"""SELECT c.incident_id FROM changed JOIN incidents_citation cit ON cit.id = changed.citation_id
        JOIN incidents_claim c ON c.id = cit.claim_id WHERE c.status IN {OUTSIDE}""",
    "incidentplace": """SELECT incident_id FROM changed WHERE role = 'place'
        AND EXISTS (SELECT FROM incidents_claim c WHERE c.incident_id = changed.incident_id AND c.status = 'accepted')""",
}  # fmt: skip

INCIDENT = """
CREATE FUNCTION scopes_due_of_incident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO incidents_scopedue (incident_id, transaction)
    SELECT changed.id, pg_current_xact_id()::text::bigint FROM changed JOIN before USING (id)
    WHERE (changed.occurred <> before.occurred
           AND EXISTS (SELECT FROM incidents_claim c WHERE c.incident_id = changed.id AND c.status = 'accepted'))
       -- What claims about other incidents rest on comes into sight, or leaves it.
       OR ((changed.status, changed.disclosure) IS DISTINCT FROM (before.status, before.disclosure)
           AND EXISTS (SELECT FROM incidents_claim c JOIN incidents_derivation d ON d.rests_on_id = c.id
                       JOIN incidents_claim resting ON resting.id = d.claim_id
                       WHERE c.incident_id = changed.id AND resting.incident_id <> changed.id));
    RETURN NULL;
END $$;
CREATE TRIGGER scopes_due AFTER UPDATE ON incidents_incident REFERENCING OLD TABLE AS before NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION scopes_due_of_incident();
"""

SOURCES = f"""
CREATE FUNCTION scopes_due_of_sources(sources uuid[], organizations bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO incidents_scopedue (incident_id, transaction)
    SELECT DISTINCT c.incident_id, pg_current_xact_id()::text::bigint FROM incidents_claim c
    WHERE c.status IN {OUTSIDE} AND (
        c.claimant_id = ANY(organizations)
        OR c.id IN (SELECT claim_id FROM incidents_citation WHERE source_id = ANY(sources)
                    UNION SELECT cit.claim_id FROM incidents_relay r JOIN incidents_citation cit ON cit.id = r.citation_id
                    WHERE r.organization_id = ANY(organizations)
                    UNION SELECT claim_id FROM incidents_derivation
                    WHERE source_id = ANY(sources) OR organization_id = ANY(organizations)));
$$;

CREATE FUNCTION scopes_due_of_source() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid[];
BEGIN
    SELECT array_agg(s.id) INTO touched FROM sources_source s
    WHERE EXISTS (
        SELECT FROM changed JOIN before USING (id) WHERE (s.id = changed.id OR s.merged_into_id = changed.id)
        AND (changed.disclosure, changed.merged_into_id, changed.publisher_id, changed.published)
            IS DISTINCT FROM (before.disclosure, before.merged_into_id, before.publisher_id, before.published));
    IF touched IS NOT NULL THEN
        PERFORM scopes_due_of_sources(touched, ARRAY[]::bigint[]);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER scopes_due AFTER UPDATE ON sources_source REFERENCING OLD TABLE AS before NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION scopes_due_of_source();

CREATE FUNCTION scopes_due_of_organization() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    published uuid[];
BEGIN
    SELECT array_agg(o.id) INTO touched FROM sources_organization o
    WHERE EXISTS (
        SELECT FROM changed JOIN before USING (id) WHERE (o.id = changed.id OR o.merged_into_id = changed.id)
        AND (changed.disclosure, changed.merged_into_id) IS DISTINCT FROM (before.disclosure, before.merged_into_id));
    IF touched IS NOT NULL THEN
        SELECT coalesce(array_agg(s.id), ARRAY[]::uuid[]) INTO published FROM sources_source s
        LEFT JOIN sources_source m ON m.id = s.merged_into_id
        WHERE s.publisher_id = ANY(touched) OR m.publisher_id = ANY(touched);
        PERFORM scopes_due_of_sources(published, touched);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER scopes_due AFTER UPDATE ON sources_organization REFERENCING OLD TABLE AS before NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION scopes_due_of_organization();
"""

NO_SOURCES = """
DROP TRIGGER scopes_due ON sources_organization; DROP FUNCTION scopes_due_of_organization();
DROP TRIGGER scopes_due ON sources_source; DROP FUNCTION scopes_due_of_source();
DROP FUNCTION scopes_due_of_sources(uuid[], bigint[]);
"""


def note(table: str, which: str) -> migrations.RunSQL:
    """Triggers that note the incidents of the rows of a table that were written."""
    create, drop = "", ""
    for operation, rows, select in (
        ("insert", "NEW TABLE AS changed", which),
        ("delete", "OLD TABLE AS changed", which),
        ("update", "OLD TABLE AS before NEW TABLE AS changed", f"{which} UNION {which.replace('changed', 'before')}"),
    ):
        name = f"scopes_due_of_{table}_{operation}"
        create += f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO incidents_scopedue (incident_id, transaction)
            SELECT DISTINCT incident_id, pg_current_xact_id()::text::bigint FROM ({select}) AS touched;
            RETURN NULL;
        END $$;
        CREATE TRIGGER scopes_due_{operation} AFTER {operation.upper()} ON incidents_{table} REFERENCING {rows}
        FOR EACH STATEMENT EXECUTE FUNCTION {name}();
        """
        drop += f"DROP TRIGGER scopes_due_{operation} ON incidents_{table}; DROP FUNCTION {name}();"
    return migrations.RunSQL(create, drop)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0009_scopes"), ("sources", "0011_meant")]

    operations = [
        migrations.RunSQL(IDENTITY, NO_IDENTITY),
        *(note(table, which) for table, which in WHICH.items()),
        migrations.RunSQL(
            INCIDENT, "DROP TRIGGER scopes_due ON incidents_incident; DROP FUNCTION scopes_due_of_incident()"
        ),
        migrations.RunSQL(SOURCES, NO_SOURCES),
        # What was accepted before there was a projection: caught up with when the migration is done.
        migrations.RunSQL(
            "INSERT INTO incidents_scopedue (incident_id, transaction)"
            " SELECT DISTINCT incident_id, 0 FROM incidents_claim WHERE status = 'accepted'",
            migrations.RunSQL.noop,
        ),
        RefuseTruncate("incidents_scopestate"),
        RefuseTruncate("incidents_scopeclaim"),
        RefuseTruncate("incidents_scopedue"),
    ]
