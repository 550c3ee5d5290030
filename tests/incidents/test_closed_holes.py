"""What SQL as the application's own login can not do to what is published, said, rested on or decided."""

from typing import Any

import pytest
from django.db import connection, transaction

from incidents import counts
from incidents.models import (
    Citation,
    Claim,
    Comment,
    Incident,
    IncidentKind,
    IncidentPart,
    IncidentPlace,
    Population,
    PopulationBroader,
    ResponsibilityClaim,
    Revision,
    Statement,
)
from incidents.services import citations, discussion, revisions
from places.models import Place
from tests.factories import NOON, Register
from victims.models import PersonRecord
from victims.services import records

COMMIT = "SET CONSTRAINTS ALL IMMEDIATE"
APPROVE = (
    "UPDATE incidents_revision SET status = 'approved', decided_by_id = {by}, decided_at = now() WHERE id = {revision};"
    "UPDATE incidents_incident SET status = 'published', published_by_id = {by}, modified_at = now(),"
    " modified_by_id = {opener}{more} WHERE id = {incident};"
)
WRITTEN = ", title = 'Central market'"


def refused(*statements: str, by: str = "42501") -> str:
    """The message with which the database refuses them in one transaction; fails if it does not."""
    with pytest.raises(Exception) as refusal, transaction.atomic(), connection.cursor() as cursor:
        for statement in (*statements, COMMIT):
            cursor.execute(statement)
    assert refusal.value.__cause__.sqlstate == by, refusal.value
    return str(refusal.value)


def done(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (*statements, COMMIT):
            cursor.execute(statement)


class Waiting:
    """A revision of a published incident that waits for its approval, and the SQL that approves it."""

    def __init__(self, register: Register, **changes: Any) -> None:
        situation = register.incident(incident_type="situation")
        self.incident = register.published(
            title="Market", kinds=[IncidentKind.objects.get(code="siege")], part_of=[situation]
        )
        opened = revisions.open_revision(self.incident, reason="wrong", by=register.analyst, at=NOON)
        revisions.change_revision(opened, changes={"title": "Central market"} | changes, by=register.analyst, at=NOON)
        self.revision = revisions.submit_revision(opened, by=register.analyst, at=NOON)
        self.register = register

    def approve(self, more: str = WRITTEN) -> str:
        given = {"by": self.register.reviewer.pk, "opener": self.register.analyst.pk, "revision": self.revision.pk}
        return APPROVE.format(**given, incident=self.incident.pk, more=more)


# --- a: in the transaction that approves


def test_by_sql_a_revision_is_approved_as_it_is(register: Register) -> None:
    waiting = Waiting(register)
    done(waiting.approve())
    assert Incident.objects.get(pk=waiting.incident.pk).title == "Central market"


@pytest.mark.parametrize(
    "more",
    [
        ", title = 'Another market'",
        f"{WRITTEN}, summary = 'Slipped in.'",
        f"{WRITTEN}, occurred = '2025-03-09', occurred_earliest = '2025-03-09', occurred_latest = '2025-03-09'",
        f"{WRITTEN}, occurred_earliest = '2025-02-01'",
        f"{WRITTEN}, grade = 'confirmed'",
        f"{WRITTEN}, disclosure = 1",
        f"{WRITTEN}, note = 'x'",
        f"{WRITTEN}, submitted_by_id = NULL",
        "",
    ],
)
def test_what_the_approved_revision_does_not_hold_is_not_written_with_it(register: Register, more: str) -> None:
    waiting = Waiting(register)
    assert "what the approved revision holds" in refused(waiting.approve(more))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("modified_by_id = ", "modified_by_id = 1 + "),
        ("modified_at = now()", "modified_at = now() + interval '1 day'"),
        ("'published', published_by_id = ", "'published', published_by_id = -1 + "),
    ],
)
def test_nor_that_somebody_else_wrote_or_approved_it(register: Register, right: str, wrong: str) -> None:
    assert "what the approved revision holds" in refused(Waiting(register).approve().replace(right, wrong))


def test_a_revision_is_not_approved_without_being_written(register: Register) -> None:
    waiting = Waiting(register)
    approval = waiting.approve().split(";")[0]
    assert "what the approved revision holds" in refused(approval)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM incidents_incidentplace WHERE incident_id = {incident}",
        "UPDATE incidents_incidentplace SET role = 'destination' WHERE incident_id = {incident}",
        (
            "INSERT INTO incidents_incidentplace (incident_id, place_id, role, position)"
            " SELECT {incident}, id, 'place', 2 FROM places_place WHERE code = 'SY03'"
        ),
        "DELETE FROM incidents_incident_kinds WHERE incident_id = {incident}",
        "UPDATE incidents_incident_kinds SET incidentkind_id = 'shelling' WHERE incident_id = {incident}",
        "INSERT INTO incidents_incident_kinds (incident_id, incidentkind_id) VALUES ({incident}, 'shelling')",
        "DELETE FROM incidents_incidentpart WHERE part_id = {incident}",
        "UPDATE incidents_incidentpart SET situation_id = {other} WHERE part_id = {incident}",
        "INSERT INTO incidents_incidentpart (part_id, situation_id) VALUES ({incident}, {other})",
    ],
)
@pytest.mark.parametrize("approving", [True, False])
def test_places_kinds_and_situations_change_only_as_an_approved_revision_says(
    register: Register, statement: str, approving: bool
) -> None:
    """b as well: without any approval, what is published gains none either."""
    IncidentKind.objects.get_or_create(code="shelling", defaults={"label": "Shelling"})
    waiting = Waiting(register)
    other = register.incident(incident_type="situation")
    before = [waiting.approve()] if approving else []
    assert "is published" in refused(*before, statement.format(incident=waiting.incident.pk, other=other.pk))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM incidents_incidentplace WHERE incident_id = {incident}",
        (
            "INSERT INTO incidents_incidentplace (incident_id, place_id, role, position)"
            " SELECT {incident}, id, 'place', 2 FROM places_place WHERE code IN ('SY02', 'SY04')"
        ),
        (
            "UPDATE incidents_incidentplace SET place_id = (SELECT id FROM places_place WHERE code = 'SY07')"
            " WHERE incident_id = {incident}"
        ),
    ],
)
def test_also_those_that_it_names_become_what_it_says_and_nothing_else(register: Register, statement: str) -> None:
    waiting = Waiting(register, places=[Place.objects.get(code="SY03")])
    right = (
        f"UPDATE incidents_incidentplace SET place_id = (SELECT id FROM places_place WHERE code = 'SY03')"
        f" WHERE incident_id = {waiting.incident.pk}"
    )
    wrong = statement.format(incident=waiting.incident.pk)
    assert "what the approved revision holds" in refused(waiting.approve(), wrong)
    # Nor after the question was asked once and answered well.
    assert "what the approved revision holds" in refused(
        waiting.approve(), right, COMMIT, "SET CONSTRAINTS ALL DEFERRED", wrong
    )
    done(waiting.approve(), right)


