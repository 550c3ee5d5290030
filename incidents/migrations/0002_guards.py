"""What no client of the database but its owner can do to claims, and what must hold when a transaction commits."""

from django.db import migrations

from accounts.operations import KeepHistory, RefuseTruncate

FREEZE = """
-- Everything is frozen from submission on but the columns named: those of review, disclosure, the assignment to
-- an incident and our note. A column added later is frozen unless it is added here.
CREATE FUNCTION freeze_from_submission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['incident_id', 'status', 'disclosure', 'note', 'accepted_by_id', 'accepted_at',
                         'decision_note', 'reviewed'];
    altered text;
BEGIN
    IF OLD.submitted_at IS NULL THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '% % was submitted and is never deleted', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT string_agg(before.key, ', ') INTO altered
    FROM jsonb_each(to_jsonb(OLD) - free) AS before
    JOIN jsonb_each(to_jsonb(NEW) - free) AS after USING (key)
    WHERE before.value IS DISTINCT FROM after.value;
    IF altered IS NOT NULL THEN
        RAISE EXCEPTION '% % was submitted: % can no longer change', TG_TABLE_NAME, OLD.id, altered
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Record a correction, which is a new row linked to this one.';
    END IF;
    -- What was accepted stays accepted by whom and when it was.
    IF OLD.accepted_at IS NOT NULL
       AND (OLD.accepted_at, OLD.accepted_by_id) IS DISTINCT FROM (NEW.accepted_at, NEW.accepted_by_id) THEN
        RAISE EXCEPTION '% % was accepted: by whom and when can no longer change', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION citation_is_submitted(citation incidents_citation) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM incidents_claim
                   WHERE id = citation.claim_id AND submitted_at IS NOT NULL)
        OR EXISTS (SELECT FROM incidents_responsibilityclaim
                   WHERE id = citation.responsibility_id AND submitted_at IS NOT NULL)
        OR EXISTS (SELECT FROM incidents_statement
                   WHERE id = citation.statement_id AND submitted_at IS NOT NULL)
$$;

-- A draft that is being submitted and one whose citation is being taken away wait for each other.
CREATE FUNCTION lock_assertion(citation incidents_citation) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM incidents_claim WHERE id = citation.claim_id FOR SHARE;
    PERFORM FROM incidents_responsibilityclaim WHERE id = citation.responsibility_id FOR SHARE;
    PERFORM FROM incidents_statement WHERE id = citation.statement_id FOR SHARE;
END $$;

CREATE FUNCTION freeze_citation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lock_assertion(OLD);
    IF citation_is_submitted(OLD) THEN
        RAISE EXCEPTION 'citation % belongs to a submitted assertion and is never changed or deleted', OLD.id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION freeze_relay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lock_assertion(c) FROM incidents_citation c WHERE c.id = OLD.citation_id;
    IF EXISTS (SELECT FROM incidents_citation c WHERE c.id = OLD.citation_id AND citation_is_submitted(c)) THEN
        RAISE EXCEPTION 'relay % belongs to a submitted assertion and is never changed or deleted', OLD.id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON incidents_claim
FOR EACH ROW EXECUTE FUNCTION freeze_from_submission();
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON incidents_responsibilityclaim
FOR EACH ROW EXECUTE FUNCTION freeze_from_submission();
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON incidents_statement
FOR EACH ROW EXECUTE FUNCTION freeze_from_submission();
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON incidents_citation
FOR EACH ROW EXECUTE FUNCTION freeze_citation();
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON incidents_relay
FOR EACH ROW EXECUTE FUNCTION freeze_relay();
"""

UNFREEZE = """
DROP TRIGGER frozen ON incidents_claim; DROP TRIGGER frozen ON incidents_responsibilityclaim;
DROP TRIGGER frozen ON incidents_statement; DROP TRIGGER frozen ON incidents_citation;
DROP TRIGGER frozen ON incidents_relay;
DROP FUNCTION freeze_from_submission(); DROP FUNCTION freeze_citation(); DROP FUNCTION freeze_relay();
DROP FUNCTION citation_is_submitted(incidents_citation); DROP FUNCTION lock_assertion(incidents_citation);
"""

