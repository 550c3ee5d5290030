"""Help texts in words for whoever fills in a form and whoever reads the API."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0008_help_texts"),
        ("places", "0003_help_texts"),
        ("victims", "0002_guards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="personname",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="Language of the name, such as ar (a BCP 47 tag); empty when not recorded.",
                max_length=12,
                verbose_name="language",
            ),
        ),
        migrations.AlterField(
            model_name="personname",
            name="script",
            field=models.CharField(
                choices=[
                    ("Arab", "Arabic"),
                    ("Latn", "Latin"),
                    ("Cyrl", "Cyrillic"),
                    ("Hebr", "Hebrew"),
                    ("Armn", "Armenian"),
                    ("Syrc", "Syriac"),
                ],
                help_text="Script of the name: Arabic (Arab) or Latin (Latn), by its code of ISO 15924.",
                max_length=4,
                verbose_name="script",
            ),
        ),
        migrations.AlterField(
            model_name="personrecord",
            name="accepted_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it was accepted; empty if it never was (null in JSON).",
                null=True,
                verbose_name="accepted at",
            ),
        ),
        migrations.AlterField(
            model_name="personrecord",
            name="age",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Age as stated, in the unit beside it; empty when not stated (null in JSON).",
                null=True,
                verbose_name="age",
            ),
        ),
        migrations.AlterField(
            model_name="personrecord",
            name="born",
            field=models.CharField(
                blank=True,
                help_text="Date of birth, such as 1988-05-02, 1988 or 1988~ (EDTF); empty when not stated.",
                max_length=80,
                verbose_name="born",
            ),
        ),
        migrations.AlterField(
            model_name="personrecord",
            name="cause",
            field=models.ForeignKey(
                blank=True,
                help_text="How it happened; empty when not stated (null in JSON).",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="personrecords",
                to="incidents.cause",
                verbose_name="cause",
            ),
        ),
        migrations.AlterField(
            model_name="personrecord",
            name="fate_date",
            field=models.CharField(
                blank=True,
                help_text="When it happened, such as 2018-04-21 (EDTF); empty when it is the incident's own date.",
                max_length=80,
                verbose_name="date of the fate",
            ),
        ),
        migrations.AlterField(
            model_name="personrecord",
            name="place",
            field=models.ForeignKey(
                blank=True,
                help_text="Where it happened; empty when it is the incident's own place (null in JSON).",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="personrecords",
                to="places.place",
                verbose_name="place",
            ),
        ),
    ]
