"""A victim's page sets its records side by side, marks what conflicts, and links are decided and taken back there."""

from tests.admin.desk import Desk, visible_text
from tests.factories import Register
from tests.victims import people
from victims.models import Link, Victim
from victims.services import review

MODEL = "victims_personrecord"


def test_records_are_linked_by_hand_and_taken_apart_again(reviewer: Desk, register: Register) -> None:
    record, other = (people.accepted(register, register.published()) for _ in range(2))
    assert "Decide who it is" in visible_text(reviewer.get(MODEL, "change", record.pk))
    reviewer.post(MODEL, "link", record.pk, data={"victim": "", "verdict": "same", "reason": "first record"})
    victim = Victim.objects.get()
    page = reviewer.get(MODEL, "link", other.pk, victim=victim.reference)
    assert victim.reference in page.content.decode()
    reviewer.post(MODEL, "link", other.pk, data={"victim": str(victim.pk), "verdict": "same", "reason": "same father"})
    assert victim.links.count() == 2
    text = visible_text(reviewer.get("victims_victim", "change", victim.pk))
    assert "same father" in text
    assert "Take the link back" in text
    refused = reviewer.post(MODEL, "unlink", other.pk, victim.reference, data={"note": ""})
    assert refused.status_code == 200
    reviewer.post(MODEL, "unlink", other.pk, victim.reference, data={"note": "another father"})
    assert Link.objects.get().record == record
    assert "another father" in visible_text(reviewer.get(MODEL, "change", other.pk))


def test_what_conflicts_is_marked_and_what_agrees_is_not(analyst: Desk, register: Register) -> None:
    incident = register.published()
    victim = people.linked(
        register,
        people.accepted(register, incident, age=30, occupation="baker", fate_date="2018-04-21"),
        people.accepted(register, incident, age=35, occupation="Baker", fate_date="2018-04"),
    )
    comparisons = analyst.get("victims_victim", "change", victim.pk).context["comparisons"]
    assert {one.label: one.conflicts for one in comparisons} == {
        "fate": False, "date of the fate": False, "age": True, "sex": False, "occupation": False,
    }  # fmt: skip


def test_what_was_taken_back_conflicts_with_nothing(analyst: Desk, register: Register) -> None:
    incident = register.published()
    wrong = people.accepted(register, incident, age=80)
    victim = people.linked(register, people.accepted(register, incident), wrong)
    review.retract(wrong, by=register.reviewer, at=wrong.accepted_at, note="withdrawn")
    comparisons = analyst.get("victims_victim", "change", victim.pk).context["comparisons"]
    assert not any(one.conflicts for one in comparisons)


def test_named_linked_victims_stand_beside_the_killed(analyst: Desk, register: Register) -> None:
    incident = register.published()
    register.accepted(incident, measure="killed")
    register.accepted(incident, measure="injured")

    def beside() -> str:
        return visible_text(analyst.get("incidents_incident", "change", incident.pk))

    assert "named, linked" not in beside()
    named = [people.accepted(register, incident) for _ in range(2)]
    people.linked(register, *named)  # one person in two sources
    people.linked(register, people.accepted(register, incident, fate="died_in_detention"))
    people.linked(register, people.accepted(register, incident, fate="missing"))
    people.linked(register, people.accepted(register, incident, names=[], description="a child"))
    people.linked(register, people.proposed(register, incident))
    people.accepted(register, incident)  # not linked
    assert beside().count("2 named, linked victims") == 1


def test_whoever_may_not_decide_is_offered_nothing_and_refused(analyst: Desk, register: Register) -> None:
    record = people.accepted(register, register.published())
    assert "Decide who it is" not in visible_text(analyst.get(MODEL, "change", record.pk))
    given = {"victim": "", "verdict": "same", "reason": "r"}
    assert "is needed" in visible_text(analyst.post(MODEL, "link", record.pk, data=given))
    assert not Victim.objects.exists()