# One question per row and plain SQL, so that its plan is kept: these run once for every row of a bulk load.
AT_COMMIT = """
CREATE FUNCTION require_citation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fine boolean;
BEGIN
    IF TG_TABLE_NAME = 'incidents_claim' THEN
        fine := EXISTS (SELECT FROM incidents_citation WHERE claim_id = NEW.id)
             OR NOT EXISTS (SELECT FROM incidents_claim WHERE id = NEW.id);
    ELSIF TG_TABLE_NAME = 'incidents_responsibilityclaim' THEN
        fine := EXISTS (SELECT FROM incidents_citation WHERE responsibility_id = NEW.id)
             OR NOT EXISTS (SELECT FROM incidents_responsibilityclaim WHERE id = NEW.id);
    ELSE
        fine := EXISTS (SELECT FROM incidents_citation WHERE statement_id = NEW.id)
             OR NOT EXISTS (SELECT FROM incidents_statement WHERE id = NEW.id);
    END IF;
    IF NOT fine THEN
        RAISE EXCEPTION '% % has no citation', TG_TABLE_NAME, NEW.id
            USING ERRCODE = 'check_violation', HINT = 'Whatever is submitted names at least one source.';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION require_whole_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    citation uuid;
    recorded integer;
    relays integer;
    last_position integer;
BEGIN
    IF TG_TABLE_NAME = 'incidents_citation' THEN
        citation := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        citation := OLD.citation_id;
    ELSE
        citation := NEW.citation_id;
    END IF;
    SELECT relay_count INTO recorded FROM incidents_citation WHERE id = citation;
    SELECT count(*), coalesce(max(position), 0) INTO relays, last_position
    FROM incidents_relay WHERE citation_id = citation;
    IF relays <> recorded OR last_position <> recorded THEN
        RAISE EXCEPTION 'the chain of citation % is not whole: its relays are not those it was recorded with', citation
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER cited AFTER INSERT OR UPDATE OF status ON incidents_claim
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status <> 'draft')
EXECUTE FUNCTION require_citation();
CREATE CONSTRAINT TRIGGER cited AFTER INSERT OR UPDATE OF status ON incidents_responsibilityclaim
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status <> 'draft')
EXECUTE FUNCTION require_citation();
CREATE CONSTRAINT TRIGGER cited AFTER INSERT OR UPDATE OF status ON incidents_statement
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status <> 'draft')
EXECUTE FUNCTION require_citation();
CREATE CONSTRAINT TRIGGER whole_chain AFTER INSERT ON incidents_citation
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.relay_count > 0)
EXECUTE FUNCTION require_whole_chain();
CREATE CONSTRAINT TRIGGER whole_chain_still AFTER UPDATE OF relay_count ON incidents_citation
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
EXECUTE FUNCTION require_whole_chain();
CREATE CONSTRAINT TRIGGER whole_chain AFTER INSERT OR UPDATE OR DELETE ON incidents_relay
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_whole_chain();
"""

# The first citation is the one that exports show and that dates are inferred from: none comes before it later.
ORDER = """
-- For each new row the older ones of its claim, by index, whatever the planner believes of tables that are being
-- filled: OFFSET 0 keeps it from turning the join round, after which each older row would look through all new ones.
CREATE FUNCTION later_citations_come_after() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    displaced uuid;
BEGIN
    SELECT later.id INTO displaced
    FROM changed newer, LATERAL (
        SELECT older.id FROM incidents_citation older
        WHERE older.claim_id = newer.claim_id AND older.position > newer.position OFFSET 0) AS later
    WHERE later.id NOT IN (SELECT id FROM changed)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'citation % stands already: a later one comes after it', displaced
            USING ERRCODE = 'check_violation', COLUMN = 'position';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER later_citations_come_after AFTER INSERT ON incidents_citation REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION later_citations_come_after();
"""

NO_ORDER = """
DROP TRIGGER later_citations_come_after ON incidents_citation; DROP FUNCTION later_citations_come_after();
"""

