"""The gazetteer as a graph: what lies within what, and no area within itself."""

from django.db import migrations

from accounts.operations import KeepHistory

GRAPH = """
CREATE VIEW place_edge (lower_id, upper_id) AS
    SELECT id, within_id FROM places_place WHERE within_id IS NOT NULL
    UNION ALL
    SELECT covered_id, area_id FROM places_placecoverage;

CREATE FUNCTION place_subtree(top text) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE subtree (id) AS (
        SELECT id FROM places_place WHERE code = top
        UNION
        SELECT lower_id FROM subtree JOIN place_edge ON upper_id = subtree.id)
    SELECT id FROM subtree
$$;

CREATE FUNCTION refuse_place_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    looped text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('cycle in places', 0));
    EXECUTE format(
        'WITH RECURSIVE climb (start, node) AS (
             SELECT %1$I, %2$I FROM changed WHERE %2$I IS NOT NULL
             UNION
             SELECT climb.start, upper_id FROM climb JOIN place_edge ON lower_id = climb.node)
         SELECT code FROM climb JOIN places_place ON id = start WHERE start = node LIMIT 1',
        TG_ARGV[0], TG_ARGV[1]) INTO looped;
    IF looped IS NOT NULL THEN
        RAISE EXCEPTION 'place % would lie within itself', looped USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER no_cycle_on_insert AFTER INSERT ON places_place REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_place_cycle('id', 'within_id');
CREATE TRIGGER no_cycle_on_update AFTER UPDATE ON places_place REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_place_cycle('id', 'within_id');
CREATE TRIGGER no_cycle_on_insert AFTER INSERT ON places_placecoverage REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_place_cycle('covered_id', 'area_id');
CREATE TRIGGER no_cycle_on_update AFTER UPDATE ON places_placecoverage REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_place_cycle('covered_id', 'area_id');
"""

CODES = """
CREATE TRIGGER code_is_permanent BEFORE UPDATE OF code ON places_place
FOR EACH ROW WHEN (OLD.code <> NEW.code) EXECUTE FUNCTION refuse_change('a code is permanent');
"""

UNDO = """
DROP TRIGGER no_cycle_on_insert ON places_place; DROP TRIGGER no_cycle_on_update ON places_place;
DROP TRIGGER no_cycle_on_insert ON places_placecoverage; DROP TRIGGER no_cycle_on_update ON places_placecoverage;
DROP FUNCTION refuse_place_cycle(); DROP FUNCTION place_subtree(text); DROP VIEW place_edge;
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial"), ("accounts", "0002_guards")]

    operations = [
        migrations.RunSQL(GRAPH, UNDO),
        migrations.RunSQL(CODES, "DROP TRIGGER code_is_permanent ON places_place"),
        KeepHistory("places_place"),
        KeepHistory("places_placename"),
        KeepHistory("places_placecoverage"),
    ]
