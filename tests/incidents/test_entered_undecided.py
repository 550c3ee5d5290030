"""What is entered is not decided yet, and what claims rest on and are compared by stays, whoever sends the SQL."""

from typing import Any

import pytest
from django.db import connection, transaction

from incidents import counts
from incidents.models import Citation, Claim, Population, PopulationBroader, ResponsibilityClaim, Statement
from incidents.services import citations
from tests.factories import NOON, Register
from tests.incidents.by_sql import COMMIT, done, refused
from victims.models import PersonRecord
from victims.services import records

# --- e: nothing is entered as decided


def decided(table: str, key: Any, more: dict[str, str]) -> str:
    """The SQL that enters a copy of a row under another key, with these columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        columns = [f'"{name}"' for (name,) in cursor.fetchall()]
    values = [{"id": "gen_random_uuid()", **more}.get(name.strip('"'), name) for name in columns]
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} WHERE id = '{key}'"


ACCEPTED = {"status": "'accepted'", "accepted_at": "now()", "accepted_by_id": "recorded_by_id"}
SUBMITTED = {"submitted_at": "now()", "submitted_by_id": "recorded_by_id"}
DECIDED = [
    SUBMITTED | ACCEPTED,
    SUBMITTED | {"status": "'rejected'", "decision_note": "'x'"},
    SUBMITTED | {"status": "'returned'", "decision_note": "'x'"},
    SUBMITTED | {"status": "'voided'", "decision_note": "'x'"},
    SUBMITTED | {"status": "'proposed'", "accepted_at": "now()", "accepted_by_id": "recorded_by_id"},
    SUBMITTED | {"status": "'proposed'", "decision_note": "'x'"},
    {"accepted_by_id": "recorded_by_id", "accepted_at": "now()"},
]


def assertion(register: Register, model: Any) -> Any:
    incident = register.published()
    if model is Claim:
        return register.draft(incident)
    if model is PersonRecord:
        return records.record_person(
            incident=incident, claimant=register.organization(), source=register.source(), fate="killed",
            names=[records.NameInput("Nobody Real")], by=register.analyst, at=NOON,
        )  # fmt: skip
    return model.objects.filter(status="accepted").first()


@pytest.mark.parametrize("more", DECIDED)
@pytest.mark.parametrize("model", [Claim, ResponsibilityClaim, Statement, PersonRecord])
def test_nothing_is_entered_as_decided(register: Register, model: Any, more: dict[str, str]) -> None:
    row = assertion(register, model)
    if row.status == "accepted" and "status" not in more:
        more = more | {"status": "'draft'", "submitted_at": "NULL", "submitted_by_id": "NULL"}
    assert "decided later" in refused(decided(model._meta.db_table, row.pk, more))


@pytest.mark.parametrize("states", [["draft"], ["proposed"], ["draft", "proposed"]])
def test_drafts_and_proposals_are_entered_together_with_their_citations(register: Register, states: list[str]) -> None:
    """As imports do: many at once."""
    draft, source = register.draft(register.published()), register.source()
    rows = []
    for state in states:
        row = Claim.objects.get(pk=draft.pk)
        row.pk, row.status = None, state
        row.id = Claim._meta.pk.get_default()
        row._state.adding = True
        if state == "proposed":
            row.submitted_at, row.submitted_by = NOON, register.analyst
        rows.append(row)
    with transaction.atomic(), connection.cursor() as cursor:
        Claim.objects.bulk_create(rows)
        Citation.objects.bulk_create(
            Citation(claim=row, source=source, recorded_by=register.analyst, recorded_at=NOON) for row in rows
        )
        cursor.execute(COMMIT)
    assert Claim.objects.filter(pk__in=[row.pk for row in rows]).count() == len(states)


def test_whoever_recorded_it_is_somebody(register: Register) -> None:
    draft = register.draft(register.published())
    assert "foreign key" in refused(decided("incidents_claim", draft.pk, {"recorded_by_id": "999999"}), by="23503")


@pytest.mark.parametrize(
    "more",
    [
        {"status": "'published'", "published_at": "now()", "published_by_id": "recorded_by_id"},
        {"published_at": "now()"},
        {"status": "'withdrawn'", "withdrawn_reason": "'x'"},
        {"status": "'in_review'", "submitted_by_id": "recorded_by_id"},
    ],
)
def test_an_incident_is_entered_as_a_draft(register: Register, more: dict[str, str]) -> None:
    key = register.incident().pk
    given = {"id": "900000", "reference": "'SJ-222222'"} | more
    assert "published later" in refused(decided("incidents_incident", key, given))


# --- f: what claims rest on and are compared by stays


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM incidents_derivation WHERE claim_id = '{claim}'",
        "UPDATE incidents_derivation SET strength = 'inferred' WHERE claim_id = '{claim}'",
        "UPDATE incidents_derivation SET claim_id = '{draft}' WHERE claim_id = '{claim}'",
        "UPDATE incidents_derivation SET claim_id = '{claim}' WHERE claim_id = '{draft}'",
    ],
)
def test_what_a_submitted_claim_rests_on_stays(register: Register, statement: str) -> None:
    incident = register.published()
    claim = register.proposed(incident, rests_on=[register.organization()])
    draft = register.draft(incident, rests_on=[register.organization()])
    assert "never changed or deleted" in refused(statement.format(claim=claim.pk, draft=draft.pk))


def test_what_a_draft_rests_on_changes_and_more_is_added_later(register: Register) -> None:
    draft = register.draft(register.published(), rests_on=[register.organization()])
    done(f"DELETE FROM incidents_derivation WHERE claim_id = '{draft.pk}'")
    claim = register.accepted(register.published(), rests_on=[register.organization()])
    more = citations.DerivationInput(organization=register.organization())
    citations.add_derivation(claim, more, by=register.analyst, at=NOON)
    assert (draft.derivations.count(), claim.derivations.count()) == (0, 2)


@pytest.fixture
def populations(db: None) -> None:
    """A wider one with a narrower, and one within that."""
    Population.objects.bulk_create(Population(code=code, label=code) for code in ("wide", "wider", "narrow", "inner"))
    links = (("narrow", "wide"), ("inner", "narrow"))
    PopulationBroader.objects.bulk_create(PopulationBroader(narrower_id=one, broader_id=two) for one, two in links)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM incidents_populationbroader WHERE narrower_id = 'narrow'",
        "UPDATE incidents_populationbroader SET broader_id = 'wider' WHERE narrower_id = 'narrow'",
        "UPDATE incidents_populationbroader SET narrower_id = 'wider' WHERE narrower_id = 'narrow'",
    ],
)
@pytest.mark.parametrize("used", ["narrow", "inner"])
def test_a_population_that_claims_use_stays_a_part_of_what_it_is(
    register: Register, populations: None, statement: str, used: str
) -> None:
    done(statement.replace("SET", "SET id = id,"))
    PopulationBroader.objects.exclude(narrower_id="inner").filter(narrower__code__in=["narrow", "wider"]).delete()
    PopulationBroader.objects.create(narrower_id="narrow", broader_id="wide")
    register.draft(register.published(), population=used, count=counts.code(counts.Quantifier.EXACT, 1, stated="one"))
    assert "stays a part of" in refused(statement, by="23514")
    PopulationBroader.objects.create(narrower_id="narrow", broader_id="wider")  # what is added takes nothing away
