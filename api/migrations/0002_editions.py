from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="EditionDue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=14)),
                ("row", models.CharField(max_length=60)),
            ],
            options={
                "verbose_name": "record that is due",
                "verbose_name_plural": "records that are due",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="EditionText",
            fields=[
                ("digest", models.UUIDField(primary_key=True, serialize=False)),
                ("body", models.TextField()),
            ],
            options={
                "verbose_name": "text of an edition",
                "verbose_name_plural": "texts of editions",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("number", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("place", "place"),
                            ("measure", "measure"),
                            ("population", "population"),
                            ("cause", "cause"),
                            ("party", "party"),
                            ("organization", "organization"),
                            ("source", "source"),
                            ("incident", "incident"),
                            ("claim", "claim"),
                            ("responsibility", "responsibility claim"),
                            ("figure", "figure"),
                            ("victim", "victim"),
                        ],
                        max_length=14,
                    ),
                ),
                ("row", models.CharField(max_length=36)),
                ("key", models.CharField(max_length=100)),
                ("about", models.CharField(blank=True, max_length=100)),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("created", "created"),
                            ("updated", "updated"),
                            ("withdrawn", "withdrawn"),
                            ("merged", "merged"),
                            ("redacted", "redacted"),
                        ],
                        max_length=9,
                    ),
                ),
                ("into", models.CharField(max_length=100, null=True)),
                ("reason", models.TextField(blank=True)),
                ("digest", models.UUIDField(null=True)),
            ],
            options={
                "verbose_name": "edition",
                "verbose_name_plural": "editions",
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["kind", "row", "level", "at"], name="edition_of_a_time"),
                    models.Index(
                        condition=models.Q(("about", ""), _negated=True),
                        fields=["about", "kind", "level"],
                        name="edition_about",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("level", "number"), name="edition_has_its_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("kind", "row", "level"),
                        name="one_edition_is_current",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("action__in", ["created", "updated"]),
                                ("digest__isnull", False),
                                ("into__isnull", True),
                            ),
                            models.Q(("action", "withdrawn"), ("digest__isnull", True), ("into__isnull", True)),
                            models.Q(("action", "merged"), ("digest__isnull", True), ("into__isnull", False)),
                            models.Q(("action", "redacted"), ("into__isnull", True)),
                            _connector="OR",
                        ),
                        name="edition_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EditionClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
            ],
            options={
                "verbose_name": "day of the editions",
                "verbose_name_plural": "days of the editions",
                "default_permissions": (),
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="editions_have_one_day")],
            },
        ),
    ]
