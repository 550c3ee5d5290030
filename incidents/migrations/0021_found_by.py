"""What scopes are found by: a row of what their claims come to says of which incident it is, and who claims something in it."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

ANEW = """
DELETE FROM incidents_scopestate;
INSERT INTO incidents_scopedue (incident_id, transaction)
SELECT DISTINCT incident_id, 0 FROM incidents_claim WHERE status = 'accepted';
"""
"""All rows are made anew, as ``migrate`` does with what is due."""
OF_ITS_SCOPE = """
ALTER TABLE incidents_scope ADD CONSTRAINT scope_of_incident UNIQUE (id, incident_id);
ALTER TABLE incidents_scopestate ADD CONSTRAINT scope_state_is_of_the_incident_of_its_scope
    FOREIGN KEY (scope_id, incident_id) REFERENCES incidents_scope (id, incident_id) DEFERRABLE INITIALLY DEFERRED;
"""
OF_ANY = """
ALTER TABLE incidents_scopestate DROP CONSTRAINT scope_state_is_of_the_incident_of_its_scope;
ALTER TABLE incidents_scope DROP CONSTRAINT scope_of_incident;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0020_list_indexes")]

    operations = [
        migrations.RunSQL(ANEW, migrations.RunSQL.noop),
        migrations.AddField(
            "scopestate",
            "incident",
            models.ForeignKey(
                db_constraint=False,
                default=0,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.incident",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "scopestate",
            "largest_minimum",
            models.BigIntegerField(
                help_text="Of all its claims, also those that were followed by others; empty when none has one (null in JSON).",
                null=True,
                verbose_name="largest minimum",
            ),
        ),
        migrations.AddField(
            "scopestate",
            "found_by",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(),
                default=list,
                help_text="What it is of, and of each of its claims who made it, who printed it, where, and on whom it rests.",
                size=None,
                verbose_name="found by",
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            "scopestate",
            django.contrib.postgres.indexes.GinIndex(fields=["found_by"], name="scope_by_finding"),
        ),
        migrations.AddIndex(
            "scopestate",
            models.Index(fields=["largest_minimum"], name="scope_by_largest_minimum"),
        ),
        migrations.RunSQL(OF_ITS_SCOPE, OF_ANY),
    ]
