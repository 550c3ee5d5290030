"""Merging organizations and sources from their pages."""

from typing import Any

import pytest

from tests.admin.desk import Desk, visible_text
from tests.factories import Register
from tests.sources.test_merging import KINDS, merge


@pytest.mark.parametrize("make", KINDS)
def test_a_record_is_merged_after_a_look_and_taken_back(reviewer: Desk, register: Register, make: Any) -> None:
    one, other = make(register), make(register)
    model = f"sources_{one._meta.model_name}"
    assert "Merge…" in visible_text(reviewer.get(model, "change", one.pk))

    given = {"into": str(other.pk), "reason": "the same <b>office</b>"}
    looked = visible_text(reviewer.post(model, "merge", one.pk, data=given))
    assert "nothing becomes visible that was not" in looked
    one.refresh_from_db()
    assert one.merged_into is None

    reviewer.post(model, "merge", one.pk, data=given | {"confirm": "yes"})
    one.refresh_from_db()
    assert one.merged_into == other
    page = visible_text(reviewer.get(model, "change", one.pk))
    assert f"what names this record means {other}" in page
    assert str(one) in visible_text(reviewer.get(model, "change", other.pk))

    reviewer.post(model, "unmerge", one.pk, data={"reason": "two after all"})
    one.refresh_from_db()
    assert one.merged_into is None


def test_what_stands_in_the_way_is_said(reviewer: Desk, register: Register) -> None:
    one, other = register.organization(disclosure=2), register.organization()
    page = reviewer.post(
        "sources_organization", "merge", one.pk, data={"into": other.pk, "reason": "x", "confirm": "yes"}
    )
    assert "more restricted" in visible_text(page)
    one.refresh_from_db()
    assert one.merged_into is None


@pytest.mark.parametrize("make", KINDS)
def test_who_may_not_merge_is_neither_offered_nor_let(analyst: Desk, register: Register, make: Any) -> None:
    one, other = make(register), make(register)
    model = f"sources_{one._meta.model_name}"
    assert "Merge…" not in visible_text(analyst.get(model, "change", one.pk))
    assert analyst.get(model, "merge", one.pk).status_code == 403
    merge(register, one, other)
    assert analyst.get(model, "unmerge", one.pk).status_code == 403


@pytest.mark.parametrize("make", KINDS)
def test_lists_and_choices_offer_what_stands(analyst: Desk, register: Register, make: Any) -> None:
    name = "title" if make is Register.source else "name"
    one, other = make(register, **{name: "Zyxgone"}), make(register, **{name: "Still there"})
    merge(register, one, other)
    model = f"sources_{one._meta.model_name}"
    for query in ({}, {"q": "zyxgone"}):
        listed = visible_text(analyst.get(model, "changelist", **query))
        assert "Still there" in listed
        assert "Zyxgone" not in listed
    asked = {
        "app_label": "sources", "model_name": one._meta.model_name, "field_name": "merged_into", "term": "zyxgone",
    }  # fmt: skip
    found = analyst.client.get("/admin/autocomplete/", asked).json()["results"]
    assert [row["id"] for row in found] == [str(other.pk)]


def test_the_page_of_an_incident_names_the_survivor(analyst: Desk, register: Register) -> None:
    gone, stands = register.organization(name="Zyxgone"), register.organization(name="Still there")
    old, new = register.source(title="Zyxgone paper", publisher=gone), register.source(title="Paper that stands")
    incident = register.published()
    register.accepted(incident, claimant=gone, sources=[old], relays=[gone], rests_on=[gone])
    merge(register, gone, stands)
    merge(register, old, new)
    page = visible_text(analyst.get("incidents_incident", "change", incident.pk))
    assert "Zyxgone" not in page
    assert "Paper that stands" in page
