"""Organizations and sources can be withdrawn, with a reason."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0007_see_restricted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="organization",
            options={
                "permissions": [
                    ("merge_organization", "Can merge organizations and take merges back"),
                    ("withdraw_organization", "Can withdraw organizations"),
                ],
                "verbose_name": "organization",
                "verbose_name_plural": "organizations",
            },
        ),
        migrations.AlterModelOptions(
            name="source",
            options={
                "permissions": [
                    ("merge_source", "Can merge sources and take merges back"),
                    ("withdraw_source", "Can withdraw sources"),
                    ("see_restricted", "Can see in the admin what is restricted"),
                ],
                "verbose_name": "source",
                "verbose_name_plural": "sources",
            },
        ),
        migrations.AddField(
            model_name="organization",
            name="withdrawn_reason",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="Why the register took this record back, shown outside in its place; empty while it stands.",
                verbose_name="reason of the withdrawal",
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="withdrawn_reason",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="Why the register took this record back, shown outside in its place; empty while it stands.",
                verbose_name="reason of the withdrawal",
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into__isnull", True), ("withdrawn_reason", ""), _connector="OR"),
                name="organization_is_merged_or_withdrawn",
                violation_error_message="What is merged is not withdrawn: it leads to the other record.",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into__isnull", True), ("withdrawn_reason", ""), _connector="OR"),
                name="source_is_merged_or_withdrawn",
                violation_error_message="What is merged is not withdrawn: it leads to the other record.",
            ),
        ),
    ]
