"""DATABASE_URL switches to an ordinary server, and everything holds there as in the embedded database."""

import json
import stat
from functools import partial

import psycopg
import pytest

from tests.config.commands import attach, manage, refusal, run
from tests.config.conftest import PYTHON
from tests.config.ordinary_server import majors

PASSWORD = "p@ss/w:rd %41?#é"

APPLICATION_LOGIN = "from config.databases import logins; print(logins().application.user)"


@pytest.fixture
def database(server):
    """An empty database of the superuser's."""
    return server.make_database()


@pytest.fixture
def make_login(server):
    """Logins with a difficult password and a name of their own."""
    return partial(_make_login, server)


def _make_login(server, name: str, rights: str = "") -> str:
    name = f"{name} {server.fresh()}"
    server.make_login(name, PASSWORD, rights)
    return name


def _make_pair(server) -> dict[str, str]:
    owner, application = _make_login(server, "owner"), _make_login(server, "application")
    name = server.make_database(owner)
    return {
        "DATABASE_URL": server.url(name, application, PASSWORD),
        "SIJIL_OWNER_DATABASE_URL": server.url(name, owner, PASSWORD),
    }


@pytest.fixture
def pair(server):
    """A database with an owner who is no superuser, and an application login beside it; as two addresses."""
    return _make_pair(server)


@pytest.fixture(scope="module")
def migrated(server, tmp_path_factory):
    """Such a pair after `migrate`, which kept nothing but the secret key."""
    addresses = _make_pair(server)
    data_dir = tmp_path_factory.mktemp("data")
    outcome = manage("migrate", SIJIL_DATA_DIR=data_dir, **addresses)
    assert outcome.returncode == 0, outcome.stderr
    assert [path.name for path in data_dir.iterdir()] == ["secret_key"]
    return addresses


