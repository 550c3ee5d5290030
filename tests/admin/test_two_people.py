"""Two people at one record: the second to save is told what changed, keeps what they typed, and nothing is lost."""

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.forms import ModelMultipleChoiceField

from accounts.versions import STALE, version
from incidents.models import Incident
from incidents.services import claims, incidents
from places.models import Place
from tests.admin.desk import Desk, as_sent, errors, rows, visible_text
from tests.factories import NOON, Register


@pytest.fixture
def colleague(register: Register) -> Desk:
    return Desk(register.person("Chadi Example", "analyst"))


def with_hidden_initial(page: Any) -> dict[str, Any]:
    """As a browser sends it: each field beside what it held when the page was made."""
    form = page.context["adminform"].form
    sent = as_sent(page)
    several = {name for name, field in form.fields.items() if isinstance(field, ModelMultipleChoiceField)}
    before = {
        f"initial-{name}": sent.get(name, "")
        for name in form.fields
        if name != "version" and (name not in several or sent.get(name))  # a list of none has no hidden one
    }
    return sent | before | {name: form.data.getlist(name) for name in before if name in form.data}


def test_the_second_to_save_is_told_and_keeps_what_they_typed(
    analyst: Desk, colleague: Desk, register: Register
) -> None:
    incident = register.incident(title="Market", summary="Before.")
    mine = with_hidden_initial(analyst.get("incidents_incident", "change", incident.pk))
    theirs = with_hidden_initial(colleague.get("incidents_incident", "change", incident.pk))
    colleague.post("incidents_incident", "change", incident.pk, data=theirs | {"title": "Central market"})

    page = analyst.post("incidents_incident", "change", incident.pk, data=mine | {"summary": "After."})

    assert page.status_code == 200
    said = visible_text(page)
    assert "chadi-example changed this while you were writing" in said
    assert "title: Market → Central market" in said
    incident.refresh_from_db()
    assert (incident.title, incident.summary) == ("Central market", "Before.")
    form = page.context["adminform"].form
    assert (form["title"].value(), form["summary"].value()) == ("Central market", "After.")

    again = analyst.post("incidents_incident", "change", incident.pk, data=with_hidden_initial(page))

    assert again.status_code == 302, errors(again)
    incident.refresh_from_db()
    assert (incident.title, incident.summary) == ("Central market", "After.")


def test_what_both_changed_stays_as_the_second_typed_it_until_they_save_again(
    analyst: Desk, colleague: Desk, register: Register
) -> None:
    incident = register.incident(title="Market", places=[Place.objects.get(code="SY07")])
    mine = with_hidden_initial(analyst.get("incidents_incident", "change", incident.pk))
    theirs = with_hidden_initial(colleague.get("incidents_incident", "change", incident.pk))
    other = str(Place.objects.get(code="SY03").pk)
    colleague.post("incidents_incident", "change", incident.pk, data=theirs | {"title": "B", "where": [other]})

    page = analyst.post("incidents_incident", "change", incident.pk, data=mine | {"title": "A"})

    form = page.context["adminform"].form
    assert form["title"].value() == "A"
    assert [str(one) for one in form["where"].value()] == [other]
    sent = with_hidden_initial(page)
    again = analyst.post("incidents_incident", "change", incident.pk, data=sent)
    assert again.status_code == 302, errors(again)
    incident.refresh_from_db()
    assert incident.title == "A"
    assert [str(one.place_id) for one in incident.located.all()] == [other]


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("sources_organization", "note"),
        ("sources_source", "note"),
        ("places_place", "note"),
        ("incidents_claim", "note"),
    ],
)
def test_every_form_tells_the_second_person(register: Register, model: str, field: str) -> None:
    one, other = (Desk(register.person(f"{name} Example", "analyst", "administrator")) for name in ("Dima", "Elias"))
    row: Any = {
        "sources_organization": register.organization,
        "sources_source": register.source,
        "places_place": lambda: Place.objects.get(code="SY07"),
        "incidents_claim": lambda: register.draft(register.incident()),
    }[model]()
    pages = [desk.get(model, "change", row.pk) for desk in (one, other)]
    first, second = (
        with_hidden_initial(page) | {field: name, "why": "to say so"} for page, name in zip(pages, "ab", strict=True)
    )

    saved = one.post(model, "change", row.pk, data=first)
    told = other.post(model, "change", row.pk, data=second)

    assert saved.status_code == 302, errors(saved)
    assert told.status_code == 200
    assert "dima-example changed this while you were writing" in visible_text(told)
    assert told.context["adminform"].form[field].value() == "b"
    row.refresh_from_db()
    assert getattr(row, field) == "a"


