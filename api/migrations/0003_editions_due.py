"""Which records are due is noted by triggers, in the transaction that writes; editions are written once, and ended once.

Noted is only what a row itself says. What else names it is looked for when it is seen to (``api.editions.due``), by then
everything that was committed meanwhile is seen.
"""

from django.db import migrations

from accounts.operations import RefuseTruncate

# Of each table, what is noted of each row that is written, as it was and as it is: a word, and the column of its key.
MARKS: dict[str, tuple[tuple[str, str], ...]] = {
    "places_place": (("place", "id"),),
    "places_placename": (("place", "place_id"),),
    "places_placecoverage": (("place", "area_id"),),
    "incidents_measure": (("measure", "code"),),
    "incidents_cause": (("cause", "code"),),
    "incidents_population": (("population", "code"),),
    "incidents_populationbroader": (("population", "narrower_id"),),
    "incidents_codingrule": (("codingrule", "id"),),
    "sources_party": (("party", "id"),),
    "sources_organization": (("organization", "id"),),
    "sources_organizationname": (("organization", "organization_id"),),
    "sources_organizationmembership": (("organization", "collective_id"), ("organization", "member_id")),
    "sources_reliabilityassessment": (("organization", "organization_id"),),
    "sources_source": (("source", "id"),),
    "incidents_incident": (("incident", "id"),),
    "incidents_incident_kinds": (("incident", "incident_id"),),
    "incidents_incidentplace": (("incident", "incident_id"),),
    "incidents_incidentpart": (("incident", "part_id"), ("incident", "situation_id")),
    "incidents_claim": (("claim", "id"), ("claim", "corrects_id")),
    "incidents_responsibilityclaim": (("responsibility", "id"),),
    "incidents_statement": (("statement", "id"),),
    "incidents_citation": (
        ("claim", "claim_id"),
        ("responsibility", "responsibility_id"),
        ("statement", "statement_id"),
    ),
    "incidents_relay": (("citation", "citation_id"),),
    "incidents_derivation": (("claim", "claim_id"),),
    "incidents_scopeclaim": (("claim", "claim_id"), ("figure", "scope_id")),
    "incidents_scopestate": (("scope", "scope_id"),),
    "incidents_scope": (("scope", "id"),),
    "incidents_figure": (("figure", "scope_id"),),
    "incidents_figureclaim": (("adopted", "figure_id"),),
    "victims_victim": (("victim", "id"),),
    "victims_link": (("victim", "victim_id"), ("record", "record_id")),
    "victims_namedecision": (("record", "record_id"),),
    "victims_personname": (("record", "record_id"),),
    "victims_personrelay": (("record", "record_id"),),
    "victims_personrecord": (("record", "id"),),
}

# A name to be masked may stand anywhere.
PROTECTED = """
CREATE FUNCTION editions_due_of_protected_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO api_editiondue (kind, "row") VALUES ('everything', '');
    RETURN NULL;
END $$;
CREATE TRIGGER editions_due AFTER INSERT OR UPDATE OR DELETE ON protected_name
FOR EACH STATEMENT EXECUTE FUNCTION editions_due_of_protected_name();
"""
NOT_PROTECTED = "DROP TRIGGER editions_due ON protected_name; DROP FUNCTION editions_due_of_protected_name();"

# Under which name a colleague appears. Row by row: the rest of an account, such as its last login, changes often.
PSEUDONYM = """
CREATE FUNCTION editions_due_of_pseudonym() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO api_editiondue (kind, "row") VALUES ('colleague', NEW.id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER editions_due AFTER UPDATE ON accounts_user FOR EACH ROW
WHEN (OLD.pseudonym IS DISTINCT FROM NEW.pseudonym) EXECUTE FUNCTION editions_due_of_pseudonym();
"""
NO_PSEUDONYM = "DROP TRIGGER editions_due ON accounts_user; DROP FUNCTION editions_due_of_pseudonym();"


def triggers(table: str) -> tuple[str, str]:
    """What makes, and what takes away, the triggers that note the rows of a table that were written."""
    made, gone = "", ""
    for operation, rows, touched in (
        ("insert", "NEW TABLE AS changed", "SELECT * FROM changed"),
        ("delete", "OLD TABLE AS changed", "SELECT * FROM changed"),
        ("update", "OLD TABLE AS before NEW TABLE AS changed", "SELECT * FROM changed UNION ALL SELECT * FROM before"),
    ):
        name = f"editions_due_of_{table}_{operation}"
        marks = " UNION ".join(
            f"SELECT '{word}', {column}::text FROM touched WHERE {column} IS NOT NULL" for word, column in MARKS[table]
        )
        made += f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO api_editiondue (kind, "row") WITH touched AS ({touched}) SELECT DISTINCT * FROM ({marks}) AS noted;
            RETURN NULL;
        END $$;
        CREATE TRIGGER editions_due_{operation} AFTER {operation.upper()} ON {table} REFERENCING {rows}
        FOR EACH STATEMENT EXECUTE FUNCTION {name}();
        """
        gone += f"DROP TRIGGER editions_due_{operation} ON {table}; DROP FUNCTION {name}();"
    return made, gone


STAYS = """
CREATE FUNCTION keep_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.until IS NULL AND NEW.until IS NOT NULL AND (to_jsonb(OLD) - 'until') = (to_jsonb(NEW) - 'until') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'edition % is what was outside, and is never changed or deleted', OLD.id
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER edition_stays BEFORE UPDATE OR DELETE ON api_edition FOR EACH ROW EXECUTE FUNCTION keep_edition();
CREATE TRIGGER text_stays BEFORE UPDATE OR DELETE ON api_editiontext
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('what was outside stays as it was');
"""
DOES_NOT_STAY = """
DROP TRIGGER text_stays ON api_editiontext; DROP TRIGGER edition_stays ON api_edition; DROP FUNCTION keep_edition();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_editions"),
        ("accounts", "0006_tokens"),
        ("places", "0003_help_texts"),
        ("sources", "0011_meant"),
        ("incidents", "0018_figures_end"),
        ("victims", "0003_help_texts"),
    ]

    operations = [
        migrations.RunSQL(STAYS, DOES_NOT_STAY),
        *(migrations.RunSQL(*triggers(table)) for table in MARKS),
        migrations.RunSQL(PROTECTED, NOT_PROTECTED),
        migrations.RunSQL(PSEUDONYM, NO_PSEUDONYM),
        *(RefuseTruncate(f"api_{name}") for name in ("edition", "editiontext", "editiondue", "editionclock")),
        # What is outside already: looked at when the migration is done.
        migrations.RunSQL(
            "INSERT INTO api_editiondue (kind, \"row\") VALUES ('everything', '')", migrations.RunSQL.noop
        ),
    ]
