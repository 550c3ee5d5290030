"""Help texts in words for whoever fills in a form and whoever reads the API."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0006_merge_guards"),
        ("places", "0003_help_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="figure",
            name="best",
            field=models.BigIntegerField(
                blank=True, help_text="Empty when none is adopted (null in JSON).", null=True, verbose_name="best"
            ),
        ),
        migrations.AlterField(
            model_name="figure",
            name="high",
            field=models.BigIntegerField(
                blank=True, help_text="Empty when there is no number (null in JSON).", null=True, verbose_name="high"
            ),
        ),
        migrations.AlterField(
            model_name="figure",
            name="low",
            field=models.BigIntegerField(
                blank=True, help_text="Empty when there is no number (null in JSON).", null=True, verbose_name="low"
            ),
        ),
        migrations.AlterField(
            model_name="figure",
            name="superseded_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When another took its place; empty while it is current (null in JSON).",
                null=True,
                verbose_name="superseded at",
            ),
        ),
        migrations.AlterField(
            model_name="cause",
            name="broader",
            field=models.ForeignKey(
                blank=True,
                help_text="The cause of which this is a kind, such as explosive weapons for shelling; empty at the top (null in JSON).",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="narrower",
                to="incidents.cause",
                verbose_name="broader cause",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="accepted_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it was accepted; empty if it never was (null in JSON).",
                null=True,
                verbose_name="accepted at",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="as_of",
            field=models.CharField(
                blank=True,
                help_text="The date the count holds for, such as 2018-05-21 (EDTF); empty when not stated.",
                max_length=80,
                verbose_name="as of",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="best",
            field=models.BigIntegerField(
                blank=True,
                help_text="The claimant's own best count; empty when it gives none (null in JSON).",
                null=True,
                verbose_name="best",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="cause",
            field=models.ForeignKey(
                blank=True,
                help_text="How it happened, where the claim counts this cause alone; empty when it does not (null in JSON).",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="incidents.cause",
                verbose_name="cause",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="coding_rule",
            field=models.ForeignKey(
                blank=True,
                help_text="The rule that gave a vague word its bounds; empty when none did (null in JSON).",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="incidents.codingrule",
                verbose_name="coding rule",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="Language of the words, such as en or ar (a BCP 47 tag); empty when not recorded.",
                max_length=12,
                verbose_name="language",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="maximum",
            field=models.BigIntegerField(
                blank=True,
                help_text="Highest count the claim allows; empty when open or not given (null in JSON).",
                null=True,
                verbose_name="maximum",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="minimum",
            field=models.BigIntegerField(
                blank=True,
                help_text="Lowest count the claim allows; empty when it gives none (null in JSON). 0 is a count.",
                null=True,
                verbose_name="minimum",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="period",
            field=models.CharField(
                blank=True,
                help_text="The time the count covers, from and to, such as 2018-04-19/2018-05-21 (EDTF); empty when it is the incident's own.",
                max_length=80,
                verbose_name="period",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="place",
            field=models.ForeignKey(
                blank=True,
                help_text="The place the count covers; empty when it is the incident's own (null in JSON).",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="places.place",
                verbose_name="place",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="population",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Who is counted; empty for measures that do not count people (null in JSON).",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="incidents.population",
                verbose_name="population",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="since",
            field=models.CharField(
                blank=True,
                help_text="From when a running total or a stock counts, such as 2011-03 (EDTF); empty when from the incident's own beginning.",
                max_length=80,
                verbose_name="since",
            ),
        ),
        migrations.AlterField(
            model_name="codingrule",
            name="language",
            field=models.CharField(
                help_text="Language of the words, such as en or ar (a BCP 47 tag).",
                max_length=12,
                verbose_name="language",
            ),
        ),
        migrations.AlterField(
            model_name="codingrule",
            name="maximum",
            field=models.BigIntegerField(
                blank=True, help_text="Upper bound; empty for none (null in JSON).", null=True, verbose_name="maximum"
            ),
        ),
        migrations.AlterField(
            model_name="codingrule",
            name="minimum",
            field=models.BigIntegerField(
                blank=True, help_text="Lower bound; empty for none (null in JSON).", null=True, verbose_name="minimum"
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="occurred",
            field=models.CharField(
                blank=True,
                help_text="When it happened, as exactly as is known: 2018-04-21, 2018-04, 2018-04~ (about) or, still going on, 2018-04-19/.. (EDTF).",
                max_length=80,
                verbose_name="occurred",
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="published_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it was first published; empty if it never was (null in JSON).",
                null=True,
                verbose_name="published at",
            ),
        ),
        migrations.AlterField(
            model_name="population",
            name="affiliation",
            field=models.CharField(
                blank=True,
                help_text="Armed or other organization they belong to; empty when it does not matter (null in JSON).",
                max_length=60,
                null=True,
                verbose_name="affiliation",
            ),
        ),
        migrations.AlterField(
            model_name="population",
            name="age_band",
            field=models.CharField(
                blank=True,
                help_text="Such as child or adult; empty when all ages are counted (null in JSON).",
                max_length=30,
                null=True,
                verbose_name="age band",
            ),
        ),
        migrations.AlterField(
            model_name="population",
            name="civil_status",
            field=models.CharField(
                blank=True,
                choices=[("civilian", "civilian"), ("combatant", "combatant"), ("unknown", "unknown")],
                help_text="Civilian or combatant; empty when both are counted (null in JSON).",
                max_length=20,
                null=True,
                verbose_name="civil status",
            ),
        ),
        migrations.AlterField(
            model_name="population",
            name="group",
            field=models.CharField(
                blank=True,
                help_text="Nationality or community, such as palestinian; empty when all are counted (null in JSON).",
                max_length=60,
                null=True,
                verbose_name="group",
            ),
        ),
        migrations.AlterField(
            model_name="population",
            name="occupation",
            field=models.CharField(
                blank=True,
                help_text="Such as journalist or medical worker; empty when all are counted (null in JSON).",
                max_length=60,
                null=True,
                verbose_name="occupation",
            ),
        ),
        migrations.AlterField(
            model_name="population",
            name="sex",
            field=models.CharField(
                blank=True,
                choices=[("female", "female"), ("male", "male"), ("unknown", "unknown")],
                help_text="Empty when both are counted (null in JSON).",
                max_length=10,
                null=True,
                verbose_name="sex",
            ),
        ),
        migrations.AlterField(
            model_name="responsibilityclaim",
            name="accepted_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it was accepted; empty if it never was (null in JSON).",
                null=True,
                verbose_name="accepted at",
            ),
        ),
        migrations.AlterField(
            model_name="statement",
            name="accepted_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it was accepted; empty if it never was (null in JSON).",
                null=True,
                verbose_name="accepted at",
            ),
        ),
        migrations.AlterField(
            model_name="statement",
            name="value",
            field=models.TextField(
                help_text="What the source says; if it is a date, such as 2018-04-21 or 2018-04~ (EDTF).",
                verbose_name="what is said",
            ),
        ),
        migrations.AlterField(
            model_name="statement",
            name="when",
            field=models.CharField(
                blank=True,
                help_text="When what is said happened or was said, such as 2018-04-21 or 2018-04~ (EDTF); empty when not stated.",
                max_length=80,
                verbose_name="when",
            ),
        ),
    ]