def test_a_form_that_does_not_say_which_version_it_shows_is_refused(analyst: Desk, register: Register) -> None:
    incident = register.incident(title="Market")
    sent = as_sent(analyst.get("incidents_incident", "change", incident.pk)) | {"title": "Other"}
    del sent["version"]

    refused = analyst.post("incidents_incident", "change", incident.pk, data=sent)

    assert errors(refused)["version"]
    incident.refresh_from_db()
    assert incident.title == "Market"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["incident", "claim"])
def test_of_two_that_save_at_once_one_is_refused(what: str) -> None:
    """Two real connections, both holding what they saw before either wrote."""
    register = Register()
    incident = register.incident()
    row: Any = incident if what == "incident" else register.draft(incident)
    seen = version(row)
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def save(text: str) -> None:
        try:
            together.wait()
            given: dict[str, Any] = {"by": register.analyst, "at": NOON, "changes": {"note": text}, "seen": seen}
            change = incidents.change_incident if what == "incident" else claims.change_draft
            change(row, **given)
            outcomes.append(text)
        except ValidationError as refused:
            outcomes.append("refused" if refused.error_list[0].code == STALE else str(refused))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    row.refresh_from_db()
    assert sorted(outcomes)[0] in {"one", "refused"}
    assert outcomes.count("refused") == 1
    assert row.note in outcomes


def test_importers_and_scripts_need_not_say_what_they_saw(register: Register) -> None:
    incident = register.incident()

    incidents.change_incident(incident, by=register.analyst, at=NOON, changes={"note": "a"})

    assert Incident.objects.get(pk=incident.pk).note == "a"


def test_the_order_of_places_is_a_change_and_an_untouched_one_is_none(
    analyst: Desk, colleague: Desk, register: Register
) -> None:
    low, high = sorted(Place.objects.filter(code__in=["SY03", "SY07"]), key=lambda place: place.pk)
    incident = register.incident(places=[high, low])
    page = analyst.get("incidents_incident", "change", incident.pk)
    sent = with_hidden_initial(page) | {"where": [str(low.pk), str(high.pk)]}
    assert analyst.post("incidents_incident", "change", incident.pk, data=sent).status_code == 302
    assert [one.place for one in incident.located.order_by("position")] == [low, high]

    mine = with_hidden_initial(analyst.get("incidents_incident", "change", incident.pk))
    theirs = with_hidden_initial(colleague.get("incidents_incident", "change", incident.pk))
    colleague.post("incidents_incident", "change", incident.pk, data=theirs | {"where": [str(high.pk), str(low.pk)]})
    told = analyst.post("incidents_incident", "change", incident.pk, data=mine | {"summary": "mine"})
    assert [str(one) for one in told.context["adminform"].form["where"].value()] == [str(high.pk), str(low.pk)]


