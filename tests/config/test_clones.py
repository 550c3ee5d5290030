"""The tests' own database: real commits, gone after each test, with the application's rights."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from tests.databases import PREFIX


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_the_next_one_does_not_see(transactional_db, owner_connection, turn):
    Group.objects.create(name="committed")
    found = owner_connection.execute("SELECT name FROM auth_group WHERE name = 'committed'").fetchall()
    assert found == [("committed",)]
    assert transaction.get_autocommit()


def test_what_migrations_put_there_survives_a_test_that_commits(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM auth_permission")
        assert cursor.fetchone()[0] > 0


def test_djangos_flush_is_refused(transactional_db):
    with pytest.raises(CommandError, match="couldn't be flushed"):
        call_command("flush", interactive=False, verbosity=0)


def test_a_server_thread_and_the_test_share_what_is_committed(live_server, client):
    Group.objects.create(name="seen")
    assert client.get(f"{live_server.url}/admin/login/").status_code == 200


@pytest.mark.django_db
def test_the_database_in_use_is_the_runs_own():
    assert connection.settings_dict["NAME"].startswith(PREFIX)


@pytest.mark.django_db
def test_an_ordinary_test_is_refused_what_the_application_is():
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE auth_group CASCADE")


def test_without_asking_a_test_has_no_database():
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Group.objects.count()
