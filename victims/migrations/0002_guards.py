"""What no client of the database but its owner can do to persons, their names, and the decisions about both."""

from django.db import migrations

from accounts.operations import KeepHistory, RefuseTruncate

# The functions are those of claims; names and relays are frozen with their record, and none is added later.
FREEZE = """
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON victims_personrecord
FOR EACH ROW EXECUTE FUNCTION freeze_from_submission();
CREATE TRIGGER authors_are_kept BEFORE INSERT OR UPDATE ON victims_personrecord
FOR EACH ROW EXECUTE FUNCTION keep_authors();

CREATE FUNCTION freeze_part_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    record_key uuid;
    submitted timestamptz;
BEGIN
    FOREACH record_key IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.record_id] WHEN 'DELETE' THEN ARRAY[OLD.record_id]
                                           ELSE ARRAY[OLD.record_id, NEW.record_id] END LOOP
        -- A record that is being submitted and one whose names are being changed wait for each other.
        SELECT submitted_at INTO submitted FROM victims_personrecord WHERE id = record_key FOR SHARE;
        IF submitted IS NOT NULL THEN
            RAISE EXCEPTION 'person record % was submitted: its names and chain can no longer change', record_key
                USING ERRCODE = 'insufficient_privilege',
                      HINT = 'Record a correction, which is a new row linked to this one.';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON victims_personname
FOR EACH ROW EXECUTE FUNCTION freeze_part_of_person();
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON victims_personrelay
FOR EACH ROW EXECUTE FUNCTION freeze_part_of_person();

CREATE FUNCTION require_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.description = '' AND NOT EXISTS (SELECT FROM victims_personname WHERE record_id = NEW.id)
       AND EXISTS (SELECT FROM victims_personrecord WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'person record % has neither a name nor a description', NEW.id
            USING ERRCODE = 'check_violation', COLUMN = 'description',
                  HINT = 'A person without a name is described in the words of the source.';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER is_somebody AFTER INSERT OR UPDATE OF status ON victims_personrecord
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION require_person();
"""

THAW = """
DROP TRIGGER frozen ON victims_personrecord; DROP TRIGGER authors_are_kept ON victims_personrecord;
DROP TRIGGER frozen ON victims_personname; DROP TRIGGER frozen ON victims_personrelay;
DROP TRIGGER is_somebody ON victims_personrecord;
DROP FUNCTION freeze_part_of_person(); DROP FUNCTION require_person();
"""

# DESIGN 9. Asked at every reading, so that what ends on a day ends on that day, and what is found out later holds.
NAMES = """
-- Children, by any of what the record says, and everybody who may be alive.
CREATE FUNCTION name_needs_own_decision(person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT r.fate NOT IN ('killed', 'died_in_detention')
        OR r.age_band = 'child'
        OR r.age_unit = 'years' AND r.age < 18
        OR r.age_unit = 'months' AND r.age < 18 * 12
        -- Possibly under 18 on the day; where either day is not known, possibly is assumed.
        OR r.born <> '' AND coalesce(
               (r.born_latest + interval '18 years') > coalesce(r.fate_date_earliest, i.occurred_earliest), true)
    FROM victims_personrecord r JOIN incidents_incident i ON i.id = r.incident_id
    WHERE r.id = person
$$;

CREATE FUNCTION name_disclosure(person uuid) RETURNS smallint LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT CASE WHEN d.expires < (now() AT TIME ZONE 'UTC')::date THEN 2
                    WHEN d.one_by_one OR NOT name_needs_own_decision(person) THEN d.level
                    ELSE 2 END
        FROM victims_namedecision d
        WHERE d.record_id = person
          AND NOT EXISTS (SELECT FROM victims_namedecision later WHERE later.supersedes_id = d.id)
        LIMIT 1), 2)::smallint
$$;

CREATE FUNCTION check_name_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM victims_namedecision WHERE id = NEW.supersedes_id AND record_id = NEW.record_id) THEN
        RAISE EXCEPTION 'a decision about a name supersedes one about the same record'
            USING ERRCODE = 'check_violation', COLUMN = 'supersedes';
    END IF;
    IF NEW.level < 2 AND NOT EXISTS (
           SELECT FROM victims_personrecord WHERE id = NEW.record_id AND accepted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'person record % is not accepted: its name stays restricted', NEW.record_id
            USING ERRCODE = 'check_violation', COLUMN = 'level';
    END IF;
    IF NEW.level < 2 AND NOT NEW.one_by_one AND name_needs_own_decision(NEW.record_id) THEN
        RAISE EXCEPTION 'person record % is of a child, or of one who may be alive: the name is decided one by one',
            NEW.record_id USING ERRCODE = 'check_violation', COLUMN = 'one_by_one';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_by_the_rules BEFORE INSERT ON victims_namedecision
FOR EACH ROW EXECUTE FUNCTION check_name_decision();
"""

