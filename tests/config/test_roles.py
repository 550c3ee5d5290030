"""The application role is attacked with SQL, as anybody with its password could."""

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from accounts.models import User
from config import roles
from tests.databases import application_parameters, owner_parameters

ATTACKS = {
    "truncate": "TRUNCATE auth_group CASCADE",
    "truncate the history": "TRUNCATE history_entry",
    "alter a table": "ALTER TABLE auth_group ADD COLUMN extra int",
    "drop a table": "DROP TABLE auth_group CASCADE",
    "drop a constraint": "ALTER TABLE auth_group DROP CONSTRAINT auth_group_name_key",
    "disable a trigger": "ALTER TABLE accounts_user DISABLE TRIGGER ALL",
    "drop a trigger": "DROP TRIGGER users_are_never_deleted ON accounts_user",
    "add a trigger": "CREATE TRIGGER mine BEFORE INSERT ON auth_group EXECUTE FUNCTION refuse_truncate()",
    "replace a function": "CREATE OR REPLACE FUNCTION history_record() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "skip triggers": "SET session_replication_role = replica",
    "become the owner": "SET ROLE {owner}",
    "create a table": "CREATE TABLE mine (n int)",
    "create a temporary table": "CREATE TEMPORARY TABLE accounts_user (n int)",
    "create a schema": "CREATE SCHEMA mine",
    "create an extension": "CREATE EXTENSION hstore",
    "create a role": "CREATE ROLE mine LOGIN",
    "create a database": "CREATE DATABASE mine",
    "write history": "INSERT INTO history_entry DEFAULT VALUES",
    "change history": "UPDATE history_entry SET reason = 'none'",
    "delete history": "DELETE FROM history_entry",
    "copy into history": "COPY history_entry FROM STDIN",
    "forge a migration": "DELETE FROM django_migrations",
    "lock everybody out": "DO $$ BEGIN LOCK TABLE history_entry IN ACCESS EXCLUSIVE MODE; END $$",
    "reset a sequence": "SELECT setval(pg_get_serial_sequence('auth_group', 'id'), 1)",
    "write through the catalogue": "UPDATE pg_class SET relowner = relowner",
    "read the server's files": "SELECT pg_read_file('postgresql.conf')",
    "run a program": "COPY auth_group TO PROGRAM 'true'",
    "make a rule": "CREATE RULE mine AS ON DELETE TO auth_group DO INSTEAD NOTHING",
    "make a policy": "ALTER TABLE auth_group ENABLE ROW LEVEL SECURITY",
    "change the database": "ALTER DATABASE {database} SET session_replication_role = replica",
    "take a table": "ALTER TABLE auth_group OWNER TO CURRENT_USER",
    "reference a table": "CREATE TABLE mine (g int REFERENCES auth_group)",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.django_db
def test_the_application_role_cannot(attack):
    with psycopg.connect(**application_parameters(), autocommit=True) as attacker:
        names = {
            "database": sql.Identifier(attacker.info.dbname),
            "owner": sql.Identifier(owner_parameters()["user"]),
        }
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            attacker.execute(sql.SQL(attack).format(**names))


def test_the_application_role_cannot_grant_itself_more(application_connection):
    before = _rights(application_connection)
    application_connection.execute("GRANT TRUNCATE ON auth_group TO CURRENT_USER")  # PostgreSQL only warns
    assert _rights(application_connection) == before


def _rights(connection: psycopg.Connection) -> list[tuple]:
    return connection.execute(
        "SELECT relname, relacl::text, relowner FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()


@pytest.mark.django_db
def test_django_itself_is_the_application_role():
    with connection.cursor() as cursor:
        assert roles.login_breaches(cursor.connection) == []


@pytest.mark.django_db
def test_what_triggers_write_the_application_can_read():
    user = User.objects.create_user("made")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT operation FROM history_entry WHERE table_name = 'accounts_user' AND row_id = %s", [str(user.pk)]
        )
        assert cursor.fetchall() == [("insert",)]


@pytest.mark.django_db
def test_every_function_with_the_owners_rights_names_its_search_path():
    """Without one, or with pg_temp first, its caller could put tables of his own in the way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname, array_to_string(p.proconfig, ';') FROM pg_proc p"
            " WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace"
        )
        functions = dict(cursor.fetchall())
    assert functions
    for name, configured in functions.items():
        assert configured, name
        assert configured.startswith("search_path="), name
        assert configured.endswith("pg_temp"), name


@pytest.mark.django_db
def test_no_function_with_the_owners_rights_can_be_called():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace"
            " AND has_function_privilege(p.oid, 'EXECUTE')"
        )
        assert {name for (name,) in cursor.fetchall()} == set(roles.CALLABLE_AS_OWNER)


def test_grants_given_twice_are_the_same(owner_connection, application_connection):
    role = application_connection.info.user
    before = _rights(owner_connection)
    roles.apply_grants(owner_connection, role)
    assert _rights(owner_connection) == before


def test_a_new_table_is_covered_and_a_new_view_only_read(owner_connection, application_connection):
    role = application_connection.info.user
    owner_connection.execute("CREATE TABLE fresh (id int GENERATED ALWAYS AS IDENTITY, word text)")
    owner_connection.execute("CREATE VIEW seen AS SELECT * FROM fresh")
    roles.apply_grants(owner_connection, role)
    application_connection.execute("INSERT INTO fresh (word) VALUES ('a')")
    assert application_connection.execute("SELECT word FROM seen").fetchall() == [("a",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application_connection.execute("DELETE FROM seen")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application_connection.execute("TRUNCATE fresh")


def test_an_append_only_table_takes_rows_and_keeps_them(owner_connection, application_connection, monkeypatch):
    monkeypatch.setattr(roles, "APPEND_ONLY_TABLES", ("ledger",))
    owner_connection.execute("CREATE TABLE ledger (n int)")
    roles.apply_grants(owner_connection, application_connection.info.user)
    application_connection.execute("INSERT INTO ledger VALUES (1)")
    for attack in ("UPDATE ledger SET n = 2", "DELETE FROM ledger"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application_connection.execute(attack)


@pytest.mark.parametrize(
    ("grant", "breach"),
    [
        ("GRANT TRUNCATE ON auth_group TO PUBLIC", "TRUNCATE on auth_group"),
        ("GRANT UPDATE (reason) ON history_entry TO PUBLIC", "UPDATE on history_entry"),
        ("GRANT TRIGGER ON accounts_user TO PUBLIC", "TRIGGER on accounts_user"),
        ("GRANT CREATE ON SCHEMA public TO PUBLIC", "CREATE on the schema"),
    ],
)
def test_a_right_that_comes_by_another_way_is_noticed_and_taken_back(
    owner_connection, application_connection, grant, breach
):
    role = application_connection.info.user
    owner_connection.execute(grant)
    assert breach in roles.table_breaches(owner_connection, role)
    roles.apply_grants(owner_connection, role)
    assert roles.table_breaches(owner_connection, role) == []
