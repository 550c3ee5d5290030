"""Many are accepted at once as far as that may be; each that may not is named with the reason."""

import datetime as dt
import itertools

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import counts
from incidents.models import Claim
from incidents.services import batch, claims, review
from incidents.services.citations import CitationInput
from tests.factories import NOON, Register


def test_what_may_be_is_accepted_and_the_rest_is_named(register: Register) -> None:
    incident = register.incident()
    fine = [register.proposed(incident) for _ in range(2)]
    draft = register.draft(incident)
    both = register.person("Chadi Example", "analyst", "reviewer")
    register.analyst = both
    own = register.proposed(incident)

    outcome = batch.accept_all(
        Claim, [*(one.pk for one in fine), draft.pk, own.pk], by=both, at=NOON, note="as imported"
    )

    assert outcome.accepted == 2
    said = {row.pk: why for row, why in outcome.refused}
    assert "second person" in said[own.pk]
    assert "Cannot accept what is draft" in said[draft.pk]
    accepted = Claim.objects.filter(status="accepted", incident=incident)
    assert {one.pk for one in accepted} == {one.pk for one in fine}
    assert {(one.accepted_by, one.decision_note, one.reviewed) for one in accepted} == {(both, "as imported", True)}


def test_a_correction_among_them_corrects(register: Register) -> None:
    mistaken = register.accepted(register.incident())
    count = counts.code(counts.Quantifier.EXACT, 4, stated="four")
    right = claims.correct(
        mistaken, reason="misread", count=count, population=mistaken.population,
        citations=[CitationInput(register.source())], by=register.analyst, at=NOON,
    )  # fmt: skip
    review.submit(right, by=register.analyst, at=NOON)

    outcome = batch.accept_all(Claim, [right.pk], by=register.reviewer, at=NOON)

    assert (outcome.accepted, outcome.refused) == (1, [])
    mistaken.refresh_from_db()
    assert mistaken.status == "corrected"


def test_as_many_queries_for_thirty_as_for_three(register: Register) -> None:
    incident = register.incident()
    counted = []
    # The person's rights are read once, and the scope that the claims are in is written once.
    batch.accept_all(Claim, [register.proposed(incident).pk], by=register.reviewer, at=NOON)
    # What is recorded last stands last in its scope, whatever its key: nothing that is there is moved.
    seconds = (NOON + dt.timedelta(seconds=second) for second in itertools.count(1))
    for number in (3, 30):
        keys = [register.proposed(incident, at=next(seconds)).pk for _ in range(number)]
        with CaptureQueriesContext(connection) as queries:
            assert batch.accept_all(Claim, keys, by=register.reviewer, at=NOON).accepted == number
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_only_a_reviewer(register: Register) -> None:
    with pytest.raises(PermissionDenied):
        batch.accept_all(Claim, [], by=register.analyst, at=NOON)


def test_what_is_corrected_in_the_same_batch_is_not_accepted_as_well(register: Register) -> None:
    mistaken = register.proposed(register.incident())
    count = counts.code(counts.Quantifier.EXACT, 4, stated="four")
    right = claims.correct(
        mistaken, reason="misread", count=count, population=mistaken.population,
        citations=[CitationInput(register.source())], by=register.analyst, at=NOON,
    )  # fmt: skip
    review.submit(right, by=register.analyst, at=NOON)

    outcome = batch.accept_all(Claim, [mistaken.pk, right.pk], by=register.reviewer, at=NOON)

    assert outcome.accepted == 1
    assert [row.pk for row, _why in outcome.refused] == [mistaken.pk]
