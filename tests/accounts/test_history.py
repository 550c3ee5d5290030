"""Every change of every row is kept, by whatever path it came; nobody but the owner can touch what is kept."""

import json

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction

from accounts.attribution import attributed
from accounts.models import HistoryEntry
from places.models import Place
from sources.models import OrganizationKind
from tests.factories import NOON

ROOMS = ("accounts", "places", "sources", "incidents", "victims")
NOT_DOMAIN = {"history_entry", "transition", "victims_nameread"}  # they are histories themselves
DERIVED = {
    "incidents_scopestate",
    "incidents_scopeclaim",
    "incidents_scopedue",
    "incidents_integritycheck",
    "accounts_tokenuse",
}  # made anew at any time, or no content of the register
NEVER_CHANGED = {"incidents_scope"}  # written once, by the rules: there is nothing that its history could tell


def entries(code: str) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(table_name="sources_organizationkind", row_id=code).order_by("pk"))


def domain_tables() -> list[str]:
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models(include_auto_created=True)]
    return sorted({model._meta.db_table for model in models} - NOT_DOMAIN)


@pytest.mark.parametrize("table", domain_tables())
def test_every_domain_table_keeps_its_history_and_refuses_truncate(db, table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'",
            [table],
        )
        triggers = {name for (name,) in cursor.fetchall()}
    if table in NEVER_CHANGED:
        assert {"identity_stays", "refuse_truncate"} <= triggers
        return
    history = {"history_insert", "history_update", "history_delete"}
    assert (set() if table in DERIVED else history) | {"refuse_truncate"} <= triggers


def test_bulk_create_update_and_delete_are_kept_with_who_and_why(register):
    with attributed(by=register.analyst, at=NOON, why="a test of bulk work"):
        OrganizationKind.objects.bulk_create(
            [OrganizationKind(code="kind-a", label="A"), OrganizationKind(code="kind-b", label="B")]
        )
        OrganizationKind.objects.filter(code__startswith="kind-").update(label="changed")
        OrganizationKind.objects.filter(code="kind-a").delete()
    kept = entries("kind-a")
    assert [entry.operation for entry in kept] == ["insert", "update", "delete"]
    assert [entry.row["label"] for entry in kept] == ["A", "changed", "changed"]
    assert {entry.actor_id for entry in kept} == {register.analyst.pk}
    assert {entry.reason for entry in kept} == {"a test of bulk work"}
    assert len(entries("kind-b")) == 2


def test_raw_sql_copy_and_upsert_are_kept(db):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO sources_organizationkind VALUES ('raw', 'Raw', '', '')")
        with cursor.copy("COPY sources_organizationkind (code, label, label_ar, definition) FROM STDIN") as copy:
            copy.write_row(("copied", "Copied", "", ""))
    OrganizationKind.objects.bulk_create(
        [OrganizationKind(code="raw", label="Upserted")],
        update_conflicts=True, unique_fields=["code"], update_fields=["label"],
    )  # fmt: skip
    assert [entry.row["label"] for entry in entries("raw")] == ["Raw", "Upserted"]
    assert [entry.operation for entry in entries("copied")] == ["insert"]
    assert entries("copied")[0].actor_id is None
    assert entries("copied")[0].login


def test_what_was_rolled_back_is_not_in_the_history(db):
    with pytest.raises(RuntimeError), transaction.atomic():
        OrganizationKind.objects.create(code="never", label="Never")
        raise RuntimeError
    assert entries("never") == []


def test_attribution_ends_with_its_block(register):
    with transaction.atomic():
        with attributed(by=register.analyst, at=NOON, why="inner"):
            OrganizationKind.objects.create(code="inside", label="x")
        OrganizationKind.objects.create(code="outside", label="x")
    assert entries("inside")[0].actor_id == register.analyst.pk
    assert (entries("outside")[0].actor_id, entries("outside")[0].reason) == (None, "")


def test_a_naive_time_is_refused(register):
    with pytest.raises(ValueError, match="no time zone"), attributed(by=None, at=NOON.replace(tzinfo=None)):
        pass


def test_the_history_never_holds_a_password(register):
    register.analyst.set_password("a secret of this test")
    register.analyst.save()
    kept = HistoryEntry.objects.of(register.analyst)
    assert kept.count() >= 2
    assert not any("password" in entry.row for entry in kept)


ATTACKS = {
    "write history": "INSERT INTO history_entry (table_name) VALUES ('x')",
    "change history": "UPDATE history_entry SET reason = 'forged'",
    "delete history": "DELETE FROM history_entry",
    "truncate history": "TRUNCATE history_entry",
    "truncate a domain table": "TRUNCATE places_place CASCADE",
    "drop the trigger": "DROP TRIGGER history_insert ON places_place",
    "disable the trigger": "ALTER TABLE places_place DISABLE TRIGGER ALL",
    "replace the function": "CREATE OR REPLACE FUNCTION history_record() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "skip triggers": "SET session_replication_role = replica",
    "write transitions": "DELETE FROM transition",
    "unprotect a name": "DELETE FROM protected_name",
    "delete a user": "DELETE FROM accounts_user",
}


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_the_application_role_cannot(attack, db):
    with pytest.raises(Exception) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack])
    assert refused.value.__cause__.sqlstate == "42501", refused.value


def test_a_session_variable_switches_nothing_off(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{all}', true)")
        cursor.execute("INSERT INTO sources_organizationkind VALUES ('sneaked', 'x', '', '')")
    assert len(entries("sneaked")) == 1


@pytest.mark.django_db(transaction=True)
def test_even_the_owner_does_not_truncate_by_mistake(owner_connection):
    for table in ("places_place", "history_entry", "incidents_claim"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="never truncated"):
            owner_connection.execute(f"TRUNCATE {table} CASCADE")


def test_a_version_holds_the_whole_row(db):
    place = Place.objects.get(code="C1002")
    version = HistoryEntry.objects.of(place).last()
    assert version.row["name"] == "Yarmouk camp"
    assert version.row["name_ar"] == "مخيم اليرموك"
    assert json.dumps(version.row, ensure_ascii=False).count("33.473938") == 1
