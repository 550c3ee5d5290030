"""Who decides on a record decides on what they read: if it changed since, the step is refused in words, and what they
typed stays."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group

from incidents.models import Claim, Incident
from incidents.services import discussion, incidents, merging, review
from sources.merging import merge_organizations
from sources.services import change_organization
from tests.admin.desk import Desk, as_sent, visible_text
from tests.factories import NOON, Register
from tests.victims import people

TYPED = "a long thought that nobody wants to type twice"


@pytest.fixture
def reviewer(register: Register) -> Desk:
    register.reviewer.groups.set(Group.objects.filter(name__in=["reviewer", "publisher", "analyst"]))
    return Desk(type(register.reviewer).objects.get(pk=register.reviewer.pk))


def links(page: Any) -> list[str]:
    """The addresses that a page leads to."""
    return [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', page.content.decode())]


def the_link(page: Any, part: str) -> str:
    [found] = {one for one in links(page) if part in one}
    return found


def hidden(page: Any) -> dict[str, str]:
    return {"version": str(page.context["version"])}


def refused(answer: Any) -> str:
    """What is said on a page that came back with what was typed."""
    assert answer.status_code == 200, answer.headers
    assert TYPED in answer.content.decode()
    said = visible_text(answer)
    assert "changed this while you were writing" in said
    assert "read the record again before you decide" in said
    return said


@pytest.mark.parametrize("verb", ["return", "reject", "void", "retract"])
def test_a_claim_that_changed_since_it_was_read_is_not_decided_on(
    reviewer: Desk, register: Register, verb: str
) -> None:
    incident = register.published()
    claim = register.accepted(incident) if verb == "retract" else register.proposed(incident)
    address = the_link(reviewer.get("incidents_claim", "change", claim.pk), f"/step/{verb}/")
    Claim.objects.filter(pk=claim.pk).update(note="seen by nobody")  # as any client of the database may

    asked = reviewer.client.get(address)
    told = reviewer.client.post(address, {"note": TYPED} | hidden(asked))

    assert "note: — → seen by nobody" in refused(told)
    before = claim.status
    claim.refresh_from_db()
    assert claim.status == before
    again = reviewer.client.post(address, {"note": TYPED} | hidden(told))
    assert again.status_code == 302
    claim.refresh_from_db()
    assert (claim.status != before, claim.decision_note) == (True, TYPED)


@pytest.mark.parametrize("verb", ["request_changes", "withdraw"])
def test_an_incident_that_changed_since_it_was_read_is_not_decided_on(
    reviewer: Desk, register: Register, verb: str
) -> None:
    incident = incidents.submit(register.incident(title="As read"), by=register.analyst, at=NOON)
    address = the_link(reviewer.get("incidents_incident", "change", incident.pk), f"/step/{verb}/")
    incidents.change_incident(incident, by=register.analyst, at=NOON, changes={"title": "As changed"})

    told = reviewer.client.post(address, {"note": TYPED} | hidden(reviewer.client.get(address)))

    assert "As read → As changed" in refused(told)
    incident.refresh_from_db()
    assert incident.status == "in_review"


def test_on_the_review_screen_each_card_says_which_version_it_shows(reviewer: Desk, register: Register) -> None:
    claim = register.proposed(register.published())
    page = reviewer.get("incidents_incident", "review", claim.incident_id)
    [card] = page.context["cards"]
    Claim.objects.filter(pk=claim.pk).update(note="seen by nobody")

    for verb in ("return", "reject", "accept"):
        told = reviewer.client.post(card.steps[verb], {"note": TYPED, "version": str(card.line.row.seen_version)})
        refused(told)
    assert f'name="version" value="{card.line.row.seen_version}"' in page.content.decode()
    claim.refresh_from_db()
    assert claim.status == "proposed"


def test_from_the_table_of_an_incident_a_claim_is_decided_on_as_it_stood_there(
    reviewer: Desk, register: Register
) -> None:
    claim = register.accepted(register.published())
    address = the_link(reviewer.get("incidents_incident", "change", claim.incident_id), f"{claim.pk}/step/retract/")
    Claim.objects.filter(pk=claim.pk).update(note="seen by nobody")

    refused(reviewer.client.post(address, {"note": TYPED} | hidden(reviewer.client.get(address))))

    claim.refresh_from_db()
    assert claim.status == "accepted"


def test_a_correction_of_what_changed_since_is_refused_and_goes_on_once_it_was_told(
    reviewer: Desk, register: Register
) -> None:
    claim = register.accepted(register.published())
    address = the_link(reviewer.get("incidents_claim", "change", claim.pk), "corrects=")
    Claim.objects.filter(pk=claim.pk).update(note="seen by nobody")
    page = reviewer.client.get(address)

    told = reviewer.client.post(address, as_sent(page) | {"correction_reason": TYPED})

    refused(told)
    assert not Claim.objects.filter(corrects=claim).exists()
    assert reviewer.client.post(address, as_sent(told)).status_code == 302
    assert Claim.objects.get(corrects=claim).correction_reason == TYPED


def test_a_person_record_that_changed_since_it_was_read_is_not_decided_on(reviewer: Desk, register: Register) -> None:
    record = people.proposed(register, register.published())
    address = the_link(reviewer.get("victims_personrecord", "change", record.pk), "/step/return/")
    type(record).objects.filter(pk=record.pk).update(note="seen by nobody")

    refused(reviewer.client.post(address, {"note": TYPED} | hidden(reviewer.client.get(address))))

    record.refresh_from_db()
    assert record.status == "proposed"


def test_a_merge_of_incidents_and_taking_it_back(reviewer: Desk, register: Register) -> None:
    one, other = register.incident(), register.incident(occurred="2011-01-01")
    address = the_link(reviewer.get("incidents_incident", "change", one.pk), "/merge/")
    Incident.objects.filter(pk=one.pk).update(note="seen by nobody")
    sent = {"into": str(other.pk), "reason": TYPED, "confirm": "yes"}

    told = reviewer.client.post(address, sent | hidden(reviewer.client.get(address)))

    refused(told)
    assert Incident.objects.get(pk=one.pk).status == "draft"
    merging.merge_incidents(one, into=other, reason="the same", by=register.reviewer, at=NOON)
    back = the_link(reviewer.get("incidents_incident", "change", one.pk), "/undo/")
    Incident.objects.filter(pk=one.pk).update(note="seen by nobody either")
    refused(reviewer.client.post(back, {"note": TYPED} | hidden(reviewer.client.get(back))))
    assert Incident.objects.get(pk=one.pk).status == "merged"


def test_a_merge_of_organizations_and_taking_it_back(reviewer: Desk, register: Register) -> None:
    one, other = register.organization(), register.organization()
    address = the_link(reviewer.get("sources_organization", "change", one.pk), "/merge/")
    change_organization(one, by=register.analyst, at=NOON, why="read", note="seen by nobody")
    sent = {"into": str(other.pk), "reason": TYPED, "confirm": "yes"}

    refused(reviewer.client.post(address, sent | hidden(reviewer.client.get(address))))

    one.refresh_from_db()
    assert one.merged_into_id is None
    merge_organizations(one, into=other, reason="the same", by=register.reviewer, at=NOON)
    back = the_link(reviewer.get("sources_organization", "change", one.pk), "/unmerge/")
    answer = reviewer.client.post(back, {"reason": TYPED, "version": "1"})
    refused(answer)
    one.refresh_from_db()
    assert one.merged_into == other


def test_a_reason_stays_whatever_else_refuses_the_step(reviewer: Desk, register: Register) -> None:
    claim = register.proposed(register.published())
    address = reviewer.address("incidents_claim", "step", claim.pk, "return")
    review.reject(claim, by=register.reviewer, at=NOON, note="no")

    told = reviewer.client.post(address, {"note": TYPED})

    assert TYPED in told.content.decode()
    assert "Cannot return what is rejected" in visible_text(told)


def test_what_is_said_beside_a_record_is_no_change_of_it(reviewer: Desk, register: Register) -> None:
    incident = incidents.submit(register.incident(), by=register.analyst, at=NOON)
    address = the_link(reviewer.get("incidents_incident", "change", incident.pk), "/step/request_changes/")
    discussion.comment(incident, text="Which market?", by=register.analyst, at=NOON)

    assert reviewer.client.post(address, {"note": TYPED} | hidden(reviewer.client.get(address))).status_code == 302
