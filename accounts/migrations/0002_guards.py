"""The functions behind the register's guards: plain SQL, that no session variable and no setting switches off."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

from accounts.operations import KeepHistory, RefuseTruncate

# Runs as the owner, so that the application role needs no right to write history and cannot forge it.
HISTORY = """
CREATE FUNCTION history_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := nullif(current_setting('sijil.actor', true), '')::bigint;
    reason text := coalesce(current_setting('sijil.reason', true), '');
    omitted text[] := string_to_array(TG_ARGV[1], ',');
BEGIN
    INSERT INTO history_entry (table_name, row_id, operation, at, actor_id, login, reason, transaction, "row")
    SELECT TG_TABLE_NAME, image ->> TG_ARGV[0], lower(TG_OP), transaction_timestamp(), actor, session_user,
           reason, pg_current_xact_id()::text::bigint, image
    FROM (SELECT jsonb_strip_nulls(to_jsonb(changed)) - omitted AS image FROM changed
          OFFSET 0) AS images;  -- keeps the planner from working each image out twice
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION history_record() FROM PUBLIC;
"""

REFUSALS = """
CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is never truncated', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""

# A row of a graph given by two columns, the lower and the upper node. The lock makes two writers of one
# graph take turns: each alone would be free of cycles, both together might not.
CYCLES = """
CREATE FUNCTION refuse_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    looped text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('cycle in ' || TG_TABLE_NAME, 0));
    EXECUTE format(
        'WITH RECURSIVE climb (start, node) AS (
             SELECT %1$I, %2$I FROM changed WHERE %2$I IS NOT NULL
             UNION
             SELECT climb.start, upper_row.%2$I FROM climb JOIN %3$I upper_row ON upper_row.%1$I = climb.node
             WHERE upper_row.%2$I IS NOT NULL)
         SELECT start::text FROM climb WHERE start = node LIMIT 1',
        TG_ARGV[0], TG_ARGV[1], TG_TABLE_NAME) INTO looped;
    IF looped IS NOT NULL THEN
        RAISE EXCEPTION '% would contain itself (%)', looped, TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""

FOLD = """
CREATE FUNCTION search_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT btrim(regexp_replace(
        translate(
            regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, value)),
                           '[\u064b-\u065f\u0670\u0640''’ʿʾʼ`]', '', 'g'),
            'أإآٱىئیکؤة٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹',
            'اااايييك' || 'و' || 'ه' || '01234567890123456789'),
        '[[:space:][:punct:]،؛؟«»]+', ' ', 'g'))
$$;
"""

USERS_STAY = """
CREATE TRIGGER users_are_never_deleted BEFORE DELETE ON accounts_user
FOR EACH ROW EXECUTE FUNCTION refuse_change('a user is deactivated, never deleted');
CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE ON history_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('history is append-only');
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(HISTORY, "DROP FUNCTION history_record()"),
        migrations.RunSQL(REFUSALS, "DROP FUNCTION refuse_truncate(); DROP FUNCTION refuse_change()"),
        migrations.RunSQL(CYCLES, "DROP FUNCTION refuse_cycle()"),
        migrations.RunSQL(FOLD, "DROP FUNCTION search_fold(text)"),
        migrations.RunSQL(
            USERS_STAY,
            "DROP TRIGGER users_are_never_deleted ON accounts_user;"
            "DROP TRIGGER history_is_append_only ON history_entry",
        ),
        KeepHistory("accounts_user", omit="password"),
        KeepHistory("accounts_user_groups"),
        KeepHistory("accounts_user_user_permissions"),
        KeepHistory("auth_group"),
        KeepHistory("auth_group_permissions"),
        RefuseTruncate("history_entry"),
    ]
