"""Whether what claims come to, and figures, are known only as about so many.

Figures that were adopted before are marked as their policy marks them now; the mark is not a change of mind.
"""

from django.db import migrations, models

KNOWN = """
ALTER TABLE incidents_figure DISABLE TRIGGER proposed_stays;
UPDATE incidents_figure figure SET approximate = true
WHERE figure.policy <> 'manual' AND EXISTS (
    SELECT FROM unnest(ARRAY[figure.low, figure.best, figure.high]) AS told (number)
    CROSS JOIN LATERAL (
        SELECT bool_and(claim.quantifier = 'about') AS only_about
        FROM incidents_figureclaim use JOIN incidents_claim claim ON claim.id = use.claim_id
        WHERE use.figure_id = figure.id AND use.use = 'used' AND claim.stance = 'asserts'
          AND told.number IN (claim.minimum, claim.maximum, claim.best)) AS stated
    WHERE stated.only_about);
ALTER TABLE incidents_figure ENABLE TRIGGER proposed_stays;
INSERT INTO incidents_scopedue (incident_id, transaction)
SELECT DISTINCT incident_id, 0 FROM incidents_claim WHERE status = 'accepted' AND quantifier = 'about';
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0014_current_claim")]

    operations = [
        migrations.AddField(
            "scopestate",
            "approximate",
            models.BooleanField(
                default=False, help_text="Nobody states low, or high, but as about so many.", verbose_name="approximate"
            ),
        ),
        migrations.AddField(
            "figure",
            "approximate",
            models.BooleanField(
                default=False,
                help_text="One of its numbers is stated by nobody but as about so many.",
                verbose_name="approximate",
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
