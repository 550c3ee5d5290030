from django.db import migrations, models

from accounts.operations import RefuseTruncate


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="RequestCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "client", "minute", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("client", models.CharField(max_length=100)),
                ("minute", models.DateTimeField()),
                ("number", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "count of requests",
                "verbose_name_plural": "counts of requests",
                "db_table": "api_requests",
                "default_permissions": (),
            },
        ),
        RefuseTruncate("api_requests"),
    ]
