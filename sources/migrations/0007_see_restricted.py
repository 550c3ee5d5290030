"""The right to see in the admin what is restricted."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sources", "0006_merged_guards")]

    operations = [
        migrations.AlterModelOptions(
            name="source",
            options={
                "permissions": [
                    ("merge_source", "Can merge sources and take merges back"),
                    ("see_restricted", "Can see in the admin what is restricted"),
                ],
                "verbose_name": "source",
                "verbose_name_plural": "sources",
            },
        ),
    ]
