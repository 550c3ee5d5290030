"""The made-up register as it is loaded: by several processes, into a database that is ready for it."""

import os
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.models import HistoryEntry
from exchange.generator.identity import BATCH
from exchange.processes import WorkerLostError, shared_out
from incidents.models import Claim


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_several_batches_are_loaded_by_several_processes() -> None:
    call_command("generate", f"--claims={2 * BATCH + 100}", verbosity=0)
    assert Claim.objects.filter(recorded_by__username="generator-analyst").count() == 2 * BATCH + 100
    made = HistoryEntry.objects.filter(table_name="incidents_claim", reason__startswith="generated")
    assert set(made.values_list("login", flat=True)) == {connections["owner"].settings_dict["USER"]}


@pytest.mark.django_db(transaction=True)
def test_nobody_but_the_owner_enters_what_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.generator.loading.OWNER", "default")
    with pytest.raises(CommandError, match="entered as a draft"):
        call_command("generate", "--claims=100", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_without_terms_and_places_it_says_what_comes_first(owner_connection: Any) -> None:
    owner_connection.execute("ALTER TABLE places_place RENAME TO hidden; CREATE TABLE places_place (LIKE hidden)")
    owner_connection.execute("GRANT SELECT ON places_place TO PUBLIC")
    with pytest.raises(CommandError, match=r"the tables of terms and places are empty \(places\): run manage.py seed"):
        call_command("generate", "--claims=10")


def _fail(number: int) -> int:
    raise ValueError(f"batch {number}")


def _vanish(number: int) -> int:
    os._exit(9)


def test_an_error_in_a_process_is_the_callers() -> None:
    with pytest.raises(ValueError, match="batch"):
        list(shared_out(_fail, range(4), 2))


def test_a_process_that_was_killed_is_noticed() -> None:
    with pytest.raises(WorkerLostError, match="code 9"):
        list(shared_out(_vanish, range(4), 2))
