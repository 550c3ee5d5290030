"""Figures are proposed by one person and adopted by another, and keep what their policy saw of each claim."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0010_scope_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Until now no service made any; what somebody wrote by SQL cannot say who proposed it.
        migrations.RunSQL(
            """
            DO $$ BEGIN
                IF EXISTS (SELECT FROM incidents_figure) THEN
                    RAISE EXCEPTION 'incidents_figure holds rows written by SQL, of which nobody knows who proposed them:'
                        ' export and remove them as the owner, and propose them again';
                END IF;
            END $$
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AlterModelOptions(
            name="figureclaim",
            options={
                "default_permissions": ("view",),
                "verbose_name": "claim of a figure",
                "verbose_name_plural": "claims of figures",
            },
        ),
        migrations.RemoveConstraint(
            model_name="figure",
            name="one_current_figure_per_scope_and_disclosure",
        ),
        migrations.RemoveField(
            model_name="figure",
            name="adopted_at",
        ),
        migrations.RemoveField(
            model_name="figure",
            name="adopted_by",
        ),
        migrations.AddField(
            model_name="figure",
            name="decided_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it was adopted, or declined; empty while it is proposed (null in JSON).",
                null=True,
                verbose_name="decided at",
            ),
        ),
        migrations.AddField(
            model_name="figure",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="figure",
            name="decision_note",
            field=models.TextField(blank=True, help_text="Why it was declined.", verbose_name="reason of the decision"),
        ),
        migrations.AddField(
            model_name="figure",
            name="proposed_at",
            field=models.DateTimeField(
                default=datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.UTC),
                help_text="When it was proposed.",
                verbose_name="proposed at",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="figure",
            name="proposed_by",
            field=models.ForeignKey(
                db_index=False,
                default=1,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="figure",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("adopted", "adopted"),
                    ("declined", "declined"),
                    ("superseded", "superseded"),
                ],
                db_default="proposed",
                default="proposed",
                help_text="Proposed, adopted, declined, or superseded by a later one.",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddField(
            model_name="figure",
            name="stale",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="Claims accepted since would change it; derived from them.",
                verbose_name="stale",
            ),
        ),
        migrations.AddField(
            model_name="figureclaim",
            name="dated",
            field=models.BooleanField(
                default=False, help_text="Whether it was known which day it holds for.", verbose_name="dated"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="figureclaim",
            name="direct",
            field=models.BooleanField(
                default=True,
                help_text="It rested on nothing recorded, or said itself on what it rests.",
                verbose_name="direct",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="figureclaim",
            name="grade",
            field=models.CharField(
                blank=True,
                help_text="How reliable its claimant was held to be; empty if not assessed.",
                max_length=1,
                verbose_name="grade",
            ),
        ),
        migrations.AddField(
            model_name="figureclaim",
            name="holds_until",
            field=models.DateField(
                blank=True,
                help_text="The latest day it could hold for; empty when open or undated (null in JSON).",
                null=True,
                verbose_name="holds until",
            ),
        ),
        migrations.AlterField(
            model_name="figure",
            name="scope",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="figures",
                to="incidents.scope",
                verbose_name="scope",
            ),
        ),
        migrations.AddIndex(
            model_name="figure",
            index=models.Index(
                condition=models.Q(("stale", True), ("status", "adopted")), fields=["decided_at"], name="figure_stale"
            ),
        ),
        migrations.AddIndex(
            model_name="figure",
            index=models.Index(
                condition=models.Q(("status", "proposed")), fields=["proposed_at"], name="figure_proposed"
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "adopted")),
                fields=("scope", "disclosure"),
                name="one_current_figure_per_scope_and_disclosure",
                violation_error_message="There is a current figure of this scope already; the new one supersedes it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "proposed")),
                fields=("scope", "disclosure"),
                name="one_proposed_figure_per_scope_and_disclosure",
                violation_error_message="A figure of this scope is proposed already: decide on that first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("policy__in", ["range", "most_reliable", "conservative", "latest", "manual"]),
                    ("status__in", ["proposed", "adopted", "declined", "superseded"]),
                ),
                name="figure_words_are_known",
                violation_error_message="Not a known policy or status.",
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("status", "proposed")),
                    models.Q(
                        models.Q(("status", "proposed"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="figure_decided_by_someone",
                violation_error_message="What is decided has been decided by someone, at some time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "superseded"), ("superseded_at__isnull", False)),
                    models.Q(models.Q(("status", "superseded"), _negated=True), ("superseded_at__isnull", True)),
                    _connector="OR",
                ),
                name="figure_superseded_at_a_time",
                violation_error_message="What is superseded was superseded at some time.",
            ),
        ),
        migrations.AddField(
            model_name="figure",
            name="reviewed",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        status__in=["adopted", "superseded"],
                        then=models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    default=models.Value(False),
                ),
                help_text="Adopted by another person than proposed it; false means not independently reviewed.",
                output_field=models.BooleanField(),
            ),
        ),
    ]
