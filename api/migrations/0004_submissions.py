"""What was submitted is written once and answered once."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.operations import RefuseTruncate

GUARD = """
CREATE FUNCTION keep_submission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answering text[] := ARRAY['status', 'answer'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.status IS NULL AND (to_jsonb(OLD) - answering) = (to_jsonb(NEW) - answering) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'submission % was answered, and is never changed or deleted', OLD.id
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER submission_stays BEFORE UPDATE OR DELETE ON api_submission
FOR EACH ROW EXECUTE FUNCTION keep_submission();
CREATE TRIGGER submitted_stays BEFORE UPDATE OR DELETE ON api_submittedclaim
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('what was submitted stays as it was');
"""
NO_GUARD = """
DROP TRIGGER submitted_stays ON api_submittedclaim; DROP TRIGGER submission_stays ON api_submission;
DROP FUNCTION keep_submission();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_tokens"),
        ("api", "0003_editions_due"),
        ("incidents", "0018_figures_end"),
    ]

    operations = [
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=255, null=True)),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("answer", models.TextField(null=True)),
                (
                    "token",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="accounts.token",
                    ),
                ),
            ],
            options={
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SubmittedClaim",
            fields=[
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="submitted",
                        serialize=False,
                        to="incidents.claim",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="api.submission"
                    ),
                ),
            ],
            options={
                "verbose_name": "submitted claim",
                "verbose_name_plural": "submitted claims",
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(fields=("token", "key"), name="submission_has_its_key"),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__isnull", True), ("status__isnull", True)),
                    models.Q(("answer__isnull", False), ("status__isnull", False)),
                    _connector="OR",
                ),
                name="submission_is_answered_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="submittedclaim",
            index=models.Index(fields=["digest"], name="submitted_claim_known_again"),
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
        RefuseTruncate("api_submission"),
        RefuseTruncate("api_submittedclaim"),
    ]
