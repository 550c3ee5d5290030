"""What the latest check of every rule found."""

from django.db import migrations, models

from accounts.operations import RefuseTruncate


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0012_figure_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="IntegrityCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(help_text="When every rule was looked at.", verbose_name="when")),
                ("number", models.PositiveIntegerField(help_text="How many rows broke a rule.", verbose_name="number")),
                (
                    "breaches",
                    models.JSONField(
                        help_text="Rule, incident, table and key of the first thousand.", verbose_name="breaches"
                    ),
                ),
            ],
            options={
                "verbose_name": "check of integrity",
                "verbose_name_plural": "checks of integrity",
                "default_permissions": (),
            },
        ),
        RefuseTruncate("incidents_integritycheck"),
    ]
