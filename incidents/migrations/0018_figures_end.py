from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0017_held"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="figure",
            name="figure_is_ordered",
        ),
        migrations.RemoveConstraint(
            model_name="figure",
            name="figure_words_are_known",
        ),
        migrations.RemoveConstraint(
            model_name="figure",
            name="figure_superseded_at_a_time",
        ),
        migrations.AlterField(
            model_name="figure",
            name="decision_note",
            field=models.TextField(
                blank=True, help_text="Why it was declined, or withdrawn.", verbose_name="reason of the decision"
            ),
        ),
        migrations.RemoveField("figure", "reviewed"),
        migrations.AddField(
            "figure",
            "reviewed",
            models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        status__in=["adopted", "superseded", "withdrawn"],
                        then=models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    default=models.Value(False),
                ),
                help_text="Adopted by another person than proposed it; false means not independently reviewed.",
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AlterField(
            model_name="figure",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("adopted", "adopted"),
                    ("declined", "declined"),
                    ("superseded", "superseded"),
                    ("withdrawn", "withdrawn"),
                ],
                db_default="proposed",
                default="proposed",
                help_text="Proposed, adopted, declined, superseded by a later one, or withdrawn.",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="figure",
            name="superseded_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When another took its place, or it was withdrawn; empty while it is current (null in JSON).",
                null=True,
                verbose_name="superseded at",
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("best__isnull", True), ("high__isnull", True), ("low__isnull", True), ("open_ended", False)
                    ),
                    models.Q(
                        ("high__gte", models.F("low")),
                        ("high__isnull", False),
                        ("low__gte", 0),
                        ("low__isnull", False),
                        models.Q(
                            ("best__isnull", True),
                            models.Q(("best__gte", models.F("low")), ("best__lte", models.F("high"))),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="figure_is_ordered",
                violation_error_message="Low ≤ best ≤ high, none negative: both ends, or no number at all. “At least 100” is 100 to 100, open-ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("policy__in", ["range", "most_reliable", "conservative", "latest", "manual"]),
                    ("status__in", ["proposed", "adopted", "declined", "superseded", "withdrawn"]),
                ),
                name="figure_words_are_known",
                violation_error_message="Not a known policy or status.",
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["superseded", "withdrawn"]), ("superseded_at__isnull", False)),
                    models.Q(
                        models.Q(("status__in", ["superseded", "withdrawn"]), _negated=True),
                        ("superseded_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="figure_superseded_at_a_time",
                violation_error_message="What is superseded was superseded at some time.",
            ),
        ),
    ]