def test_one_address_of_a_superuser_gets_an_application_login_beside_it(data_dir, server, database):
    assert manage("migrate", DATABASE_URL=server.url(database)).returncode == 0
    kept = data_dir / "application_logins.json"
    [login] = json.loads(kept.read_text()).values()
    assert login["user"] == f"{database}_app"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with psycopg.connect(server.url(database, login["user"], login["password"])) as application:
        assert application.execute("SELECT count(*) FROM django_migrations").fetchone() > (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("TRUNCATE auth_group CASCADE")


def test_django_uses_that_login_and_not_the_given_one(data_dir, server, database):
    address = server.url(database)
    assert attach(DATABASE_URL=address).returncode == 0
    outcome = run([PYTHON, "-c", APPLICATION_LOGIN], DATABASE_URL=address)
    assert outcome.stdout == f"{database}_app\n"


def test_a_second_time_the_kept_login_serves_again(data_dir, server, database):
    address = server.url(database)
    assert "making the application's login" in attach(DATABASE_URL=address).stderr
    assert attach(DATABASE_URL=address).stderr == ""


def test_a_lost_password_is_replaced(data_dir, server, database):
    address = server.url(database)
    assert attach(DATABASE_URL=address).returncode == 0
    (data_dir / "application_logins.json").unlink()
    assert "giving a new password to" in attach(DATABASE_URL=address).stderr
    assert attach(DATABASE_URL=address).stderr == ""


def test_one_address_of_an_owner_who_may_make_roles_is_enough(data_dir, server, make_login):
    owner = make_login("owner", "CREATEROLE")
    address = server.url(server.make_database(owner), owner, PASSWORD)
    assert "making the application's login" in attach(DATABASE_URL=address).stderr
    assert attach(DATABASE_URL=address).stderr == ""


def test_an_owner_who_may_make_no_roles_is_told_what_is_missing(data_dir, server, make_login):
    owner = make_login("owner")
    said = refusal(attach(DATABASE_URL=server.url(server.make_database(owner), owner, PASSWORD)))
    assert "CREATEROLE" in said
    assert "SIJIL_OWNER_DATABASE_URL" in said


def test_two_addresses_give_the_application_its_rights_and_no_more(migrated):
    with psycopg.connect(migrated["DATABASE_URL"], autocommit=True) as application:
        application.execute("INSERT INTO auth_group (name) VALUES ('a')")
        for attack in (
            "TRUNCATE auth_group CASCADE",
            "DELETE FROM history_entry",
            "ALTER TABLE auth_group ADD COLUMN extra int",
            "CREATE TEMPORARY TABLE mine (n int)",
            "CREATE TABLE mine (n int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(attack)


def test_the_application_address_alone_serves_what_was_migrated(data_dir, migrated):
    alone = {"DATABASE_URL": migrated["DATABASE_URL"]}
    assert attach(**alone).stderr == ""
    assert "may not make tables" in refusal(manage("migrate", **alone))


def test_one_login_for_both_is_refused(data_dir, pair):
    both = dict.fromkeys(pair, pair["SIJIL_OWNER_DATABASE_URL"])
    assert "the same role" in refusal(attach(**both))


@pytest.mark.parametrize(
    ("rights", "breach"), [("SUPERUSER", "is a superuser"), ("CREATEROLE", "may make roles")], ids=str.lower
)
def test_an_application_login_that_the_guards_cannot_hold_is_refused(
    data_dir, server, pair, make_login, rights, breach
):
    name = pair["DATABASE_URL"].rpartition("/")[2]
    pair["DATABASE_URL"] = server.url(name, make_login("mighty", rights), PASSWORD)
    said = refusal(attach(**pair))
    assert breach in said
    assert "guards would be void" in said


def test_an_application_login_that_is_a_member_of_the_owner_is_refused(data_dir, server, pair):
    with (
        psycopg.connect(pair["DATABASE_URL"]) as one,
        psycopg.connect(pair["SIJIL_OWNER_DATABASE_URL"]) as other,
    ):
        server.execute("GRANT {} TO {}", other.info.user, one.info.user)
    assert "owns the database" in refusal(attach(**pair))


def test_addresses_of_different_databases_are_refused(data_dir, server, pair):
    pair["SIJIL_OWNER_DATABASE_URL"] = server.url(server.make_database())
    assert "different databases" in refusal(attach(**pair))


def test_a_wrong_password_is_told_and_not_shown(data_dir, server, database):
    said = refusal(attach(DATABASE_URL=server.url(database, password="not-the-word")))
    assert "password authentication failed" in said
    assert "not-the-word" not in said


def test_a_missing_database_is_named(data_dir, server):
    assert 'database "nowhere" does not exist' in refusal(attach(DATABASE_URL=server.url("nowhere")))


def test_a_database_that_is_not_unicode_is_refused(data_dir, server, database):
    name = f"{database}_ascii"
    server.execute(
        "CREATE DATABASE {} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'",
        name,
    )
    assert "encoded SQL_ASCII" in refusal(attach(DATABASE_URL=server.url(name)))


def test_a_server_that_does_not_answer_is_named(data_dir):
    said = refusal(attach(DATABASE_URL="postgresql://someone:secret@127.0.0.1:1/register"))
    assert "someone at 127.0.0.1:1/register" in said
    assert "refused" in said
    assert "secret" not in said


def test_a_server_process_refuses_a_login_that_the_guards_cannot_hold(data_dir, server, database):
    outcome = run(
        [PYTHON, "-c", "import config.wsgi"],
        DATABASE_URL=server.url(database),
        SIJIL_SECRET_KEY="s" * 60,
        SIJIL_ALLOWED_HOSTS="sijil.example.org",
    )
    assert "guards would be void" in refusal(outcome)


# The oldest is enough; the newest is what the embedded database runs.
@pytest.mark.parametrize("server", majors()[:1], indirect=True)
def test_the_tests_of_the_roles_hold_there_too(data_dir, server, database):
    outcome = run(
        [PYTHON, "-m", "pytest", "-q", "tests/config/test_roles.py", "tests/config/test_clones.py"],
        DATABASE_URL=server.url(database),
        timeout=300,
    )
    assert outcome.returncode == 0, outcome.stdout[-3000:]
    assert server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'sijil_test%'") == []
