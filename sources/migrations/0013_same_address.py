"""Addresses of the same page have the same key also where most of them come from: networks that write each in many ways."""

from django.db import migrations

BEFORE = r"""
CREATE OR REPLACE FUNCTION address_key(address text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT rtrim(regexp_replace(regexp_replace(regexp_replace(lower(address),
        '^[a-z]+://(www\.|m\.|mobile\.)?', ''), '#.*$', ''),
        '([?&])(utm_[a-z]+|fbclid|gclid|ref|source)=[^&]*', '\1', 'g'), '/?&')
$$;
REINDEX INDEX source_by_address_key;
"""

# Letters beyond ASCII as browsers send them; without scheme, www., mobile prefix, fragment, what only tells how one came,
# and the last slash. A post is told by its path alone, a video by its number, under whichever name of the network.
AFTER = r"""
CREATE OR REPLACE FUNCTION address_key(address text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    key text := lower(address);
BEGIN
    IF octet_length(key) <> length(key) THEN
        SELECT string_agg(CASE WHEN ascii(letter) < 128 THEN letter
                          ELSE regexp_replace(encode(convert_to(letter, 'UTF8'), 'hex'), '(..)', '%\1', 'g') END,
                          '' ORDER BY place)
        INTO key FROM string_to_table(key, NULL) WITH ORDINALITY AS letters (letter, place);
    END IF;
    key := regexp_replace(key, '^[a-z]+://((www|m|mobile)\.)?', '');
    key := regexp_replace(key, '#.*$', '');
    key := regexp_replace(key, '^(x\.com|twitter\.com)/([^/?]+/status/[0-9]+).*$', 'twitter.com/\2');
    key := regexp_replace(key, '^youtu\.be/([^/?]+).*$', 'youtube.com/watch?v=\1');
    key := regexp_replace(key, '^youtube\.com/watch\?(.*&)?(v=[^&]+).*$', 'youtube.com/watch?\2');
    key := regexp_replace(key, '^(web|mbasic|[a-z]{2}-[a-z]{2})\.facebook\.com/', 'facebook.com/');
    IF starts_with(key, 'facebook.com/') THEN
        key := replace(key, '/story.php?', '/permalink.php?');
        key := regexp_replace(key, '([?&])(__[a-z]+__|__xts__(\[|%5b)[0-9]+(\]|%5d)|type|theater|hc_ref|fref|epa|mibextid)(=[^&]*)?(?=&|$)',
                              '\1', 'g');
    END IF;
    key := regexp_replace(key, '([?&])(utm_[a-z]+|fbclid|gclid|ref|source)=[^&]*', '\1', 'g');
    RETURN rtrim(regexp_replace(key, '([?&])&+', '\1', 'g'), '/?&');
END
$$;
REINDEX INDEX source_by_address_key;
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0012_letters_of_names")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
