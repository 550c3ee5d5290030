"""What a long form says back: all that is wrong listed above it, a part of a line above, nothing chosen beforehand."""

import pytest

from incidents.models import Claim, Incident
from tests.admin.desk import Desk, errors, visible_text
from tests.factories import Register


@pytest.fixture
def line(register: Register) -> dict[str, object]:
    return {"claimant": register.organization().pk, "source": register.source().pk, "stated": "25", "number": "25"}


def test_everything_wrong_is_listed_above_with_a_way_to_each_field(analyst: Desk, line: dict) -> None:
    answer = analyst.enter_incident(line, line | {"number": "2 1"}, line | {"source": ""}, occurred="soon")

    page = answer.content.decode()
    assert [(one.where, one.address) for one in answer.context["wrong"]] == [
        ("Occurred", "#id_occurred"),
        ("Claim 2: Number", "#id_claims-1-number"),
        ("Claim 3: Source", "#id_claims-2-source"),
    ]
    assert "3 fields are to be put right" in visible_text(answer)
    assert "“2 1” is not a whole number" in " ".join(answer.context["wrong"][1].said)
    for one in answer.context["wrong"]:
        assert f'id="{one.address[1:]}"' in page
    assert page.index('id="wrong"') < page.index('id="id_title"')
    assert "Please correct the errors" not in page


def test_a_form_that_is_right_lists_nothing(analyst: Desk) -> None:
    page = analyst.get("incidents_incident", "add")
    assert "wrong" not in page.context
    assert b'id="wrong"' not in page.content


def test_what_a_service_refuses_is_listed_as_well(analyst: Desk, line: dict) -> None:
    answer = analyst.enter_incident(line | {"population": ""})
    assert [one.where for one in answer.context["wrong"]] == ["Claim 1: Population"]


def test_a_part_is_of_a_line_above_on_the_same_page(analyst: Desk, line: dict) -> None:
    parts = [
        line | {"population": who, "number": "4", "stated": "4", "part_of": "line-0"} for who in ("women", "children")
    ]

    answer = analyst.enter_incident(line, *parts)

    assert answer.status_code == 302, errors(answer)
    incident = Incident.objects.get(title="Shelling of a market")
    whole = Claim.objects.get(incident=incident, minimum=25)
    assert {one.part_of for one in Claim.objects.filter(incident=incident, minimum=4)} == {whole}


@pytest.mark.parametrize("chosen", ["line-1", "line-7"])
def test_a_line_is_no_part_of_itself_or_of_one_that_is_not_there(analyst: Desk, line: dict, chosen: str) -> None:
    answer = analyst.enter_incident(line, line | {"part_of": chosen})
    assert "no such line above" in " ".join(errors(answer)["1.part_of"])
    assert f'data-chosen="{chosen}"' in answer.content.decode(), "the page chooses it again"
    assert not Incident.objects.filter(title="Shelling of a market").exists()


def test_a_part_of_another_claimants_line_is_refused_in_words(analyst: Desk, register: Register, line: dict) -> None:
    other = line | {"claimant": register.organization().pk, "part_of": "line-0"}
    answer = analyst.enter_incident(line, other)
    assert "claims of the same claimant" in " ".join(errors(answer)["1.part_of"])


def test_wholes_are_offered_with_their_claimant(analyst: Desk, register: Register) -> None:
    whole = register.draft(register.incident())
    page = analyst.get("incidents_incident", "change", whole.incident_id).content.decode()
    assert f'<option value="{whole.pk}" data-claimant="{whole.claimant_id}">' in page


def test_how_the_number_is_qualified_is_chosen_and_never_taken_for_granted(analyst: Desk, line: dict) -> None:
    fresh = analyst.get("incidents_claim", "add").context["adminform"].form["quantifier"]
    assert not fresh.value()
    answer = analyst.enter_incident(line | {"quantifier": ""})
    assert "Choose how the number is qualified" in " ".join(errors(answer)["0.quantifier"])


def test_the_page_knows_which_measures_count_no_people(analyst: Desk) -> None:
    page = analyst.get("incidents_claim", "add").content.decode()
    (known,) = page.split('data-no-people="')[1:]
    assert "air_strikes" in known.split('"')[0].split()
    assert "killed" not in known.split('"')[0].split()


def test_help_texts_speak_to_people(analyst: Desk) -> None:
    for model in ("incidents_claim", "incidents_incident", "sources_source"):
        page = visible_text(analyst.get(model, "add"))
        assert "JSON" not in page
        assert "BCP 47" not in page
    for language in ("Add what it rests on", "Add a citation"):
        assert language in visible_text(analyst.get("incidents_claim", "add"))
