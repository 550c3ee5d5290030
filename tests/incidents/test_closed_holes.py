"""What SQL as the application's own login can not do to what is published, said, rested on or decided."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection, connections, transaction

from incidents.models import (
    Comment,
    Incident,
    IncidentKind,
    IncidentPart,
    IncidentPlace,
    Revision,
)
from incidents.services import discussion, revisions
from places.models import Place
from tests.factories import NOON, Register
from tests.incidents.by_sql import COMMIT, done, refused

APPROVE = (
    "UPDATE incidents_revision SET status = 'approved', decided_by_id = {by}, decided_at = now() WHERE id = {revision};"
    "UPDATE incidents_incident SET status = 'published', published_by_id = {by}, modified_at = now(),"
    " modified_by_id = {opener}{more} WHERE id = {incident};"
)
WRITTEN = ", title = 'Central market'"


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


def test_what_is_published_gains_nothing_after_a_merge_either(register: Register) -> None:
    from incidents.services import merging

    one, other = register.published(), register.published()
    merging.merge_incidents(one, into=other, reason="the same", by=register.reviewer, at=NOON)
    assert "is published" in refused(f"DELETE FROM incidents_incidentplace WHERE incident_id = {one.pk}")
    assert IncidentPlace.objects.filter(incident=one).exists()
    assert not IncidentPart.objects.filter(part=one).exists()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_revisions_of_before_are_given_the_days_of_their_date() -> None:
    register = Register()
    opened = revisions.open_revision(register.published(), reason="x", by=register.analyst, at=NOON)
    revisions.change_revision(opened, changes={"occurred": "2025-03-09/.."}, by=register.analyst, at=NOON)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            'UPDATE incidents_revision SET content = \'{"occurred": "2025-03-09/.."}\' WHERE id = %s', [opened.pk]
        )
    submitted = revisions.submit_revision(opened, by=register.analyst, at=NOON)

    with transaction.atomic(using="owner"), connections["owner"].schema_editor() as editor:
        import_module("incidents.migrations.0007_closed_holes").add_days(None, editor)

    submitted.refresh_from_db()
    assert submitted.content == {
        "occurred": "2025-03-09/..",
        "occurred_earliest": "2025-03-09",
        "occurred_latest": None,
    }
    assert str(revisions.approve_revision(submitted, by=register.reviewer, at=NOON).occurred_earliest) == "2025-03-09"
