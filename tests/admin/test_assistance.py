"""What helps whoever enters: proposals and meanings that bind nobody, and what may be there already."""

from typing import Any

import pytest

from accounts.models import User
from incidents.models import Incident, ResponsibilityClaim, Statement
from incidents.services import review
from sources.models import Party, Source, SourceKind
from tests.admin.desk import Desk, as_sent, errors, visible_text
from tests.factories import NOON, Register


def proposals(desk: Desk, text: str) -> list[dict[str, Any]]:
    return desk.get("incidents_claim", "propose", text=text).json()["proposals"]


def test_words_are_proposed_as_a_count_in_the_fields_of_the_form(analyst: Desk) -> None:
    assert proposals(analyst, "أربعة على الأقل") == [
        {
            "label": "at least 4",
            "quantifier": "at_least",
            "number": 4,
            "upper": None,
            "stance": "asserts",
            "coding_rule": None,
        }
    ]
    (vague,) = proposals(analyst, "dozens")
    assert (vague["quantifier"], vague["number"]) == ("vague", None)
    assert vague["coding_rule"]
    assert proposals(analyst, "") == []


def test_a_proposal_is_said_in_the_readers_language(analyst: Desk) -> None:
    User.objects.filter(pk=analyst.user.pk).update(language="ar")
    assert proposals(analyst, "some 200")[0]["label"] == "نحو 200"


@pytest.mark.parametrize(
    ("text", "answer"),
    [("2018-04~", {"meaning": "about April 2018"}), ("", {"meaning": ""})],
)
def test_a_date_is_said_in_words(analyst: Desk, text: str, answer: dict[str, str]) -> None:
    assert analyst.get("sources_source", "edtf", text=text).json() == answer


def test_what_is_wrong_with_a_date_is_said(analyst: Desk) -> None:
    assert "EDTF" in analyst.get("sources_source", "edtf", text="soon").json()["error"]


def source(**fields: str) -> dict[str, str]:
    return {"kind": SourceKind.objects.get(code="news_article").pk, "disclosure": "0"} | fields


def listed(page: Any) -> list[Any]:
    return page.context["adminform"].form.near


@pytest.mark.parametrize(
    "given",
    [
        {"url": "http://m.example.org/strike?utm_source=x#top", "title": "Another title altogether"},
        {"url": "https://www.EXAMPLE.org/strike/", "title": ""},
        {"url": "", "title": "Shelling of a made up market kills four"},
    ],
)
def test_a_source_that_may_be_there_is_shown_before_it_is_recorded_twice(
    analyst: Desk, register: Register, given: dict[str, str]
) -> None:
    there = register.source(url="https://example.org/strike", title="Shelling of a made-up market kills 4")
    before = Source.objects.count()

    page = analyst.post("sources_source", "add", data=source(**given))

    assert page.status_code == 200
    assert listed(page) == [there]
    assert there.title in visible_text(page)
    assert Source.objects.count() == before
    assert analyst.post("sources_source", "add", data=source(**given) | {"despite": "on"}).status_code == 302
    assert Source.objects.count() == before + 1


def test_another_source_is_recorded_at_once(analyst: Desk, register: Register) -> None:
    register.source(url="https://example.org/strike?id=1", title="Shelling of a made-up market")
    answer = analyst.post(
        "sources_source", "add", data=source(url="https://example.org/strike?id=2", title="Hospital hit")
    )
    assert answer.status_code == 302, errors(answer)


def test_an_incident_of_the_same_day_and_place_is_shown_first(analyst: Desk, register: Register) -> None:
    there = register.incident(title="Strike on a bakery", occurred="2018-03", title_ar="")
    place = there.located.get().place
    given = {"title": "Something else", "occurred": "2018-03-05", "where": [place.pk]}

    page = analyst.enter_incident(**given)

    assert there in listed(page)
    assert not Incident.objects.filter(title="Something else").exists()
    assert analyst.enter_incident(**given, despite="on").status_code == 302
    other_day = analyst.enter_incident(title="Elsewhen", occurred="2016-03-05", where=[place.pk])
    assert other_day.status_code == 302, errors(other_day)


def test_statements_and_responsibility_are_entered_with_the_incident(analyst: Desk, register: Register) -> None:
    claimant, document = register.organization(), register.source()
    said = {"claimant": claimant.pk, "source": document.pk, "disclosure": "0", "citation_stated": "as printed"}
    party = Party.objects.order_by("pk").first()
    sent = {
        "statements-TOTAL_FORMS": "1",
        **{
            f"statements-0-{name}": value for name, value in (said | {"kind": "characterisation", "value": "x"}).items()
        },
        "responsibilityclaims-TOTAL_FORMS": "1",
        **{
            f"responsibilityclaims-0-{name}": value
            for name, value in (said | {"party": party.pk, "act": "air strike", "standing": "contested"}).items()
        },
    }

    answer = analyst.enter_incident(**sent)

    if answer.status_code == 200:
        raise AssertionError(errors(answer), [one.formset.errors for one in answer.context["inline_admin_formsets"]])
    incident = Incident.objects.get(title="Shelling of a market")
    statement, claim = Statement.objects.get(incident=incident), ResponsibilityClaim.objects.get(incident=incident)
    assert (statement.status, statement.value, claim.act) == ("draft", "x", "air strike")
    assert statement.citations.get().stated == "as printed"


def test_a_draft_of_a_statement_is_changed_and_discarded_and_what_is_submitted_is_not(
    analyst: Desk, register: Register
) -> None:
    incident, first, second = register.incident(), register.source(), register.source()
    given = {
        "incident": incident.pk, "claimant": register.organization().pk, "kind": "characterisation", "value": "one",
        "source": first.pk, "disclosure": "0",
    }  # fmt: skip
    analyst.post("incidents_statement", "add", data=given)
    statement = Statement.objects.get(incident=incident)
    sent = as_sent(analyst.get("incidents_statement", "change", statement.pk)) | {"value": "two", "source": second.pk}

    answer = analyst.post("incidents_statement", "change", statement.pk, data=sent)

    assert answer.status_code == 302, errors(answer)
    statement.refresh_from_db()
    assert (statement.value, statement.citations.get().source) == ("two", second)
    review.submit(statement, by=register.analyst, at=NOON)
    refused = analyst.post("incidents_statement", "change", statement.pk, data=sent | {"value": "three"})
    assert "Only a draft can be changed" in visible_text(refused)
    assert refused.context["adminform"].form["value"].value() == "three"
    assert analyst.post("incidents_statement", "delete", statement.pk, data={"post": "yes"}).status_code == 403


def test_a_discarded_draft_is_gone_with_its_citation(analyst: Desk, register: Register) -> None:
    incident = register.incident()
    given = {
        "incident": incident.pk, "claimant": register.organization().pk, "kind": "characterisation", "value": "one",
        "source": register.source().pk, "disclosure": "0",
    }  # fmt: skip
    analyst.post("incidents_statement", "add", data=given)
    statement = Statement.objects.get(incident=incident)
    assert analyst.post("incidents_statement", "delete", statement.pk, data={"post": "yes"}).status_code == 302
    assert not Statement.objects.filter(incident=incident).exists()
