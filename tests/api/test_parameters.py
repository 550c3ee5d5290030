"""Unknown, repeated and malformed parameters are refused by name; good ones choose the right rows."""

import datetime as dt

import pytest
from django.test import Client

from exchange.seeding.identity import identifier, reference
from incidents.services import incidents, review
from tests.api.client import V1, complaint, get, results, rows
from tests.factories import NOON

pytestmark = pytest.mark.django_db

LISTS = [
    "organizations/", "sources/", "places/", "measures/", "populations/", "causes/", "parties/", "incidents/", "claims/",
    "citations/", "responsibility/",
]  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_parameter_is_refused_and_the_known_ones_are_named(path):
    error = complaint(path, measurr="killed")
    assert error["attr"] == "measurr"
    assert "no such parameter" in error["detail"]
    assert "page_size" in error["detail"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("occurred_after=2018-02-31", "occurred_after=2018-02-31: there is no such day."),
        ("place=nowhere", "place=nowhere: no such place; places/ lists their codes."),
        ("stance=maybe", "stance=maybe: not known; expected asserts, denies."),
        ("minimum_gte=few%25", "minimum_gte=few%: expected a whole number, 0 or more."),
        ("search=!", "search=!: expected text with at least one letter or digit."),
    ],
)
def test_the_api_says_it_in_english_whatever_the_browser_asks_for(client, asked, expected):
    answer = client.get(f"{V1}claims/?{asked}", headers={"Accept-Language": "ar"})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["detail"], error["code"]) == (400, expected, "invalid")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("name", "value"),
    [("page_size", "0"), ("page_size", "1001"), ("page_size", "ten"), ("page_size", "٣"), ("page_size", "9" * 5000),
     ("page_size", ""), ("total", "yes"), ("ordering", "shoe_size"), ("format", "xml"), ("cursor", "!!"), ("cursor", "AAAA")],
)  # fmt: skip
def test_malformed_values_shared_by_all_lists_are_refused_by_name(path, name, value):
    error = complaint(path, **{name: value})
    assert error["attr"] == name
    assert value[:100] in error["detail"]


MALFORMED = [
    ("incident", "E2"), ("incident", "sj-7k3qf2"), ("measure", "kiled"), ("population", "martians"), ("cause", "boredom"),
    ("claimant", "nobody"), ("publisher", "nobody"), ("source", "17"), ("place", "Atlantis"), ("incident_type", "party"),
    ("kind", "picnic"), ("occurred_after", "yesterday"), ("occurred_before", "2018-02-30"), ("occurred_after", "2018"),
    ("certainty", "maybe"), ("minimum_gte", "-1"), ("minimum_gte", "3.5"), ("minimum_gte", "99999999999999999999"),
    ("minimum_gte", "٣"), ("as_of_after", "x"), ("status", "draft"), ("status", "accepted,draft"), ("basis", "total"),
    ("quantifier", "some"), ("stance", "shrugs"), ("modified_since", "2018-01-01T00:00:00"),
    ("modified_since", "9999-12-31T23:59:59-23:59"), ("modified_since", "0001-01-01T00:00:00+23:59"), ("search", "a\x00b"),
    ("measure", "killed\x00"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), MALFORMED)
def test_a_malformed_filter_is_refused_by_name_with_what_was_expected(name, value):
    error = complaint("claims/", **{name: value})
    assert error["attr"] == name
    assert len(error["detail"]) > 20


def test_an_allowed_code_is_named_when_one_is_refused():
    assert "killed" in complaint("claims/", measure="kiled")["detail"]


def test_a_parameter_given_twice_is_refused_not_half_obeyed():
    response = Client().get(f"{V1}claims/?measure=killed&measure=injured")
    assert response.status_code == 400
    assert "more than once" in response.json()["errors"][0]["detail"]


@pytest.mark.parametrize("name", ["measure", "incident", "claimant", "search", "place", "status", "ordering", "cursor"])
@pytest.mark.parametrize("value", ["", " ", ",", " , ", "\t", "\n,", "\u00a0"])
def test_an_empty_filter_is_refused_and_does_not_become_every_row(name, value):
    assert complaint("claims/", **{name: value})["attr"] == name


@pytest.mark.parametrize("path", ["claims/", "incidents/", "organizations/", "sources/", "places/"])
def test_a_search_for_marks_alone_is_refused_and_does_not_match_every_row(path):
    for text in ("!?", "ـ", "ʿ", "ـــ"):
        assert complaint(path, search=text)["attr"] == "search"


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("path", ["claims/{claim}/", "organizations/sana/", "measures/killed/", "measures/"])
def test_csv_is_for_lists_that_can_be_exported_and_refused_elsewhere(method, path):
    address = f"{V1}{path.format(claim=identifier('claim', 'C1'))}"
    response = getattr(Client(), method)(address, QUERY_STRING="format=csv")
    assert response.status_code == 400
    assert method == "head" or response.json()["errors"][0]["attr"] == "format"


@pytest.mark.parametrize("name", ["page_size", "ordering", "total"])
def test_csv_refuses_what_it_would_not_obey(name):
    value = {"page_size": "5", "ordering": "-recorded_at", "total": "true"}[name]
    assert complaint("claims/", format="csv", **{name: value})["attr"] == name


