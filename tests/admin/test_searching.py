"""Lists are searched as the API is, kept under a name, and exported exactly as they are listed."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from accounts.models import SavedList
from incidents import counts
from incidents.services import discussion
from places.models import Place
from tests.admin.desk import Desk, visible_text
from tests.factories import NOON, Register


def listed(desk: Desk, model: str, **query: Any) -> set[Any]:
    return {row.pk for row in desk.get(model, "changelist", **query).context["cl"].result_list}


def test_claims_are_found_by_what_is_said_of_them(analyst: Desk, register: Register) -> None:
    claimant, publisher = register.organization(), register.organization()
    incident = register.incident(occurred="2018-04~", places=[Place.objects.get(code="SY03")])
    wanted = register.draft(
        incident, claimant=claimant, sources=[register.source(publisher=publisher)], measure="injured"
    )
    register.draft(register.incident(occurred="2016-02-01"))
    discussion.assign(incident, to=register.reviewer, by=register.analyst, at=NOON)
    found = {wanted.pk}

    for query in (
        {"claimant": claimant.pk},
        {"publisher": publisher.pk},
        {"claimant": claimant.pk, "measure": "injured", "population": "civilians"},
        {"claimant": claimant.pk, "place": Place.objects.get(code="SY").pk},
        {"claimant": claimant.pk, "occurred_after": "2018-04-10", "occurred_before": "2018-04-12"},
        {"claimant": claimant.pk, "status": "draft"},
        {"assignee": register.reviewer.pk},
    ):
        assert listed(analyst, "incidents_claim", **query) == found, query
        assert listed(analyst, "incidents_incident", **query) == {incident.pk}, query
    for query in (
        {"occurred_after": "2018-04-10", "occurred_before": "2018-04-12", "certainty": "certain"},
        {"measure": "killed"},
        {"status": "accepted"},
        {"place": Place.objects.get(code="SY07").pk},
    ):
        assert listed(analyst, "incidents_claim", claimant=claimant.pk, **query) == set(), query


def test_where_sources_disagree(analyst: Desk, register: Register) -> None:
    def exactly(number: int) -> counts.Count:
        return counts.code(counts.Quantifier.EXACT, number, stated=str(number))

    apart, together = register.published(), register.published()
    first, second = (register.accepted(apart, count=exactly(number)) for number in (3, 5))
    register.accepted(together, count=exactly(3))
    register.accepted(together, count=exactly(3))
    monday, tuesday = (register.source(published=f"2025-03-0{day}") for day in (3, 4))
    alone = register.accepted(register.published(), count=exactly(3), sources=[monday])
    # It changes its mind.
    register.accepted(alone.incident, count=exactly(9), claimant=alone.claimant, sources=[tuesday])
    register.accepted(together, count=exactly(90), population="women")

    claims = listed(analyst, "incidents_claim", has_conflict="on")
    assert {first.pk, second.pk} <= claims
    incidents = listed(analyst, "incidents_incident", has_conflict="on")
    assert apart.pk in incidents
    assert not {together.pk, alone.incident_id} & incidents


def test_on_whom_claims_rest_in_the_end_and_how_they_stand(analyst: Desk, register: Register) -> None:
    root, incident = register.organization(), register.published()
    own = register.accepted(incident, claimant=root)
    resting = register.accepted(incident, rests_on=[root])
    denied = register.accepted(
        incident,
        population="women",
        count=counts.code(counts.Quantifier.UNQUANTIFIED, stance=counts.Stance.DENIES, stated="nobody"),
    )

    assert listed(analyst, "incidents_claim", root=root.pk) == {own.pk, resting.pk}
    assert listed(analyst, "incidents_incident", root=root.pk) == {incident.pk}
    mine = {own.pk, resting.pk, denied.pk}
    assert listed(analyst, "incidents_claim", relation="agree") & mine == {own.pk, resting.pk}
    assert listed(analyst, "incidents_claim", relation="no_number") & mine == {denied.pk}
    assert incident.pk in listed(analyst, "incidents_incident", relation="agree")
    assert incident.pk not in listed(analyst, "incidents_incident", relation="conflict")


def test_what_means_nothing_is_said_and_nothing_is_listed(analyst: Desk, register: Register) -> None:
    register.draft(register.incident())
    page = analyst.get("incidents_claim", "changelist", occurred_after="2018-02-31")
    assert page.status_code == 200
    assert "there is no such day" in visible_text(page)
    assert list(page.context["cl"].result_list) == []


@pytest.mark.parametrize(
    ("model", "asked", "told"),
    [
        ("claim", {"occurred_after": "2018-02-31"}, "لا وجود لهذا اليوم."),
        ("claim", {"occurred_before": "soon"}, "المتوقع يوم بالصيغة YYYY-MM-DD."),
        ("incident", {"occurred_after": "2018-02-31"}, "لا وجود لهذا اليوم."),
    ],
)
def test_what_means_nothing_is_said_in_the_readers_language(
    analyst: Desk, register: Register, model: str, asked: dict[str, str], told: str
) -> None:
    analyst.user.language = "ar"
    analyst.user.save()
    page = analyst.get(f"incidents_{model}", "changelist", **asked)
    ((field, messages),) = page.wsgi_request.search.errors.items()
    assert (field, list(messages)) == (next(iter(asked)), [told])
    assert told in visible_text(page)


def test_a_list_is_kept_under_a_name_for_oneself_alone(analyst: Desk, reviewer: Desk, register: Register) -> None:
    query = "status=draft&q=market"
    analyst.post("incidents_claim", "save_list", data={"name": "My drafts", "query": f"{query}&p=3&measure="})
    saved = SavedList.objects.get()
    assert (saved.user, saved.query) == (analyst.user, query)
    assert "My drafts" in visible_text(analyst.get("incidents_claim", "changelist"))
    assert "My drafts" not in visible_text(reviewer.get("incidents_claim", "changelist"))
    assert "My drafts" not in visible_text(analyst.get("incidents_incident", "changelist"))

    again = analyst.client.post(
        analyst.address("incidents_claim", "save_list"), {"name": "My drafts", "query": query}, follow=True
    )
    assert "You have a list of this name" in visible_text(again)
    unnamed = analyst.client.post(
        analyst.address("incidents_claim", "save_list"), {"name": " ", "query": query}, follow=True
    )
    assert SavedList.objects.count() == 1
    assert unnamed.status_code == 200
    reviewer.post("incidents_claim", "forget_list", saved.pk)
    assert SavedList.objects.count() == 1
    analyst.post("incidents_claim", "forget_list", saved.pk)
    assert not SavedList.objects.exists()


def exported(desk: Desk, model: str, form: str, **query: Any) -> Any:
    return desk.get(model, "export_list", form, **query)


def test_exactly_what_is_listed_is_exported(analyst: Desk, register: Register) -> None:
    incident = register.published()
    public = register.accepted(incident, note="=1+1")
    other = register.accepted(incident, claimant=public.claimant, disclosure=2)
    register.accepted(incident)
    query = {"claimant": public.claimant_id}

    asked = exported(analyst, "incidents_claim", "csv", **query)
    assert "stays behind" in visible_text(asked)
    answer = exported(analyst, "incidents_claim", "csv", **query, confirmed="yes")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))

    assert [row["id"] for row in rows] == [str(public.pk)]
    assert str(other.pk) not in str(rows)
    book = load_workbook(io.BytesIO(exported(analyst, "incidents_claim", "xlsx", **query, confirmed="yes").content))
    header, row = book.active.iter_rows(values_only=True)
    cells = dict(zip(header, row, strict=True))
    assert {name: "" if value is None else str(value) for name, value in cells.items()} == rows[0]
    assert cells["count_minimum"] == 3


@pytest.mark.parametrize("model", ["incidents_incident", "sources_organization", "sources_source"])
def test_other_lists_are_exported_too(analyst: Desk, model: str) -> None:
    answer = exported(analyst, model, "xlsx", confirmed="yes")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert load_workbook(io.BytesIO(answer.content)).active.max_row != 1
    assert exported(analyst, model, "pdf").status_code == 404


def test_what_begins_like_a_formula_stays_text(analyst: Desk, register: Register) -> None:
    source = register.source(title='=HYPERLINK("http://example.org")')
    answer = exported(analyst, "sources_source", "xlsx", q="HYPERLINK", confirmed="yes")
    (row,) = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(min_row=2))
    (cell,) = [one for one in row if one.value == source.title]
    assert cell.data_type == "s"


@pytest.mark.parametrize("text", ["Ariha", "اريحا", "p42sc6"])
def test_an_incident_is_found_by_its_place_and_by_the_end_of_its_reference(
    analyst: Desk, register: Register, text: str
) -> None:
    register.incident()
    there = register.incident(title="Somewhere", places=[Place.objects.get(code="SY0705")], reference="SJ-P42SC6")
    found = analyst.get("incidents_incident", "changelist", q=text).context["cl"].result_list
    assert list(found) == [there]