def test_what_a_colleague_put_where_there_was_nothing_stays(analyst: Desk, colleague: Desk, register: Register) -> None:
    incident, place = register.incident(), Place.objects.get(code="SY03")

    def sent(desk: Desk) -> dict[str, Any]:
        """A browser sends no hidden list for a field that held none."""
        given = with_hidden_initial(desk.get("incidents_incident", "change", incident.pk))
        return {name: value for name, value in given.items() if value not in ([], "")} | {"initial-summary": ""}

    mine, theirs = sent(analyst), sent(colleague)
    colleague.post("incidents_incident", "change", incident.pk, data=theirs | {"destinations": [str(place.pk)]})
    told = analyst.post("incidents_incident", "change", incident.pk, data=mine | {"summary": "mine"})

    assert [str(one) for one in told.context["adminform"].form["destinations"].value()] == [str(place.pk)]


def test_nobody_publishes_what_they_have_not_read(analyst: Desk, reviewer: Desk, register: Register) -> None:
    incident = incidents.submit(register.incident(title="As read"), by=register.analyst, at=NOON)
    shown = reviewer.get("incidents_incident", "change", incident.pk).context["original"].seen_version
    incidents.change_incident(incident, by=register.analyst, at=NOON, changes={"title": "As changed"})

    told = reviewer.client.post(
        reviewer.address("incidents_incident", "step", incident.pk, "publish"), {"version": str(shown)}, follow=True
    )

    assert "changed this while you were" in visible_text(told)
    incident.refresh_from_db()
    assert incident.status == "in_review"


def test_what_was_submitted_while_somebody_typed_comes_back_with_their_text(
    analyst: Desk, colleague: Desk, register: Register
) -> None:
    claim = register.draft(register.incident())
    mine = as_sent(analyst.get("incidents_claim", "change", claim.pk)) | {"note": "a long thought"}
    colleague.take(claim, "submit")

    told = analyst.post("incidents_claim", "change", claim.pk, data=mine)

    assert told.status_code == 200
    assert "Only a draft can be changed; correct this claim instead." in visible_text(told)
    assert told.context["adminform"].form["note"].value() == "a long thought"


def test_claims_typed_while_their_incident_is_published_are_recorded(
    analyst: Desk, reviewer: Desk, register: Register
) -> None:
    incident = incidents.submit(register.incident(), by=register.analyst, at=NOON)
    claimant, source = register.organization(), register.source()
    row = {"claimant": str(claimant.pk), "number": "4", "stated": "four", "source": str(source.pk)}
    mine = with_hidden_initial(analyst.get("incidents_incident", "change", incident.pk)) | rows(row)
    reviewer.take(incident, "publish")

    answer = analyst.post("incidents_incident", "change", incident.pk, data=mine)

    assert answer.status_code == 302, errors(answer)
    assert incident.claims.get().minimum == 4


def rows_with_hidden_initial(page: Any) -> dict[str, Any]:
    """As a browser sends a page with rows: each field of each row beside what it held when the page was made."""
    sent = with_hidden_initial(page)
    for inline in page.context["inline_admin_formsets"]:
        for row in inline.formset.initial_forms:
            for name, field in row.fields.items():
                if field.show_hidden_initial:
                    value = row[name].initial
                    value = [getattr(one, "pk", one) for one in value] if isinstance(value, list) else value
                    sent[row.add_initial_prefix(name)] = "" if value is None else value
    return sent


def cited(claim: Any) -> list[tuple[str, str, list[str]]]:
    return [
        (one.source.title, one.locator, [relay.organization.code for relay in one.relays.order_by("position")])
        for one in claim.citations.select_related("source").order_by("position")
    ]


