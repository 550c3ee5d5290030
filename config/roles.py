"""What the application role may do, given anew after every migration.

The owner makes and changes tables. The application role reads and writes rows, and that is all: it cannot
alter a table, disable a trigger, truncate, touch the history or set `session_replication_role`. Which rows
it may change (claims freeze on submission) is for triggers, which it cannot switch off. Nothing here looks at
settings.
"""

from collections.abc import Sequence

import psycopg
from psycopg import sql

# Written by triggers that run as their owner (SECURITY DEFINER), or by migrations; read by everybody.
READ_ONLY_TABLES = (
    "history_entry",
    "transition",
    "victims_link",
    "protected_name",
    "protected_pattern",
    "django_migrations",
)

# Rows are added and never changed.
APPEND_ONLY_TABLES: tuple[str, ...] = (
    "victims_victim",
    "victims_linkdecision",
    "victims_namedecision",
    "victims_nameread",
)

# Functions that run with the owner's rights and that the application may call itself. Those that triggers
# call need no entry: PostgreSQL asks for no permission there.
CALLABLE_AS_OWNER: tuple[str, ...] = ()

SCHEMA = "public"
GRANTS_LOCK = 730_119_001  # advisory; two migrations at once would trip over each other's grants

EVERY_RELATION = """
    SELECT c.relname, c.relkind FROM pg_class c
    WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                      AND d.deptype = 'e')
    ORDER BY c.relname
"""

FUNCTIONS_AS_OWNER = """
    SELECT p.oid::regprocedure::text, p.proname FROM pg_proc p
    WHERE p.pronamespace = %s::regnamespace AND p.prosecdef
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                      AND d.deptype = 'e')
    ORDER BY 1
"""

# What would void the guards in the login itself, each with the words for it.
LOGIN_BREACHES = """
    SELECT breach FROM (VALUES
        ('is a superuser', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)),
        ('may make roles', (SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user)),
        ('owns the database', (SELECT pg_has_role(current_user, datdba, 'MEMBER') FROM pg_database
                               WHERE datname = current_database())),
        ('owns tables', EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('public')
                                AND pg_has_role(current_user, relowner, 'MEMBER'))),
        ('may write every table', pg_has_role(current_user, 'pg_write_all_data', 'MEMBER')),
        ('may run programs on the server', pg_has_role(current_user, 'pg_execute_server_program', 'MEMBER')),
        ('may switch off triggers', has_parameter_privilege(current_user, 'session_replication_role', 'SET'))
    ) AS known (breach, holds) WHERE holds
"""

# Privileges that no grant to the application role, to PUBLIC or to a group of its may add up to.
TABLE_BREACHES = """
    SELECT c.relname, p.privilege FROM pg_class c
    CROSS JOIN unnest(%(never)s::text[]) AS p (privilege)
    WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p')
      AND has_table_privilege(%(role)s, c.oid, p.privilege)
    UNION ALL
    SELECT c.relname, p.privilege FROM pg_class c
    CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) AS p (privilege)
    WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p')
      AND (c.relname = ANY (%(read_only)s) OR c.relname = ANY (%(append_only)s) AND p.privilege <> 'INSERT')
      AND CASE WHEN p.privilege = 'DELETE' THEN has_table_privilege(%(role)s, c.oid, p.privilege)
               ELSE has_any_column_privilege(%(role)s, c.oid, p.privilege) END
    UNION ALL
    SELECT 'the schema', 'CREATE' WHERE has_schema_privilege(%(role)s, %(schema)s, 'CREATE')
    ORDER BY 1, 2
"""


def login_breaches(connection: psycopg.Connection) -> list[str]:
    """Why the login behind `connection` cannot serve as the application role; empty when it can."""
    return [row[0] for row in connection.execute(LOGIN_BREACHES)]


def may_make_tables(connection: psycopg.Connection) -> bool:
    return connection.execute("SELECT has_schema_privilege(%s, 'CREATE')", [SCHEMA]).fetchone() == (True,)


def apply_grants(connection: psycopg.Connection, role: str) -> None:
    """Give `role` exactly what the application needs, as owner; the same again changes nothing."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [GRANTS_LOCK])
        apply_database_grants(connection, connection.info.dbname, role)
        for statement in _statements(connection, role):
            connection.execute(statement)


def apply_database_grants(connection: psycopg.Connection, database: str, role: str) -> None:
    """The rights on the database itself, which alone of all a clone does not take over from its template.

    No TEMPORARY: a temporary table stands in front of the real one for a careless owner's function.
    """
    names = {"database": sql.Identifier(database), "role": sql.Identifier(role)}
    for statement in (
        "REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}",
        "GRANT CONNECT ON DATABASE {database} TO {role}",
    ):
        connection.execute(sql.SQL(statement).format(**names))


def table_breaches(connection: psycopg.Connection, role: str) -> list[str]:
    """Privileges that `role` holds in spite of the grants, through PUBLIC or a group of its."""
    never = ["TRUNCATE", "REFERENCES", "TRIGGER"]
    if connection.info.server_version >= 170000:
        never.append("MAINTAIN")
    parameters = {
        "role": role,
        "schema": SCHEMA,
        "never": never,
        "read_only": list(READ_ONLY_TABLES),
        "append_only": list(APPEND_ONLY_TABLES),
    }
    return [f"{privilege} on {table}" for table, privilege in connection.execute(TABLE_BREACHES, parameters)]


def _statements(connection: psycopg.Connection, role: str) -> list[sql.Composed]:
    names = {
        "role": sql.Identifier(role),
        "schema": sql.Identifier(SCHEMA),
    }
    first = (
        "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role}",
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {role}",
        "REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC, {role}",
    )
    statements = [sql.SQL(line).format(**names) for line in first]
    statements += [
        sql.SQL("GRANT {privileges} ON {relation} TO {role}").format(
            privileges=sql.SQL(_privileges(name, kind)), relation=sql.Identifier(SCHEMA, name), **names
        )
        for name, kind in connection.execute(EVERY_RELATION, [SCHEMA]).fetchall()
    ]
    for signature, name in connection.execute(FUNCTIONS_AS_OWNER, [SCHEMA]).fetchall():
        function = sql.SQL(signature)  # PostgreSQL's own spelling, quoted where need be
        statements.append(
            sql.SQL("REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC, {role}").format(function=function, **names)
        )
        if name in CALLABLE_AS_OWNER:
            statements.append(
                sql.SQL("GRANT EXECUTE ON FUNCTION {function} TO {role}").format(function=function, **names)
            )
    return statements


def _privileges(name: str, kind: str) -> str:
    if kind == "S":
        return "USAGE"
    if kind not in {"r", "p"} or name in READ_ONLY_TABLES:
        return "SELECT"  # a view is never written through: it would be with its owner's rights
    if name in APPEND_ONLY_TABLES:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE, DELETE"


def listed(breaches: Sequence[str]) -> str:
    shown = ", ".join(breaches[:3])
    return shown if len(breaches) <= 3 else f"{shown} and {len(breaches) - 3} more"
