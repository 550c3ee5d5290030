"""A merge and the status of what it merged say the same, whichever of the two is written, and lead back where they came from."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION match_merge_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT status = 'merged' FROM incidents_incident WHERE id = NEW.merged_id)
       IS DISTINCT FROM EXISTS (SELECT FROM incidents_incidentmerge WHERE merged_id = NEW.merged_id AND undone_at IS NULL) THEN
        RAISE EXCEPTION 'merge %: what is merged leads to another incident, and nothing else does', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER merged_into_one AFTER INSERT OR UPDATE ON incidents_incidentmerge
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION match_merge_row();

CREATE FUNCTION keep_what_was() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.was IS DISTINCT FROM (SELECT from_state FROM transition
                                 WHERE table_name = 'incidents_incident' AND row_id = NEW.merged_id::text
                                   AND to_state = 'merged' ORDER BY id DESC LIMIT 1) THEN
        RAISE EXCEPTION 'merge %: the incident was not %', NEW.id, NEW.was USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT status FROM incidents_incident WHERE id = NEW.into_id) = 'merged' THEN
        RAISE EXCEPTION 'merge %: what it leads to is merged itself', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER was_so AFTER INSERT ON incidents_incidentmerge FOR EACH ROW EXECUTE FUNCTION keep_what_was();

CREATE FUNCTION return_from_merge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IS DISTINCT FROM (SELECT was FROM incidents_incidentmerge
                                    WHERE merged_id = NEW.id AND undone_at IS NOT NULL ORDER BY id DESC LIMIT 1) THEN
        RAISE EXCEPTION '%: what was merged returns to what it was, when the merge is taken back', NEW.reference
            USING ERRCODE = 'check_violation', COLUMN = 'status';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER returns_as_it_was BEFORE UPDATE OF status ON incidents_incident
FOR EACH ROW WHEN (OLD.status = 'merged' AND NEW.status <> 'merged') EXECUTE FUNCTION return_from_merge();
"""

NO_GUARDS = """
DROP TRIGGER returns_as_it_was ON incidents_incident; DROP TRIGGER was_so ON incidents_incidentmerge;
DROP TRIGGER merged_into_one ON incidents_incidentmerge;
DROP FUNCTION return_from_merge(); DROP FUNCTION keep_what_was(); DROP FUNCTION match_merge_row();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_queue_indexes")]

    operations = [migrations.RunSQL(GUARDS, NO_GUARDS)]
