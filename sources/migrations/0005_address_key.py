"""Addresses of the same page, however they are written, have the same key."""

import django.db.models
from django.db import migrations, models

import sources.models.source

# Without scheme, www., mobile prefix, fragment, tracking parameters and the last slash.
ADDRESS_KEY = r"""
CREATE FUNCTION address_key(address text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT rtrim(regexp_replace(regexp_replace(regexp_replace(lower(address),
        '^[a-z]+://(www\.|m\.|mobile\.)?', ''), '#.*$', ''),
        '([?&])(utm_[a-z]+|fbclid|gclid|ref|source)=[^&]*', '\1', 'g'), '/?&')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0004_merge_guards")]

    operations = [
        migrations.RunSQL(ADDRESS_KEY, "DROP FUNCTION address_key(text)"),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(
                sources.models.source.AddressKey("url"),
                condition=django.db.models.Q(("url", ""), _negated=True),
                name="source_by_address_key",
            ),
        ),
    ]
