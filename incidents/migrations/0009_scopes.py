"""The projection of scopes: what the accepted claims of each come to, for readers of each level."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0008_entered_undecided"),
        ("incidents", "0008_help_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="scope",
            name="basis",
            field=models.CharField(
                choices=[
                    ("event", "in the incident, or a stated part of it"),
                    ("cumulative", "running total since a date"),
                    ("stock", "at a date: held, missing, trapped, displaced"),
                ],
                help_text="Whether it is of an event, a running total, or a stock at a date.",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="scope",
            name="incident",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="scopes",
                to="incidents.incident",
            ),
        ),
        migrations.AlterField(
            model_name="scope",
            name="since",
            field=models.CharField(
                blank=True,
                help_text="Start of a running total or stock, or the period counted; empty when it is the incident's own (null in JSON).",
                max_length=80,
                verbose_name="since",
            ),
        ),
        migrations.AlterField(
            model_name="scope",
            name="unit",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="incidents.unit"
            ),
        ),
        migrations.CreateModel(
            name="ScopeDue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transaction", models.BigIntegerField(editable=False)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "verbose_name": "incident whose scopes are due",
                "verbose_name_plural": "incidents whose scopes are due",
            },
        ),
        migrations.CreateModel(
            name="ScopeClaim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("disclosure_from", models.PositiveSmallIntegerField(editable=False)),
                ("disclosure_to", models.PositiveSmallIntegerField(editable=False)),
                (
                    "speaks",
                    models.BooleanField(
                        help_text="Whether it is its claimant's latest in the scope.", verbose_name="speaks"
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(
                        help_text="Its place among what speaks, or in the history.", verbose_name="position"
                    ),
                ),
                (
                    "followed_by",
                    models.UUIDField(
                        help_text="The claimant's next announcement; empty for the latest (null in JSON).",
                        null=True,
                        verbose_name="followed by",
                    ),
                ),
                (
                    "roots",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        help_text="The organizations on which it rests in the end.",
                        size=None,
                        verbose_name="roots",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="standings",
                        to="incidents.claim",
                    ),
                ),
                (
                    "scope",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="standings", to="incidents.scope"
                    ),
                ),
            ],
            options={
                "verbose_name": "claim in its scope",
                "verbose_name_plural": "claims in their scopes",
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["roots"], name="claim_by_root")],
                "constraints": [
                    models.UniqueConstraint(fields=("claim", "disclosure_from"), name="claim_stands_once_at_a_level"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("disclosure_from__lte", models.F("disclosure_to")),
                            ("disclosure_to__lte", 2),
                            models.Q(
                                models.Q(("followed_by__isnull", True), ("speaks", True)),
                                models.Q(("followed_by__isnull", False), ("speaks", False)),
                                _connector="OR",
                            ),
                        ),
                        name="claim_standing_is_whole",
                        violation_error_message="What speaks is followed by nothing, and what is followed does not speak.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScopeState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("disclosure_from", models.PositiveSmallIntegerField(editable=False)),
                ("disclosure_to", models.PositiveSmallIntegerField(editable=False)),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("single", "one claim"),
                            ("agree", "agree"),
                            ("conflict", "conflict"),
                            ("different_dates", "as of different dates"),
                            ("no_number", "no number"),
                        ],
                        help_text="How what speaks stands to each other.",
                        max_length=15,
                        verbose_name="relation",
                    ),
                ),
                (
                    "low",
                    models.BigIntegerField(
                        help_text="Smallest minimum; empty when there is no number (null in JSON).",
                        null=True,
                        verbose_name="low",
                    ),
                ),
                (
                    "high",
                    models.BigIntegerField(
                        help_text="Largest maximum; empty when there is no number (null in JSON).",
                        null=True,
                        verbose_name="high",
                    ),
                ),
                (
                    "open_ended",
                    models.BooleanField(
                        help_text="Some claim gives no highest count; high is then the largest stated.",
                        verbose_name="open-ended",
                    ),
                ),
                (
                    "gap",
                    models.BigIntegerField(
                        help_text="Largest minimum less smallest maximum where numbers conflict; else empty (null in JSON).",
                        null=True,
                        verbose_name="gap",
                    ),
                ),
                (
                    "documents",
                    models.PositiveIntegerField(
                        help_text="How many sources what speaks stands in.", verbose_name="documents"
                    ),
                ),
                (
                    "claimants",
                    models.PositiveIntegerField(help_text="How many organizations speak.", verbose_name="claimants"),
                ),
                (
                    "roots",
                    models.PositiveIntegerField(
                        help_text="On how many what speaks rests in the end.", verbose_name="roots"
                    ),
                ),
                (
                    "independent_groups",
                    models.PositiveIntegerField(
                        help_text="How many claims that speak share no root with one another.",
                        verbose_name="independent groups",
                    ),
                ),
                (
                    "warnings",
                    models.JSONField(
                        default=list, help_text="What to look at again, by code.", verbose_name="warnings"
                    ),
                ),
                (
                    "scope",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="states",
                        to="incidents.scope",
                    ),
                ),
            ],
            options={
                "verbose_name": "state of a scope",
                "verbose_name_plural": "states of scopes",
                "indexes": [
                    models.Index(
                        condition=models.Q(("relation", "conflict")), fields=["scope"], name="scope_in_conflict"
                    ),
                    models.Index(
                        condition=models.Q(("claimants__gt", 1), ("roots", 1)),
                        fields=["claimants"],
                        name="scope_on_one_root",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "disclosure_from"), name="scope_state_of_a_level_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("disclosure_from__lte", models.F("disclosure_to")),
                            ("disclosure_to__lte", 2),
                            models.Q(
                                models.Q(("high__isnull", True), ("low__isnull", True)),
                                models.Q(("high__gte", models.F("low")), ("low__gte", 0)),
                                _connector="OR",
                            ),
                            models.Q(
                                ("gap__isnull", True),
                                models.Q(("gap__gte", 1), ("relation", "conflict")),
                                _connector="OR",
                            ),
                        ),
                        name="scope_state_is_whole",
                        violation_error_message="Not what claims can come to.",
                    ),
                ],
            },
        ),
    ]
