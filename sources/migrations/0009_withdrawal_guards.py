"""What was withdrawn stays as it is and is named by nothing; what is named is not withdrawn."""

from django.db import migrations

# What was refused before anybody outside saw it is nothing that readers could follow.
SEEN = "NOT ({0}.status = 'rejected' OR {0}.status = 'voided' AND {0}.accepted_at IS NULL)"
ASSERTIONS = ("incidents_claim", "incidents_responsibilityclaim", "incidents_statement", "victims_personrecord")
CITED = """incidents_citation c LEFT JOIN incidents_claim k ON k.id = c.claim_id
    LEFT JOIN incidents_responsibilityclaim r ON r.id = c.responsibility_id LEFT JOIN incidents_statement s ON s.id = c.statement_id"""
CITED_SEEN = (
    f"(k.id IS NOT NULL AND {SEEN.format('k')} OR r.id IS NOT NULL AND {SEEN.format('r')}"
    f" OR s.id IS NOT NULL AND {SEEN.format('s')})"
)
DERIVED = "incidents_derivation d JOIN incidents_claim k ON k.id = d.claim_id"


FUNCTION = """
CREATE FUNCTION naming_%s(wanted %s) RETURNS TABLE (named_in text, number bigint) LANGUAGE sql STABLE AS $$
    SELECT * FROM (%s) AS found (named_in, number) WHERE number > 0
$$;
"""


def counting(kind: str, key: str, parts: dict[str, str]) -> str:
    """The function that counts what names a record, by table."""
    counts = [f"SELECT '{table}', count(*) FROM {rows}" for table, rows in parts.items()]
    return FUNCTION % (kind, key, " UNION ALL ".join(counts))


ORGANIZATION = counting(
    "organization",
    "bigint",
    {
        **{table: f"{table} a WHERE a.claimant_id = wanted AND {SEEN.format('a')}" for table in ASSERTIONS},
        "incidents_relay": f"incidents_relay l JOIN {CITED.replace('incidents_citation c', 'incidents_citation c ON c.id = l.citation_id', 1)}"
        f" WHERE l.organization_id = wanted AND {CITED_SEEN}",
        "incidents_derivation": f"{DERIVED} WHERE d.organization_id = wanted AND {SEEN.format('k')}",
        "victims_personrelay": "victims_personrelay l JOIN victims_personrecord a ON a.id = l.record_id"
        f" WHERE l.organization_id = wanted AND {SEEN.format('a')}",
        "sources_source": "sources_source WHERE publisher_id = wanted AND withdrawn_reason = ''",
        "sources_organizationmembership": "sources_organizationmembership WHERE member_id = wanted",
        "sources_organization": "sources_organization WHERE merged_into_id = wanted",
    },
)
SOURCE = counting(
    "source",
    "uuid",
    {
        "incidents_citation": f"{CITED} WHERE c.source_id = wanted AND {CITED_SEEN}",
        "incidents_derivation": f"{DERIVED} WHERE d.source_id = wanted AND {SEEN.format('k')}",
        "victims_personrecord": f"victims_personrecord a WHERE a.source_id = wanted AND {SEEN.format('a')}",
        "sources_source": "sources_source WHERE merged_into_id = wanted",
    },
)

