"""Revisions, remarks and merges: what no client of the database but its owner can do to them."""

from django.db import migrations

from accounts.operations import KeepHistory

# The authors of what is approved are those who wrote the revision, not the one who approves it.
AUTHORS = """
CREATE OR REPLACE FUNCTION keep_authors() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    actor bigint := nullif(current_setting('sijil.actor', true), '')::bigint;
    -- What is of review and not of content.
    review text[] := ARRAY['authors', 'reviewed', 'status', 'disclosure', 'note', 'submitted_by_id', 'submitted_at',
                           'accepted_by_id', 'accepted_at', 'decision_note', 'published_by_id', 'published_at',
                           'withdrawn_reason', 'incident_id'];
    wrote bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        wrote := ARRAY[NEW.recorded_by_id, actor];
    ELSE
        IF NEW.recorded_by_id IS DISTINCT FROM OLD.recorded_by_id THEN
            RAISE EXCEPTION '% %: who recorded it can no longer change', TG_TABLE_NAME, OLD.id
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        wrote := OLD.authors;
        IF (to_jsonb(OLD) - review) IS DISTINCT FROM (to_jsonb(NEW) - review) THEN
            %(written)s
        END IF;
    END IF;
    IF TG_OP = 'INSERT' AND coalesce(array_length(NEW.authors, 1), 0) = 0 AND (actor IS NULL OR actor = NEW.recorded_by_id) THEN
        NEW.authors := ARRAY[NEW.recorded_by_id];  -- the usual case, without a sort for each row of a bulk load
    ELSE
        NEW.authors := ARRAY(SELECT DISTINCT one FROM unnest(wrote || NEW.authors) AS one WHERE one IS NOT NULL ORDER BY one);
    END IF;
    RETURN NEW;
END $$;
"""
ACTOR = "wrote := wrote || actor;"
ACTOR_OR_REVISERS = """IF TG_TABLE_NAME = 'incidents_incident' AND OLD.status = 'under_revision' AND NEW.status = 'published' THEN
                wrote := wrote || approved_now(NEW.id);
            ELSE
                wrote := wrote || actor;
            END IF;"""

APPROVED_NOW = """
-- Those who wrote the revision of an incident that this very transaction approved; null when it approved none.
CREATE FUNCTION approved_now(incident bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT authors FROM incidents_revision
    WHERE incident_id = incident AND status = 'approved' AND decided_in = pg_current_xact_id()::text::bigint
$$;
"""

