"""The tests' database: a clone of a migrated template, used as the application role, so its guards are real.

The owner makes the template once a run (and once an xdist worker), with the very code that `migrate` runs.
Ordinary tests roll back. Tests that commit cannot be flushed, for the guards refuse TRUNCATE: after each, the
database is cloned anew.
"""

import os
import zlib
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker

from accounts.models import User
from api.editions import keeping
from api.editions.keeping import keep_up
from api.models import EditionDue
from config import startup
from config.databases import django_databases
from config.environment import SetupError
from incidents.models import Incident, ScopeDue
from incidents.scopes import projection
from tests.databases import ALIASES, TestDatabase, application_parameters, owner_parameters
from tests.factories import Register
from tests.second_factor import logged_in


def load_reference() -> None:
    """What every test may rely on beyond the migrations: the reference tables and the founding case."""
    call_command("seed", verbosity=0)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-golden", action="store_true", help="write the golden answers anew instead of comparing")
    parser.addoption(
        "--examples",
        type=int,
        default=5,
        help="how many requests of each operation schemathesis makes up; 100 and more: all",
    )


def pytest_configure() -> None:
    """The test client speaks plain HTTP, and logging in costs nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_SECURE = False
    settings.CSRF_COOKIE_SECURE = False
    settings.LANGUAGE_COOKIE_SECURE = False
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "sijil-session", "sijil-csrf"
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1", "[::1]"]


def pytest_sessionstart() -> None:
    """The embedded database runs for as long as the run, workers included."""
    try:
        startup.prepare()
    except SetupError as error:
        pytest.exit(f"sijil: {error}", returncode=1)
    # Settings were read before a first run had made the application's login.
    for alias, given in django_databases().items():
        connections[alias].settings_dict.update(given)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with TestDatabase.made(f"{os.getpid()}_{worker}") as database, pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock(), database.template_in_use():
            call_command("migrate", verbosity=0)
            load_reference()
        database.clone()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: database.clone())
        yield
        for alias in ALIASES:
            connections[alias].close()


@pytest.fixture
def owner_connection(transactional_db: None) -> Iterator[psycopg.Connection]:
    """The tests' database as its owner, committing each statement."""
    with psycopg.connect(**owner_parameters(), autocommit=True) as connection:
        yield connection


@pytest.fixture
def application_connection(transactional_db: None) -> Iterator[psycopg.Connection]:
    """The tests' database as the application role, as any client of it may use it, Django or not."""
    with psycopg.connect(**application_parameters(), autocommit=True) as connection:
        yield connection


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What one test had the site remember, or the language it left behind, is nothing to the next."""
    cache.clear()
    translation.deactivate()


@pytest.fixture(autouse=True)
def scopes_are_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test, scopes are what the claims come to, but where SQL left them due: no service forgets them."""
    uses_database = {"db", "transactional_db"} & set(request.fixturenames)
    if uses_database:
        request.getfixturevalue(uses_database.pop())  # made before this, and so gone after it
    yield
    kept_wrong = request.node.get_closest_marker("breaks_scopes")
    if uses_database and not connection.needs_rollback and not kept_wrong:
        known_due = set(ScopeDue.objects.values_list("incident", flat=True))
        kept = Incident.objects.exclude(pk__in=known_due).order_by("pk").values_list("pk", flat=True)
        assert projection.differing(list(kept)) == []


SERVICES = ("tests/api/", "tests/incidents/", "tests/sources/", "tests/victims/")


@pytest.fixture(autouse=True)
def editions_are_kept(request: pytest.FixtureRequest, scopes_are_kept: None) -> Iterator[None]:
    """After every test of services, what is told of changes is all that changed: no trigger forgets what a row is named in."""
    yield
    uses_database = {"db", "transactional_db"} & set(request.fixturenames)
    wrong = request.node.get_closest_marker("breaks_scopes")
    name = request.node.nodeid
    here = (
        name.startswith(SERVICES) and zlib.crc32(name.encode()) % 4 == 0
    )  # each costs half a second: always the same ones
    if uses_database and here and not wrong and not connection.needs_rollback and EditionDue.objects.exists():
        keep_up()
        assert keeping.differing() == []


@pytest.fixture
def register(db: None) -> Register:
    """A made-up register beside the founding case."""
    return Register()


@pytest.fixture
def admin_client(admin_user: User, client: Client) -> Client:
    """A superuser who is logged in as one has to be."""
    return logged_in(client, admin_user)
