"""Every rule that spans rows, broken on purpose by the owner of the tables, is caught; and nothing else is."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from incidents.integrity import breaches, broken, checks
from incidents.integrity.rules import RULES
from incidents.models import Figure, IntegrityCheck, Scope, ScopeState
from incidents.reconciliation import Policy
from incidents.services import figures
from tests.databases import owner_parameters
from tests.factories import NOON, Register

BY_CODE = {rule.code: rule for rule in RULES}
CLAIM = "(SELECT id FROM incidents_claim WHERE status = 'accepted' ORDER BY id LIMIT 1)"

# The table whose triggers the owner switches off, and what they then write. Of the founding case.
BY_SQL = {
    "corrected_without_correction": ("incidents_claim", f"UPDATE incidents_claim SET status = 'corrected', decision_note = 'x' WHERE id = {CLAIM}"),
    "part_of_another_incident": (
        "incidents_claim",
        f"""UPDATE incidents_claim c SET part_of_id = (SELECT id FROM incidents_claim x WHERE x.incident_id <> c.incident_id
            ORDER BY id LIMIT 1) WHERE id = {CLAIM}""",
    ),
    "part_of_another_claimant": (
        "incidents_claim",
        f"""UPDATE incidents_claim c SET part_of_id = (SELECT id FROM incidents_claim x WHERE x.claimant_id <> c.claimant_id
            ORDER BY id LIMIT 1) WHERE id = {CLAIM}""",
    ),
    "under_revision_without_revision": (
        "incidents_incident", "UPDATE incidents_incident SET status = 'under_revision' WHERE id = (SELECT min(id) FROM incidents_incident)",
    ),
    "about_a_merged_incident": (
        "incidents_incident",
        f"UPDATE incidents_incident SET status = 'merged' WHERE id = (SELECT incident_id FROM incidents_claim WHERE id = {CLAIM})",
    ),
    "merged_into_nothing": (
        "incidents_incident", "UPDATE incidents_incident SET status = 'merged' WHERE id = (SELECT min(id) FROM incidents_incident)",
    ),
    "scopes_left_due": ("incidents_claim", f"INSERT INTO incidents_scopedue (incident_id, transaction) SELECT incident_id, 0 FROM incidents_claim WHERE id = {CLAIM}"),
    "part_of_an_event": (
        "incidents_incidentpart",
        """INSERT INTO incidents_incidentpart (part_id, situation_id) SELECT min(id), max(id) FROM incidents_incident
           WHERE incident_type = 'event'""",
    ),
    "submitted_without_citation": ("incidents_citation", f"DELETE FROM incidents_citation WHERE claim_id = {CLAIM}"),
    "chain_not_whole": ("incidents_citation", f"UPDATE incidents_citation SET relay_count = 7 WHERE claim_id = {CLAIM}"),
    "population_does_not_fit": (
        "incidents_claim",
        """UPDATE incidents_claim SET population_id = NULL WHERE id = (SELECT id FROM incidents_claim
           WHERE measure_id = 'killed' ORDER BY id LIMIT 1)""",
    ),
    "state_not_in_log": ("incidents_claim", f"UPDATE incidents_claim SET status = 'retracted', decision_note = 'x' WHERE id = {CLAIM}"),
    "merged_less_open": (
        "sources_organization",
        """UPDATE sources_organization SET disclosure = 2, merged_into_id = (SELECT max(id) FROM sources_organization)
           WHERE id = (SELECT min(id) FROM sources_organization)""",
    ),
    "population_within_itself": (
        "incidents_populationbroader",
        "INSERT INTO incidents_populationbroader (narrower_id, broader_id) VALUES ('all', 'civilians')",
    ),
    "cause_within_itself": (
        "incidents_cause", "UPDATE incidents_cause SET broader_id = code WHERE code = (SELECT min(code) FROM incidents_cause)",
    ),
    "place_within_itself": (
        "places_place",
        "UPDATE places_place SET within_id = (SELECT id FROM places_place WHERE code = 'SY03') WHERE code = 'SY'",
    ),
    "incident_within_itself": (
        "incidents_incidentpart",
        "INSERT INTO incidents_incidentpart (part_id, situation_id) SELECT situation_id, part_id FROM incidents_incidentpart LIMIT 1",
    ),
    "claim_within_itself": (
        "incidents_claim",
        """UPDATE incidents_claim whole SET part_of_id = part.id FROM incidents_claim part
           WHERE part.part_of_id = whole.id AND part.id = (SELECT min(id::text)::uuid FROM incidents_claim WHERE part_of_id IS NOT NULL)""",
    ),
    "date_does_not_follow": (
        "incidents_incident",
        "UPDATE incidents_incident SET occurred_earliest = '1999-01-01' WHERE id = (SELECT min(id) FROM incidents_incident WHERE occurred <> '')",
    ),
    "history_not_whole": ("incidents_claim", f"UPDATE incidents_claim SET note = 'behind its back' WHERE id = {CLAIM}"),
}  # fmt: skip
IN_TESTS_OF_THEIR_OWN = {
    "scope_does_not_follow",
    "figure_does_not_follow",
    "figure_wrongly_marked",
    "figure_of_another_incident",
}


@pytest.fixture
def owner(db: None) -> Iterator[psycopg.Cursor]:
    """The owner of the tables, in a transaction that is taken back."""
    with psycopg.connect(**owner_parameters()) as given:
        with given.cursor() as cursor:
            yield cursor
        given.rollback()


def test_every_rule_is_broken_here() -> None:
    assert set(BY_SQL) | IN_TESTS_OF_THEIR_OWN == set(BY_CODE)
    assert not set(BY_SQL) & IN_TESTS_OF_THEIR_OWN


@pytest.mark.parametrize("code", BY_SQL)
def test_a_broken_rule_is_caught(owner: psycopg.Cursor, code: str) -> None:
    table, statement = BY_SQL[code]
    assert list(broken(BY_CODE[code], owner, limit=10)) == []
    owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner.execute(statement)
    assert owner.rowcount >= 1

    assert [one.rule.code for one in broken(BY_CODE[code], owner, limit=1)] == [code]


@pytest.mark.breaks_scopes
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incidents_scopestate SET low = 1, high = 900 WHERE relation = 'conflict'",
        "UPDATE incidents_scopestate SET warnings = '[]' WHERE warnings <> '[]'",
        "DELETE FROM incidents_scopestate WHERE relation = 'conflict'",
        "UPDATE incidents_scopeclaim SET roots = '{}' WHERE roots <> '{}'",
        "DELETE FROM incidents_scopeclaim WHERE NOT speaks",
    ],
)
def test_a_projection_that_was_written_over_is_caught(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount >= 1
        found = list(broken(BY_CODE["scope_does_not_follow"], cursor, limit=5))
    assert found
    assert all(one.incident is not None for one in found)


@pytest.fixture
def figure(register: Register) -> Figure:
    incident = register.published()
    register.accepted(incident)
    scope = Scope.objects.get(incident=incident)
    proposed = figures.propose_figure(scope, policy=Policy.RANGE, reason="x", by=register.analyst, at=NOON)
    return figures.adopt(proposed, by=register.reviewer, at=NOON)


def test_a_wrong_mark_on_a_figure_is_caught(figure: Figure) -> None:
    with connection.cursor() as cursor:
        assert list(broken(BY_CODE["figure_wrongly_marked"], cursor, limit=5)) == []
        cursor.execute("UPDATE incidents_figure SET stale = true")
        assert [one.key for one in broken(BY_CODE["figure_wrongly_marked"], cursor, limit=5)] == [str(figure.pk)]


@pytest.mark.django_db(transaction=True)
def test_a_figure_that_was_edited_or_rests_elsewhere_is_caught(owner_connection: psycopg.Connection) -> None:
    register = Register()
    incident = register.published()
    register.accepted(incident)
    other = register.accepted(register.published())
    scope = Scope.objects.get(incident=incident)
    proposed = figures.propose_figure(scope, policy=Policy.RANGE, reason="x", by=register.analyst, at=NOON)
    figures.adopt(proposed, by=register.reviewer, at=NOON)
    for table in ("incidents_figure", "incidents_figureclaim"):
        owner_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    owner_connection.execute("UPDATE incidents_figure SET high = 99")
    with connection.cursor() as cursor:
        assert [one.key for one in broken(BY_CODE["figure_does_not_follow"], cursor, limit=5)] == [str(proposed.pk)]
        owner_connection.execute("UPDATE incidents_figureclaim SET claim_id = %s", [other.pk])
        found = list(broken(BY_CODE["figure_of_another_incident"], cursor, limit=5))
    assert [one.incident for one in found] == [incident.pk]


@pytest.mark.django_db
def test_a_sound_register_has_no_breach(register: Register) -> None:
    incident = register.published()
    register.accepted(incident)

    assert list(breaches(limit=100)) == []


@pytest.mark.django_db
def test_the_command_says_that_nothing_is_wrong_and_keeps_it(capsys: Any) -> None:
    call_command("check_integrity")

    assert f"{len(RULES)} rules, 0 breaches" in capsys.readouterr().out
    kept = checks.latest()
    assert kept is not None
    assert kept.number == 0


@pytest.mark.breaks_scopes
@pytest.mark.django_db
def test_the_command_lists_what_is_wrong_and_fails(capsys: Any) -> None:
    ScopeState.objects.filter(relation="conflict").delete()

    with pytest.raises(SystemExit) as left:
        call_command("check_integrity")

    assert left.value.code == 1
    said = capsys.readouterr().out
    assert "scope_does_not_follow: incidents_scope scope " in said
    assert IntegrityCheck.objects.get().number == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.breaks_scopes
@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("DELETE FROM incidents_figureclaim WHERE id = %s", "history_not_whole"),
        ("UPDATE incidents_figureclaim SET use = 'set_aside', reason = 'x' WHERE id = %s", "figure_does_not_follow"),
    ],
)
def test_what_a_figure_rests_on_is_missed_when_it_is_taken_away(
    owner_connection: psycopg.Connection, statement: str, rule: str
) -> None:
    register = Register()
    incident = register.published()
    for code in ("one", "two"):
        register.accepted(incident, claimant=register.organization(code))
    scope = Scope.objects.get(incident=incident)
    figure = figures.propose_figure(scope, policy=Policy.RANGE, reason="As said.", by=register.analyst, at=NOON)
    figures.adopt(figure, by=register.reviewer, at=NOON)
    use = figure.rests_on.order_by("pk")[0]
    owner_connection.execute("ALTER TABLE incidents_figureclaim DISABLE TRIGGER USER")
    owner_connection.execute(statement, [use.pk])
    with connection.cursor() as cursor:
        assert list(broken(BY_CODE[rule], cursor, limit=5)) != []
