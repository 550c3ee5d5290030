"""Masking one text looks at each protected name by its bare letters first, and runs only the patterns that can match."""

from django.db import migrations

# Letters that stand for one another in names, as ``letter_pattern`` (0002) has them: the first of each is what all mean.
FAMILIES = (
    "اأإآٱ", "يىئی", "كک", "هة", "وؤ",
    "aàáâãäåāăą", "eèéêëēĕėęě", "iìíîïīĭįı", "oòóôõöøōő", "uùúûüūŭůű", "cçćč", "dḍḏ", "gğġ", "hḥḫẖ", "nñńň", "sśšşṣ", "tṭṯţ",
    "yýÿ", "zẓźżž",
)  # fmt: skip
KINDRED = "".join(family[1:] for family in FAMILIES)
MEANT = "".join(family[0] * (len(family) - 1) for family in FAMILIES)

# Every pattern finds a name letter by letter, with marks within it and up to three signs between its words. So a text in
# which it is found has the name's letters one after the other once marks and signs are gone and kindred letters are one.
LETTERS = rf"""
CREATE OR REPLACE FUNCTION bare_letters(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(translate(lower(value), '{KINDRED}', '{MEANT}'),
        '[\W_\u0300-\u036F\u064B-\u065F\u0670\u0640''’ʿʾʼ`]+', '', 'g')
$$;
ALTER TABLE protected_name ADD COLUMN IF NOT EXISTS letters text NOT NULL DEFAULT '';

CREATE OR REPLACE FUNCTION refresh_protected_names() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('protected names', 0));
    DELETE FROM protected_name;
    INSERT INTO protected_name (organization_id, pattern, whole_word, replacement, weight, letters)
    SELECT id,
           -- Arabic writes "and", "in", "for" and the article on to a name.
           CASE WHEN array_length(spelt, 1) = 1 AND spelt[1] ~ '[\u0621-\u064A]' THEN '[وفبلك]?(?:ال|لل)?' ELSE '' END
               || name_pattern(spelt),
           array_length(spelt, 1) = 1, public_name, length(name), bare_letters(array_to_string(spelt, ''))
    FROM (SELECT id, public_name, name FROM sources_organization WHERE is_protected
          UNION SELECT id, public_name, name_ar FROM sources_organization WHERE is_protected
          UNION SELECT id, public_name, acronym FROM sources_organization WHERE is_protected
          UNION SELECT id, public_name, code FROM sources_organization WHERE is_protected
          UNION SELECT o.id, public_name, n.name FROM sources_organizationname n
                JOIN sources_organization o ON o.id = n.organization_id WHERE is_protected) AS names,
         LATERAL (SELECT name_words(name) AS given) AS parts,
         -- As written, and turned round: "al-X, Hazem".
         LATERAL (SELECT given[turn:] || given[:turn - 1] AS spelt
                  FROM generate_series(1, array_length(given, 1)) AS turn) AS orders
    WHERE array_to_string(given, '') <> '';
    UPDATE protected_pattern SET pattern = (
        SELECT string_agg(CASE WHEN whole_word THEN '\m' || pattern || '\M' ELSE pattern END, '|')
        FROM protected_name);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION mask_protected(value text) RETURNS text LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    known record;
    held text := bare_letters(value);
    masked text;
BEGIN
    FOR known IN SELECT CASE WHEN whole_word THEN '\m' || pattern || '\M' ELSE pattern END AS pattern, replacement, letters
                 FROM protected_name ORDER BY weight DESC, id LOOP
        CONTINUE WHEN strpos(held, known.letters) = 0;
        masked := regexp_replace(value, known.pattern, replace(known.replacement, '\', '\\'), 'gi');
        CONTINUE WHEN masked = value;
        value := masked;
        held := bare_letters(value);
    END LOOP;
    RETURN value;
END $$;
UPDATE sources_organization SET id = id WHERE false; -- has the names made anew
"""

# Going back, the column stays: the function that fills it takes nothing from the old one.
BACK = r"""
CREATE OR REPLACE FUNCTION mask_protected(value text) RETURNS text LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    known record;
BEGIN
    FOR known IN SELECT CASE WHEN whole_word THEN '\m' || pattern || '\M' ELSE pattern END AS pattern, replacement
                 FROM protected_name ORDER BY weight DESC, id LOOP
        value := regexp_replace(value, known.pattern, replace(known.replacement, '\', '\\'), 'gi');
    END LOOP;
    RETURN value;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0011_meant")]

    operations = [migrations.RunSQL(LETTERS, BACK)]