# Whose work a row is, for four eyes: everyone who wrote its content, whatever path they took. Names can be added,
# never taken away; who recorded it stays who recorded it.
AUTHORS = """
CREATE FUNCTION keep_authors() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    actor bigint := nullif(current_setting('sijil.actor', true), '')::bigint;
    -- What is of review and not of content.
    review text[] := ARRAY['authors', 'reviewed', 'status', 'disclosure', 'note', 'submitted_by_id', 'submitted_at',
                           'accepted_by_id', 'accepted_at', 'decision_note', 'published_by_id', 'published_at',
                           'withdrawn_reason', 'incident_id'];
    wrote bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        wrote := ARRAY[NEW.recorded_by_id, actor];
    ELSE
        IF NEW.recorded_by_id IS DISTINCT FROM OLD.recorded_by_id THEN
            RAISE EXCEPTION '% %: who recorded it can no longer change', TG_TABLE_NAME, OLD.id
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        wrote := OLD.authors;
        IF (to_jsonb(OLD) - review) IS DISTINCT FROM (to_jsonb(NEW) - review) THEN
            wrote := wrote || actor;
        END IF;
    END IF;
    IF TG_OP = 'INSERT' AND coalesce(array_length(NEW.authors, 1), 0) = 0 AND (actor IS NULL OR actor = NEW.recorded_by_id) THEN
        NEW.authors := ARRAY[NEW.recorded_by_id];  -- the usual case, without a sort for each row of a bulk load
    ELSE
        NEW.authors := ARRAY(SELECT DISTINCT one FROM unnest(wrote || NEW.authors) AS one WHERE one IS NOT NULL ORDER BY one);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER authors_are_kept BEFORE INSERT OR UPDATE ON incidents_claim
FOR EACH ROW EXECUTE FUNCTION keep_authors();
CREATE TRIGGER authors_are_kept BEFORE INSERT OR UPDATE ON incidents_responsibilityclaim
FOR EACH ROW EXECUTE FUNCTION keep_authors();
CREATE TRIGGER authors_are_kept BEFORE INSERT OR UPDATE ON incidents_statement
FOR EACH ROW EXECUTE FUNCTION keep_authors();
CREATE TRIGGER authors_are_kept BEFORE INSERT OR UPDATE ON incidents_incident
FOR EACH ROW EXECUTE FUNCTION keep_authors();
"""

NO_AUTHORS = """
DROP TRIGGER authors_are_kept ON incidents_claim; DROP TRIGGER authors_are_kept ON incidents_responsibilityclaim;
DROP TRIGGER authors_are_kept ON incidents_statement; DROP TRIGGER authors_are_kept ON incidents_incident;
DROP FUNCTION keep_authors();
"""

NOT_AT_COMMIT = """
DROP TRIGGER cited ON incidents_claim; DROP TRIGGER cited ON incidents_responsibilityclaim;
DROP TRIGGER cited ON incidents_statement; DROP TRIGGER whole_chain ON incidents_citation;
DROP TRIGGER whole_chain_still ON incidents_citation;
DROP TRIGGER whole_chain ON incidents_relay;
DROP FUNCTION require_citation(); DROP FUNCTION require_whole_chain();
"""

POPULATION = """
CREATE FUNCTION match_population_and_measure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT changed.id, code, counts_people INTO wrong
    FROM changed JOIN incidents_measure ON code = measure_id
    WHERE counts_people <> (population_id IS NOT NULL) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'claim %: measure % counts %', wrong.id, wrong.code,
            CASE WHEN wrong.counts_people THEN 'people, so a population is needed'
                 ELSE 'no people, so a population cannot be given' END
            USING ERRCODE = 'check_violation', COLUMN = 'population';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER population_fits_on_insert AFTER INSERT ON incidents_claim REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION match_population_and_measure();
CREATE TRIGGER population_fits_on_update AFTER UPDATE ON incidents_claim REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION match_population_and_measure();

CREATE FUNCTION keep_meaning_of_measure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM incidents_claim WHERE measure_id = OLD.code) THEN
        RAISE EXCEPTION 'measure % is used by claims: whether it counts people can no longer change', OLD.code
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meaning_stays BEFORE UPDATE OF counts_people ON incidents_measure
FOR EACH ROW WHEN (OLD.counts_people <> NEW.counts_people) EXECUTE FUNCTION keep_meaning_of_measure();
"""

NO_POPULATION = """
DROP TRIGGER population_fits_on_insert ON incidents_claim; DROP TRIGGER population_fits_on_update ON incidents_claim;
DROP TRIGGER meaning_stays ON incidents_measure;
DROP FUNCTION match_population_and_measure(); DROP FUNCTION keep_meaning_of_measure();
"""