def test_through_the_service_everything_that_it_names_is_written(register: Register) -> None:
    situation = register.incident(incident_type="situation")
    given = {
        "occurred": "2025-03~", "disclosure": 1, "grade": "weak", "note": "n", "kinds": [],
        "places": [Place.objects.get(code=code) for code in ("SY03", "SY02")], "part_of": [situation],
    }  # fmt: skip
    waiting = Waiting(register, **given)
    with transaction.atomic(), connection.cursor() as cursor:
        revisions.approve_revision(waiting.revision, by=register.reviewer, at=NOON)
        cursor.execute(COMMIT)
    row = Incident.objects.get(pk=waiting.incident.pk)
    assert (row.occurred, row.disclosure, row.grade, row.title) == ("2025-03~", 1, "weak", "Central market")
    assert [one.place.code for one in row.located.order_by("position")] == ["SY03", "SY02"]
    assert list(row.part_of.all()) == [situation]
    assert not row.kinds.exists()


# --- c: a revision is opened, and decided later


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("status", "'approved'"),
        ("status", "'abandoned'"),
        ("status", "'in_review'"),
        ("decision_note", "'fine'"),
        ("submitted_at", "now()"),
        ("decided_by_id", "opened_by_id"),
        ("decided_at", "now()"),
    ],
)
def test_a_revision_is_not_entered_decided(register: Register, column: str, value: str) -> None:
    waiting = Waiting(register)
    revisions.return_revision(waiting.revision, note="x", by=register.reviewer, at=NOON)
    revisions.abandon_revision(waiting.revision, note="x", by=register.analyst, at=NOON)
    columns = {
        "incident_id": "incident_id", "status": "'draft'", "reason": "'x'", "content": "content", "decision_note": "''",
        "opened_by_id": "opened_by_id", "opened_at": "now()", "submitted_at": "NULL", "decided_by_id": "NULL",
        "decided_at": "NULL",
    }  # fmt: skip
    if column == "status":
        columns |= {"decided_by_id": "opened_by_id", "decided_at": "now()"}
    insert = "INSERT INTO incidents_revision ({}) SELECT {} FROM incidents_revision WHERE id = " + str(
        waiting.revision.pk
    )
    columns[column] = value
    assert "opened as a draft" in refused(insert.format(", ".join(columns), ", ".join(columns.values())))
    assert Revision.objects.filter(incident=waiting.incident).count() == 1


# --- d: what was said stays where the row is


@pytest.mark.parametrize(
    "change",
    [
        "incident_id = {other}",
        "row_id = '{other}'",
        "table_name = 'incidents_claim'",
        "field = 'title'",
        "text = 'never said'",
        "author_id = {somebody}",
        "at = now()",
        "id = id + 1000",
    ],
)
@pytest.mark.parametrize("about", ["incident", "claim"])
def test_a_comment_stays_what_and_where_it_was_said(register: Register, change: str, about: str) -> None:
    incident = register.published()
    row: Any = incident if about == "incident" else register.accepted(incident)
    said = discussion.comment(row, text="which?", by=register.analyst, at=NOON)
    if about == "claim" and change.startswith("table_name"):
        change = "table_name = 'incidents_statement'"
    given = {"other": register.published().pk, "somebody": register.reviewer.pk}
    message = refused(f"UPDATE incidents_comment SET {change.format(**given)} WHERE id = {said.pk}")
    assert "and stays" in message or "goes where that goes" in message
    assert Comment.objects.get(pk=said.pk).text == "which?"
    discussion.resolve(said, by=register.reviewer, at=NOON)
    discussion.reopen(said, by=register.reviewer, at=NOON)


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


def test_what_is_published_gains_nothing_after_a_merge_either(register: Register) -> None:
    from incidents.services import merging

    one, other = register.published(), register.published()
    merging.merge_incidents(one, into=other, reason="the same", by=register.reviewer, at=NOON)
    assert "is published" in refused(f"DELETE FROM incidents_incidentplace WHERE incident_id = {one.pk}")
    assert IncidentPlace.objects.filter(incident=one).exists()
    assert not IncidentPart.objects.filter(part=one).exists()