def test_of_two_at_the_citations_of_a_draft_the_second_keeps_what_they_typed_and_sees_the_others(
    analyst: Desk, colleague: Desk, register: Register
) -> None:
    first, second, third = (register.source(title=f"Paper {name}") for name in "ABC")
    claim = register.draft(register.incident(), sources=[first, second], relays=[register.organization("relayed-it")])
    mine, theirs = (
        rows_with_hidden_initial(one.get("incidents_claim", "change", claim.pk)) for one in (analyst, colleague)
    )
    one, two = claim.citations.order_by("position")
    theirs |= {"citations-1-locator": "page 2", "citations-TOTAL_FORMS": "3", "citations-2-source": str(third.pk)}
    assert colleague.post("incidents_claim", "change", claim.pk, data=theirs).status_code == 302

    told = analyst.post("incidents_claim", "change", claim.pk, data=mine | {"citations-0-locator": "page 1"})

    assert told.status_code == 200
    assert 'name="initial-citations-0-locator"' in told.content.decode()
    said = visible_text(told)
    assert "chadi-example changed this while you were writing" in said
    assert "Somebody else wrote a row meanwhile; it stands below as they left it: Paper C" in said
    assert cited(claim)[0] == ("Paper A", "", ["relayed-it"])
    again = analyst.post("incidents_claim", "change", claim.pk, data=rows_with_hidden_initial(told))
    assert again.status_code == 302, errors(again)
    assert cited(claim) == [
        ("Paper A", "page 1", ["relayed-it"]),
        ("Paper B", "page 2", ["relayed-it"]),
        ("Paper C", "", []),
    ]
    assert [row.pk for row in claim.citations.order_by("position")][:2] == [one.pk, two.pk]


def test_a_row_taken_away_by_a_colleague_goes_on_as_a_new_one_only_where_something_was_typed(
    analyst: Desk, colleague: Desk, register: Register
) -> None:
    sources = [register.source(title=f"Paper {name}") for name in "ABC"]
    claim = register.draft(register.incident(), sources=sources)
    mine, theirs = (
        rows_with_hidden_initial(one.get("incidents_claim", "change", claim.pk)) for one in (analyst, colleague)
    )
    theirs |= {"citations-1-DELETE": "on", "citations-2-DELETE": "on"}
    assert colleague.post("incidents_claim", "change", claim.pk, data=theirs).status_code == 302

    told = analyst.post("incidents_claim", "change", claim.pk, data=mine | {"citations-1-locator": "page 7"})

    assert told.status_code == 200
    again = analyst.post("incidents_claim", "change", claim.pk, data=rows_with_hidden_initial(told))
    assert again.status_code == 302, errors(again)
    assert cited(claim) == [("Paper A", "", []), ("Paper B", "page 7", [])]


def test_what_a_claim_rests_on_is_shared_in_the_same_way(analyst: Desk, colleague: Desk, register: Register) -> None:
    one, two, three = (register.organization(f"origin-{name}") for name in "abc")
    claim = register.draft(register.incident(), rests_on=[one, two])
    mine, theirs = (
        rows_with_hidden_initial(desk.get("incidents_claim", "change", claim.pk)) for desk in (analyst, colleague)
    )
    assert (
        colleague.post(
            "incidents_claim", "change", claim.pk, data=theirs | {"derivations-0-strength": "inferred"}
        ).status_code
        == 302
    )

    told = analyst.post(
        "incidents_claim", "change", claim.pk, data=mine | {"derivations-1-organization": str(three.pk)}
    )
    again = analyst.post("incidents_claim", "change", claim.pk, data=rows_with_hidden_initial(told))

    assert again.status_code == 302, errors(again)
    assert {(rest.organization.code, rest.strength) for rest in claim.derivations.all()} == {
        ("origin-a", "inferred"),
        ("origin-c", "stated"),
    }


def test_citations_that_nobody_changed_stay_the_same_rows(analyst: Desk, register: Register) -> None:
    claim = register.draft(register.incident(), sources=[register.source(), register.source()])
    before = list(claim.citations.order_by("position").values())
    sent = rows_with_hidden_initial(analyst.get("incidents_claim", "change", claim.pk))

    assert (
        analyst.post("incidents_claim", "change", claim.pk, data=sent | {"citations-1-locator": "p. 3"}).status_code
        == 302
    )

    after = list(claim.citations.order_by("position").values())
    assert after[0] == before[0]
    assert after[1]["id"] == before[1]["id"]
    assert after[1]["locator"] == "p. 3"