GRAPHS = """
CREATE FUNCTION population_narrower(top text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    WITH RECURSIVE part (code) AS (
        SELECT top UNION SELECT narrower_id FROM part JOIN incidents_populationbroader ON broader_id = part.code)
    SELECT code FROM part
$$;
CREATE FUNCTION cause_narrower(top text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    WITH RECURSIVE part (code) AS (
        SELECT top UNION SELECT c.code FROM part JOIN incidents_cause c ON c.broader_id = part.code)
    SELECT code FROM part
$$;
CREATE TRIGGER no_cycle_on_insert AFTER INSERT ON incidents_populationbroader REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_cycle('narrower_id', 'broader_id');
CREATE TRIGGER no_cycle_on_update AFTER UPDATE ON incidents_populationbroader REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_cycle('narrower_id', 'broader_id');
CREATE TRIGGER no_cycle_on_insert AFTER INSERT ON incidents_cause REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_cycle('code', 'broader_id');
CREATE TRIGGER no_cycle_on_update AFTER UPDATE ON incidents_cause REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_cycle('code', 'broader_id');
CREATE TRIGGER no_cycle_on_insert AFTER INSERT ON incidents_incidentpart REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_cycle('part_id', 'situation_id');
CREATE TRIGGER no_cycle_on_update AFTER UPDATE ON incidents_incidentpart REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_cycle('part_id', 'situation_id');

CREATE FUNCTION whole_is_a_situation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong text;
BEGIN
    SELECT reference INTO wrong FROM changed JOIN incidents_incident i ON i.id = situation_id
    WHERE incident_type <> 'situation' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% is an event: only a situation has parts', wrong
            USING ERRCODE = 'check_violation', COLUMN = 'part_of';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER whole_is_a_situation_on_insert AFTER INSERT ON incidents_incidentpart
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION whole_is_a_situation();
CREATE TRIGGER whole_is_a_situation_on_update AFTER UPDATE ON incidents_incidentpart
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION whole_is_a_situation();

CREATE FUNCTION keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- What may change of an incident that is public; all else is its content.
    free text[] := ARRAY['status', 'disclosure', 'note', 'withdrawn_reason', 'published_by_id', 'submitted_by_id',
                         'reviewed', 'authors'];
BEGIN
    IF OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at THEN
        RAISE EXCEPTION '% was published: when can no longer change', OLD.reference
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.status IN ('published', 'under_revision')
       AND NOT (OLD.status = 'under_revision' AND NEW.status = 'published')
       AND ((to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
            OR NEW.published_by_id IS DISTINCT FROM OLD.published_by_id) THEN
        RAISE EXCEPTION '% is published: it changes when a revision of it is approved', OLD.reference
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.incident_type <> 'situation'
       AND EXISTS (SELECT FROM incidents_incidentpart WHERE situation_id = NEW.id) THEN
        RAISE EXCEPTION '% has parts and so remains a situation', NEW.reference
            USING ERRCODE = 'check_violation', COLUMN = 'incident_type';
    END IF;
    IF NEW.reference <> OLD.reference THEN
        RAISE EXCEPTION '%: a reference is permanent', OLD.reference USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER identity_stays BEFORE UPDATE ON incidents_incident
FOR EACH ROW EXECUTE FUNCTION keep_identity();

CREATE FUNCTION keep_places_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held text;
BEGIN
    EXECUTE format('SELECT reference FROM changed JOIN incidents_incident i ON i.id = changed.%I
                    WHERE status IN (''published'', ''under_revision'') LIMIT 1', TG_ARGV[0]) INTO held;
    IF held IS NOT NULL THEN
        RAISE EXCEPTION '% is published: its places, kinds and situations change when a revision is approved', held
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER published_stays_on_delete AFTER DELETE ON incidents_incidentplace REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION keep_places_of_published('incident_id');
CREATE TRIGGER published_stays_on_update AFTER UPDATE ON incidents_incidentplace REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION keep_places_of_published('incident_id');
CREATE TRIGGER published_stays_on_delete AFTER DELETE ON incidents_incident_kinds REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION keep_places_of_published('incident_id');
CREATE TRIGGER published_stays_on_delete AFTER DELETE ON incidents_incidentpart REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION keep_places_of_published('part_id');

CREATE FUNCTION keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL
       OR EXISTS (SELECT FROM transition WHERE table_name = TG_TABLE_NAME AND row_id = OLD.id::text
                  AND to_state = 'published') THEN
        RAISE EXCEPTION '% was published and is withdrawn, never deleted', OLD.reference
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER published_stays BEFORE DELETE ON incidents_incident
FOR EACH ROW EXECUTE FUNCTION keep_published();
"""

