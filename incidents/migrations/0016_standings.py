"""Standings of claims: the sources they rest on that nobody is known to have published, and until when they hold.

A collective is not independent of its members; who belongs to it is therefore among what makes scopes due.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

DUE = """
CREATE OR REPLACE FUNCTION scopes_due_of_sources(sources uuid[], organizations bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO incidents_scopedue (incident_id, transaction)
    WITH RECURSIVE concerned (id) AS (
        SELECT unnest(organizations)
        UNION
        SELECT link.collective_id FROM concerned JOIN sources_organizationmembership link ON link.member_id = concerned.id),
    printed (id) AS (
        SELECT unnest(sources)
        UNION
        SELECT source.id FROM concerned JOIN sources_source source ON source.publisher_id = concerned.id
        UNION
        SELECT merged.id FROM concerned JOIN sources_source source ON source.publisher_id = concerned.id
        JOIN sources_source merged ON merged.merged_into_id = source.id)
    SELECT DISTINCT c.incident_id, pg_current_xact_id()::text::bigint FROM incidents_claim c
    WHERE c.status IN ('accepted', 'corrected', 'retracted', 'voided') AND (
        c.claimant_id IN (SELECT id FROM concerned)
        OR c.id IN (SELECT claim_id FROM incidents_citation WHERE source_id IN (SELECT id FROM printed)
                    UNION SELECT cit.claim_id FROM incidents_relay r JOIN incidents_citation cit ON cit.id = r.citation_id
                    WHERE r.organization_id IN (SELECT id FROM concerned)
                    UNION SELECT claim_id FROM incidents_derivation
                    WHERE source_id IN (SELECT id FROM printed) OR organization_id IN (SELECT id FROM concerned)));
$$;
"""

DUE_BEFORE = """
CREATE OR REPLACE FUNCTION scopes_due_of_sources(sources uuid[], organizations bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO incidents_scopedue (incident_id, transaction)
    SELECT DISTINCT c.incident_id, pg_current_xact_id()::text::bigint FROM incidents_claim c
    WHERE c.status IN ('accepted', 'corrected', 'retracted', 'voided') AND (
        c.claimant_id = ANY(organizations)
        OR c.id IN (SELECT claim_id FROM incidents_citation WHERE source_id = ANY(sources)
                    UNION SELECT cit.claim_id FROM incidents_relay r JOIN incidents_citation cit ON cit.id = r.citation_id
                    WHERE r.organization_id = ANY(organizations)
                    UNION SELECT claim_id FROM incidents_derivation
                    WHERE source_id = ANY(sources) OR organization_id = ANY(organizations)));
$$;
"""


def of_members() -> migrations.RunSQL:
    """Triggers on who belongs to whom."""
    create, drop = "", ""
    for operation, rows, written in (
        ("insert", "NEW TABLE AS changed", "SELECT * FROM changed"),
        ("delete", "OLD TABLE AS changed", "SELECT * FROM changed"),
        ("update", "OLD TABLE AS before NEW TABLE AS changed", "SELECT * FROM changed UNION SELECT * FROM before"),
    ):
        name = f"scopes_due_of_members_{operation}"
        create += f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            touched bigint[];
        BEGIN
            SELECT array_agg(collective_id) || array_agg(member_id) INTO touched FROM ({written}) AS written;
            IF touched IS NOT NULL THEN
                PERFORM pg_advisory_xact_lock(730119006); -- see 0017: whoever accepts a claim at this moment is waited for
                PERFORM scopes_due_of_sources(ARRAY[]::uuid[], touched);
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER scopes_due_{operation} AFTER {operation.upper()} ON sources_organizationmembership REFERENCING {rows}
        FOR EACH STATEMENT EXECUTE FUNCTION {name}();
        """
        drop += f"DROP TRIGGER scopes_due_{operation} ON sources_organizationmembership; DROP FUNCTION {name}();"
    return migrations.RunSQL(create, drop)


EVERY_INCIDENT = """
INSERT INTO incidents_scopedue (incident_id, transaction)
SELECT DISTINCT incident_id, 0 FROM incidents_claim WHERE status = 'accepted';
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0015_approximate")]

    operations = [
        migrations.AddField(
            "scopeclaim",
            "root_sources",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(),
                default=list,
                help_text="The sources without a known publisher on which it rests in the end.",
                size=None,
                verbose_name="sources it rests on",
            ),
        ),
        migrations.AddField(
            "scopeclaim",
            "holds_until",
            models.DateField(
                help_text="The latest day it is known to hold for; empty when none is known (null in JSON).",
                null=True,
                verbose_name="holds until",
            ),
        ),
        migrations.AlterField(
            "scopeclaim",
            "speaks",
            models.BooleanField(
                help_text="Whether it is the last that its claimant said in the scope.", verbose_name="speaks"
            ),
        ),
        migrations.AddIndex(
            "scopeclaim",
            django.contrib.postgres.indexes.GinIndex(fields=["root_sources"], name="claim_by_root_source"),
        ),
        migrations.RunSQL(DUE, DUE_BEFORE),
        of_members(),
        migrations.RunSQL(EVERY_INCIDENT, migrations.RunSQL.noop),
    ]
