"""What names a claim that was corrected means the correction, over however many steps; frozen claims go on naming what they named."""

from django.db import migrations

CURRENT = """
CREATE FUNCTION current_claim(named uuid) RETURNS uuid LANGUAGE sql STABLE STRICT AS $$
    WITH RECURSIVE chain (id, step) AS (
        SELECT named, 0
        UNION ALL
        SELECT correction.id, chain.step + 1 FROM chain
        JOIN incidents_claim correction ON correction.corrects_id = chain.id
        WHERE correction.accepted_at IS NOT NULL AND correction.status IN ('accepted', 'corrected', 'retracted')
              AND chain.step < 1000)
    SELECT id FROM chain ORDER BY step DESC LIMIT 1
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0013_integrity_check")]

    operations = [migrations.RunSQL(CURRENT, "DROP FUNCTION current_claim(uuid)")]