NO_NAMES = """
DROP TRIGGER decided_by_the_rules ON victims_namedecision;
DROP FUNCTION check_name_decision(); DROP FUNCTION name_disclosure(uuid); DROP FUNCTION name_needs_own_decision(uuid);
"""

# The projection victims_link is written here alone; its unique index holds a record to one victim, whoever is faster.
LINKS = """
CREATE FUNCTION check_link_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM victims_linkdecision
           WHERE id = NEW.supersedes_id AND victim_id = NEW.victim_id AND record_id = NEW.record_id) THEN
        RAISE EXCEPTION 'a decision about a link supersedes one about the same record and victim'
            USING ERRCODE = 'check_violation', COLUMN = 'supersedes';
    END IF;
    IF NOT EXISTS (SELECT FROM victims_personrecord WHERE id = NEW.record_id AND submitted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'person record % is a draft: it is linked when it is submitted', NEW.record_id
            USING ERRCODE = 'check_violation', COLUMN = 'record';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_by_the_rules BEFORE INSERT ON victims_linkdecision
FOR EACH ROW EXECUTE FUNCTION check_link_decision();

CREATE FUNCTION project_link() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.verdict = 'same' THEN
        INSERT INTO victims_link (victim_id, record_id, decision_id) VALUES (NEW.victim_id, NEW.record_id, NEW.id);
    ELSE
        DELETE FROM victims_link WHERE victim_id = NEW.victim_id AND record_id = NEW.record_id;
    END IF;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION project_link() FROM PUBLIC;
CREATE TRIGGER linked_as_decided AFTER INSERT ON victims_linkdecision
FOR EACH ROW EXECUTE FUNCTION project_link();
"""

NO_LINKS = """
DROP TRIGGER decided_by_the_rules ON victims_linkdecision; DROP TRIGGER linked_as_decided ON victims_linkdecision;
DROP FUNCTION check_link_decision(); DROP FUNCTION project_link();
"""

APPEND_ONLY = {
    "victim": "a victim has only its permanent reference; links are decided, and taken back",
    "linkdecision": "a decision about a link is superseded by another, never edited",
    "namedecision": "a decision about a name is superseded by another, never edited",
    "nameread": "the log of readings is append-only",
}

# As incidents/workflow.py has it; a test compares.
CHANGES = (
    "draft>proposed,returned>proposed,proposed>returned,proposed>accepted,proposed>rejected,returned>rejected,"
    "proposed>corrected,returned>corrected,accepted>corrected,accepted>retracted,proposed>voided,"
    "returned>voided,accepted>voided"
)


class Migration(migrations.Migration):
    dependencies = [("victims", "0001_initial"), ("incidents", "0002_guards")]

    operations = [
        migrations.RunSQL(FREEZE, THAW),
        migrations.RunSQL(NAMES, NO_NAMES),
        migrations.RunSQL(LINKS, NO_LINKS),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON victims_{table} "
                f"FOR EACH ROW EXECUTE FUNCTION refuse_change('{why}')",
                f"DROP TRIGGER append_only ON victims_{table}",
            )
            for table, why in APPEND_ONLY.items()
        ),
        migrations.RunSQL(
            "CREATE TRIGGER log_insert AFTER INSERT ON victims_personrecord REFERENCING NEW TABLE AS changed"
            f" FOR EACH STATEMENT EXECUTE FUNCTION record_transition('{CHANGES}');"
            "CREATE TRIGGER log_update AFTER UPDATE ON victims_personrecord"
            " REFERENCING NEW TABLE AS changed OLD TABLE AS before"
            f" FOR EACH STATEMENT EXECUTE FUNCTION record_transition('{CHANGES}')",
            "DROP TRIGGER log_insert ON victims_personrecord; DROP TRIGGER log_update ON victims_personrecord",
        ),
        *(
            KeepHistory(f"victims_{table}")
            for table in ("personrecord", "personname", "personrelay", "namedecision", "victim", "linkdecision", "link")
        ),
        RefuseTruncate("victims_nameread"),  # a log itself
    ]
