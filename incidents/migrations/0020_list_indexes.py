"""Indexes for what lists are filtered by: what changed since a time, how claims stand to each other, what they are warned of."""

import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0019_filters"),
        ("places", "0003_help_texts"),
        ("sources", "0014_longest_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="claim",
            name="claim_corrected",
        ),
        migrations.RemoveIndex(
            model_name="scopestate",
            name="scope_in_conflict",
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("status__in", ["corrected", "retracted", "voided"])),
                fields=["status", "recorded_at", "id"],
                name="claim_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="figure",
            index=models.Index(
                condition=models.Q(("status", "adopted")), fields=["decided_at"], name="figure_by_adoption"
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["published_at"], name="incident_by_publication"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["modified_at"], name="incident_by_change"),
        ),
        migrations.AddIndex(
            model_name="scopestate",
            index=models.Index(
                models.OrderBy(models.F("gap"), descending=True, nulls_last=True),
                models.F("scope"),
                condition=models.Q(("relation", "conflict")),
                name="scope_in_conflict",
            ),
        ),
        migrations.AddIndex(
            model_name="scopestate",
            index=models.Index(fields=["relation", "scope"], name="scope_by_relation"),
        ),
        migrations.AddIndex(
            model_name="scopestate",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["warnings"], name="scope_by_warning", opclasses=["jsonb_path_ops"]
            ),
        ),
    ]
