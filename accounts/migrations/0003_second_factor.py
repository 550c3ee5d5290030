import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guards"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="user",
            options={
                "permissions": [("reset_second_factor", "Can reset a colleague's second factor")],
                "verbose_name": "user",
                "verbose_name_plural": "users",
            },
        ),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="second_factor",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(
                        help_text="When it was set up; empty after a reset.", null=True, verbose_name="since"
                    ),
                ),
                (
                    "recovery_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64),
                        default=list,
                        help_text="Digests of the codes that are still good: whoever reads them here cannot use them.",
                        size=None,
                        verbose_name="recovery codes",
                    ),
                ),
            ],
            options={
                "verbose_name": "second factor",
                "verbose_name_plural": "second factors",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("since__isnull", False), ("recovery_codes", []), _connector="OR"),
                        name="recovery_codes_recover_something",
                        violation_error_message="Recovery codes belong to a second factor that is set up.",
                    )
                ],
            },
        ),
    ]