UNNAMED = """
CREATE FUNCTION withdrawn_unnamed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    EXECUTE format('SELECT string_agg(named_in, '', '') FROM naming_%s($1.id)', TG_ARGV[0]) INTO broken USING NEW;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION '% %: what is still named is not withdrawn (%)', TG_TABLE_NAME, NEW.id, broken
            USING ERRCODE = 'check_violation', COLUMN = 'withdrawn_reason', HINT = 'Merge it into another record.';
    END IF;
    RETURN NULL;
END $$;

-- A whole statement at once. The rows named are held: a withdrawal at the same time waits for this, or this for it.
CREATE FUNCTION refuse_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
    before text := '';
BEGIN
    FOR step IN 0 .. TG_NARGS - 1 BY 2 LOOP
        IF TG_OP = 'UPDATE' THEN
            before := format('WHERE NOT EXISTS (SELECT FROM was WHERE was.id = added.id AND was.%1$I = added.%1$I)',
                             TG_ARGV[step]);
        END IF;
        EXECUTE format('WITH held AS MATERIALIZED (
                            SELECT id, withdrawn_reason FROM %1$I
                            WHERE id IN (SELECT added.%2$I FROM added %3$s) FOR KEY SHARE)
                        SELECT id::text FROM held WHERE withdrawn_reason <> '''' LIMIT 1',
                       TG_ARGV[step + 1], TG_ARGV[step], before)
            INTO broken;
        IF broken IS NOT NULL THEN
            RAISE EXCEPTION '% % was withdrawn: name another', TG_ARGV[step + 1], broken
                USING ERRCODE = 'check_violation', COLUMN = TG_ARGV[step];
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""

ORGANIZATIONS, SOURCES = "sources_organization", "sources_source"
NAMING = {
    "sources_source": {"publisher_id": ORGANIZATIONS},
    "sources_organizationmembership": {"collective_id": ORGANIZATIONS, "member_id": ORGANIZATIONS},
    "incidents_claim": {"claimant_id": ORGANIZATIONS},
    "incidents_responsibilityclaim": {"claimant_id": ORGANIZATIONS},
    "incidents_statement": {"claimant_id": ORGANIZATIONS},
    "incidents_citation": {"source_id": SOURCES},
    "incidents_relay": {"organization_id": ORGANIZATIONS},
    "incidents_derivation": {"organization_id": ORGANIZATIONS, "source_id": SOURCES},
    "victims_personrecord": {"claimant_id": ORGANIZATIONS, "source_id": SOURCES},
    "victims_personrelay": {"organization_id": ORGANIZATIONS},
}


def stays(table: str, kind: str) -> migrations.RunSQL:
    """A withdrawal is for good, and not of what is named."""
    return migrations.RunSQL(
        f"CREATE TRIGGER withdrawn_stays AFTER UPDATE ON {table} FOR EACH ROW"
        f" WHEN (OLD.withdrawn_reason <> '' AND OLD.* IS DISTINCT FROM NEW.*)"
        f" EXECUTE FUNCTION refuse_change('what is withdrawn stays as it is');"
        f"CREATE TRIGGER withdrawn_unnamed AFTER UPDATE OF withdrawn_reason ON {table} FOR EACH ROW"
        f" WHEN (OLD.withdrawn_reason = '' AND NEW.withdrawn_reason <> '') EXECUTE FUNCTION withdrawn_unnamed('{kind}');",
        f"DROP TRIGGER withdrawn_unnamed ON {table}; DROP TRIGGER withdrawn_stays ON {table}",
    )


def guard(table: str, columns: dict[str, str]) -> migrations.RunSQL:
    """The triggers that keep new rows of a table, and new values in old ones, from naming what was withdrawn."""
    given = ", ".join(f"'{column}', '{target}'" for column, target in columns.items())
    return migrations.RunSQL(
        f"CREATE TRIGGER names_nothing_withdrawn_on_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS added"
        f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_withdrawn({given});"
        f"CREATE TRIGGER names_nothing_withdrawn_on_update AFTER UPDATE ON {table}"
        f" REFERENCING OLD TABLE AS was NEW TABLE AS added"
        f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_withdrawn({given});",
        f"DROP TRIGGER names_nothing_withdrawn_on_insert ON {table};"
        f"DROP TRIGGER names_nothing_withdrawn_on_update ON {table}",
    )


class Migration(migrations.Migration):
    # The tables of other rooms that name organizations and sources are guarded here, as for merges.
    dependencies = [
        ("sources", "0008_withdrawals"),
        ("incidents", "0004_review_desk_guards"),
        ("victims", "0002_guards"),
    ]

    operations = [
        migrations.RunSQL(ORGANIZATION, "DROP FUNCTION naming_organization(bigint)"),
        migrations.RunSQL(SOURCE, "DROP FUNCTION naming_source(uuid)"),
        migrations.RunSQL(UNNAMED, "DROP FUNCTION withdrawn_unnamed(); DROP FUNCTION refuse_withdrawn()"),
        stays(ORGANIZATIONS, "organization"),
        stays(SOURCES, "source"),
        *(guard(table, columns) for table, columns in NAMING.items()),
    ]
