"""What the database refuses reaches people in words and in their language."""

import re
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils.translation import gettext, override

from accounts import guards, refusals
from incidents.models import Citation, Derivation, Incident, Population, Unit
from tests.factories import NOON, Register

ROOMS = {"accounts", "places", "sources", "incidents", "victims"}
RAISED = re.compile(r"RAISE\s+EXCEPTION\s+'((?:[^']|'')*)'")


def raised() -> set[str]:
    """Every message of the functions that stand in the database now: those of replaced ones are gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prosrc ~ 'RAISE'"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
        sources = [source for (source,) in cursor.fetchall()]
    assert all(source.count("RAISE EXCEPTION") == len(RAISED.findall(source)) for source in sources)
    return {message.replace("''", "'") for source in sources for message in RAISED.findall(source)}


def reasons() -> set[str]:
    """What the triggers that refuse a change outright are given to say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT encode(tgargs, 'escape') FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid"
            " WHERE proname = 'refuse_change' AND NOT tgisinternal"
        )
        return {given.removesuffix("\\000") for (given,) in cursor.fetchall()}


def test_every_message_of_a_trigger_has_a_counterpart_and_every_counterpart_a_trigger(db: None) -> None:
    assert raised() == {guards.bare(said) for said in guards.SAID}
    assert reasons() == set(guards.WHY)


@pytest.mark.parametrize("said", [*guards.SAID, *guards.WHY], ids=str)
def test_every_counterpart_is_said_in_arabic(said: str) -> None:
    with override("ar"):
        assert gettext(said) != said
        assert re.search("[\u0621-\u064a]", gettext(said))


@pytest.mark.parametrize("said", guards.SAID, ids=str)
def test_a_message_is_told_by_its_own_counterpart_and_no_other(said: str) -> None:
    values = {name: f"<{name}>" for name in guards.NAME.findall(said)}
    with override("ar"):
        told = guards.told(said % values)
        assert told == gettext(said) % values


def test_what_nobody_foresaw_is_told_as_it_is() -> None:
    with override("ar"):
        assert guards.told("something else entirely") == "something else entirely"


def test_every_rule_of_the_tables_says_in_words_what_is_wrong() -> None:
    """One that says nothing of its own is told by its columns, if it is one of uniqueness; no other may be silent."""
    silent = [
        constraint.name
        for model in apps.get_models()
        if model._meta.app_label in ROOMS
        for constraint in model._meta.constraints
        if constraint.violation_error_message == constraint.default_violation_error_message
        and not isinstance(constraint, models.UniqueConstraint)
    ]
    assert silent == []


def refusal(statement: str, *values: Any) -> str:
    with (
        pytest.raises(ValidationError) as refused,
        refusals.explained(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
    return " ".join(refused.value.messages)


def test_tables_columns_and_states_are_called_as_in_the_admin(register: Register) -> None:
    claim = register.accepted(register.published())
    frozen = "UPDATE incidents_claim SET minimum = 8, population_stated = 'x' WHERE id = %s"
    becomes = "UPDATE incidents_claim SET status = 'draft', submitted_at = NULL, submitted_by_id = NULL WHERE id = %s"
    deleted = "DELETE FROM incidents_claim WHERE id = %s"
    returned = "UPDATE incidents_claim SET status = 'returned', decision_note = 'x' WHERE id = %s"
    published = "UPDATE incidents_incident SET title = 'x' WHERE id = %s"
    with override("en"):
        assert refusal(frozen, claim.pk) == (
            f"claim {claim.pk} was submitted: minimum, population as stated can no longer change"
        )
        assert refusal(returned, claim.pk) == f"claim {claim.pk}: what is accepted cannot become returned"
        assert "submitted at" in refusal(becomes, claim.pk)
    with override("ar"):
        assert refusal(deleted, claim.pk) == f"أُرسل القيد {claim.pk} (ادعاء)، فلا يُحذف أبداً"
        told = refusal(frozen, claim.pk)
        assert str(Incident._meta.get_field("title").verbose_name)
        assert "الحد الأدنى" in told or str(type(claim)._meta.get_field("minimum").verbose_name) in told
        assert not re.search("[a-z_]{6,}", told.replace(str(claim.pk), ""))
        assert "مقبول" in refusal(returned, claim.pk)
        assert "منشور" in refusal(published, claim.incident_id)


def test_why_a_change_is_refused_outright_is_told(register: Register) -> None:
    statement = "UPDATE places_place SET code = 'other' WHERE code = 'SY07'"
    with override("en"):
        assert refusal(statement) == "change of place is refused: a code is permanent"
    with override("ar"):
        told = refusal(statement)
        assert gettext("a code is permanent") in told
        assert not re.search("[a-z]{3,}", told)


def test_what_is_there_already_is_told_by_its_columns_and_not_by_the_databases_words(register: Register) -> None:
    claim = register.draft(register.published())
    again = Citation(claim=claim, source=register.source(), recorded_by=register.analyst, recorded_at=NOON)
    unit = "INSERT INTO incidents_unit (code, label, label_ar, definition) VALUES ('persons', 'x', '', '')"
    with override("ar"):
        with pytest.raises(ValidationError) as refused, refusals.explained(), transaction.atomic():
            again.save(force_insert=True)
        (told,) = refused.value.messages
        assert str(Citation._meta.get_field("position").verbose_name) in told
        for words in ("Key", "exists", "Constraint", "claim_citation_position"):
            assert words not in told
        assert refusal(unit).endswith("= persons")
        assert str(Unit._meta.get_field("code").verbose_name) in refusal(unit)


def test_what_is_used_is_told_by_what_uses_it(register: Register) -> None:
    claim = register.draft(register.published(), rests_on=[register.organization()])
    delete = "DELETE FROM incidents_claim WHERE id = %s; SET CONSTRAINTS ALL IMMEDIATE"
    with override("ar"):
        told = refusal(delete.replace("%s", f"'{claim.pk}'"))
        kinds = [kind._meta.verbose_name for kind in (Citation, Derivation, type(claim))]
        assert any(str(kind) in told for kind in kinds)
        assert "table" not in told


def test_a_link_that_claims_are_compared_by_is_refused_in_the_admin_in_arabic(register: Register) -> None:
    from tests.admin.desk import Desk, as_sent, errors

    Population.objects.create(code="inner", label="Inner").broader_links.create(broader_id="civilians")
    register.draft(register.published(), population="inner")
    administrator = register.person("Esma Example", "administrator")
    administrator.language = "ar"
    administrator.is_superuser = True
    administrator.save()
    desk = Desk(administrator)
    sent = as_sent(desk.get("incidents_population", "change", "inner")) | {"broader_links-0-DELETE": "on"}
    page = desk.post("incidents_population", "change", "inner", data=sent)
    assert page.status_code == 200
    assert "ادعاءات" in str(errors(page)) or "ادعاءات" in page.content.decode()
    assert Population.objects.get(code="inner").broader_links.count() == 1


def test_other_errors_of_the_database_pass(db: None) -> None:
    with pytest.raises(Exception) as error, refusals.explained(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert isinstance(error.value.__cause__, psycopg.errors.DivisionByZero)
