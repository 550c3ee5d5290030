"""Protected individuals: their names, in every spelling we know, are replaced wherever text leaves."""

from django.db import migrations

from accounts.operations import KeepHistory

# A pattern finds a name however its parts are joined ("Hazem al-X", "hazem_al_x", "HazemAlX"), with or without
# Arabic vowel signs, and with any form of alef, ya and ta marbuta. A name of a single word must stand as a word.
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

CREATE FUNCTION name_pattern(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT string_agg(spelt, '[-\s_.+''’ـ]*' ORDER BY position)
    FROM regexp_split_to_table(btrim(regexp_replace(name, '[[:space:][:punct:]ـ]+', ' ', 'g')), ' ')
             WITH ORDINALITY AS part (word, position),
         LATERAL (SELECT string_agg(
             CASE WHEN letter IN ('ا', 'أ', 'إ', 'آ', 'ٱ') THEN '[اأإآٱ]'
                  WHEN letter IN ('ي', 'ى', 'ئ') THEN '[يىئ]'
                  WHEN letter IN ('ه', 'ة') THEN '[هة]'
                  ELSE letter END
             || CASE WHEN letter ~ '[\u0621-\u064A]' THEN '[\u064B-\u065F\u0670\u0640]*' ELSE '' END,
             '' ORDER BY place) AS spelt
         FROM regexp_split_to_table(regexp_replace(word, '[\u064B-\u065F\u0670]', '', 'g'), '')
             WITH ORDINALITY AS letters (letter, place)) AS spelling
$$;

CREATE FUNCTION refresh_protected_names() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('protected names', 0));
    DELETE FROM protected_name;
    INSERT INTO protected_name (organization_id, pattern, whole_word, replacement, weight)
    SELECT id, name_pattern(name), btrim(name) !~ '[[:space:][:punct:]]', public_name, length(name)
    FROM (SELECT id, public_name, name FROM sources_organization WHERE is_protected
          UNION SELECT id, public_name, name_ar FROM sources_organization WHERE is_protected
          UNION SELECT id, public_name, code FROM sources_organization WHERE is_protected
          UNION SELECT o.id, public_name, n.name FROM sources_organizationname n
                JOIN sources_organization o ON o.id = n.organization_id WHERE is_protected) AS names
    WHERE name ~ '[[:alnum:]]' OR name ~ '[\u0621-\u064A]';
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
DROP FUNCTION mask_protected(text); DROP FUNCTION refresh_protected_names(); DROP FUNCTION name_pattern(text);
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
