"""Help texts in words for whoever fills in a form and whoever reads the API."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0009_withdrawal_guards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="organization",
            name="country",
            field=models.CharField(
                blank=True,
                help_text="Two-letter code of the country of its seat, such as SY (ISO 3166-1); empty when not known.",
                max_length=2,
                verbose_name="country",
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="content_hash",
            field=models.CharField(
                blank=True,
                help_text="Fingerprint of the kept copy, by which anyone can tell that it is the same: its SHA-256, 64 digits; empty when we hold none.",
                max_length=64,
                verbose_name="hash of the kept copy",
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="Language of the text, such as en or ar (a BCP 47 tag); empty when not recorded.",
                max_length=12,
                verbose_name="language",
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="published",
            field=models.CharField(
                blank=True,
                help_text="When it was published, such as 2018-04-21 or 2018-04~ (EDTF); empty when not known.",
                max_length=80,
                verbose_name="published",
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="publisher",
            field=models.ForeignKey(
                blank=True,
                help_text="Who prints it; empty when not known (null in JSON).",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="published_sources",
                to="sources.organization",
                verbose_name="publisher",
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="retrieved_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When we took our copy; empty when we hold none (null in JSON).",
                null=True,
                verbose_name="retrieved at",
            ),
        ),
    ]
