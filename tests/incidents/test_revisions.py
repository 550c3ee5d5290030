"""A published incident is rewritten in a revision; outside, the published version stands until it is approved."""

import psycopg
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from incidents.models import Incident, Revision, Transition
from incidents.services import incidents, revisions
from places.models import Place
from tests.factories import NOON, Register


@pytest.fixture
def published(register: Register) -> Incident:
    return register.published(title="Market", summary="Before.")


@pytest.fixture
def revision(register: Register, published: Incident) -> Revision:
    return revisions.open_revision(published, reason="the date was wrong", by=register.analyst, at=NOON)


def changed(register: Register, revision: Revision, **changes: object) -> Revision:
    return revisions.change_revision(revision, changes=changes, by=register.analyst, at=NOON)


def approved(register: Register, revision: Revision) -> Incident:
    submitted = revisions.submit_revision(revision, by=register.analyst, at=NOON)
    return revisions.approve_revision(submitted, by=register.reviewer, at=NOON, note="as the source has it")


def test_nothing_of_it_is_outside_until_it_is_approved(register: Register, revision: Revision) -> None:
    where = Place.objects.get(code="SY03")
    changed(register, revision, title="Central market", occurred="2025-03-02", places=[where])
    incident = Incident.objects.get(pk=revision.incident_id)
    assert (incident.status, incident.title, incident.occurred) == ("under_revision", "Market", "2025-03-01")

    incident = approved(register, revision)

    incident.refresh_from_db()
    assert (incident.status, incident.title, incident.occurred) == ("published", "Central market", "2025-03-02")
    assert str(incident.occurred_earliest) == "2025-03-02"
    assert [one.place for one in incident.located.all()] == [where]
    assert (incident.published_by, incident.reviewed) == (register.reviewer, True)
    assert register.reviewer.pk not in incident.authors


def test_what_equals_the_published_is_no_change(register: Register, revision: Revision) -> None:
    row = changed(register, revision, title="Market", summary="After.", places=[Place.objects.get(code="SY07")])

    assert row.content == {"summary": "After."}
    assert changed(register, row, summary="Before.").content == {}


def test_what_changes_nothing_is_not_submitted(register: Register, revision: Revision) -> None:
    with pytest.raises(ValidationError, match="changes nothing"):
        revisions.submit_revision(revision, by=register.analyst, at=NOON)


def test_whoever_wrote_the_revision_cannot_approve_it(register: Register, revision: Revision) -> None:
    both = register.person("Chadi Example", "analyst", "publisher")
    revisions.change_revision(revision, changes={"title": "Theirs"}, by=both, at=NOON)
    submitted = revisions.submit_revision(revision, by=register.analyst, at=NOON)

    with pytest.raises(ValidationError, match="second person"):
        revisions.approve_revision(submitted, by=both, at=NOON)


def test_it_goes_back_with_what_is_to_be_done_and_comes_again(register: Register, revision: Revision) -> None:
    changed(register, revision, title="Central market")
    submitted = revisions.submit_revision(revision, by=register.analyst, at=NOON)
    with pytest.raises(ValidationError, match="cannot be changed"):
        changed(register, submitted, title="Other")
    returned = revisions.return_revision(submitted, note="which market?", by=register.reviewer, at=NOON)

    changed(register, returned, title="Market of the camp")

    assert approved(register, returned).title == "Market of the camp"
    steps = Transition.objects.filter(table_name="incidents_revision", row_id=str(revision.pk)).order_by("pk")
    assert [step.to_state for step in steps] == ["draft", "in_review", "returned", "in_review", "approved"]


def test_given_up_leaves_all_as_it_was(register: Register, revision: Revision, published: Incident) -> None:
    changed(register, revision, title="Central market")

    revisions.abandon_revision(revision, note="not needed", by=register.analyst, at=NOON)

    incident = Incident.objects.get(pk=published.pk)
    assert (incident.status, incident.title, incident.reviewed) == ("published", "Market", True)
    assert revisions.open_revision(incident, reason="again", by=register.analyst, at=NOON).status == "draft"


