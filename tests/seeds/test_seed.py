"""Loading the seeds again changes nothing; what analysts changed stays; nobody can log in as the seed."""

import pytest
from django.core.management import call_command

from accounts.models import HistoryEntry, User
from exchange.seeding import identity
from exchange.seeding.identity import identifier, reference
from incidents.models import Claim, Incident, Measure, Transition
from incidents.models.incident import REFERENCE_ALPHABET

pytestmark = pytest.mark.django_db


def test_loading_again_writes_nothing_at_all(capsys):
    before = HistoryEntry.objects.count()
    call_command("seed")
    assert HistoryEntry.objects.count() == before
    assert "nothing was missing" in capsys.readouterr().out


def test_what_analysts_changed_stays():
    Measure.objects.filter(code="killed").update(label="killed persons")
    call_command("seed", verbosity=0)
    assert Measure.objects.get(code="killed").label == "killed persons"


def test_it_was_recorded_by_one_account_and_accepted_and_published_by_another_both_inactive():
    people = User.objects.filter(username__in=["seed-recorder", "seed-reviewer"])
    assert [person.is_active for person in people] == [False, False]
    assert not any(person.has_usable_password() for person in people)
    for row in Claim.objects.filter(pk=identifier("claim", "C1")):
        assert (row.recorded_by.username, row.accepted_by.username, row.reviewed) == (
            "seed-recorder",
            "seed-reviewer",
            True,
        )
    for row in Incident.objects.filter(reference=reference("E2")):
        assert (row.recorded_by.username, row.published_by.username, row.reviewed) == (
            "seed-recorder",
            "seed-reviewer",
            True,
        )


def test_the_case_went_through_review_like_any_other():
    states = (
        Transition.objects.filter(row_id=str(identifier("claim", "C1")))
        .order_by("pk")
        .values_list("to_state", flat=True)
    )
    assert list(states) == ["draft", "proposed", "accepted"]


def test_references_of_the_case_are_made_of_the_letters_of_every_reference():
    assert identity.ALPHABET == REFERENCE_ALPHABET
