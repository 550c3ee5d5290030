"""What was merged stays as it is, is never more open than what it leads to, and is named by nothing new."""

from django.db import migrations

ALIKE = """
-- Looked at with the lock of merged_in_one_step: each change alone may keep the rule, two at once might not.
CREATE FUNCTION merged_alike() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('merges in ' || TG_TABLE_NAME, 0));
    EXECUTE format('SELECT one.id::text FROM %1$I one JOIN %1$I other ON other.id = one.merged_into_id
                    WHERE $1.id IN (one.id, other.id) AND one.merged_into_id IS NOT NULL
                      AND one.disclosure > other.disclosure', TG_TABLE_NAME) INTO broken USING NEW;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION '% %: what is merged is never more restricted than what it leads to', TG_TABLE_NAME, broken
            USING ERRCODE = 'check_violation', COLUMN = 'disclosure', HINT = 'Take the merge back first.';
    END IF;
    IF TG_TABLE_NAME = 'sources_organization' THEN
        EXECUTE 'SELECT one.id::text FROM sources_organization one
                 JOIN sources_organization other ON other.id = one.merged_into_id
                 WHERE $1.id IN (one.id, other.id) AND one.is_protected <> other.is_protected' INTO broken USING NEW;
        IF broken IS NOT NULL THEN
            RAISE EXCEPTION '% %: a protected individual is merged with protected individuals alone', TG_TABLE_NAME, broken
                USING ERRCODE = 'check_violation', COLUMN = 'is_protected',
                      HINT = 'Take the merge back, protect both, and merge them again.';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER merged_alike_on_insert AFTER INSERT ON sources_organization
FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION merged_alike();
CREATE TRIGGER merged_alike AFTER UPDATE ON sources_organization FOR EACH ROW
WHEN (OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id OR OLD.disclosure <> NEW.disclosure
      OR OLD.is_protected <> NEW.is_protected)
EXECUTE FUNCTION merged_alike();
CREATE TRIGGER merged_alike_on_insert AFTER INSERT ON sources_source
FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION merged_alike();
CREATE TRIGGER merged_alike AFTER UPDATE ON sources_source FOR EACH ROW
WHEN (OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id OR OLD.disclosure <> NEW.disclosure)
EXECUTE FUNCTION merged_alike();

CREATE TRIGGER merged_stays AFTER UPDATE ON sources_organization FOR EACH ROW
WHEN (OLD.merged_into_id IS NOT NULL AND NEW.merged_into_id IS NOT NULL AND OLD.* IS DISTINCT FROM NEW.*)
EXECUTE FUNCTION refuse_change('what is merged stays as it is until the merge is taken back');
CREATE TRIGGER merged_stays AFTER UPDATE ON sources_source FOR EACH ROW
WHEN (OLD.merged_into_id IS NOT NULL AND NEW.merged_into_id IS NOT NULL AND OLD.* IS DISTINCT FROM NEW.*)
EXECUTE FUNCTION refuse_change('what is merged stays as it is until the merge is taken back');
"""

UNLIKE = """
DROP TRIGGER merged_stays ON sources_source; DROP TRIGGER merged_stays ON sources_organization;
DROP TRIGGER merged_alike ON sources_source; DROP TRIGGER merged_alike_on_insert ON sources_source;
DROP TRIGGER merged_alike ON sources_organization; DROP TRIGGER merged_alike_on_insert ON sources_organization;
DROP FUNCTION merged_alike();
"""

# A whole statement at once: an import of a million rows is looked at in one query.
UNNAMED = """
CREATE FUNCTION refuse_merged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
    before text := '';
BEGIN
    FOR step IN 0 .. TG_NARGS - 1 BY 2 LOOP
        IF TG_OP = 'UPDATE' THEN
            before := format('AND NOT EXISTS (SELECT FROM was WHERE was.id = added.id AND was.%1$I = added.%1$I)',
                             TG_ARGV[step]);
        END IF;
        EXECUTE format('SELECT merged.id::text FROM added JOIN %I merged ON merged.id = added.%I
                        WHERE merged.merged_into_id IS NOT NULL %s LIMIT 1', TG_ARGV[step + 1], TG_ARGV[step], before)
            INTO broken;
        IF broken IS NOT NULL THEN
            RAISE EXCEPTION '% % was merged into another: name that one', TG_ARGV[step + 1], broken
                USING ERRCODE = 'check_violation', COLUMN = TG_ARGV[step];
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""

ORGANIZATION, SOURCE = "sources_organization", "sources_source"
NAMING = {
    "sources_source": {"publisher_id": ORGANIZATION},
    "sources_organizationmembership": {"collective_id": ORGANIZATION, "member_id": ORGANIZATION},
    "sources_reliabilityassessment": {"organization_id": ORGANIZATION},
    "incidents_claim": {"claimant_id": ORGANIZATION},
    "incidents_responsibilityclaim": {"claimant_id": ORGANIZATION},
    "incidents_statement": {"claimant_id": ORGANIZATION},
    "incidents_citation": {"source_id": SOURCE},
    "incidents_relay": {"organization_id": ORGANIZATION},
    "incidents_derivation": {"organization_id": ORGANIZATION, "source_id": SOURCE},
    "victims_personrecord": {"claimant_id": ORGANIZATION, "source_id": SOURCE},
    "victims_personrelay": {"organization_id": ORGANIZATION},
}


def guard(table: str, columns: dict[str, str]) -> migrations.RunSQL:
    """The triggers that keep new rows of a table, and new values in old ones, from naming what was merged."""
    given = ", ".join(f"'{column}', '{target}'" for column, target in columns.items())
    return migrations.RunSQL(
        f"CREATE TRIGGER names_nothing_merged_on_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS added"
        f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged({given});"
        f"CREATE TRIGGER names_nothing_merged_on_update AFTER UPDATE ON {table}"
        f" REFERENCING OLD TABLE AS was NEW TABLE AS added"
        f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged({given});",
        f"DROP TRIGGER names_nothing_merged_on_insert ON {table}; DROP TRIGGER names_nothing_merged_on_update ON {table}",
    )


class Migration(migrations.Migration):
    # The tables of other rooms that name organizations and sources are guarded here, with the merges.
    dependencies = [
        ("sources", "0005_address_key"),
        ("incidents", "0004_review_desk_guards"),
        ("victims", "0002_guards"),
    ]

    operations = [
        migrations.RunSQL(ALIKE, UNLIKE),
        migrations.RunSQL(UNNAMED, "DROP FUNCTION refuse_merged()"),
        *(guard(table, columns) for table, columns in NAMING.items()),
    ]