def test_one_at_a_time_and_only_of_what_is_published(register: Register, revision: Revision) -> None:
    with pytest.raises(ValidationError, match="Cannot revise what is under revision"):
        revisions.open_revision(revision.incident, reason="again", by=register.analyst, at=NOON)
    with pytest.raises(ValidationError, match="Cannot revise what is draft"):
        revisions.open_revision(register.incident(), reason="again", by=register.analyst, at=NOON)


@pytest.mark.parametrize(
    ("changes", "field"), [({"title": ""}, "title"), ({"occurred": "soon"}, "occurred"), ({"grade": "x"}, "grade")]
)
def test_what_an_incident_cannot_be_is_refused_at_once(
    register: Register, revision: Revision, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        changed(register, revision, **changes)
    assert field in refused.value.message_dict


def test_without_the_right_nothing_is_done(register: Register, revision: Revision) -> None:
    auditor = register.person("Dima Example", "auditor")
    changed(register, revision, title="Central market")
    submitted = revisions.submit_revision(revision, by=register.analyst, at=NOON)
    for deed in (
        lambda: revisions.change_revision(submitted, changes={}, by=auditor, at=NOON),
        lambda: revisions.approve_revision(submitted, by=auditor, at=NOON),
        lambda: revisions.return_revision(submitted, note="x", by=auditor, at=NOON),
        lambda: revisions.abandon_revision(submitted, note="x", by=auditor, at=NOON),
        lambda: revisions.open_revision(submitted.incident, reason="x", by=auditor, at=NOON),
    ):
        with pytest.raises(PermissionDenied):
            deed()


def test_a_row_that_is_gone_is_named(register: Register, revision: Revision) -> None:
    situation = register.incident(incident_type="situation")
    changed(register, revision, part_of=[situation])
    submitted = revisions.submit_revision(revision, by=register.analyst, at=NOON)
    situation.delete()
    with pytest.raises(ValidationError, match="No longer there"):
        revisions.approve_revision(submitted, by=register.reviewer, at=NOON)
    assert Incident.objects.get(pk=revision.incident_id).status == "under_revision"


# --- by SQL, as the application's own login


def refused(statement: str, *values: object) -> None:
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    assert isinstance(error.value.__cause__, psycopg.errors.InsufficientPrivilege), error.value


def test_published_content_changes_in_no_other_way(register: Register, revision: Revision) -> None:
    key = revision.incident_id
    refused("UPDATE incidents_incident SET status = 'published', title = 'x' WHERE id = %s", key)
    refused("DELETE FROM incidents_incidentplace WHERE incident_id = %s", key)
    changed(register, revision, title="Central market")
    incident = approved(register, revision)
    refused("UPDATE incidents_incident SET title = 'x' WHERE id = %s", incident.pk)


def test_what_was_submitted_or_decided_stays(register: Register, revision: Revision) -> None:
    changed(register, revision, title="Central market")
    revisions.submit_revision(revision, by=register.analyst, at=NOON)
    refused("UPDATE incidents_revision SET content = '{}' WHERE id = %s", revision.pk)
    refused("UPDATE incidents_revision SET content = '{}', status = 'returned' WHERE id = %s", revision.pk)
    refused("DELETE FROM incidents_revision WHERE id = %s", revision.pk)
    revisions.approve_revision(revision, by=register.reviewer, at=NOON)
    refused("UPDATE incidents_revision SET reason = 'x' WHERE id = %s", revision.pk)


def test_new_claims_of_an_incident_under_revision_go_out_at_once(register: Register, revision: Revision) -> None:
    from incidents.models import Claim
    from sources.disclosure import Disclosure

    claim = register.accepted(revision.incident)

    assert claim in Claim.objects.visible_to(Disclosure.PUBLIC)
    with pytest.raises(ValidationError, match="cannot be changed here"):
        incidents.change_incident(revision.incident, by=register.analyst, at=NOON, changes={"title": "x"})


def test_withdrawing_gives_the_revision_up(register: Register, revision: Revision) -> None:
    incidents.withdraw(revision.incident, by=register.reviewer, at=NOON, note="recorded twice")
    revision.refresh_from_db()
    assert (revision.status, revision.decision_note) == ("abandoned", "recorded twice")
