"""What is proposed or adopted stays as it is; only where it stands changes, along the table of steps."""

from django.db import migrations

CHANGES = "proposed>adopted,proposed>declined,adopted>superseded"

FIGURES = """
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
        END IF;
        IF (to_jsonb(OLD) - standing) = (to_jsonb(NEW) - standing) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'figure % stays as it was proposed: it is superseded, never edited or deleted', OLD.id
        USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER adopted_stays ON incidents_figure;
CREATE TRIGGER proposed_stays BEFORE INSERT OR UPDATE OR DELETE ON incidents_figure
FOR EACH ROW EXECUTE FUNCTION keep_figure();

CREATE FUNCTION keep_figure_claims() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT status FROM incidents_figure WHERE id = NEW.figure_id) <> 'proposed' THEN
        RAISE EXCEPTION 'figure % is decided on: what it rests on is never edited', NEW.figure_id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (SELECT incident_id FROM incidents_claim WHERE id = NEW.claim_id)
       <> (SELECT s.incident_id FROM incidents_figure f JOIN incidents_scope s ON s.id = f.scope_id WHERE f.id = NEW.figure_id) THEN
        RAISE EXCEPTION 'figure %: claim % is about another incident', NEW.figure_id, NEW.claim_id
            USING ERRCODE = 'check_violation', COLUMN = 'claim';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_stays BEFORE INSERT ON incidents_figureclaim
FOR EACH ROW EXECUTE FUNCTION keep_figure_claims();

CREATE TRIGGER log_insert AFTER INSERT ON incidents_figure REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION record_transition('{changes}');
CREATE TRIGGER log_update AFTER UPDATE ON incidents_figure REFERENCING NEW TABLE AS changed OLD TABLE AS before
FOR EACH STATEMENT EXECUTE FUNCTION record_transition('{changes}');
""".replace("{changes}", CHANGES)

UNDO = """
DROP TRIGGER log_insert ON incidents_figure; DROP TRIGGER log_update ON incidents_figure;
DROP TRIGGER decided_stays ON incidents_figureclaim; DROP FUNCTION keep_figure_claims();
DROP TRIGGER proposed_stays ON incidents_figure;
CREATE TRIGGER adopted_stays BEFORE UPDATE OR DELETE ON incidents_figure
FOR EACH ROW EXECUTE FUNCTION refuse_change('a figure is never edited or deleted');
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0011_figures")]

    operations = [migrations.RunSQL(FIGURES, UNDO)]
