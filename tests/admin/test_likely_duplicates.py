"""What turns out to be there already: what was typed goes there in one step, nothing is lost, nothing is recorded unseen."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import User
from incidents.models import Claim, Incident, IncidentKind, ResponsibilityClaim, Statement
from incidents.services import incidents
from places.models import Place
from sources.models import Organization, Party, Source
from tests.admin.desk import Desk, as_sent, errors, rows, visible_text
from tests.factories import NOON, Register

TITLE = "Shelling of a made-up bakery"


def typed(register: Register, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A claim with its chain, and beside it everything else that the page of a new incident holds."""
    claimant, document, relay, root = (
        register.organization(name="Monitor Example"), register.source(), register.organization(), register.organization(),
    )  # fmt: skip
    said = {"claimant": claimant.pk, "source": document.pk, "disclosure": "0", "citation_stated": "as printed"}
    claim = {
        "claimant": claimant.pk, "source": document.pk, "stated": "at least four", "quantifier": "at_least", "number": "4",
        "relays": [relay.pk], "rests_on": [root.pk], "locator": "p. 3", "as_of": "2018-03-06",
    }  # fmt: skip
    others = {
        "title": TITLE, "summary": "What the sources agree on", "note": "for colleagues",
        "statements-TOTAL_FORMS": "1", "responsibilityclaims-TOTAL_FORMS": "1",
        **{f"statements-0-{name}": value for name, value in (said | {"kind": "characterisation", "value": "x"}).items()},
        **{
            f"responsibilityclaims-0-{name}": value
            for name, value in (
                said | {"party": Party.objects.order_by("pk").first().pk, "act": "air strike", "standing": "contested"}
            ).items()
        },
    }  # fmt: skip
    return claim, others | more


def take(desk: Desk, incident: Incident, page: Any) -> Any:
    """Press the button beside the incident that is there, on the page that showed it."""
    address = desk.address("incidents_incident", "rows", incident.pk)
    assert f'formaction="{address}"' in page.content.decode()
    return desk.client.post(address, as_sent(page) | {"_take": str(incident.pk)})


@pytest.mark.parametrize("status", ["draft", "published"])
def test_everything_typed_in_the_rows_goes_to_the_incident_that_is_there(
    analyst: Desk, register: Register, status: str
) -> None:
    make = register.incident if status == "draft" else register.published
    there = make(title="Bakery, shelling", occurred="2018-03-05")
    claim, others = typed(register, where=[there.located.get().place_id])
    page = analyst.enter_incident(claim, **others)

    taken = take(analyst, there, page)

    assert taken.status_code == 200
    assert Incident.objects.count() == Incident.objects.exclude(title=TITLE).count()
    assert not Claim.objects.filter(incident=there).exists()
    said = visible_text(taken)
    for line in (f"Title: {TITLE}", "Summary: What the sources agree on", "Note: for colleagues"):
        assert line in said
    assert there.reference in said

    answer = analyst.post("incidents_incident", "rows", there.pk, data=as_sent(taken))

    assert answer.status_code == 302, errors(answer)
    recorded = Claim.objects.get(incident=there)
    citation = recorded.citations.get()
    assert (recorded.status, recorded.minimum, recorded.stated, recorded.as_of) == (
        "draft",
        4,
        "at least four",
        "2018-03-06",
    )
    assert (citation.source_id, citation.locator) == (claim["source"], "p. 3")
    assert [one.organization_id for one in citation.relays.all()] == claim["relays"]
    assert [one.organization_id for one in recorded.derivations.all()] == claim["rests_on"]
    assert ResponsibilityClaim.objects.get(incident=there).act == "air strike"
    assert Statement.objects.get(incident=there).citations.get().stated == "as printed"
    before = there.status, there.title, there.modified_at
    there.refresh_from_db()
    assert (there.status, there.title, there.modified_at) == before


def test_what_is_wrong_in_a_row_comes_along_as_it_was_typed(analyst: Desk, register: Register) -> None:
    there = register.incident(title=TITLE, occurred="2018-03-05")
    claim, others = typed(register)
    page = analyst.enter_incident(claim | {"number": "four", "claimant": ""}, **others)

    taken = take(analyst, there, page)

    [row] = taken.context["inline_admin_formsets"][0].formset.forms
    assert row["number"].value() == "four"
    assert {"number", "claimant"} <= row.errors.keys()
    again = analyst.post("incidents_incident", "rows", there.pk, data=as_sent(taken) | {"typed": ["Title\tkept"]})
    assert again.status_code == 200
    assert "Title: kept" in visible_text(again)
    assert again.context["inline_admin_formsets"][0].formset.forms[0]["number"].value() == "four"


def test_nothing_is_offered_where_this_person_may_not_add(analyst: Desk, register: Register) -> None:
    there = register.incident(title=TITLE, occurred="2018-03-05")
    incidents.withdraw(there, by=register.reviewer, at=NOON, note="never happened")
    claim, others = typed(register)

    page = analyst.enter_incident(claim, **others)

    assert TITLE in visible_text(page)
    assert "formaction" not in page.content.decode().split("sj-near")[1].split("</section>")[0]
    sent = analyst.post("incidents_incident", "rows", there.pk, data=as_sent(page))
    assert "Nothing is recorded about an incident that is withdrawn" in visible_text(sent)
    assert sent.context["inline_admin_formsets"][0].formset.forms[0]["stated"].value() == "at least four"
    reviewer = Desk(register.reviewer)
    assert reviewer.get("incidents_incident", "rows", there.pk).status_code == 403


