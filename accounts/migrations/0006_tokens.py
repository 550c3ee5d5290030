import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from accounts.operations import KeepHistory, RefuseTruncate

GUARD = """
CREATE FUNCTION keep_token() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    revoking text[] := ARRAY['revoked_at', 'revoked_by_id'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.revoked_at IS NULL AND (to_jsonb(OLD) - revoking) = (to_jsonb(NEW) - revoking) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'token % is revoked, and never changed or deleted', OLD.id USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER token_stays BEFORE UPDATE OR DELETE ON accounts_token FOR EACH ROW EXECUTE FUNCTION keep_token();
"""
NO_GUARD = "DROP TRIGGER token_stays ON accounts_token; DROP FUNCTION keep_token();"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        help_text="What it is for, and on what agreement: “Dashboard of the cluster”.",
                        max_length=200,
                        verbose_name="purpose",
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("read:public", "read what is public"),
                                ("read:partner", "read what partners may see"),
                                ("submit:claims", "submit claims"),
                            ],
                            max_length=20,
                        ),
                        help_text="What it is good for.",
                        size=None,
                        verbose_name="may",
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "hint",
                    models.CharField(
                        editable=False,
                        help_text="How the secret begins, to tell tokens apart.",
                        max_length=12,
                        verbose_name="begins with",
                    ),
                ),
                ("created_at", models.DateTimeField(help_text="When it was made.", verbose_name="made at")),
                (
                    "expires_at",
                    models.DateTimeField(
                        help_text="Until when it is good; two years at most.", verbose_name="expires at"
                    ),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Since when it is good for nothing; empty while it is.",
                        null=True,
                        verbose_name="revoked at",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="revoked by",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        help_text="In whose name it reads and submits. A partner has an account that cannot log in here.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "token",
                "verbose_name_plural": "tokens",
                "permissions": [("revoke_token", "Can revoke tokens")],
                "default_permissions": ("add", "view"),
            },
        ),
        migrations.CreateModel(
            name="TokenUse",
            fields=[
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="accounts.token",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "use of a token",
                "verbose_name_plural": "uses of tokens",
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scopes__len__gte", 1), ("scopes__contained_by", ["read:public", "read:partner", "submit:claims"])
                ),
                name="token_is_good_for_something",
                violation_error_message="Choose what the token may do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_at__gt", models.F("created_at")),
                    (
                        "expires_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("created_at"), "+", models.Value(datetime.timedelta(days=731))
                        ),
                    ),
                ),
                name="token_expires",
                violation_error_message="A token expires, after two years at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose", ""), _negated=True),
                name="token_has_a_purpose",
                violation_error_message="Say what it is for.",
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                    models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                    _connector="OR",
                ),
                name="token_is_revoked_by_somebody",
                violation_error_message="Whoever revokes a token is kept with it.",
            ),
        ),
        KeepHistory("accounts_token", omit="digest"),
        RefuseTruncate("accounts_tokenuse"),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