NO_GRAPHS = """
DROP TRIGGER no_cycle_on_insert ON incidents_populationbroader;
DROP TRIGGER no_cycle_on_update ON incidents_populationbroader;
DROP TRIGGER no_cycle_on_insert ON incidents_cause; DROP TRIGGER no_cycle_on_update ON incidents_cause;
DROP TRIGGER no_cycle_on_insert ON incidents_incidentpart; DROP TRIGGER no_cycle_on_update ON incidents_incidentpart;
DROP TRIGGER whole_is_a_situation_on_insert ON incidents_incidentpart;
DROP TRIGGER whole_is_a_situation_on_update ON incidents_incidentpart;
DROP TRIGGER identity_stays ON incidents_incident; DROP TRIGGER published_stays ON incidents_incident;
DROP FUNCTION population_narrower(text); DROP FUNCTION cause_narrower(text); DROP FUNCTION whole_is_a_situation();
DROP TRIGGER published_stays_on_delete ON incidents_incidentplace;
DROP TRIGGER published_stays_on_update ON incidents_incidentplace;
DROP TRIGGER published_stays_on_delete ON incidents_incident_kinds;
DROP TRIGGER published_stays_on_delete ON incidents_incidentpart;
DROP FUNCTION keep_identity(); DROP FUNCTION keep_published(); DROP FUNCTION keep_places_of_published();
"""

# Claims are frozen with the codes they were made with; what those codes mean must not move from under them.
MEANINGS = """
CREATE FUNCTION keep_bounds_of_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM incidents_claim WHERE coding_rule_id = OLD.id) THEN
        RAISE EXCEPTION 'coding rule % is used by claims: its words and bounds can no longer change', OLD.code
            USING ERRCODE = 'check_violation', HINT = 'Add a rule with another code.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bounds_stay BEFORE UPDATE OF minimum, maximum, words, language ON incidents_codingrule
FOR EACH ROW WHEN ((OLD.minimum, OLD.maximum, OLD.words, OLD.language)
                   IS DISTINCT FROM (NEW.minimum, NEW.maximum, NEW.words, NEW.language))
EXECUTE FUNCTION keep_bounds_of_rule();

CREATE FUNCTION keep_dimensions_of_population() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM incidents_claim WHERE population_id = OLD.code) THEN
        RAISE EXCEPTION 'population % is used by claims: its dimensions can no longer change', OLD.code
            USING ERRCODE = 'check_violation', HINT = 'Add a population with another code.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dimensions_stay BEFORE UPDATE ON incidents_population
FOR EACH ROW WHEN ((OLD.civil_status, OLD.sex, OLD.age_band, OLD."group", OLD.occupation, OLD.affiliation)
                   IS DISTINCT FROM
                   (NEW.civil_status, NEW.sex, NEW.age_band, NEW."group", NEW.occupation, NEW.affiliation))
EXECUTE FUNCTION keep_dimensions_of_population();
CREATE TRIGGER code_is_permanent BEFORE UPDATE OF code ON incidents_codingrule
FOR EACH ROW WHEN (OLD.code <> NEW.code) EXECUTE FUNCTION refuse_change('a code is permanent');
"""

NO_MEANINGS = """
DROP TRIGGER bounds_stay ON incidents_codingrule; DROP TRIGGER dimensions_stay ON incidents_population;
DROP TRIGGER code_is_permanent ON incidents_codingrule;
DROP FUNCTION keep_bounds_of_rule(); DROP FUNCTION keep_dimensions_of_population();
"""

FIGURES = """
-- A figure is never edited: it can only be marked as superseded, once.
CREATE FUNCTION keep_figure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL
       AND (to_jsonb(OLD) - 'superseded_at') = (to_jsonb(NEW) - 'superseded_at') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'figure % was adopted: it is superseded, never edited or deleted', OLD.id
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER adopted_stays BEFORE UPDATE OR DELETE ON incidents_figure
FOR EACH ROW EXECUTE FUNCTION keep_figure();
CREATE TRIGGER adopted_stays BEFORE UPDATE OR DELETE ON incidents_figureclaim
FOR EACH ROW EXECUTE FUNCTION refuse_change('what a figure rests on is never edited');
"""

