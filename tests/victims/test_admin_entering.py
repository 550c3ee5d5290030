"""A person is entered beside the incident's claims, corrected, and read as the claims are."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission

from accounts.models import HistoryEntry, User
from tests.admin.desk import Desk, as_sent, errors, visible_text
from tests.factories import Register
from tests.victims import people
from victims.models import PersonRecord

MODEL = "victims_personrecord"


def given(register: Register, *names: dict[str, str], **fields: Any) -> dict[str, Any]:
    """What a browser sends of the entry form."""
    sent = {
        "incident": str(register.incident().pk),
        "claimant": str(register.organization().pk),
        "source": str(register.source().pk),
        "fate": "killed",
        "disclosure": "0",
        "names-TOTAL_FORMS": str(len(names)),
        "names-INITIAL_FORMS": "0",
    }
    for index, name in enumerate(names):
        sent |= {f"names-{index}-{key}": value for key, value in ({"kind": "full"} | name).items()}
    return sent | fields


def test_the_incidents_page_leads_to_the_form_with_the_incident_filled_in(analyst: Desk, register: Register) -> None:
    incident = register.incident()
    page = analyst.get("incidents_incident", "change", incident.pk)
    address = f"/admin/victims/personrecord/add/?incident={incident.pk}"
    assert address in page.content.decode()
    form = analyst.client.get(address).context["adminform"].form
    assert str(form["incident"].value()) == str(incident.pk)


def test_a_person_is_entered_with_names_in_two_scripts(analyst: Desk, register: Register) -> None:
    relay = register.organization()
    sent = given(
        register,
        {"text": people.NAME_AR, "language": "ar"},
        {"text": people.NAME, "kind": "transliteration"},
        {"text": ""},
        age="8", age_unit="months", born="2017-08~", fate_date="2018-04-21", relays=[str(relay.pk)], locator="row 7",
        sex="male", group="palestinian",
    )  # fmt: skip
    response = analyst.post(MODEL, "add", data=sent)
    assert response.status_code == 302, errors(response)
    record = PersonRecord.objects.get()
    assert [(name.text, name.script, name.kind) for name in record.names.order_by("position")] == [
        (people.NAME_AR, "Arab", "full"), (people.NAME, "Latn", "transliteration"),
    ]  # fmt: skip
    assert (record.age, record.age_unit, record.born, record.locator) == (8, "months", "2017-08~", "row 7")
    assert record.relays.get().organization == relay
    assert people.NAME not in visible_text(analyst.client.get("/admin/"))


def test_an_unnamed_child_is_entered_without_a_false_name(analyst: Desk, register: Register) -> None:
    assert analyst.post(MODEL, "add", data=given(register, description="طفل", age_band="child")).status_code == 302
    record = PersonRecord.objects.get()
    assert (record.names.count(), record.description, record.age) == (0, "طفل", None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "description"),
        ({"fate": "", "description": "d"}, "fate"),
        ({"born": "spring"}, "born"),
        ({"age": "x"}, "age"),
        ({"age": "400", "description": "d"}, None),
    ],
)
def test_what_is_refused_stands_beside_its_field_and_nothing_is_lost(analyst: Desk, register, fields, field) -> None:
    response = analyst.post(MODEL, "add", data=given(register, locator="row 9", **fields))
    assert response.status_code == 200
    assert (field or "__all__") in errors(response)
    assert "row 9" in response.content.decode()
    assert not PersonRecord.objects.exists()


def test_a_name_of_no_known_script_is_asked_about_and_not_repeated_in_the_message(analyst: Desk, register) -> None:
    response = analyst.post(MODEL, "add", data=given(register, {"text": "ΖΑΙΔ"}))
    assert "in which script" in str(errors(response))
    assert "ΖΑΙΔ" not in str(errors(response))


def test_a_draft_is_changed_and_discarded(analyst: Desk, register: Register) -> None:
    draft = people.draft(register, register.incident(), relays=[register.organization()])
    sent = as_sent(analyst.get(MODEL, "change", draft.pk))
    assert sent["names-0-text"] == people.NAME_AR
    response = analyst.post(MODEL, "change", draft.pk, data=sent | {"age": "31", "names-1-DELETE": "on"})
    assert response.status_code == 302, errors(response)
    draft.refresh_from_db()
    assert (draft.age, draft.names.get().text, draft.relays.count()) == (31, people.NAME_AR, 1)
    assert analyst.post(MODEL, "delete", draft.pk, data={"post": "yes"}).status_code == 302
    assert not PersonRecord.objects.exists()


def test_review_goes_by_verbs_and_four_eyes(analyst: Desk, reviewer: Desk, register: Register) -> None:
    draft = people.draft(register, register.incident())
    assert "Submit for review" in visible_text(analyst.get(MODEL, "change", draft.pk))
    analyst.take(draft, "submit")
    reviewer.take(draft, "return", note="which row of the list?")
    analyst.take(draft, "submit")
    assert analyst.take(draft, "accept").status_code == 200  # refused in words, on a page
    reviewer.take(draft, "accept")
    draft.refresh_from_db()
    assert draft.status == "accepted"
    reviewer.take(draft, "retract", note="they took it back")
    draft.refresh_from_db()
    assert (draft.status, draft.decision_note) == ("retracted", "they took it back")
    assert reviewer.take(draft, "nonsense").status_code == 404


def test_a_correction_begins_with_the_record_and_leaves_it_as_it_was(analyst: Desk, reviewer: Desk, register) -> None:
    mistaken = people.accepted(register, register.incident(), relays=[register.organization()])
    page = analyst.get(MODEL, "add", corrects=str(mistaken.pk))
    sent = as_sent(page)
    assert (sent["names-0-text"], sent["age"], sent["locator"]) == (people.NAME_AR, 30, mistaken.locator)
    sent |= {"age": "80", "correction_reason": "read 30 for 80", "names-TOTAL_FORMS": "2", "names-INITIAL_FORMS": "0"}
    response = analyst.post(MODEL, "add", data=sent, query=f"?corrects={mistaken.pk}")
    assert response.status_code == 302, errors(response)
    corrected = PersonRecord.objects.get(corrects=mistaken)
    assert (corrected.age, corrected.names.count(), corrected.relays.count()) == (80, 2, 1)
    analyst.take(corrected, "submit")
    reviewer.take(corrected, "accept")
    mistaken.refresh_from_db()
    assert (mistaken.status, mistaken.age) == ("corrected", 30)
    assert "read 30 for 80" in visible_text(analyst.get(MODEL, "change", corrected.pk))


def test_the_page_of_a_record_shows_everything_with_its_chain(analyst: Desk, register: Register) -> None:
    relay = register.organization()
    record = people.accepted(register, register.incident(), relays=[relay], occupation="baker", born="1988")
    text = visible_text(analyst.get(MODEL, "change", record.pk))
    for said in (
        people.NAME,
        people.NAME_AR,
        "baker",
        "30 years",
        "1988",
        relay.name,
        record.claimant.name,
        "accepted",
    ):
        assert said in text
    assert people.NAME in visible_text(analyst.get(MODEL, "history", record.pk))


def test_the_general_history_keeps_names_to_their_own_page(register: Register) -> None:
    people.accepted(register, register.incident())
    auditor = Desk(register.person("Gina Example", "auditor"))
    entry = HistoryEntry.objects.filter(table_name="victims_personname").first()
    assert entry is not None
    assert auditor.get("accounts_historyentry", "change", entry.pk).status_code == 302
    listed = visible_text(auditor.get("accounts_historyentry", "changelist"))
    assert "victims_personname" not in listed
    assert "accounts_user" in listed or "sources_organization" in listed


def test_another_person_begins_with_the_claimant_and_the_source_of_the_one_before(
    analyst: Desk, register: Register
) -> None:
    relay = register.organization()
    sent = given(register, {"text": people.NAME}, relays=[str(relay.pk)], locator="page 2", age="8", _addanother="1")

    answer = analyst.post(MODEL, "add", data=sent)

    assert answer.status_code == 302, errors(answer)
    form = analyst.client.get(answer.headers["Location"]).context["adminform"].form
    shown = {
        name: form[name].value() for name in ("incident", "claimant", "source", "locator", "relays", "age", "fate")
    }
    kept = {name: sent[name] for name in ("incident", "claimant", "source", "locator", "relays")}
    assert {
        name: [*map(str, value)] if name == "relays" else str(value) for name, value in shown.items() if value
    } == kept
    assert people.NAME not in answer.headers["Location"]


def test_what_an_address_holds_that_is_no_key_begins_with_nothing(analyst: Desk) -> None:
    page = analyst.client.get("/admin/victims/personrecord/add/?incident=x&claimant=x&source=x&relays=x&locator=%00")
    assert page.status_code in {200, 400}


def test_a_name_that_this_source_gave_already_is_shown_before_it_is_recorded_twice(
    analyst: Desk, register: Register
) -> None:
    there = people.draft(register, register.incident())
    same = {"incident": str(there.incident_id), "claimant": str(there.claimant_id), "source": str(there.source_id)}
    sent = given(register, {"text": people.NAME.replace("-", " ")}) | same

    page = analyst.post(MODEL, "add", data=sent)

    assert page.status_code == 200
    assert page.context["adminform"].form.near == [there]
    assert str(there) in visible_text(page)
    assert people.NAME_AR not in visible_text(page)
    assert PersonRecord.objects.count() == 1
    assert analyst.post(MODEL, "add", data=sent | {"despite": "on"}).status_code == 302
    other = given(register, {"text": people.NAME}) | {
        "incident": same["incident"]
    }  # what another source says is a record
    answer = analyst.post(MODEL, "add", data=other)
    assert answer.status_code == 302, errors(answer)


def test_a_correction_and_whoever_sees_no_names_are_told_of_none(analyst: Desk, register: Register) -> None:
    there = people.proposed(register, register.incident())
    page = analyst.client.get(f"/admin/victims/personrecord/add/?corrects={there.pk}")
    sent = as_sent(page) | {"correction_reason": "misread", "age": "31"}
    answer = analyst.post(MODEL, "add", data=sent, query=f"?corrects={there.pk}")
    assert answer.status_code == 302, errors(answer)
    same = {"incident": str(there.incident_id), "claimant": str(there.claimant_id), "source": str(there.source_id)}
    blind = Desk(register.person("Nour Example"))
    blind.user.user_permissions.add(*Permission.objects.filter(codename__in=["add_personrecord", "view_personrecord"]))
    told = Desk(User.objects.get(pk=blind.user.pk)).post(
        MODEL, "add", data=given(register, {"text": people.NAME}) | same
    )
    assert str(there) not in visible_text(told)
