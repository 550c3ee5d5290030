"""The transition tables, the database's copy of them, and four eyes."""

import importlib
import itertools

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from incidents import workflow
from incidents.migrations import __name__ as migrations_package
from incidents.models import Incident, Transition
from incidents.services import incidents, review
from incidents.workflow import ClaimState, IncidentState, ReviewMode, TransitionError
from tests.factories import NOON, Register

TABLES = {"incident": (workflow.INCIDENT_STEPS, IncidentState), "claim": (workflow.CLAIM_STEPS, ClaimState)}
ALLOWED = {
    "incident": ("0004_review_desk_guards", "INCIDENT_CHANGES", workflow.incident_changes()),
    "revision": ("0004_review_desk_guards", "REVISION_CHANGES", workflow.changes(workflow.REVISION_STEPS)),
    "claim": ("0002_guards", "ASSERTION_CHANGES", workflow.changes(workflow.CLAIM_STEPS)),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_the_database_allows_exactly_the_changes_of_the_table(name):
    module, constant, allowed = ALLOWED[name]
    listed = getattr(importlib.import_module(f"{migrations_package}.{module}"), constant)
    assert {tuple(pair.split(">")) for pair in listed.split(",")} == allowed


def test_the_database_refuses_a_change_that_is_not_in_the_table(register):
    incident = register.incident()
    with pytest.raises(Exception, match="cannot become"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE incidents_incident SET status = 'published', published_at = now(), published_by_id = recorded_by_id"
            " WHERE id = %s",
            [incident.pk],
        )


@pytest.mark.parametrize("name", TABLES)
def test_every_verb_from_every_state_is_allowed_or_refused_in_words(name):
    steps, states = TABLES[name]
    for verb, state in itertools.product(steps, states):
        given = {"verb": verb, "state": state, "actor": 1, "authors": [2], "note": "why", "mode": ReviewMode.FOUR_EYES}
        if state in steps[verb].sources:
            assert workflow.check(steps, **given).target in set(states)
        else:
            with pytest.raises(TransitionError, match=f"Cannot {verb} what is {state}".replace("_", " ")):
                workflow.check(steps, **given)


def test_an_unknown_verb_is_refused_with_the_known_ones():
    with pytest.raises(TransitionError, match="submit, return, accept"):
        workflow.check(
            workflow.CLAIM_STEPS,
            verb="approve",
            state="proposed",
            actor=1,
            authors=[2],
            note="",
            mode=ReviewMode.SINGLE,
        )


@pytest.mark.parametrize("verb", [step.verb for step in workflow.CLAIM_STEPS.values() if step.needs_note])
def test_what_needs_a_reason_is_refused_without(verb):
    step = workflow.CLAIM_STEPS[verb]
    with pytest.raises(TransitionError, match="a note with the reason"):
        workflow.check(
            workflow.CLAIM_STEPS,
            verb=verb,
            state=min(step.sources),
            actor=1,
            authors=[2],
            note="  ",
            mode=ReviewMode.SINGLE,
        )


def test_the_author_cannot_accept_their_own_claim(register):
    both = register.person("Chadi Example", "analyst", "reviewer", "publisher")
    register.analyst = both
    claim = register.proposed(register.incident())
    with pytest.raises(ValidationError, match="second person"):
        review.accept(claim, by=both, at=NOON)


def test_who_submits_what_another_recorded_cannot_accept_it_either(register):
    both = register.person("Chadi Example", "analyst", "reviewer")
    claim = review.submit(register.draft(register.incident()), by=both, at=NOON)
    with pytest.raises(ValidationError, match="second person"):
        review.accept(claim, by=both, at=NOON)


def test_the_author_cannot_publish_their_own_incident(register):
    both = register.person("Chadi Example", "analyst", "publisher")
    incident = incidents.submit(register.incident(), by=both, at=NOON)
    with pytest.raises(ValidationError, match="second person"):
        incidents.publish(incident, by=both, at=NOON)


def test_under_single_review_the_author_may_and_it_says_so(settings, db):
    settings.SIJIL_REVIEW = "single"
    register = Register()
    both = register.person("Chadi Example", "analyst", "reviewer", "publisher")
    register.analyst = register.reviewer = both
    incident = register.published()
    claim = register.accepted(incident)
    incident.refresh_from_db()
    claim.refresh_from_db()
    assert (incident.reviewed, claim.reviewed) == (False, False)


def test_under_four_eyes_what_is_accepted_is_reviewed(register):
    claim = register.accepted(register.published())
    claim.refresh_from_db()
    assert claim.reviewed


@pytest.mark.parametrize("role", ["analyst", "auditor", "publisher"])
def test_only_a_reviewer_accepts(role, register):
    claim = register.proposed(register.incident())
    with pytest.raises(PermissionDenied):
        review.accept(claim, by=register.person("Dima Example", role), at=NOON)


def test_every_change_of_state_is_logged_with_who_when_and_note(register):
    claim = register.proposed(register.incident())
    review.send_back(claim, by=register.reviewer, at=NOON, note="which camp?")
    review.submit(claim, by=register.analyst, at=NOON)
    log = Transition.objects.filter(row_id=str(claim.pk)).order_by("pk")
    assert list(log.values_list("from_state", "to_state", "note", "actor__username", "at")) == [
        ("", "draft", "claim recorded", "aya-example", NOON),
        ("draft", "proposed", "", "aya-example", NOON),
        ("proposed", "returned", "which camp?", "bilal-example", NOON),
        ("returned", "proposed", "", "aya-example", NOON),
    ]


def test_a_published_incident_is_not_changed_in_passing(register):
    incident = register.published()
    with pytest.raises(ValidationError, match="cannot be changed here"):
        incidents.change_incident(incident, by=register.analyst, at=NOON, changes={"title": "Other"})


def test_a_withdrawn_incident_needs_a_reason_and_stays_withdrawn(register):
    incident = register.published()
    with pytest.raises(ValidationError, match="reason"):
        incidents.withdraw(incident, by=register.reviewer, at=NOON, note="")
    withdrawn = incidents.withdraw(incident, by=register.reviewer, at=NOON, note="the same as another")
    assert withdrawn.status == Incident.Status.WITHDRAWN
    with pytest.raises(ValidationError, match="Cannot submit what is withdrawn"):
        incidents.submit(withdrawn, by=register.analyst, at=NOON)


def test_whoever_wrote_any_of_it_cannot_approve_it_however_many_wrote_after_them(register):
    from incidents.services import claims

    both = register.person("Chadi Example", "analyst", "reviewer", "publisher")
    incident = register.incident()
    incidents.change_incident(incident, by=both, at=NOON, changes={"title": "Rewritten"})
    incidents.change_incident(incident, by=register.analyst, at=NOON, changes={"summary": "touched last"})
    incidents.submit(incident, by=register.analyst, at=NOON)
    with pytest.raises(ValidationError, match="second person"):
        incidents.publish(incident, by=both, at=NOON)
    claim = register.draft(register.incident())
    claims.change_draft(claim, by=both, at=NOON, changes={"note": "", "stated": "three or so"})
    review.submit(claim, by=register.analyst, at=NOON)
    with pytest.raises(ValidationError, match="second person"):
        review.accept(claim, by=both, at=NOON)


def test_nobody_is_taken_off_the_list_of_authors_and_the_recorder_stays(register):
    claim = register.draft(register.incident())
    type(claim).objects.filter(pk=claim.pk).update(authors=[])
    claim.refresh_from_db()
    assert claim.authors == [register.analyst.pk]
    with pytest.raises(Exception, match="who recorded it"), transaction.atomic():
        type(claim).objects.filter(pk=claim.pk).update(recorded_by=register.reviewer)


@pytest.mark.parametrize(
    "change",
    [
        "title = 'rewritten'",
        "occurred = '2020'",
        "published_at = NULL",
        "published_by_id = recorded_by_id",
        "grade = 'weak'",
    ],
)
def test_a_published_incidents_content_does_not_change_outside_a_revision(change, register):
    incident = register.published()
    with pytest.raises(Exception, match="published"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE incidents_incident SET {change} WHERE id = %s", [incident.pk])
    with pytest.raises(Exception, match="is published"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM incidents_incidentplace WHERE incident_id = %s", [incident.pk])


def test_a_withdrawn_incident_keeps_its_tombstone(register):
    incident = incidents.withdraw(register.published(), by=register.reviewer, at=NOON, note="twice")
    for sql in (
        "UPDATE incidents_incident SET published_at = NULL WHERE id = %s",
        "DELETE FROM incidents_incident WHERE id = %s",
    ):
        with pytest.raises(Exception, match="was published"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [incident.pk])


def test_a_correction_in_force_is_not_voided_but_corrected_again(register):
    from incidents import counts
    from incidents.services import citations, claims
    from tests.api.client import get, results

    first = register.accepted(register.published())
    chain = [first]
    for number in (8, 9):
        right = claims.correct(
            chain[-1], reason="misread", count=counts.code(counts.Quantifier.EXACT, number, stated=str(number)),
            population=first.population, citations=[citations.CitationInput(register.source())], by=register.analyst, at=NOON,
        )  # fmt: skip
        chain.append(review.accept(review.submit(right, by=register.analyst, at=NOON), by=register.reviewer, at=NOON))
        chain[-1].refresh_from_db()
    with pytest.raises(ValidationError, match="correct it again"):
        review.void(chain[-1], by=register.reviewer, at=NOON, note="import undone")
    assert [get(f"claims/{claim.pk}/")["superseded_by"] for claim in chain] == [
        str(chain[1].pk),
        str(chain[2].pk),
        None,
    ]
    assert [one["count"]["minimum"] for one in results("claims/", incident=first.incident.reference)] == [9]
