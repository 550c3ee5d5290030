"""States change by verbs: only those that apply are offered, and a refusal is told in words."""

import pytest

from incidents.models import Claim, Incident, Transition
from tests.admin.desk import Desk, rows, visible_text
from tests.factories import Register


def offered(desk: Desk, row: object) -> dict[str, str]:
    """The verbs on a row's page, each with why it is refused, if it is."""
    opts = row._meta
    page = desk.get(f"{opts.app_label}_{opts.model_name}", "change", row.pk)
    return {offer.verb: offer.refused for offer in page.context["offers"]}


def test_each_person_is_offered_what_applies_and_what_they_may(
    analyst: Desk, reviewer: Desk, register: Register
) -> None:
    incident = register.incident()
    draft, proposed, accepted = register.draft(incident), register.proposed(incident), register.accepted(incident)

    assert offered(analyst, draft) == {"submit": ""}
    assert offered(analyst, proposed) == {}
    assert offered(reviewer, draft) == {}
    assert set(offered(reviewer, proposed)) == {"return", "accept", "reject", "void"}
    assert set(offered(reviewer, accepted)) == {"retract", "void"}


def test_who_wrote_it_is_told_why_they_cannot_accept_it(register: Register) -> None:
    both = Desk(register.person("Chadi Example", "analyst", "reviewer"))
    register.analyst = both.user
    claim = register.proposed(register.incident())

    assert "a second person is needed" in offered(both, claim)["accept"]
    response = both.client.post(both.address("incidents_claim", "step", claim.pk, "accept"), follow=True)

    assert "the author cannot approve their own work" in visible_text(response)
    claim.refresh_from_db()
    assert claim.status == "proposed"


def test_a_person_without_the_right_is_told_so(analyst: Desk, register: Register) -> None:
    claim = register.proposed(register.incident())

    response = analyst.client.post(analyst.address("incidents_claim", "step", claim.pk, "accept"), follow=True)

    assert "incidents.review_claim is needed" in visible_text(response)


def test_what_needs_a_reason_asks_for_it(reviewer: Desk, register: Register) -> None:
    claim = register.proposed(register.incident())

    asked = reviewer.take(claim, "return")
    blank = reviewer.take(claim, "return", note=" ")
    taken = reviewer.take(claim, "return", note="which page?")

    assert asked.status_code == 200
    assert "required" in blank.content.decode()
    assert taken.status_code == 302
    claim.refresh_from_db()
    assert (claim.status, claim.decision_note) == ("returned", "which page?")


def test_a_step_that_no_longer_applies_is_refused_in_words(reviewer: Desk, register: Register) -> None:
    claim = register.accepted(register.incident())

    response = reviewer.client.post(reviewer.address("incidents_claim", "step", claim.pk, "accept"), follow=True)

    assert "Cannot accept what is accepted" in visible_text(response)


@pytest.mark.parametrize("verb", ["explode", "correct", "merge"])
def test_a_verb_that_there_is_not_is_not_found(reviewer: Desk, register: Register, verb: str) -> None:
    incident = register.incident()

    assert reviewer.take(incident, verb).status_code == 404
    assert reviewer.take(register.draft(incident), verb).status_code == 404


def test_looking_at_a_verb_takes_no_step(reviewer: Desk, register: Register) -> None:
    claim = register.proposed(register.incident())

    reviewer.get("incidents_claim", "step", claim.pk, "accept")

    claim.refresh_from_db()
    assert claim.status == "proposed"


def test_an_incident_goes_from_draft_to_published_by_two_people(
    analyst: Desk, reviewer: Desk, register: Register
) -> None:
    incident = register.incident()
    register.draft(incident)
    register.draft(incident)

    analyst.post("incidents_incident", "submit_all", incident.pk)
    assert set(Claim.objects.filter(incident=incident).values_list("status", flat=True)) == {"proposed"}
    reviewer.post("incidents_incident", "accept_all", incident.pk)
    assert set(Claim.objects.filter(incident=incident).values_list("status", flat=True)) == {"accepted"}
    reviewer.take(incident, "publish")

    incident.refresh_from_db()
    assert (incident.status, incident.reviewed) == ("published", True)
    steps = Transition.objects.filter(table_name="incidents_incident", row_id=str(incident.pk)).order_by("pk")
    assert [(step.to_state, step.actor) for step in steps] == [
        ("draft", analyst.user), ("in_review", analyst.user), ("published", reviewer.user),
    ]  # fmt: skip


def test_all_are_accepted_but_ones_own(register: Register) -> None:
    both = Desk(register.person("Chadi Example", "analyst", "reviewer"))
    incident = register.incident()
    other = register.proposed(incident)
    register.analyst = both.user
    own = register.proposed(incident)

    response = both.client.post(both.address("incidents_incident", "accept_all", incident.pk), follow=True)

    for claim in (other, own):
        claim.refresh_from_db()
    assert (other.status, own.status) == ("accepted", "proposed")
    assert "1 was not: To accept, a second person is needed" in visible_text(response)


def test_a_published_incident_is_read_and_not_changed(analyst: Desk, register: Register) -> None:
    incident = register.published()

    page = analyst.get("incidents_incident", "change", incident.pk)
    sent = {"title": "x", "incident_type": "event", "disclosure": "0", "version": "1", "occurred": incident.occurred}
    refused = analyst.post("incidents_incident", "change", incident.pk, data=sent | rows())

    assert b'name="title"' not in page.content
    assert "What is published cannot be changed here" in visible_text(refused)
    assert Incident.objects.get(pk=incident.pk).title == incident.title


def test_the_history_of_a_record_says_who_when_and_why(analyst: Desk, reviewer: Desk, register: Register) -> None:
    claim = register.proposed(register.incident())
    reviewer.take(claim, "return", note="which page?")

    said = visible_text(analyst.get("incidents_claim", "history", claim.pk))

    assert "claim recorded" in said
    assert "which page?" in said
    assert reviewer.user.username in said
    assert "status proposed returned" in said


def test_many_are_accepted_from_the_list_and_what_was_not_is_told(register: Register) -> None:
    both = Desk(register.person("Chadi Example", "analyst", "reviewer"))
    incident = register.incident()
    theirs = [register.proposed(incident) for _ in range(3)]
    draft = register.draft(incident)
    register.analyst = both.user
    own = register.proposed(incident)
    chosen = [str(one.pk) for one in (*theirs, draft, own)]

    page = both.client.post(
        both.address("incidents_claim", "changelist"),
        {"action": "accept_selected", "_selected_action": chosen},
        follow=True,
    )

    said = visible_text(page)
    assert "3 accepted." in said
    assert "1 was not: To accept, a second person is needed" in said
    assert "1 was not: Cannot accept what is draft" in said
    assert set(Claim.objects.filter(incident=incident, status="accepted")) == set(theirs)


def test_who_may_not_review_has_no_such_action(analyst: Desk, register: Register) -> None:
    claim = register.proposed(register.incident())
    analyst.post(
        "incidents_claim", "changelist", data={"action": "accept_selected", "_selected_action": [str(claim.pk)]}
    )
    claim.refresh_from_db()
    assert claim.status == "proposed"
