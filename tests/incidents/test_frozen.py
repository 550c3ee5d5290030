"""From submission on a claim is what it was, for every client of the database but its owner."""

import pytest
from django.db import connection, transaction

from incidents import counts
from incidents.models import Citation, Claim
from incidents.models.claim import Quantifier
from incidents.services import citations, review
from tests.factories import NOON

FROZEN = {
    "claimant_id": "(SELECT id FROM sources_organization WHERE code = 'sana')",
    "minimum": "0",
    "best": "3",
    "maximum": "99",
    "quantifier": "'about'",
    "stance": "'denies'",
    "stated": "'other words'",
    "language": "'ar'",
    "measure_id": "'injured'",
    "unit_id": "'families'",
    "population_id": "'all'",
    "population_stated": "'martyrs'",
    "cause_id": "'shelling'",
    "place_id": "(SELECT id FROM places_place WHERE code = 'SY02')",
    "period": "'2018'",
    "basis": "'stock'",
    "since": "'2018'",
    "as_of": "'2018'",
    "as_of_latest": "'2018-01-01'",
    "method": "'named'",
    "part_of_id": "(SELECT id FROM incidents_claim WHERE stated = 'at least four')",
    "corrects_id": "(SELECT id FROM incidents_claim WHERE stated = 'at least four')",
    "recorded_by_id": "(SELECT id FROM accounts_user WHERE username = 'seed-reviewer')",
    "recorded_at": "now()",
    "submitted_at": "NULL",
    "submitted_by_id": "NULL",
    "id": "gen_random_uuid()",
}

REVIEW = {"status", "disclosure", "incident_id", "note", "accepted_by_id", "accepted_at", "decision_note", "reviewed"}


def refused(sql: str, *values: object) -> str:
    """The message with which the database refuses; fails if it does not."""
    with pytest.raises(Exception) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    assert refusal.value.__cause__.sqlstate == "42501", refusal.value
    return str(refusal.value)


@pytest.mark.parametrize("column", FROZEN)
def test_a_submitted_claims_content_cannot_change(column, register):
    claim = register.proposed(register.incident())
    assert "can no longer change" in refused(
        f"UPDATE incidents_claim SET {column} = {FROZEN[column]} WHERE id = %s", claim.pk
    )


def test_every_column_is_either_frozen_or_of_review(db):
    """A column added later is frozen unless someone decides otherwise; this list then fails, and makes them say so."""
    columns = {field.column for field in Claim._meta.local_fields}
    bounds = {f"{name}_{side}" for name in ("period", "since", "as_of") for side in ("earliest", "latest")}
    assert columns - REVIEW - set(FROZEN) - bounds == {"coding_rule_id", "correction_reason", "authors"}


def test_a_submitted_claim_cannot_be_deleted_but_a_draft_can(register):
    incident = register.incident()
    submitted, draft = register.proposed(incident), register.draft(incident)
    assert "never deleted" in refused("DELETE FROM incidents_claim WHERE id = %s", submitted.pk)
    draft.delete()
    assert not Claim.objects.filter(pk=draft.pk).exists()


def test_submission_cannot_be_undone_to_thaw_a_claim(register):
    claim = register.proposed(register.incident())
    refused(
        "UPDATE incidents_claim SET status = 'draft', submitted_at = NULL, submitted_by_id = NULL WHERE id = %s",
        claim.pk,
    )


def test_by_whom_and_when_it_was_accepted_stays(register):
    claim = register.accepted(register.incident())
    refused("UPDATE incidents_claim SET accepted_at = now() WHERE id = %s", claim.pk)
    refused("UPDATE incidents_claim SET accepted_by_id = recorded_by_id WHERE id = %s", claim.pk)


def test_a_draft_changes_freely(register):
    claim = register.draft(register.incident())
    Claim.objects.filter(pk=claim.pk).update(minimum=4, maximum=4, stated="four")
    claim.refresh_from_db()
    assert (claim.minimum, claim.stated) == (4, "four")


