"""An incident is entered with its claims on one page; what is wrong with it stands beside its field."""

import pytest

from incidents.models import Claim, Incident
from places.models import Place
from tests.admin.desk import Desk, as_sent, errors, rows
from tests.factories import Register


@pytest.fixture
def sides(register: Register) -> dict[str, object]:
    return {"claimant": register.organization().pk, "source": register.source().pk, "stated": "25", "number": "25"}


def test_an_incident_and_its_claims_are_recorded_as_drafts(analyst: Desk, register: Register, sides: dict) -> None:
    places = list(Place.objects.filter(code__in=["SY07", "SY01"]).order_by("-code"))
    relays = [register.organization().pk, register.organization().pk]
    other = sides | {"quantifier": "between", "number": "21", "upper": "23", "stated": "21–23", "rests_on": relays[:1]}
    situation = register.incident(incident_type="situation")

    response = analyst.enter_incident(
        sides | {"relays": list(reversed(relays)), "locator": "p. 3", "best": "25"},
        other,
        where=[place.pk for place in places],
        kinds=["artillery"],
        situations=[situation.pk],
    )

    assert response.status_code == 302
    incident = Incident.objects.get(title="Shelling of a market")
    assert incident.status == "draft"
    assert incident.recorded_by == analyst.user
    assert list(incident.located.order_by("position").values_list("place", flat=True)) == [place.pk for place in places]
    assert list(incident.part_of.all()) == [situation]
    first, second = Claim.objects.filter(incident=incident).order_by("-maximum")
    assert (first.status, first.minimum, first.best, first.maximum) == ("draft", 25, 25, 25)
    citation = first.citations.get()
    assert citation.locator == "p. 3"
    assert list(citation.relays.order_by("position").values_list("organization", flat=True)) == list(reversed(relays))
    assert (second.minimum, second.best, second.maximum) == (21, None, 23)
    assert second.derivations.get().organization_id == relays[0]


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"number": ""}, "0.number", "expected a number, because the count is exact"),
        ({"number": "2 1"}, "0.number", "“2 1” is not a whole number"),
        ({"number": "-3"}, "0.number", "“-3” is not a whole number"),
        ({"number": "1,603"}, "0.number", "write it in digits only"),
        ({"number": "99999999999999999999"}, "0.number", "is not a whole number"),
        ({"quantifier": "between"}, "0.upper", "expected a number, because the count is between"),
        ({"upper": "26"}, "0.upper", "26: expected no such number, because the count is exact"),
        ({"quantifier": "unquantified"}, "0.number", "25: expected no such number"),
        ({"quantifier": "fewer_than", "number": "0"}, "0.number", "expected 1 or more"),
        ({"quantifier": "lots"}, "0.quantifier", "lots is not one of the available choices"),
        ({"population": ""}, "0.population", "say who is counted"),
        ({"population": "martians"}, "0.population", "Select a valid choice"),
        ({"claimant": ""}, "0.claimant", "required"),
        ({"claimant": "x"}, "0.claimant", "Select a valid choice"),
        ({"source": ""}, "0.source", "required"),
        ({"stated": ""}, "0.stated", "required"),
        ({"as_of": "5 March"}, "0.as_of", "'5 March' is not a date, from character 1"),
        ({"since": "2018"}, "0.since", "Only a running total or a stock has a start"),
        ({"relays": ["x"]}, "0.relays", "“x” is not a valid value"),
        ({"language": "x" * 20}, "0.language", "at most 12 characters"),
    ],
)
def test_what_is_wrong_with_a_claim_stands_beside_its_field(
    analyst: Desk, sides: dict, changed: dict, field: str, says: str
) -> None:
    response = analyst.enter_incident(sides | changed)

    assert response.status_code == 200
    assert says in " ".join(errors(response)[field])
    assert not Incident.objects.filter(title="Shelling of a market").exists()


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"occurred": "2018-13"}, "occurred", "'2018-13' is not a date"),
        ({"title": ""}, "title", "required"),
        ({"title": "x" * 301}, "title", "at most 300 characters"),
        ({"incident_type": "party"}, "incident_type", "party is not one of the available choices"),
        ({"where": ["0"]}, "where", "0 is not one of the available choices"),
        ({"disclosure": "9"}, "disclosure", "9 is not one of the available choices"),
    ],
)
def test_what_is_wrong_with_an_incident_stands_beside_its_field(
    analyst: Desk, changed: dict, field: str, says: str
) -> None:
    response = analyst.enter_incident(**changed)

    assert response.status_code == 200
    assert says in " ".join(errors(response)[field])


