"""In the admin a name above public is for those who may see names, and every page that shows one is logged."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources.disclosure import Disclosure
from tests.admin.desk import Desk, visible_text
from tests.factories import Register
from tests.victims import people
from victims.models import NameDecision, NameRead

MODEL = "victims_personrecord"
AUTOCOMPLETE = {"app_label": "victims", "model_name": "linkdecision", "field_name": "victim"}


@pytest.fixture
def pages(register: Register) -> list[tuple[Any, ...]]:
    """Every page on which the name of a record could stand."""
    incident = register.published()
    record = people.accepted(register, incident, description=f"son of {people.NAME}")
    victim = people.linked(register, record)
    return [
        (MODEL, "changelist"),
        (MODEL, "change", record.pk),
        (MODEL, "history", record.pk),
        ("victims_victim", "changelist"),
        ("victims_victim", "change", victim.pk),
        ("victims_victim", "history", victim.pk),
        ("incidents_incident", "change", incident.pk),
        ("incidents_incident", "history", incident.pk),
        ("accounts_historyentry", "changelist"),
    ]


def test_others_see_that_a_name_is_withheld_and_nothing_of_it(unnaming: Desk, pages: list[Any]) -> None:
    for page in pages:
        with CaptureQueriesContext(connection):
            response = unnaming.get(*page)
        assert response.status_code in {200, 403}, page
        for part in (people.NAME, people.NAME_AR, "Mithal", "المثال"):
            assert part not in response.content.decode(), page
    assert "name withheld" in visible_text(unnaming.get(*pages[0]))
    assert unnaming.get(*pages[2]).status_code == 403
    assert not NameRead.objects.exists()


def test_searching_for_a_name_tells_others_nothing(unnaming: Desk, analyst: Desk, pages: list[Any]) -> None:
    def found(desk: Desk, model: str) -> int:
        return len(desk.get(model, "changelist", q="mithal").context["cl"].result_list)

    assert [found(analyst, model) for model in (MODEL, "victims_victim")] == [1, 1]
    assert [found(unnaming, model) for model in (MODEL, "victims_victim")] == [0, 0]
    reviewer_sees = Desk(analyst.user).client.get("/admin/autocomplete/", AUTOCOMPLETE | {"term": "mithal"})
    assert people.NAME not in reviewer_sees.content.decode()


@pytest.mark.parametrize("lookup", ["stated__contains", "description__startswith", "names__text__contains"])
def test_a_list_does_not_spell_a_name_out(unnaming: Desk, pages: list[Any], lookup: str) -> None:
    answers = [unnaming.get(MODEL, "changelist", **{lookup: text}) for text in ("Zayd", "زيد", "son of", "xyz")]
    assert {answer.status_code for answer in answers} in ({302}, {400})


def test_every_page_that_shows_a_name_is_logged(analyst: Desk, pages: list[Any]) -> None:
    record_key = pages[1][2]
    for page in pages:
        before = NameRead.objects.count()
        shown = people.NAME in analyst.get(*page).content.decode()
        new = list(NameRead.objects.order_by("pk")[before:])
        assert bool(new) == shown, page
        for reading in new:
            assert (reading.reader, reading.door, reading.records) == (analyst.user, "admin", [record_key])
    assert NameRead.objects.count() == 5


def test_a_public_name_is_shown_to_everybody_and_not_logged(unnaming: Desk, analyst: Desk, register: Register) -> None:
    record = people.accepted(register, register.published())
    people.disclosed(register, record, Disclosure.PUBLIC)
    for desk in (unnaming, analyst):
        assert people.NAME in visible_text(desk.get(MODEL, "change", record.pk))
    assert not NameRead.objects.exists()


def test_a_draft_is_not_edited_by_whoever_may_not_see_its_name(register: Register) -> None:
    from django.contrib.auth.models import Permission

    desk = Desk(register.person("Hala Example", "administrator"))
    desk.user.user_permissions.add(*Permission.objects.filter(codename__in=["add_personrecord", "change_personrecord"]))
    draft = people.draft(register, register.incident())
    assert people.NAME not in desk.get(MODEL, "change", draft.pk).content.decode()
    assert desk.get(MODEL, "add", corrects=str(draft.pk)).status_code == 403


def test_who_may_see_a_name_is_decided_on_a_page(register: Register, reviewer: Desk, analyst: Desk) -> None:
    record = people.accepted(register, register.published(), age=9)
    refused = reviewer.post(MODEL, "name", record.pk, data={"level": "0", "basis": "the family published it"})
    assert "one by one" in visible_text(refused)
    assert not NameDecision.objects.exists()
    given = {"level": "0", "basis": "the family published it", "one_by_one": "on", "reason": "the family asks for it"}
    assert reviewer.post(MODEL, "name", record.pk, data=given).status_code == 302
    assert "the family asks for it" in visible_text(reviewer.get(MODEL, "change", record.pk))
    assert "right victims.disclose_names is needed" in visible_text(analyst.post(MODEL, "name", record.pk, data=given))


def test_the_log_is_for_auditors(register: Register, analyst: Desk) -> None:
    record = people.accepted(register, register.published())
    analyst.get(MODEL, "change", record.pk)
    auditor = Desk(register.person("Gina Example", "auditor"))
    assert "aya-example" in visible_text(auditor.get("victims_nameread", "changelist"))
    assert str(record.pk) in auditor.get("victims_nameread", "change", NameRead.objects.get().pk).content.decode()
    assert analyst.get("victims_nameread", "changelist").status_code == 403


@pytest.mark.parametrize("page", ["list", "incident", "victim"])
def test_a_page_costs_the_same_however_many_persons_stand_on_it(analyst: Desk, register: Register, page: str) -> None:
    incident = register.published()
    victim = people.linked(register, people.accepted(register, incident))
    addresses = {
        "list": (MODEL, "changelist"),
        "incident": ("incidents_incident", "change", incident.pk),
        "victim": ("victims_victim", "change", victim.pk),
    }

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert analyst.get(*addresses[page]).status_code == 200
        return len(captured)

    def more() -> None:
        people.link(register, people.accepted(register, incident, relays=[register.organization()]), victim)

    more()
    cost()
    before = cost()
    for _ in range(4):
        more()
    assert cost() == before