IDENTITY = """
CREATE OR REPLACE FUNCTION keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- What may change of an incident that is public; all else is its content.
    free text[] := ARRAY['status', 'disclosure', 'note', 'withdrawn_reason', 'published_by_id', 'submitted_by_id',
                         'reviewed', 'authors'];
BEGIN
    IF OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at THEN
        RAISE EXCEPTION '%% was published: when can no longer change', OLD.reference
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.status IN (%(kept)s)
       AND NOT (OLD.status = 'under_revision' AND NEW.status = 'published'%(approved)s)
       AND ((to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
            OR NEW.published_by_id IS DISTINCT FROM OLD.published_by_id) THEN
        RAISE EXCEPTION '%% is published: it changes when a revision of it is approved', OLD.reference
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.incident_type <> 'situation'
       AND EXISTS (SELECT FROM incidents_incidentpart WHERE situation_id = NEW.id) THEN
        RAISE EXCEPTION '%% has parts and so remains a situation', NEW.reference
            USING ERRCODE = 'check_violation', COLUMN = 'incident_type';
    END IF;
    IF NEW.reference <> OLD.reference THEN
        RAISE EXCEPTION '%%: a reference is permanent', OLD.reference USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""

PLACES = """
CREATE OR REPLACE FUNCTION keep_places_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held text;
BEGIN
    EXECUTE format('SELECT reference FROM changed JOIN incidents_incident i ON i.id = changed.%%I
                    WHERE status IN (''published'', ''under_revision'')%(approved)s LIMIT 1', TG_ARGV[0]) INTO held;
    IF held IS NOT NULL THEN
        RAISE EXCEPTION '%% is published: its places, kinds and situations change when a revision is approved', held
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
"""

# A merge moves the links between parts and situations; nothing else of what is public changes with it.
MERGING = """
CREATE FUNCTION keep_merge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.undone_at IS NOT NULL
       OR (OLD.merged_id, OLD.into_id, OLD.reason, OLD.was, OLD.moved, OLD.by_id, OLD.at)
          IS DISTINCT FROM (NEW.merged_id, NEW.into_id, NEW.reason, NEW.was, NEW.moved, NEW.by_id, NEW.at) THEN
        RAISE EXCEPTION 'merge % stays as it was decided; it can be undone once', OLD.id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_stays BEFORE UPDATE OR DELETE ON incidents_incidentmerge
FOR EACH ROW EXECUTE FUNCTION keep_merge();

-- An incident is merged as long as a merge of it stands, and no longer.
CREATE FUNCTION match_merge_and_status() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said boolean;
    stands boolean;
BEGIN
    SELECT status = 'merged' INTO said FROM incidents_incident WHERE id = NEW.id;
    stands := EXISTS (SELECT FROM incidents_incidentmerge WHERE merged_id = NEW.id AND undone_at IS NULL);
    IF said IS DISTINCT FROM stands THEN
        RAISE EXCEPTION '%: what is merged leads to another incident, and nothing else does', NEW.reference
            USING ERRCODE = 'check_violation', COLUMN = 'status';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER merged_into_one AFTER UPDATE OF status ON incidents_incident
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((OLD.status = 'merged') IS DISTINCT FROM (NEW.status = 'merged'))
EXECUTE FUNCTION match_merge_and_status();
"""

NOT_MERGING = """
DROP TRIGGER merged_into_one ON incidents_incident; DROP TRIGGER decided_stays ON incidents_incidentmerge;
DROP FUNCTION match_merge_and_status(); DROP FUNCTION keep_merge();
"""

REVISIONS = """
CREATE FUNCTION keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    actor bigint := nullif(current_setting('sijil.actor', true), '')::bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'revision % is given up, never deleted', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.authors := ARRAY(SELECT DISTINCT one FROM unnest(ARRAY[NEW.opened_by_id, actor]) AS one WHERE one IS NOT NULL);
        NEW.decided_in := NULL;
        RETURN NEW;
    END IF;
    IF OLD.status IN ('approved', 'abandoned')
       OR (OLD.incident_id, OLD.opened_by_id, OLD.opened_at) IS DISTINCT FROM (NEW.incident_id, NEW.opened_by_id, NEW.opened_at)
       OR OLD.content IS DISTINCT FROM NEW.content AND (OLD.status = 'in_review' OR NEW.status <> OLD.status) THEN
        RAISE EXCEPTION 'revision % stays as it was submitted or decided', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.authors := OLD.authors;
    IF (OLD.content, OLD.reason) IS DISTINCT FROM (NEW.content, NEW.reason) AND NOT actor = ANY (OLD.authors) THEN
        NEW.authors := OLD.authors || actor;
    END IF;
    NEW.decided_in := CASE WHEN NEW.status = 'approved' THEN pg_current_xact_id()::text::bigint END;
    RETURN NEW;
END $$;
CREATE TRIGGER revision_stays BEFORE INSERT OR UPDATE OR DELETE ON incidents_revision
FOR EACH ROW EXECUTE FUNCTION keep_revision();
"""

REMARKS = """
CREATE FUNCTION keep_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (OLD.table_name, OLD.row_id, OLD.field, OLD.text, OLD.author_id, OLD.at)
          IS DISTINCT FROM (NEW.table_name, NEW.row_id, NEW.field, NEW.text, NEW.author_id, NEW.at) THEN
        RAISE EXCEPTION 'comment % was said and stays', OLD.id
            USING ERRCODE = 'insufficient_privilege', HINT = 'Add another, or resolve this one.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER said_stays BEFORE UPDATE OR DELETE ON incidents_comment
FOR EACH ROW EXECUTE FUNCTION keep_comment();
"""

BEFORE = (
    "draft>in_review,changes_requested>in_review,in_review>changes_requested,in_review>published,"
    "published>under_revision,under_revision>published,draft>withdrawn,in_review>withdrawn,"
    "changes_requested>withdrawn,published>withdrawn,under_revision>withdrawn"
)
INCIDENT_CHANGES = (
    f"{BEFORE},draft>merged,in_review>merged,changes_requested>merged,published>merged,"
    "merged>draft,merged>in_review,merged>changes_requested,merged>published"
)
REVISION_CHANGES = (
    "draft>in_review,returned>in_review,in_review>returned,in_review>approved,"
    "draft>abandoned,in_review>abandoned,returned>abandoned"
)


def log(table: str, changes: str) -> str:
    """Keep every change of state of a table, and refuse those that are not listed."""
    return (
        f"CREATE TRIGGER log_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed"
        f" FOR EACH STATEMENT EXECUTE FUNCTION record_transition('{changes}');"
        f"CREATE TRIGGER log_update AFTER UPDATE ON {table} REFERENCING NEW TABLE AS changed OLD TABLE AS before"
        f" FOR EACH STATEMENT EXECUTE FUNCTION record_transition('{changes}');"
    )


def unlog(table: str) -> str:
    return f"DROP TRIGGER log_insert ON {table}; DROP TRIGGER log_update ON {table};"


INCIDENT = "incidents_incident"
NOW = " AND approved_now(NEW.id) IS NOT NULL"
NOT_NOW = " AND approved_now(i.id) IS NULL"
PUBLIC = "'published', 'under_revision'"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_review_desk")]

    operations = [
        migrations.RunSQL(APPROVED_NOW, "DROP FUNCTION approved_now(bigint)"),
        migrations.RunSQL(AUTHORS.replace("%(written)s", ACTOR_OR_REVISERS), AUTHORS.replace("%(written)s", ACTOR)),
        migrations.RunSQL(
            IDENTITY % {"kept": f"{PUBLIC}, 'merged'", "approved": NOW}, IDENTITY % {"kept": PUBLIC, "approved": ""}
        ),
        migrations.RunSQL(PLACES % {"approved": NOT_NOW}, PLACES % {"approved": ""}),
        migrations.RunSQL(
            REVISIONS, "DROP TRIGGER revision_stays ON incidents_revision; DROP FUNCTION keep_revision()"
        ),
        migrations.RunSQL(REMARKS, "DROP TRIGGER said_stays ON incidents_comment; DROP FUNCTION keep_comment()"),
        migrations.RunSQL(MERGING, NOT_MERGING),
        migrations.RunSQL(unlog(INCIDENT) + log(INCIDENT, INCIDENT_CHANGES), unlog(INCIDENT) + log(INCIDENT, BEFORE)),
        migrations.RunSQL(log("incidents_revision", REVISION_CHANGES), unlog("incidents_revision")),
        *(KeepHistory(f"incidents_{table}") for table in ("revision", "comment", "incidentmerge")),
        KeepHistory("incidents_assignment", key="incident_id"),
    ]