def test_review_state_disclosure_and_incident_stay_free(register):
    claim = register.proposed(register.incident())
    Claim.objects.filter(pk=claim.pk).update(disclosure=2, incident=register.incident(), note="seen")
    claim.refresh_from_db()
    assert claim.disclosure == 2


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE incidents_citation SET stated = 'other words' WHERE claim_id = %s",
        "UPDATE incidents_citation SET source_id = (SELECT id FROM sources_source LIMIT 1) WHERE claim_id = %s",
        "DELETE FROM incidents_citation WHERE claim_id = %s",
        "UPDATE incidents_relay SET position = 5 WHERE citation_id = (SELECT id FROM incidents_citation WHERE claim_id = %s)",
        "DELETE FROM incidents_relay WHERE citation_id = (SELECT id FROM incidents_citation WHERE claim_id = %s)",
    ],
)
def test_citations_and_chains_of_a_submitted_claim_cannot_change(sql, register):
    claim = register.proposed(register.incident(), relays=[register.organization()])
    assert "never changed or deleted" in refused(sql, claim.pk)


def test_a_later_citation_and_derivation_can_be_added(register):
    claim = register.accepted(register.published())
    relay = register.organization()
    citations.add_citation(
        claim,
        citations.CitationInput(register.source(), relays=[citations.RelayInput(relay)]),
        by=register.analyst,
        at=NOON,
    )
    citations.add_derivation(claim, citations.DerivationInput(organization=relay), by=register.analyst, at=NOON)
    assert list(Citation.objects.filter(claim=claim).order_by("position").values_list("position", flat=True)) == [1, 2]
    assert claim.derivations.count() == 1


def test_responsibility_claims_and_statements_freeze_as_well(db):
    for table, column in (("responsibilityclaim", "act"), ("statement", "value")):
        assert "can no longer change" in refused(f"UPDATE incidents_{table} SET {column} = 'other'")
        assert "never deleted" in refused(f"DELETE FROM incidents_{table}")


GRID = [None, 0, 1, 3, 7]


def test_the_check_constraint_says_what_counts_say(register):
    """The rule of DESIGN §5 stands twice, in counts.py and in the database; here they are compared over a grid."""
    claim = register.draft(register.incident())
    rule = "(SELECT id FROM incidents_codingrule LIMIT 1)"
    differing = []
    for quantifier in Quantifier.values:
        for by_rule in (False, True):
            for minimum in GRID:
                for best in (None, 3):
                    for maximum in GRID:
                        wanted = counts.fits(counts.Quantifier(quantifier), minimum, best, maximum, by_rule=by_rule)
                        try:
                            with transaction.atomic(), connection.cursor() as cursor:
                                cursor.execute(
                                    "UPDATE incidents_claim SET quantifier = %s, minimum = %s, best = %s, maximum = %s,"
                                    f" coding_rule_id = {rule if by_rule else 'NULL'} WHERE id = %s",
                                    [quantifier, minimum, best, maximum, claim.pk],
                                )
                            found = True
                        except Exception:  # noqa: BLE001  whatever the database refuses with, it refuses
                            found = False
                        if found != wanted:
                            differing.append((quantifier, by_rule, minimum, best, maximum, found))
    assert differing == []


def test_a_decision_note_is_needed_where_a_reason_is(register):
    claim = register.proposed(register.incident())
    with pytest.raises(Exception, match="need a reason|claim_refused_with_a_reason"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(status="rejected")


def test_a_correction_leaves_the_mistaken_row_and_takes_its_place_when_accepted(register):
    from incidents.services import claims

    incident = register.published()
    mistaken = register.accepted(incident)
    corrected = claims.correct(
        mistaken,
        reason="read 3 for 8",
        count=counts.code(counts.Quantifier.EXACT, 8, stated="eight"),
        population=mistaken.population,
        citations=[citations.CitationInput(register.source())],
        by=register.analyst,
        at=NOON,
    )
    mistaken.refresh_from_db()
    assert mistaken.status == "accepted"
    review.accept(review.submit(corrected, by=register.analyst, at=NOON), by=register.reviewer, at=NOON)
    mistaken.refresh_from_db()
    assert (mistaken.status, mistaken.minimum, mistaken.decision_note) == ("corrected", 3, "read 3 for 8")
