"""Before a command touches the database: have it running, and have both logins what they must be."""

import secrets

import psycopg
from psycopg import sql

from config import data_folder, environment, roles
from config.databases import (
    Login,
    Logins,
    application_login,
    is_embedded,
    keep_application_login,
    kept_application_login,
    logins,
)
from config.embedded import server
from config.environment import SetupError
from config.progress import say

OLDEST = 150000

STANDING = """
    SELECT r.rolsuper OR r.rolcreaterole AS makes_roles,
           pg_has_role(current_user, d.datdba, 'MEMBER') AS owns
    FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()
"""
WHICH_DATABASE = (
    "SELECT current_user, pg_postmaster_start_time(), oid FROM pg_database WHERE datname = current_database()"
)


def prepare() -> None:
    """Called by commands, never by importing settings."""
    if is_embedded():
        server.attach()
    else:
        _check_server(logins())
    if not environment.text("SIJIL_SECRET_KEY") and data_folder.read(data_folder.SECRET_KEY) is None:
        data_folder.keep(data_folder.SECRET_KEY, secrets.token_urlsafe(64))


def require_application_login() -> None:
    """For a server process: refuse to serve through a login that the guards do not hold."""
    if is_embedded():
        return
    login = logins().application
    with login.connect() as connection:
        _require_guarded(login, connection)


def _check_server(both: Logins) -> None:
    if both.owner.variable == "SIJIL_OWNER_DATABASE_URL":
        _check_pair(both)
    else:
        _check_single(both.owner)


def _check_pair(both: Logins) -> None:
    with both.application.connect() as application, both.owner.connect() as owner:
        _require_server(both.application, application)
        user, *place = application.execute(WHICH_DATABASE).fetchone() or ()
        other, *other_place = owner.execute(WHICH_DATABASE).fetchone() or ()
        if place != other_place:
            raise SetupError("DATABASE_URL and SIJIL_OWNER_DATABASE_URL lead to different databases")
        if user == other:
            raise SetupError(
                f"DATABASE_URL and SIJIL_OWNER_DATABASE_URL log in as the same role {user!r}; "
                "expected an application role of its own, which the owner's guards can hold"
            )
        _require_guarded(both.application, application)


def _check_single(given: Login) -> None:
    """DATABASE_URL alone: an application role serves as it is, an owner gets one beside it."""
    with given.connect() as connection:
        _require_server(given, connection)
        makes_roles, owns = connection.execute(STANDING).fetchone() or (False, False)
        if not makes_roles and not owns:
            _require_guarded(given, connection)
            return
        kept = kept_application_login(given)
        works = kept is not None and _works(kept)
        if not works and not makes_roles:
            raise SetupError(
                f"DATABASE_URL logs in as {connection.info.user!r}, which owns the database but may not make "
                "the application's login; grant it CREATEROLE, or name the owner in "
                "SIJIL_OWNER_DATABASE_URL and an application role in DATABASE_URL"
            )
        if kept is None or not works:
            kept = _make_application_login(given, connection)
    with kept.connect() as connection:
        _require_guarded(kept, connection)


def _works(login: Login) -> bool:
    try:
        login.connect().close()
    except SetupError:
        return False
    return True


def _make_application_login(owner: Login, connection: psycopg.Connection) -> Login:
    """A role named after the database, with a random password that only this data folder knows."""
    name = f"{connection.info.dbname[:50]}_app"
    password = secrets.token_urlsafe(32)
    digest = connection.pgconn.encrypt_password(
        password.encode(), name.encode(), b"scram-sha-256"
    ).decode()  # the password itself never reaches the server's log
    exists = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).rowcount
    verb = "ALTER" if exists else "CREATE"
    say(f"{'giving a new password to' if exists else 'making'} the application's login {name}")
    try:
        connection.execute(
            sql.SQL(f"{verb} ROLE {{}} LOGIN PASSWORD {{}}").format(sql.Identifier(name), sql.Literal(digest))
        )
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(connection.info.dbname), sql.Identifier(name)
            )
        )
    except psycopg.Error as error:
        raise SetupError(f"DATABASE_URL: cannot make the login {name}: {error.diag.message_primary}") from error
    login = application_login(owner, name, password)
    keep_application_login(owner, login)
    return login


def _require_server(login: Login, connection: psycopg.Connection) -> None:
    if connection.info.server_version < OLDEST:
        version = connection.info.parameter_status("server_version")
        raise SetupError(f"{login.variable} leads to PostgreSQL {version}; 15 or newer is needed")
    encoding, ctype = connection.execute(
        "SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = current_database()"
    ).fetchone() or ("", "")
    if encoding != "UTF8":
        raise SetupError(
            f"{login.variable}: the database {login.name!r} is encoded {encoding}; make one with "
            f"createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8"
        )
    if ctype in {"C", "POSIX"}:
        say(f"warning: under LC_CTYPE {ctype}, which {login.name!r} has, similar Arabic names are not found")


def _require_guarded(login: Login, connection: psycopg.Connection) -> None:
    breaches = roles.login_breaches(connection)
    if breaches:
        raise SetupError(
            f"{login.variable}: the application must not log in as {connection.info.user!r}, which "
            f"{roles.listed(breaches)}: the database's guards would be void"
        )
