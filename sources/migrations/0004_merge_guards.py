"""What is merged leads straight to a record that stands for itself."""

from django.db import migrations

ONE_STEP = """
CREATE FUNCTION merged_in_one_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    -- Two merges at once take turns: each alone is one step, both together might be two.
    PERFORM pg_advisory_xact_lock(hashtextextended('merges in ' || TG_TABLE_NAME, 0));
    EXECUTE format('SELECT $1.id::text WHERE EXISTS (SELECT FROM %1$I WHERE id = $1.merged_into_id AND merged_into_id IS NOT NULL)
                    OR EXISTS (SELECT FROM %1$I WHERE merged_into_id = $1.id)', TG_TABLE_NAME) INTO broken USING NEW;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION '% %: what is merged leads straight to a record that is not merged itself', TG_TABLE_NAME, broken
            USING ERRCODE = 'check_violation', COLUMN = 'merged_into_id',
                  HINT = 'Merge into the record that stands, and take merges into this one back first.';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER merged_in_one_step AFTER INSERT OR UPDATE OF merged_into_id ON sources_organization
FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION merged_in_one_step();
CREATE TRIGGER merged_in_one_step AFTER INSERT OR UPDATE OF merged_into_id ON sources_source
FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION merged_in_one_step();
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0003_merges")]

    operations = [
        migrations.RunSQL(
            ONE_STEP,
            "DROP TRIGGER merged_in_one_step ON sources_organization; DROP TRIGGER merged_in_one_step ON sources_source;"
            "DROP FUNCTION merged_in_one_step()",
        ),
    ]