def test_a_character_that_no_text_can_hold_is_refused_by_name(analyst: Desk, sides: dict) -> None:
    response = analyst.enter_incident(sides | {"stated": "a\x00b"})

    assert response.status_code == 400
    assert "claims-0-stated holds a NUL character" in response.content.decode()


def test_what_the_database_refuses_is_undone_whole_and_explained(
    analyst: Desk, register: Register, sides: dict
) -> None:
    event = register.incident()

    response = analyst.enter_incident(sides, situations=[event.pk])

    assert response.status_code == 200
    assert "only a situation has parts" in " ".join(errors(response)["situations"])
    assert not Incident.objects.filter(title="Shelling of a market").exists()


def test_claims_are_added_to_an_incident_that_is_open(analyst: Desk, register: Register, sides: dict) -> None:
    incident = register.incident()
    page = analyst.get("incidents_incident", "change", incident.pk)

    response = analyst.post("incidents_incident", "change", incident.pk, data=as_sent(page) | rows(sides))

    assert response.status_code == 302, errors(response)
    assert Claim.objects.get(incident=incident).minimum == 25
    incident.refresh_from_db()
    assert incident.modified_at == incident.recorded_at, "the incident itself did not change"


def test_a_draft_is_changed_with_its_citations(analyst: Desk, register: Register) -> None:
    claim = register.draft(register.incident())
    source = register.source()
    page = analyst.get("incidents_claim", "change", claim.pk)
    sent = as_sent(page) | {"number": "0", "stated": "none", "citations-0-source": str(source.pk)}

    response = analyst.post("incidents_claim", "change", claim.pk, data=sent)

    assert response.status_code == 302, errors(response)
    claim.refresh_from_db()
    assert (claim.minimum, claim.maximum, claim.stated) == (0, 0, "none")
    assert claim.citations.get().source == source


def test_a_draft_is_discarded_and_what_is_submitted_is_not(analyst: Desk, register: Register) -> None:
    incident = register.incident()
    draft, proposed = register.draft(incident), register.proposed(incident)

    analyst.post("incidents_claim", "delete", draft.pk, data={"post": "yes"})
    refused = analyst.post("incidents_claim", "delete", proposed.pk, data={"post": "yes"})

    assert refused.status_code == 403
    assert list(Claim.objects.filter(incident=incident)) == [proposed]


def test_a_correction_begins_with_what_it_corrects_and_needs_a_reason(analyst: Desk, register: Register) -> None:
    sources, origins = [register.source() for _ in range(3)], [register.organization() for _ in range(2)]
    mistaken = register.proposed(
        register.incident(), relays=[register.organization()], sources=sources, rests_on=origins
    )
    query = f"?corrects={mistaken.pk}"
    page = analyst.client.get(analyst.address("incidents_claim", "add") + query)
    sent = as_sent(page)
    assert sent["number"] == 3

    refused = analyst.post("incidents_claim", "add", data=sent, query=query)
    assert "required" in " ".join(errors(refused)["correction_reason"])
    sent |= {"correction_reason": "misread", "number": "4", "stated": "four"}
    response = analyst.post("incidents_claim", "add", data=sent, query=query)

    assert response.status_code == 302, errors(response)
    correction = Claim.objects.get(corrects=mistaken)
    assert (correction.minimum, correction.correction_reason, correction.status) == (4, "misread", "draft")
    assert [one.source for one in correction.citations.order_by("position")] == sources
    assert {one.relays.count() for one in correction.citations.all()} == {1}
    assert {one.organization for one in correction.derivations.all()} == set(origins)


def test_a_submitted_claim_is_read_and_cited_further_but_not_changed(analyst: Desk, register: Register) -> None:
    claim = register.proposed(register.incident())

    analyst.post("incidents_claim", "change", claim.pk, data={"number": "9"})
    claim.refresh_from_db()
    assert claim.minimum == 3
    page = analyst.get("incidents_claim", "change", claim.pk)
    assert page.status_code == 200
    assert b'name="number"' not in page.content
    response = analyst.post("incidents_claim", "cite", claim.pk, data={"source": str(register.source().pk)})
    assert response.status_code == 302
    organization = register.organization()
    analyst.post("incidents_claim", "derive", claim.pk, data={"organization": organization.pk, "strength": "stated"})
    again = analyst.post(
        "incidents_claim", "derive", claim.pk, data={"organization": organization.pk, "strength": "stated"}
    )

    assert claim.citations.count() == 2
    assert claim.derivations.get().organization == organization
    assert "already recorded as resting on this" in again.content.decode()