@pytest.mark.parametrize("path", ["", "codebook/"])
def test_the_pages_about_the_api_refuse_unknown_parameters_too(path):
    assert complaint(path, shoe="1")["attr"] == "shoe"


def test_a_puller_by_modified_since_misses_nothing(register):
    later = NOON + dt.timedelta(days=5)
    draft = register.incident()
    claim = register.accepted(draft)
    incidents.publish(incidents.submit(draft, by=register.analyst, at=NOON), by=register.reviewer, at=later)
    since = (NOON + dt.timedelta(days=3)).isoformat()
    assert str(claim.pk) in {one["id"] for one in results("claims/", modified_since=since)}
    other = register.accepted(register.published())
    review.retract(other, by=register.reviewer, at=later, note="the claimant took it back")
    assert str(other.pk) in {one["id"] for one in results("claims/", modified_since=since, status="accepted,retracted")}


def test_errors_are_json_whatever_format_was_asked_for():
    response = Client().get(f"{V1}claims/", {"format": "csv", "measure": "kiled"})
    assert (response.status_code, response["Content-Type"]) == (400, "application/json")


@pytest.mark.parametrize(
    ("path", "status"),
    [("nothing/", 404), ("claims/nothing/", 404), ("incidents/SJ-AAAAAA/", 404), (f"claims/{identifier('claim', 'none')}/", 404),
     ("organizations/%00/", 404), ("places/%00/", 404)],
)  # fmt: skip
def test_what_is_not_there_is_answered_in_the_apis_form(path, status):
    body = get(path, status)
    assert body["type"] == "client_error"
    assert body["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_writing_is_refused_with_405(method):
    response = getattr(Client(), method)(f"{V1}incidents/")
    assert response.status_code == 405
    assert response.json()["errors"][0]["code"] == "method_not_allowed"


CHOOSES = [
    ({"incident": reference("K1")}, {"K1u", "K1a"}),
    ({"incident": f"{reference('K1')},{reference('U1')}"}, {"K1u", "K1a", "U1u", "U1a"}),
    ({"measure": "injured"}, {"C13a", "C14b"}),
    ({"measure": "air_strikes,trapped"}, {"C3", "C4"}),
    ({"population": "fighters"}, {"C12b", "C10a"}),
    ({"population": "palestinian-refugees"}, {"C1", "C1a"}),
    ({"cause": "torture"}, {"T17ct"}),
    ({"claimant": "un"}, {"C4"}),
    ({"claimant": "un,sana"}, {"C4", "C5"}),
    ({"publisher": "mina"}, {"T18", "T18w", "T18y"}),
    ({"source": str(identifier("source", "SOHR-0424"))}, {"C10", "C10a"}),
    ({"place": "SY02"}, {"U1u", "U1a"}),
    ({"place": "east-qalamoun"}, {"C5"}),
    ({"kind": "siege"}, {"C4"}),
    ({"incident_type": "event", "measure": "evacuated"}, {"C5"}),
    ({"occurred_after": "2018-08-10", "occurred_before": "2018-08-10", "certainty": "certain"}, {"U1u", "U1a"}),
    ({"minimum_gte": "4002"}, {"T19", "T22"}),
    ({"as_of_after": "2019-01-01"}, {"T19", "T19w", "T19y", "T22", "T22w", "T22y"}),
    ({"basis": "stock", "measure": "trapped"}, {"C4"}),
    ({"quantifier": "about"}, {"C3", "C10"}),
    ({"search": "some 200"}, {"C3"}),
    ({"search": "الأمم المتحدة"}, {"C4"}),
    ({"search": "الامم المتحده"}, {"C4"}),
    ({"stance": "denies"}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("filters", "keys"), CHOOSES, ids=lambda value: str(sorted(value))[:60])
def test_a_filter_chooses_the_same_claims_in_json_and_csv(filters, keys):
    wanted = {str(identifier("claim", key)) for key in keys}
    assert {claim["id"] for claim in results("claims/", **filters)} == wanted
    assert {row["id"] for row in rows("claims/", **filters)} == wanted
    assert get("claims/", total="true", **filters)["total"] == len(wanted)


def test_an_imprecise_date_is_possibly_within_but_not_certainly():
    possible = {
        one["reference"] for one in results("incidents/", occurred_after="2018-04-25", occurred_before="2018-05-01")
    }
    assert possible == {reference(key) for key in ("S1", "Y1", "T1")}
    assert results("incidents/", occurred_after="2018-04-25", occurred_before="2018-05-01", certainty="certain") == []


def test_filters_on_claims_choose_incidents_by_one_and_the_same_claim():
    assert {one["reference"] for one in results("incidents/", measure="killed", claimant="ucdp")} == {
        reference(key) for key in ("E1", "E2", "E3", "K1", "U1")
    }
    assert results("incidents/", measure="injured", claimant="ucdp") == []


@pytest.mark.parametrize("text", ["Yarmouk", "اليرموك", "Yarmuk", "مخيم اليرموك"])
def test_incidents_are_found_by_the_names_of_their_places_in_either_script(text):
    assert reference("E2") in {one["reference"] for one in results("incidents/", search=text)}
