"""What must hold when a transaction commits, tried with real commits."""

import threading

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.refusals import explained
from incidents.models import Citation, Claim, Relay
from incidents.services import review
from tests.databases import application_parameters
from tests.factories import Register

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed() -> Register:
    return Register()


def test_a_submitted_claim_without_a_citation_does_not_commit(committed):
    claim = committed.draft(committed.incident())
    with pytest.raises(IntegrityError, match="has no citation"), transaction.atomic():
        claim.citations.all().delete()
        Claim.objects.filter(pk=claim.pk).update(
            status="proposed", submitted_at=claim.recorded_at, submitted_by=committed.analyst
        )
    claim.refresh_from_db()
    assert claim.status == "draft"
    assert claim.citations.count() == 1


def test_a_chain_cannot_be_lengthened_after_submission(committed):
    claim = committed.proposed(committed.incident(), relays=[committed.organization()])
    citation = claim.citations.get()
    with pytest.raises(IntegrityError, match="chain of citation"), transaction.atomic():
        Relay.objects.create(citation=citation, position=2, organization=committed.organization())
    assert citation.relays.count() == 1


def test_a_chain_with_a_gap_does_not_commit(committed):
    claim = committed.draft(committed.incident())
    source, relay = committed.source(), committed.organization()
    with pytest.raises(IntegrityError, match="chain of citation"), transaction.atomic():
        citation = Citation.objects.create(
            claim=claim,
            position=2,
            source=source,
            relay_count=2,
            recorded_by=committed.analyst,
            recorded_at=claim.recorded_at,
        )
        Relay.objects.create(citation=citation, position=1, organization=relay)
        Relay.objects.create(citation=citation, position=3, organization=relay)


def test_a_refusal_at_commit_is_explained(committed):
    claim = committed.draft(committed.incident())
    with pytest.raises(ValidationError, match="has no citation"), explained(), transaction.atomic():
        claim.citations.all().delete()
        Claim.objects.filter(pk=claim.pk).update(
            status="proposed", submitted_at=claim.recorded_at, submitted_by=committed.analyst
        )


def test_a_claim_by_raw_sql_without_a_citation_does_not_commit(committed):
    claim = committed.draft(committed.incident())
    with pytest.raises(IntegrityError, match="has no citation"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO incidents_claim (incident_id, claimant_id, measure_id, unit_id, population_id, quantifier,"
            " minimum, maximum, stated, status, submitted_at, submitted_by_id, recorded_at, recorded_by_id, note,"
            " decision_note, correction_reason, population_stated, period, since, as_of, language)"
            " SELECT incident_id, claimant_id, measure_id, unit_id, population_id, quantifier, minimum, maximum, stated,"
            " 'proposed', recorded_at, recorded_by_id, recorded_at, recorded_by_id, '', '', '', '', '', '', '', ''"
            " FROM incidents_claim WHERE id = %s",
            [claim.pk],
        )


def test_a_chain_cannot_be_shortened_to_be_filled_with_another_later(committed):
    claim = committed.draft(committed.incident(), relays=[committed.organization()])
    with pytest.raises(IntegrityError, match="chain of citation"), transaction.atomic():
        Relay.objects.filter(citation__claim=claim).delete()
    with pytest.raises(IntegrityError, match="chain of citation"), transaction.atomic():
        Citation.objects.filter(claim=claim).update(relay_count=0)
    assert Relay.objects.filter(citation__claim=claim).count() == 1


def test_a_draft_is_not_submitted_while_its_citation_is_being_taken_away(committed):
    claim = committed.draft(committed.incident())
    outcome = {}

    def submit() -> None:
        try:
            review.submit(claim, by=committed.analyst, at=claim.recorded_at)
            outcome["submitted"] = True
        except ValidationError as refusal:
            outcome["submitted"] = refusal.messages
        finally:
            connection.close()

    with psycopg.connect(**application_parameters()) as other:
        other.execute("DELETE FROM incidents_citation WHERE claim_id = %s", [claim.pk])
        thread = threading.Thread(target=submit)
        thread.start()  # it waits for the other's transaction
    thread.join(timeout=30)
    assert "has no citation" in str(outcome["submitted"])
    claim.refresh_from_db()
    assert claim.status == "draft"
