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
ALTER TABLE incidents_scope ADD CONSTRAINT scope_of_incident UNIQUE (id, incident_id) INCLUDE (place_id);
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
                db_index=False,
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
                help_text="What it is of and where, and of each of its claims who made it, who printed it, in what, on whom it rests.",
                size=None,
                verbose_name="found by",
            ),
            preserve_default=False,
        ),
        *(
            migrations.AddIndex(
                "scopestate",
                django.contrib.postgres.indexes.GinIndex(
                    condition=models.Q(("disclosure_from__lte", level), ("disclosure_to__gte", level)),
                    fields=["found_by"],
                    name=f"scope_{name}_by_finding",
                ),
            )
            for level, name in enumerate(("public", "partner"))
        ),
        migrations.AddIndex(
            "scopestate",
            models.Index(fields=["incident", "disclosure_from"], name="scope_state_of_incident"),
        ),
        migrations.AddIndex(
            "scopestate",
            models.Index(fields=["largest_minimum"], name="scope_by_largest_minimum"),
        ),
        migrations.RunSQL(OF_ITS_SCOPE, OF_ANY),
        migrations.RemoveIndex("scopestate", "scope_by_relation"),
        migrations.AddIndex(
            "scopestate",
            models.Index(
                fields=["relation", "scope"],
                include=["incident", "disclosure_from", "disclosure_to"],
                name="scope_by_relation",
            ),
        ),
        migrations.AddIndex(
            "claim",
            models.Index(
                condition=models.Q(("status", "accepted")),
                fields=["id"],
                include=["recorded_at", "disclosure", "accepted_at"],
                name="claim_accepted_by_key",
            ),
        ),
        migrations.RemoveIndex("incident", "incident_published"),
        *(
            migrations.AddIndex(
                "incident",
                models.Index(
                    condition=models.Q(("status__in", ["published", "under_revision"])),
                    fields=fields,
                    include=include,
                    name=name,
                ),
            )
            for name, fields, include in (
                ("incident_published", ["published_at", "reference"], ["id", "disclosure"]),
                ("incident_published_by_name", ["reference"], ["id", "disclosure"]),
                ("incident_published_by_key", ["id"], ["published_at", "reference", "disclosure"]),
            )
        ),
    ]