def test_several_are_added_at_once_to_what_is_published(analyst: Desk, register: Register) -> None:
    there = register.published()
    assert "Add several…" in visible_text(analyst.get("incidents_incident", "change", there.pk))
    page = analyst.get("incidents_incident", "rows", there.pk)
    claim, _others = typed(register)

    sent = as_sent(page) | rows(claim, claim | {"stated": "4", "quantifier": "exact"})
    answer = analyst.post("incidents_incident", "rows", there.pk, data=sent)

    assert answer.status_code == 302, errors(answer)
    assert Claim.objects.filter(incident=there, status="draft").count() == 2


def test_a_source_that_is_there_is_used_in_the_form_with_one_click(analyst: Desk, register: Register) -> None:
    there = register.source(title="The shelling of a made-up bakery", url="https://example.org/bakery")
    given = {"title": there.title, "kind": "news_article", "disclosure": "0", "_popup": "1"}
    page = analyst.post("sources_source", "add", data=given)
    assert f'name="_use" value="{there.pk}"' in page.content.decode()
    before = Source.objects.count()

    used = analyst.post("sources_source", "add", data=given | {"_use": str(there.pk)})

    assert str(there.pk) in used.context["popup_response_data"]
    assert there.title in used.context["popup_response_data"]
    assert Source.objects.count() == before
    assert analyst.post("sources_source", "add", data=given | {"_use": "nonsense"}).status_code == 404


def test_a_source_recorded_on_its_own_page_is_used_nowhere(analyst: Desk, register: Register) -> None:
    there = register.source(title="The shelling of a made-up bakery")
    page = analyst.post("sources_source", "add", data={"title": there.title, "kind": "news_article", "disclosure": "0"})

    assert there.title in visible_text(page)
    assert "_use" not in page.content.decode()


@pytest.mark.parametrize(
    "typed_of_it",
    [
        {"kinds": []},  # who names no kind has not said that it was another
        {"kinds": ["artillery"], "title_ar": "غارة على مخبز مُختلق"},
        {"kinds": ["artillery"], "village": True},  # an air strike or shelling: on that sources differ
    ],
)
def test_an_incident_there_that_day_is_shown_whatever_it_is_called(
    analyst: Desk, register: Register, typed_of_it: dict[str, Any]
) -> None:
    place = Place.objects.get(code="C2300" if typed_of_it.pop("village", False) else "SY0705")
    there = register.incident(
        title="Air strike on a bakery", title_ar="غارة على مخبز مختلق", occurred="2018-03-31", places=[place],
        kinds=[IncidentKind.objects.get(code="air_strike")],
    )  # fmt: skip

    page = analyst.enter_incident(title="Four dead", occurred="2018-03-31", where=[place.pk], **typed_of_it)

    assert page.context["adminform"].form.near == [there]


@pytest.mark.parametrize(
    "given",
    [
        {"name": "Monitor of a made-up valley"},
        {"name": "The Made-up Valley Monitor", "name_ar": "مرصد الوادي المختلق"},
        {"name": "MVM"},
        {"name": "Another", "also_written": "Valley Watch\nvalley  WATCH!"},
    ],
)
def test_an_organization_that_may_be_there_is_shown_before_it_is_recorded_twice(
    analyst: Desk, register: Register, given: dict[str, str]
) -> None:
    there = register.organization(
        name="Monitor of a Made-Up Valley", name_ar="مرصد الوادي المختلق", acronym="MVM", also_written=["Valley Watch"]
    )
    sent = {"code": "another", "kind": there.kind_id, "disclosure": "0"} | given

    page = analyst.post("sources_organization", "add", data=sent | {"_popup": "1"})

    assert page.context["adminform"].form.near == [there]
    assert there.name in visible_text(page)
    used = analyst.post("sources_organization", "add", data=sent | {"_popup": "1", "_use": str(there.pk)})
    assert f'"{there.pk}"' in used.context["popup_response_data"]
    assert not Organization.objects.filter(code="another").exists()
    answer = analyst.post("sources_organization", "add", data=sent | {"despite": "on"})
    assert answer.status_code == 302, errors(answer)


def test_who_is_protected_is_shown_with_the_name_outside_and_never_to_whom_it_is_withheld(
    analyst: Desk, register: Register
) -> None:
    there = register.organization(
        name="Zayd Made-Up", is_protected=True, public_name="Activist 9", public_code="activist-9", disclosure=2
    )
    sent = {"name": "Zayd Made-up", "kind": there.kind_id, "disclosure": "0"}
    assert "Zayd Made-Up — outside: Activist 9" in visible_text(analyst.post("sources_organization", "add", data=sent))
    analyst.user.groups.set(Group.objects.filter(name="administrator"))
    analyst.user.user_permissions.add(Permission.objects.get(codename="add_organization"))
    blind = Desk(User.objects.get(pk=analyst.user.pk))
    assert "Activist 9" not in visible_text(blind.post("sources_organization", "add", data=sent))
