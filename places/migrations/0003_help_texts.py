"""Help texts in words for whoever fills in a form and whoever reads the API."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0002_guards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="place",
            name="admin_level",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="0 country, 1 governorate, 2 district, 3 subdistrict; empty for settlements and areas of our own (null in JSON).",
                null=True,
                verbose_name="administrative level",
            ),
        ),
        migrations.AlterField(
            model_name="place",
            name="latitude",
            field=models.DecimalField(
                blank=True,
                decimal_places=6,
                help_text="Degrees north, such as 33.4747 (WGS 84); empty when not known (null in JSON).",
                max_digits=8,
                null=True,
                verbose_name="latitude",
            ),
        ),
        migrations.AlterField(
            model_name="place",
            name="longitude",
            field=models.DecimalField(
                blank=True,
                decimal_places=6,
                help_text="Degrees east, such as 36.3037 (WGS 84); empty when not known (null in JSON).",
                max_digits=9,
                null=True,
                verbose_name="longitude",
            ),
        ),
        migrations.AlterField(
            model_name="place",
            name="pcode",
            field=models.CharField(
                blank=True,
                help_text="OCHA P-code, such as SY0101; empty for places of our own (null in JSON).",
                max_length=20,
                null=True,
                unique=True,
                verbose_name="P-code",
            ),
        ),
    ]
