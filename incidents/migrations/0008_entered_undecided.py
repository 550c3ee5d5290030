"""What is entered is not decided yet; what was said, rested on or compared by stays, for any client but the owner."""

from importlib import import_module

from django.db import migrations

guards = import_module("incidents.migrations.0004_review_desk_guards")  # what stands there again on the way back

# Decisions are steps, each of them logged with its person. A made-up register for measurement is the owner's to enter.
ENTERED = """
CREATE FUNCTION refuse_decided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong text;
BEGIN
    IF written_by_owner(TG_RELID) THEN
        RETURN NULL;
    END IF;
    SELECT id::text INTO wrong FROM changed
    WHERE status NOT IN ('draft', 'proposed') OR accepted_at IS NOT NULL OR accepted_by_id IS NOT NULL
       OR decision_note <> '' LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '% % is entered as a draft or as proposed, and decided later', TG_TABLE_NAME, wrong
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION refuse_public() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF written_by_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is entered as a draft, and published later by somebody else', NEW.reference
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER enters_undecided BEFORE INSERT ON incidents_incident FOR EACH ROW
WHEN (NEW.status <> 'draft' OR NEW.published_at IS NOT NULL OR NEW.published_by_id IS NOT NULL
      OR NEW.submitted_by_id IS NOT NULL OR NEW.withdrawn_reason <> '')
EXECUTE FUNCTION refuse_public();
"""
ASSERTIONS = ("incidents_claim", "incidents_responsibilityclaim", "incidents_statement", "victims_personrecord")

# A remark goes where the row goes that it is about, and nowhere else.
SAID = (
    """
CREATE OR REPLACE FUNCTION keep_comment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['incident_id', 'resolved_by_id', 'resolved_at'];
    there bigint;
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
        RAISE EXCEPTION 'comment % was said and stays', OLD.id
            USING ERRCODE = 'insufficient_privilege', HINT = 'Add another, or resolve this one.';
    END IF;
    IF NEW.incident_id <> OLD.incident_id THEN
        IF NEW.table_name IN (%(tables)s) THEN
            EXECUTE format('SELECT incident_id FROM %%I WHERE id = $1::uuid', NEW.table_name) INTO there USING NEW.row_id;
        ELSIF NEW.table_name = 'incidents_revision' THEN
            SELECT incident_id INTO there FROM incidents_revision WHERE id = NEW.row_id::bigint;
        END IF;
        IF there IS DISTINCT FROM NEW.incident_id THEN
            RAISE EXCEPTION 'comment %% is about a row, and goes where that goes', OLD.id
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN NEW;
END $$;
""".replace("'comment % was", "'comment %% was")
    % {"tables": ", ".join(f"'{table}'" for table in ASSERTIONS)}
)

RESTS = """
CREATE FUNCTION keep_derivation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A claim that is being submitted and one whose derivation is being taken away wait for each other.
    PERFORM FROM incidents_claim WHERE id IN (OLD.claim_id, NEW.claim_id) FOR SHARE;
    IF EXISTS (SELECT FROM incidents_claim WHERE id IN (OLD.claim_id, NEW.claim_id) AND submitted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'derivation % belongs to a submitted claim and is never changed or deleted', OLD.id
            USING ERRCODE = 'insufficient_privilege', HINT = 'Add another, or correct the claim.';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON incidents_derivation
FOR EACH ROW EXECUTE FUNCTION keep_derivation();

CREATE FUNCTION keep_broader() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.narrower_id, OLD.broader_id) = (NEW.narrower_id, NEW.broader_id) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM incidents_claim WHERE population_id = ANY (ARRAY(SELECT population_narrower(OLD.narrower_id)))) THEN
        RAISE EXCEPTION 'population % is used by claims: it stays a part of %', OLD.narrower_id, OLD.broader_id
            USING ERRCODE = 'check_violation', HINT = 'Add a population with another code.';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER broader_stays BEFORE UPDATE OR DELETE ON incidents_populationbroader
FOR EACH ROW EXECUTE FUNCTION keep_broader();
"""

# As 0002 has it, with a message for each of the two.
POPULATION = """
CREATE OR REPLACE FUNCTION match_population_and_measure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT changed.id, code, counts_people INTO wrong
    FROM changed JOIN incidents_measure ON code = measure_id
    WHERE counts_people <> (population_id IS NOT NULL) LIMIT 1;
    IF FOUND AND wrong.counts_people THEN
        RAISE EXCEPTION 'claim %: measure % counts people, so a population is needed', wrong.id, wrong.code
            USING ERRCODE = 'check_violation', COLUMN = 'population';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'claim %: measure % counts no people, so a population cannot be given', wrong.id, wrong.code
            USING ERRCODE = 'check_violation', COLUMN = 'population';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    # Person records are entered, and remarks on them moved, like other assertions.
    dependencies = [("incidents", "0007_closed_holes"), ("victims", "0002_guards")]

    operations = [
        migrations.RunSQL(
            ENTERED,
            "DROP TRIGGER enters_undecided ON incidents_incident;"
            "DROP FUNCTION refuse_decided(); DROP FUNCTION refuse_public()",
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER enters_undecided AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_decided()",
                f"DROP TRIGGER enters_undecided ON {table}",
            )
            for table in ASSERTIONS
        ),
        migrations.RunSQL(
            SAID, guards.REMARKS.split("CREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        ),
        migrations.RunSQL(
            RESTS,
            "DROP TRIGGER frozen ON incidents_derivation; DROP TRIGGER broader_stays ON incidents_populationbroader;"
            "DROP FUNCTION keep_derivation(); DROP FUNCTION keep_broader()",
        ),
        migrations.RunSQL(
            POPULATION,
            import_module("incidents.migrations.0002_guards")
            .POPULATION.split("CREATE TRIGGER")[0]
            .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
        ),
    ]