# Who changed which state, kept by the database whatever path the change took, and no change outside the tables
# of incidents/workflow.py.
TRANSITIONS = """
CREATE FUNCTION record_transition() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    given_actor bigint := nullif(current_setting('sijil.actor', true), '')::bigint;
    given_at timestamptz := coalesce(nullif(current_setting('sijil.at', true), '')::timestamptz, transaction_timestamp());
    given_note text := coalesce(current_setting('sijil.reason', true), '');
    refused record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO transition (table_name, row_id, from_state, to_state, actor_id, at, note)
        SELECT TG_TABLE_NAME, id::text, '', status, given_actor, given_at, given_note FROM changed;
        RETURN NULL;
    END IF;
    SELECT before.id, before.status AS was, changed.status AS becomes INTO refused
    FROM changed JOIN before USING (id)
    WHERE before.status <> changed.status
      AND NOT (before.status || '>' || changed.status) = ANY (string_to_array(TG_ARGV[0], ','))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% %: what is % cannot become %', TG_TABLE_NAME, refused.id, refused.was, refused.becomes
            USING ERRCODE = 'check_violation', COLUMN = 'status';
    END IF;
    INSERT INTO transition (table_name, row_id, from_state, to_state, actor_id, at, note)
    SELECT TG_TABLE_NAME, changed.id::text, before.status, changed.status, given_actor, given_at, given_note
    FROM changed JOIN before USING (id) WHERE before.status <> changed.status;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION record_transition() FROM PUBLIC;
CREATE TRIGGER transition_is_append_only BEFORE UPDATE OR DELETE ON transition
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the log of transitions is append-only');
"""

INCIDENT_CHANGES = (
    "draft>in_review,changes_requested>in_review,in_review>changes_requested,in_review>published,"
    "published>under_revision,under_revision>published,draft>withdrawn,in_review>withdrawn,"
    "changes_requested>withdrawn,published>withdrawn,under_revision>withdrawn"
)
ASSERTION_CHANGES = (
    "draft>proposed,returned>proposed,proposed>returned,proposed>accepted,proposed>rejected,returned>rejected,"
    "proposed>corrected,returned>corrected,accepted>corrected,accepted>retracted,proposed>voided,"
    "returned>voided,accepted>voided"
)


def log_transitions(table: str, changes: str) -> migrations.RunSQL:
    """Keep every change of state of a table, and refuse those that are not listed."""
    return migrations.RunSQL(
        f"CREATE TRIGGER log_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed"
        f" FOR EACH STATEMENT EXECUTE FUNCTION record_transition('{changes}');"
        f"CREATE TRIGGER log_update AFTER UPDATE ON {table} REFERENCING NEW TABLE AS changed OLD TABLE AS before"
        f" FOR EACH STATEMENT EXECUTE FUNCTION record_transition('{changes}')",
        f"DROP TRIGGER log_insert ON {table}; DROP TRIGGER log_update ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial"), ("places", "0002_guards"), ("sources", "0002_guards")]

    operations = [
        migrations.RunSQL(FREEZE, UNFREEZE),
        migrations.RunSQL(AT_COMMIT, NOT_AT_COMMIT),
        migrations.RunSQL(ORDER, NO_ORDER),
        migrations.RunSQL(AUTHORS, NO_AUTHORS),
        migrations.RunSQL(POPULATION, NO_POPULATION),
        migrations.RunSQL(MEANINGS, NO_MEANINGS),
        migrations.RunSQL(GRAPHS, NO_GRAPHS),
        migrations.RunSQL(
            FIGURES,
            "DROP TRIGGER adopted_stays ON incidents_figure; DROP TRIGGER adopted_stays ON incidents_figureclaim;"
            "DROP FUNCTION keep_figure()",
        ),
        migrations.RunSQL(
            TRANSITIONS,
            "DROP TRIGGER transition_is_append_only ON transition; DROP FUNCTION record_transition()",
        ),
        log_transitions("incidents_incident", INCIDENT_CHANGES),
        *(
            log_transitions(table, ASSERTION_CHANGES)
            for table in ("incidents_claim", "incidents_responsibilityclaim", "incidents_statement")
        ),
        *(
            KeepHistory(f"incidents_{table}", key="code")
            for table in ("unit", "measure", "population", "cause", "incidentkind")
        ),
        *(
            KeepHistory(f"incidents_{table}")
            for table in (
                "populationbroader",
                "codingrule",
                "incident",
                "incident_kinds",
                "incidentplace",
                "incidentpart",
                "claim",
                "citation",
                "relay",
                "derivation",
                "responsibilityclaim",
                "statement",
                "scope",
                "figure",
                "figureclaim",
            )
        ),
        RefuseTruncate("transition"),
    ]
