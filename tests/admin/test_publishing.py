"""Publishing while something about the incident is not accepted: said before it happens, and gone on with knowingly."""

from typing import Any

from incidents.services import incidents, review
from tests.admin.desk import Desk, visible_text
from tests.factories import NOON, Register
from tests.victims import people


def submitted(register: Register) -> Any:
    return incidents.submit(register.incident(), by=register.analyst, at=NOON)


def test_what_would_be_left_behind_is_told_first_with_links(reviewer: Desk, register: Register) -> None:
    incident = submitted(register)
    register.accepted(incident)
    proposed = register.proposed(incident, claimant=register.organization(name="Radio Example"))
    returned = review.send_back(register.proposed(incident), by=register.reviewer, at=NOON, note="which street?")

    asked = reviewer.take(incident, "publish")

    said = visible_text(asked)
    assert asked.status_code == 200
    assert "1 row about this incident is still proposed. 1 row was returned to its author." in said
    assert "Radio Example: “three” proposed" in said
    for row in (proposed, returned):
        assert f'href="{reviewer.address("incidents_claim", "change", row.pk)}"' in asked.content.decode()
    incident.refresh_from_db()
    assert incident.status == "in_review"

    keys = [one.key for one in asked.context["left"].rows]
    assert reviewer.take(incident, "publish", known=keys, note="").status_code == 302
    incident.refresh_from_db()
    assert incident.status == "published"


def test_what_was_proposed_after_the_question_is_asked_about_again(reviewer: Desk, register: Register) -> None:
    incident = submitted(register)
    register.proposed(incident)
    keys = [one.key for one in reviewer.take(incident, "publish").context["left"].rows]
    register.proposed(incident)

    again = reviewer.take(incident, "publish", known=keys, note="all read")

    assert "More has been proposed or returned since you were asked" in visible_text(again)
    assert "2 rows about this incident are still proposed." in visible_text(again)
    assert "all read" in again.content.decode()
    incident.refresh_from_db()
    assert incident.status == "in_review"


def test_where_all_is_decided_nothing_is_asked(reviewer: Desk, register: Register) -> None:
    incident = submitted(register)
    register.accepted(incident)
    review.reject(register.proposed(incident), by=register.reviewer, at=NOON, note="no")

    assert reviewer.take(incident, "publish").status_code == 302

    incident.refresh_from_db()
    assert incident.status == "published"


def test_persons_are_counted_and_never_named(reviewer: Desk, register: Register) -> None:
    incident = submitted(register)
    record = people.proposed(register, incident)
    name = record.names.first().text

    asked = reviewer.take(incident, "publish")

    assert str(record) in visible_text(asked)
    assert name not in asked.content.decode()
