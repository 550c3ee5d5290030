"""Protected individuals: their names, in every spelling we know, are replaced wherever text leaves."""

from django.db import migrations

from accounts.operations import KeepHistory

# A pattern finds a name however its parts are joined ("Hazem al-X", "hazem_al_x", "HazemAlX"), with the last word
# first, with or without accents and vowel signs, and with any form of alef, ya, kaf and ta marbuta. A name of a
# single word must stand as a word.
MASKING = r"""
CREATE TABLE protected_name (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL,
    pattern text NOT NULL,
    whole_word boolean NOT NULL,
    replacement text NOT NULL,
    weight integer NOT NULL
);
CREATE TABLE protected_pattern (pattern text);
INSERT INTO protected_pattern VALUES (NULL);

CREATE FUNCTION letter_pattern(letter text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE
        WHEN letter IN ('ا', 'أ', 'إ', 'آ', 'ٱ') THEN '[اأإآٱ]'
        WHEN letter IN ('ي', 'ى', 'ئ', 'ی') THEN '[يىئی]'
        WHEN letter IN ('ك', 'ک') THEN '[كک]'
        WHEN letter IN ('ه', 'ة') THEN '[هة]'
        WHEN letter IN ('و', 'ؤ') THEN '[وؤ]'
        WHEN letter = 'a' THEN '[aàáâãäåāăą]' WHEN letter = 'e' THEN '[eèéêëēĕėęě]'
        WHEN letter = 'i' THEN '[iìíîïīĭįı]' WHEN letter = 'o' THEN '[oòóôõöøōő]'
        WHEN letter = 'u' THEN '[uùúûüūŭůű]' WHEN letter = 'c' THEN '[cçćč]' WHEN letter = 'd' THEN '[dḍḏ]'
        WHEN letter = 'g' THEN '[gğġ]' WHEN letter = 'h' THEN '[hḥḫẖ]' WHEN letter = 'n' THEN '[nñńň]'
        WHEN letter = 's' THEN '[sśšşṣ]' WHEN letter = 't' THEN '[tṭṯţ]' WHEN letter = 'y' THEN '[yýÿ]'
        WHEN letter = 'z' THEN '[zẓźżž]'
        ELSE letter END
        -- vowel signs, tatweel and combining marks; apostrophes for ayn and hamza
        || CASE WHEN letter ~ '[\u0621-\u064A\u06A9\u06CC]' THEN '[\u064B-\u065F\u0670\u0640]*'
                ELSE '[\u0300-\u036F''’ʿʾʼ`]*' END
$$;

CREATE FUNCTION name_words(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT regexp_split_to_array(btrim(regexp_replace(
        regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, name)), '[\u064B-\u065F\u0670\u0640''’ʿʾʼ`]', '', 'g'),
        '[[:space:][:punct:]]+', ' ', 'g')), ' ')
$$;

-- Up to three marks may stand between the words of a name: a space, a hyphen, a comma and a space, nothing.
CREATE FUNCTION name_pattern(words text[]) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT string_agg(spelt, '(?:\W|_){0,3}' ORDER BY position)
    FROM unnest(words) WITH ORDINALITY AS part (word, position),
         LATERAL (SELECT string_agg(letter_pattern(letter), '' ORDER BY place) AS spelt
                  FROM regexp_split_to_table(word, '') WITH ORDINALITY AS letters (letter, place)) AS spelling
$$;

CREATE FUNCTION refresh_protected_names() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('protected names', 0));
    DELETE FROM protected_name;
    INSERT INTO protected_name (organization_id, pattern, whole_word, replacement, weight)
    SELECT id,
           -- Arabic writes "and", "in", "for" and the article on to a name.
           CASE WHEN array_length(spelt, 1) = 1 AND spelt[1] ~ '[\u0621-\u064A]' THEN '[وفبلك]?(?:ال|لل)?' ELSE '' END
               || name_pattern(spelt),
           array_length(spelt, 1) = 1, public_name, length(name)
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
REVOKE EXECUTE ON FUNCTION refresh_protected_names() FROM PUBLIC;

CREATE TRIGGER refresh_protected_names AFTER INSERT OR UPDATE OR DELETE ON sources_organization
FOR EACH STATEMENT EXECUTE FUNCTION refresh_protected_names();
CREATE TRIGGER refresh_protected_names AFTER INSERT OR UPDATE OR DELETE ON sources_organizationname
FOR EACH STATEMENT EXECUTE FUNCTION refresh_protected_names();

-- An address with its %XX put back into letters; as it was, where they make none.
CREATE FUNCTION url_decode(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN convert_from(string_agg(
        CASE WHEN piece[1] ~ '^%[0-9A-Fa-f]{2}$' THEN decode(substr(piece[1], 2), 'hex')
             ELSE convert_to(piece[1], 'UTF8') END, ''::bytea ORDER BY position), 'UTF8')
    FROM regexp_matches(value, '%[0-9A-Fa-f]{2}|[^%]+|%', 'g') WITH ORDINALITY AS pieces (piece, position);
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
    RETURN value;
END $$;

CREATE FUNCTION mask_protected(value text) RETURNS text LANGUAGE plpgsql STABLE STRICT AS $$
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

UNMASK = """
DROP TRIGGER refresh_protected_names ON sources_organization;
DROP TRIGGER refresh_protected_names ON sources_organizationname;
DROP FUNCTION mask_protected(text); DROP FUNCTION refresh_protected_names();
DROP FUNCTION name_pattern(text[]); DROP FUNCTION name_words(text); DROP FUNCTION letter_pattern(text);
DROP FUNCTION url_decode(text);
DROP TABLE protected_pattern; DROP TABLE protected_name;
"""

CODES = """
CREATE TRIGGER code_is_permanent BEFORE UPDATE OF code, public_code ON sources_organization
FOR EACH ROW WHEN (OLD.code <> NEW.code OR (OLD.public_code <> '' AND OLD.public_code <> NEW.public_code))
EXECUTE FUNCTION refuse_change('a code is permanent');
CREATE TRIGGER code_is_permanent BEFORE UPDATE OF code ON sources_party
FOR EACH ROW WHEN (OLD.code <> NEW.code) EXECUTE FUNCTION refuse_change('a code is permanent');
"""

MEMBERSHIP = """
CREATE TRIGGER no_cycle_on_insert AFTER INSERT ON sources_organizationmembership REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_cycle('member_id', 'collective_id');
CREATE TRIGGER no_cycle_on_update AFTER UPDATE ON sources_organizationmembership REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_cycle('member_id', 'collective_id');
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_initial")]

    operations = [
        migrations.RunSQL(MASKING, UNMASK),
        migrations.RunSQL(
            CODES,
            "DROP TRIGGER code_is_permanent ON sources_organization; DROP TRIGGER code_is_permanent ON sources_party",
        ),
        migrations.RunSQL(
            MEMBERSHIP,
            "DROP TRIGGER no_cycle_on_insert ON sources_organizationmembership;"
            "DROP TRIGGER no_cycle_on_update ON sources_organizationmembership",
        ),
        KeepHistory("sources_organizationkind", key="code"),
        KeepHistory("sources_sourcekind", key="code"),
        KeepHistory("sources_party"),
        KeepHistory("sources_organization"),
        KeepHistory("sources_organizationname"),
        KeepHistory("sources_organizationmembership"),
        KeepHistory("sources_reliabilityassessment"),
        KeepHistory("sources_source"),
    ]
