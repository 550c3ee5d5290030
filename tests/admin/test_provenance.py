"""Organizations, sources, places and terms are written with a person and a reason, and refused in words."""

import pytest

from accounts.models import HistoryEntry, User
from incidents.models import Measure, Population
from places.models import Place
from sources.models import Organization, Source
from tests.admin.desk import Desk, as_sent, errors
from tests.factories import Register


@pytest.fixture
def administrator(register: Register) -> Desk:
    return Desk(register.person("Dana Example", "administrator"))


def test_a_source_is_recorded_by_whom_it_is(analyst: Desk, register: Register) -> None:
    data = {"title": "خبر", "kind": "news_article", "published": "2018-04~", "disclosure": "0", "url": "example.org/a"}

    response = analyst.post("sources_source", "add", data=data)

    assert response.status_code == 302, errors(response)
    source = Source.objects.get(title="خبر")
    assert (source.recorded_by, source.published, source.url) == (analyst.user, "2018-04~", "https://example.org/a")


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"published": "April"}, "published", "'April' is not a date"),
        ({"kind": "scroll"}, "kind", "Select a valid choice"),
        ({"url": "javascript:alert(1)"}, "url", "Enter a valid URL"),
        ({"content_hash": "abc"}, "__all__", "64 hexadecimal digits"),
    ],
)
def test_what_is_wrong_with_a_source_stands_beside_its_field(
    analyst: Desk, changed: dict, field: str, says: str
) -> None:
    data = {"title": "x", "kind": "news_article", "disclosure": "0"} | changed

    response = analyst.post("sources_source", "add", data=data)

    assert response.status_code == 200
    assert says in " ".join(errors(response)[field])


def test_a_change_of_a_source_needs_a_reason_and_keeps_it(analyst: Desk, register: Register) -> None:
    source = register.source()
    sent = as_sent(analyst.get("sources_source", "change", source.pk)) | {"title": "Corrected"}

    refused = analyst.post("sources_source", "change", source.pk, data=sent)
    assert "required" in " ".join(errors(refused)["why"])
    analyst.post("sources_source", "change", source.pk, data=sent | {"why": "typing mistake"})

    last = HistoryEntry.objects.of(source).last()
    assert (last.reason, last.actor, last.row["title"]) == ("typing mistake", analyst.user, "Corrected")


def test_an_organization_is_recorded_with_names_and_a_protected_one_needs_a_public_name(analyst: Desk) -> None:
    data = {"code": "made-up", "name": "Made up", "kind": "ngo", "disclosure": "0", "also_written": "Made\nUp\n\nMade"}

    refused = analyst.post("sources_organization", "add", data=data | {"is_protected": "on"})
    assert "needs a public name and a public code" in " ".join(errors(refused)["__all__"])
    analyst.post("sources_organization", "add", data=data)

    organization = Organization.objects.get(code="made-up")
    assert set(organization.names.values_list("name", flat=True)) == {"Made", "Up"}


def test_a_code_given_twice_is_explained(analyst: Desk, register: Register) -> None:
    register.organization("made-up")
    data = {"code": "made-up", "name": "Made up", "kind": "ngo", "disclosure": "0"}

    response = analyst.post("sources_organization", "add", data=data)

    assert response.status_code == 200
    assert errors(response)


def test_a_reviewer_grades_an_organization_once_at_a_time(reviewer: Desk, analyst: Desk, register: Register) -> None:
    organization = register.organization()
    data = {"grade": "B", "basis": "checked", "since": "2020-01-01"}

    first = reviewer.post("sources_organization", "assess", organization.pk, data=data)
    again = reviewer.post("sources_organization", "assess", organization.pk, data=data)

    assert first.status_code == 302
    assert organization.assessments.get().grade == "B"
    assert "Another assessment of this organization holds at that time" in again.content.decode()
    assert analyst.post("sources_organization", "assess", organization.pk, data=data).status_code == 403


def test_a_place_of_our_own_is_recorded_and_changed(administrator: Desk, analyst: Desk) -> None:
    data = {"code": "own-area", "name": "Own", "precision": "area", "is_own": "on", "latitude": "33.5"}
    refused = analyst.post("places_place", "add", data=data)
    assert "Give both latitude and longitude" in str(errors(refused))
    covers = list(Place.objects.values_list("pk", flat=True)[:2])
    response = analyst.post("places_place", "add", data=data | {"longitude": "36.3", "covering": covers})
    assert response.status_code == 302, errors(response)
    place = Place.objects.get(code="own-area")
    assert (place.pcode, place.covers.count()) == (None, 2)

    assert analyst.post("places_place", "change", place.pk, data=data).status_code == 403
    sent = as_sent(administrator.get("places_place", "change", place.pk))
    sent |= {"why": "narrower", "covering": covers[:1], "also_written": "خاصتنا"}
    response = administrator.post("places_place", "change", place.pk, data=sent)

    assert response.status_code == 302, errors(response)
    assert place.covers.get().pk == covers[0]
    assert place.names.get().name == "خاصتنا"


def test_a_term_is_added_with_a_person_and_its_code_is_permanent(administrator: Desk) -> None:
    data = {"code": "air_drops", "label": "air drops", "unit": "attacks", "usual_basis": "event"}

    response = administrator.post("incidents_measure", "add", data=data)
    assert response.status_code == 302, errors(response)
    sent = as_sent(administrator.get("incidents_measure", "change", "air_drops")) | {"code": "other", "label": "drops"}
    administrator.post("incidents_measure", "change", "air_drops", data=sent)

    measure = Measure.objects.get(code="air_drops")
    assert measure.label == "drops"
    assert HistoryEntry.objects.of(measure).last().actor == administrator.user


def test_a_population_that_would_contain_itself_is_refused_in_words(administrator: Desk) -> None:
    code = "palestinian-refugees"
    broader = Population.objects.get(code=code).broader_links.first().broader_id
    sent = as_sent(administrator.get("incidents_population", "change", broader))
    index = sent["broader_links-TOTAL_FORMS"]
    sent |= {"broader_links-TOTAL_FORMS": index + 1, f"broader_links-{index}-broader": code}

    response = administrator.post("incidents_population", "change", broader, data=sent)

    assert response.status_code == 200
    assert "would contain itself" in str(errors(response))


def test_an_administrator_cannot_make_themselves_a_superuser(administrator: Desk, db: None) -> None:
    root = User.objects.create_superuser("root-example", password="not used")
    sent = as_sent(administrator.get("accounts_user", "change", administrator.user.pk))

    administrator.post("accounts_user", "change", administrator.user.pk, data=sent | {"is_superuser": "on"})
    refused = administrator.post("accounts_user", "change", root.pk, data={"username": "mine"})

    assert not User.objects.get(pk=administrator.user.pk).is_superuser
    assert refused.status_code == 403


def test_a_person_who_may_only_look_is_shown_no_form(register: Register) -> None:
    auditor = Desk(register.person("Elias Example", "auditor"))

    assert auditor.get("incidents_incident", "changelist").status_code == 200
    assert auditor.get("incidents_incident", "add").status_code == 403
    assert auditor.get("accounts_historyentry", "changelist").status_code == 200
