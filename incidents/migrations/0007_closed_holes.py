"""What is published becomes what an approved revision holds and nothing else, whoever writes, also in that transaction."""

import json
from importlib import import_module
from typing import Any

from django.db import migrations

from sources.dates import columns

guards = import_module("incidents.migrations.0004_review_desk_guards")  # what stands there again on the way back

# What an approved revision says of the date it says with its days: the database reads no EDTF.
TRIGGER = "ALTER TABLE incidents_revision %s TRIGGER revision_stays"


def add_days(_apps: Any, schema_editor: Any) -> None:
    """The earliest and latest day beside the date of every revision that is still to be decided on."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, content FROM incidents_revision"
            " WHERE status IN ('draft', 'in_review', 'returned') AND content ->> 'occurred' IS NOT NULL"
        )
        waiting = cursor.fetchall()
        if not waiting:
            return
        cursor.execute(TRIGGER % "DISABLE")
        for key, content in waiting:
            known = json.loads(content) if isinstance(content, str) else content
            days = {name: day and str(day) for name, day in columns("occurred", known["occurred"]).items()}
            cursor.execute("UPDATE incidents_revision SET content = %s WHERE id = %s", [json.dumps(known | days), key])
        cursor.execute(TRIGGER % "ENABLE")


# --- a, b: what is published becomes what the approved revision holds, and nothing else

APPROVED = """
-- What the revisions of an incident say that this very transaction approved, the later over the earlier; null when it
-- approved none.
CREATE FUNCTION approved_content(incident bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_object_agg(said.key, said.value ORDER BY r.id)
    FROM incidents_revision r, jsonb_each(r.content) AS said
    WHERE r.incident_id = incident AND r.status = 'approved' AND r.decided_in = pg_current_xact_id()::text::bigint
$$;
CREATE FUNCTION revised_now(incident bigint, name text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(approved_content(incident) ? name, false)
$$;
CREATE FUNCTION written_by_owner(relation oid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = relation
$$;

-- As 0004 has it, but of the latest when a transaction approved several.
CREATE OR REPLACE FUNCTION approved_now(incident bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT authors FROM incidents_revision
    WHERE incident_id = incident AND status = 'approved' AND decided_in = pg_current_xact_id()::text::bigint
    ORDER BY id DESC LIMIT 1
$$;
"""

NOT_APPROVED = """
CREATE OR REPLACE FUNCTION approved_now(incident bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT authors FROM incidents_revision
    WHERE incident_id = incident AND status = 'approved' AND decided_in = pg_current_xact_id()::text::bigint
$$;
DROP FUNCTION written_by_owner(oid); DROP FUNCTION revised_now(bigint, text); DROP FUNCTION approved_content(bigint);
"""

IDENTITY = """
CREATE OR REPLACE FUNCTION keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- What may change of an incident that is public; all else is its content.
    free text[] := ARRAY['status', 'disclosure', 'note', 'withdrawn_reason', 'published_by_id', 'submitted_by_id',
                         'reviewed', 'authors'];
    revisable text[] := ARRAY['incident_type', 'title', 'title_ar', 'occurred', 'occurred_earliest', 'occurred_latest',
                              'summary', 'grade', 'disclosure', 'note'];
    approved incidents_revision;
    due jsonb;
    other text;
BEGIN
    IF OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at THEN
        RAISE EXCEPTION '% was published: when can no longer change', OLD.reference
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.status = 'under_revision' AND NEW.status = 'published' THEN
        SELECT * INTO approved FROM incidents_revision
        WHERE incident_id = NEW.id AND status = 'approved' AND decided_in = pg_current_xact_id()::text::bigint
        ORDER BY id DESC LIMIT 1;
    END IF;
    IF approved.id IS NOT NULL THEN
        due := to_jsonb(OLD)
            || jsonb_build_object('modified_by_id', approved.opened_by_id, 'modified_at', approved.decided_at,
                                  'published_by_id', approved.decided_by_id)
            || coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(approved.content) WHERE key = ANY (revisable)),
                        '{}');
        SELECT string_agg(now_.key, ', ' ORDER BY now_.key) INTO other
        FROM jsonb_each(to_jsonb(NEW) - ARRAY['status', 'reviewed', 'authors']) AS now_
        WHERE now_.value IS DISTINCT FROM due -> now_.key;
        IF other IS NOT NULL THEN
            RAISE EXCEPTION '% becomes what the approved revision holds and nothing else: %', OLD.reference, other
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF OLD.status IN ('published', 'under_revision', 'merged')
       AND ((to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
            OR NEW.published_by_id IS DISTINCT FROM OLD.published_by_id) THEN
        RAISE EXCEPTION '% is published: it changes when a revision of it is approved', OLD.reference
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.incident_type <> 'situation'
       AND EXISTS (SELECT FROM incidents_incidentpart WHERE situation_id = NEW.id) THEN
        RAISE EXCEPTION '% has parts and so remains a situation', NEW.reference
            USING ERRCODE = 'check_violation', COLUMN = 'incident_type';
    END IF;
    IF NEW.reference <> OLD.reference THEN
        RAISE EXCEPTION '%: a reference is permanent', OLD.reference USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""

RELATIONS = """
-- Of a whole statement; the arguments are the column of the incident and, as SQL, what a revision calls such a row.
CREATE OR REPLACE FUNCTION keep_places_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held text;
BEGIN
    IF TG_OP = 'INSERT' AND written_by_owner(TG_RELID) THEN
        RETURN NULL;  -- a made-up register is entered as it stands
    END IF;
    EXECUTE format('SELECT reference FROM changed JOIN incidents_incident i ON i.id = changed.%I
                    WHERE status IN (''published'', ''under_revision'', ''merged'') AND NOT revised_now(i.id, %s) LIMIT 1',
                   TG_ARGV[0], TG_ARGV[1]) INTO held;
    IF held IS NOT NULL THEN
        RAISE EXCEPTION '% is published: its places, kinds and situations change when a revision is approved', held
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

-- A merge takes the links along that it lists; taking it back returns them, and makes those anew that were taken away.
CREATE FUNCTION linked_by_merge(was incidents_incidentpart, becomes incidents_incidentpart) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM incidents_incidentmerge m JOIN incidents_incident one ON one.id = m.merged_id
        WHERE one.status = 'merged' AND becomes.id IS NOT NULL AND CASE
            WHEN m.undone_at IS NULL THEN
                was.part_id = becomes.part_id AND m.moved -> 'parts' @> to_jsonb(was.id)
                    AND (was.situation_id, becomes.situation_id) = (m.merged_id, m.into_id)
                OR was.situation_id = becomes.situation_id AND m.moved -> 'situations' @> to_jsonb(was.id)
                    AND (was.part_id, becomes.part_id) = (m.merged_id, m.into_id)
            -- Undone and its incident still merged: this is the transaction that takes it back.
            WHEN EXISTS (SELECT FROM incidents_incidentmerge WHERE merged_id = one.id AND undone_at IS NULL) THEN false
            WHEN was.id IS NULL THEN
                m.moved -> 'links' @> jsonb_build_array(
                    jsonb_build_object('part', becomes.part_id, 'situation', becomes.situation_id))
                AND m.merged_id IN (becomes.part_id, becomes.situation_id)
            ELSE
                was.part_id = becomes.part_id AND m.moved -> 'parts' @> to_jsonb(was.id)
                    AND (was.situation_id, becomes.situation_id) = (m.into_id, m.merged_id)
                OR was.situation_id = becomes.situation_id AND m.moved -> 'situations' @> to_jsonb(was.id)
                    AND (was.part_id, becomes.part_id) = (m.into_id, m.merged_id)
        END)
$$;
CREATE FUNCTION keep_situations_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held text;
BEGIN
    IF NOT (TG_OP = 'INSERT' AND written_by_owner(TG_RELID)) THEN
        SELECT reference INTO held FROM incidents_incident
        WHERE id IN (OLD.part_id, NEW.part_id) AND status IN ('published', 'under_revision', 'merged')
          AND NOT revised_now(id, 'part_of') LIMIT 1;
        IF held IS NOT NULL AND NOT linked_by_merge(OLD, NEW) THEN
            RAISE EXCEPTION '% is published: its places, kinds and situations change when a revision is approved', held
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION keep_merge_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'merge %: a merge is entered as standing, and taken back later', NEW.id
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER enters_standing BEFORE INSERT ON incidents_incidentmerge
FOR EACH ROW WHEN (NEW.undone_at IS NOT NULL) EXECUTE FUNCTION keep_merge_standing();

-- When the transaction commits, what the approved revision names stands as it says, no more and no less.
CREATE FUNCTION stands_as_approved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    incident bigint;
    content jsonb;
    stands jsonb;
    other text;
BEGIN
    FOR incident IN SELECT DISTINCT one FROM unnest(ARRAY[before ->> TG_ARGV[0], after ->> TG_ARGV[0]]::bigint[]) AS one
                    WHERE one IS NOT NULL LOOP
        content := approved_content(incident);
        SELECT to_jsonb(i) || jsonb_build_object(
                   'places', (SELECT coalesce(jsonb_agg(place_id ORDER BY position, id), '[]') FROM incidents_incidentplace
                              WHERE incident_id = i.id AND role = 'place'),
                   'destinations', (SELECT coalesce(jsonb_agg(place_id ORDER BY position, id), '[]')
                                    FROM incidents_incidentplace WHERE incident_id = i.id AND role = 'destination'),
                   'kinds', (SELECT coalesce(jsonb_agg(incidentkind_id), '[]') FROM incidents_incident_kinds
                             WHERE incident_id = i.id),
                   'part_of', (SELECT coalesce(jsonb_agg(situation_id), '[]') FROM incidents_incidentpart
                               WHERE part_id = i.id))
        INTO stands FROM incidents_incident i WHERE i.id = incident;
        SELECT said.key INTO other FROM jsonb_each(content) AS said
        WHERE CASE WHEN said.key IN ('kinds', 'part_of')
                   THEN NOT (said.value @> (stands -> said.key) AND said.value <@ (stands -> said.key))
                   ELSE said.value IS DISTINCT FROM stands -> said.key END
        ORDER BY said.key LIMIT 1;
        IF other IS NOT NULL THEN
            RAISE EXCEPTION '% becomes what the approved revision holds and nothing else: %', stands ->> 'reference', other
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER stands_as_approved AFTER UPDATE ON incidents_revision
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.status <> 'approved' AND NEW.status = 'approved')
EXECUTE FUNCTION stands_as_approved('incident_id');
"""

NO_RELATIONS = """
DROP TRIGGER stands_as_approved ON incidents_revision; DROP TRIGGER enters_standing ON incidents_incidentmerge;
DROP FUNCTION stands_as_approved(); DROP FUNCTION keep_situations_of_published(); DROP FUNCTION keep_merge_standing();
DROP FUNCTION linked_by_merge(incidents_incidentpart, incidents_incidentpart);
"""

PLACES, KINDS, PARTS = "incidents_incidentplace", "incidents_incident_kinds", "incidents_incidentpart"
# Each table, its column of the incident, and what a revision calls such a row.
NAMED = {PLACES: ("incident_id", "{}.role || 's'"), KINDS: ("incident_id", "'kinds'"), PARTS: ("part_id", "'part_of'")}
MOMENTS = (
    ("on_insert", "INSERT", "NEW"), ("on_update", "UPDATE", "OLD"), ("as_updated", "UPDATE", "NEW"),
    ("on_delete", "DELETE", "OLD"),
)  # fmt: skip


def keep_statement(table: str, word: str, operation: str, rows: str, *arguments: str) -> str:
    given = ", ".join("'" + one.replace("'", "''") + "'" for one in arguments)
    return (
        f"CREATE TRIGGER published_stays_{word} AFTER {operation} ON {table} REFERENCING {rows} TABLE AS changed"
        f" FOR EACH STATEMENT EXECUTE FUNCTION keep_places_of_published({given});"
    )


def look_at_commit(table: str) -> str:
    """Look again at commit whenever a row was written that a revision approved in this transaction is about."""
    column, name = NAMED[table]
    old, new = (f"revised_now({row}.{column}, {name.format(row)})" for row in ("OLD", "NEW"))
    return "".join(
        f"CREATE CONSTRAINT TRIGGER approved_{operation} AFTER {operation} ON {table}"
        f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({condition})"
        f" EXECUTE FUNCTION stands_as_approved('{column}');"
        for operation, condition in (("insert", new), ("update", f"{old} OR {new}"), ("delete", old))
    )


KEEP = (
    f"DROP TRIGGER published_stays_on_update ON {PLACES};"
    + "".join(f"DROP TRIGGER published_stays_on_delete ON {table};" for table in NAMED)
    + "".join(
        keep_statement(table, *moment, NAMED[table][0], NAMED[table][1].format("changed"))
        for table in (PLACES, KINDS)
        for moment in MOMENTS
    )
    + f"CREATE TRIGGER published_stays BEFORE INSERT OR UPDATE OR DELETE ON {PARTS}"
    " FOR EACH ROW EXECUTE FUNCTION keep_situations_of_published();" + "".join(map(look_at_commit, NAMED))
)
KEEP_LESS = (
    "".join(f"DROP TRIGGER approved_{one} ON {table};" for table in NAMED for one in ("insert", "update", "delete"))
    + f"DROP TRIGGER published_stays ON {PARTS};"
    + "".join(f"DROP TRIGGER published_stays_{one[0]} ON {table};" for table in (PLACES, KINDS) for one in MOMENTS)
    + "".join(keep_statement(table, *MOMENTS[3], column) for table, (column, _name) in NAMED.items())
    + keep_statement(PLACES, *MOMENTS[1], "incident_id")
)

# A revision is opened, and decided later.
OPENED = """
CREATE FUNCTION refuse_decided_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a revision is opened as a draft, and decided later by somebody else'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER enters_undecided BEFORE INSERT ON incidents_revision FOR EACH ROW
WHEN (NEW.status <> 'draft' OR NEW.submitted_at IS NOT NULL OR NEW.decided_at IS NOT NULL OR NEW.decided_by_id IS NOT NULL
      OR NEW.decision_note <> '')
EXECUTE FUNCTION refuse_decided_revision();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0006_merge_guards")]

    operations = [
        migrations.RunPython(add_days, migrations.RunPython.noop),
        migrations.RunSQL(APPROVED, NOT_APPROVED),
        migrations.RunSQL(IDENTITY, guards.IDENTITY % {"kept": f"{guards.PUBLIC}, 'merged'", "approved": guards.NOW}),
        migrations.RunSQL(RELATIONS, NO_RELATIONS + guards.PLACES % {"approved": guards.NOT_NOW}),
        migrations.RunSQL(KEEP, KEEP_LESS),
        migrations.RunSQL(
            OPENED, "DROP TRIGGER enters_undecided ON incidents_revision; DROP FUNCTION refuse_decided_revision()"
        ),
    ]
