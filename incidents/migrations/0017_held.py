"""Who writes at once waits in one order; figures have both ends, and an end of their own; a scope keeps its identity
also where its incident's own place or period changes."""

from django.db import migrations

# Advisory locks of a transaction, always taken in this order: who changes who may see a source, alone; all incidents, of
# which 0 in the class stands for; each incident. Beyond some number of incidents all are held at once, for the
# server's table of locks is not endless.
HOLD = """
CREATE FUNCTION hold_incidents(incidents bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(730119006);
    IF cardinality(incidents) > 1500 THEN
        PERFORM pg_advisory_xact_lock(730119003, 0);
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(730119003, 0);
    PERFORM pg_advisory_xact_lock(730119003, 1 + (key % 2147483646)::int)
    FROM (SELECT DISTINCT unnest(incidents) AS key ORDER BY 1) AS wanted;
END $$;
"""

# Each waits for whoever accepts a claim at this moment, and then sees it: a statement begun after the wait is of a later
# moment than the one before.
SOURCES = """
CREATE OR REPLACE FUNCTION scopes_due_of_source() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid[];
BEGIN
    SELECT array_agg(s.id) INTO touched FROM sources_source s
    WHERE EXISTS (
        SELECT FROM changed JOIN before USING (id) WHERE (s.id = changed.id OR s.merged_into_id = changed.id)
        AND (changed.disclosure, changed.merged_into_id, changed.publisher_id, changed.published)
            IS DISTINCT FROM (before.disclosure, before.merged_into_id, before.publisher_id, before.published));
    IF touched IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(730119006);
        PERFORM scopes_due_of_sources(touched, ARRAY[]::bigint[]);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION scopes_due_of_organization() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    published uuid[];
BEGIN
    SELECT array_agg(o.id) INTO touched FROM sources_organization o
    WHERE EXISTS (
        SELECT FROM changed JOIN before USING (id) WHERE (o.id = changed.id OR o.merged_into_id = changed.id)
        AND (changed.disclosure, changed.merged_into_id) IS DISTINCT FROM (before.disclosure, before.merged_into_id));
    IF touched IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(730119006);
        SELECT coalesce(array_agg(s.id), ARRAY[]::uuid[]) INTO published FROM sources_source s
        LEFT JOIN sources_source m ON m.id = s.merged_into_id
        WHERE s.publisher_id = ANY(touched) OR m.publisher_id = ANY(touched);
        PERFORM scopes_due_of_sources(published, touched);
    END IF;
    RETURN NULL;
END $$;
"""

INCIDENT = """
CREATE OR REPLACE FUNCTION scopes_due_of_incident() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    SELECT array_agg(changed.id) INTO touched FROM changed JOIN before USING (id)
    WHERE changed.occurred <> before.occurred
       OR (changed.status, changed.disclosure) IS DISTINCT FROM (before.status, before.disclosure);
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM hold_incidents(touched);
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
"""


def places(operation: str, rows: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION scopes_due_of_incidentplace_{operation}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    SELECT array_agg(DISTINCT incident_id) INTO touched FROM ({rows}) AS written WHERE role = 'place';
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM hold_incidents(touched);
    INSERT INTO incidents_scopedue (incident_id, transaction)
    SELECT key, pg_current_xact_id()::text::bigint FROM unnest(touched) AS key
    WHERE EXISTS (SELECT FROM incidents_claim c WHERE c.incident_id = key AND c.status = 'accepted');
    RETURN NULL;
END $$;
"""


PLACES = "".join(
    places(operation, rows)
    for operation, rows in (
        ("insert", "SELECT * FROM changed"),
        ("delete", "SELECT * FROM changed"),
        ("update", "SELECT * FROM changed UNION ALL SELECT * FROM before"),
    )
)

# Of a scope only that may change which is told as the incident's own, or no longer is.
IDENTITY = """
DROP TRIGGER identity_stays ON incidents_scope;
CREATE FUNCTION keep_scope() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own text[] := ARRAY['place_id', 'since', 'since_earliest', 'since_latest'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (to_jsonb(OLD) - own) = (to_jsonb(NEW) - own) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'scope % keeps its identity', OLD.id USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER identity_stays BEFORE UPDATE OR DELETE ON incidents_scope FOR EACH ROW EXECUTE FUNCTION keep_scope();
CREATE TRIGGER history_update AFTER UPDATE ON incidents_scope REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION history_record('id', '');
"""

CHANGES = "proposed>adopted,proposed>declined,adopted>superseded,adopted>withdrawn"
FIGURES = f"""
-- As policies write it: “at least 100” is 100 to 100, open-ended; a best alone is the whole of it.
ALTER TABLE incidents_figure DISABLE TRIGGER proposed_stays;
UPDATE incidents_figure SET low = coalesce(low, best, 0), high = coalesce(high, best, low), open_ended = open_ended OR high IS NULL
WHERE (low IS NULL) <> (high IS NULL) OR best IS NOT NULL AND low IS NULL;
UPDATE incidents_figure SET open_ended = false WHERE low IS NULL AND open_ended;
ALTER TABLE incidents_figure ENABLE TRIGGER proposed_stays;

CREATE OR REPLACE FUNCTION keep_figure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text[] := ARRAY['status', 'stale', 'reviewed'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'proposed' OR NEW.stale THEN
            RAISE EXCEPTION 'figure %: a figure begins as proposed', NEW.id USING ERRCODE = 'check_violation', COLUMN = 'status';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.status = 'proposed' AND NEW.status IN ('adopted', 'declined') THEN
            standing := standing || ARRAY['decided_by_id', 'decided_at', 'decision_note'];
        ELSIF OLD.status = 'adopted' AND NEW.status = 'superseded' THEN
            standing := standing || ARRAY['superseded_at'];
        ELSIF OLD.status = 'adopted' AND NEW.status = 'withdrawn' THEN
            standing := standing || ARRAY['superseded_at', 'decision_note'];
        END IF;
        IF (to_jsonb(OLD) - standing) = (to_jsonb(NEW) - standing) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'figure % stays as it was proposed: it is superseded, never edited or deleted', OLD.id
        USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER log_insert ON incidents_figure; DROP TRIGGER log_update ON incidents_figure;
CREATE TRIGGER log_insert AFTER INSERT ON incidents_figure REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION record_transition('{CHANGES}');
CREATE TRIGGER log_update AFTER UPDATE ON incidents_figure REFERENCING NEW TABLE AS changed OLD TABLE AS before
FOR EACH STATEMENT EXECUTE FUNCTION record_transition('{CHANGES}');
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0016_standings")]

    operations = [
        migrations.RunSQL(HOLD),
        migrations.RunSQL(SOURCES),
        migrations.RunSQL(INCIDENT),
        migrations.RunSQL(PLACES),
        migrations.RunSQL(IDENTITY),
        migrations.RunSQL(FIGURES),
    ]
