"""What is missing is recorded without leaving the form, and nobody makes up a code for it."""

import pytest

from places.models import Place
from sources.models import Organization, OrganizationKind
from tests.admin.desk import Desk, errors
from tests.admin.test_choices import offered
from tests.factories import Register


def test_a_missing_place_is_recorded_from_the_incident(analyst: Desk) -> None:
    page = analyst.get("incidents_incident", "add").content.decode()
    for field in ("where", "destinations", "claims-0-place"):
        assert f'id="add_id_{field}"' in page


@pytest.mark.parametrize(("name", "code"), [("Tell of Example", "tell-of-example"), ("مثال", "place")])
def test_a_place_without_a_code_is_given_one(analyst: Desk, name: str, code: str) -> None:
    given = {"name": name, "precision": "settlement", "is_own": "on"}
    for made in (code, f"{code}-2", f"{code}-3"):
        answer = analyst.post("places_place", "add", data=given)
        assert answer.status_code == 302, errors(answer)
        assert Place.objects.get(code=made).name == name
    assert analyst.post("places_place", "add", data=given | {"code": "of-our-own"}).status_code == 302
    assert Place.objects.filter(code="of-our-own").exists()


def test_an_organization_without_a_code_is_given_one(analyst: Desk, register: Register) -> None:
    kind = OrganizationKind.objects.get(code="ngo").pk
    answer = analyst.post(
        "sources_organization", "add", data={"name": "Radio of a Valley", "kind": kind, "disclosure": "0"}
    )
    assert answer.status_code == 302, errors(answer)
    assert Organization.objects.get(name="Radio of a Valley").code == "radio-of-a-valley"


@pytest.mark.parametrize("term", ["coalition", "التحالف", "turk", "قسد", "SDF", "israel", "مجهول"])
def test_whom_the_sources_of_these_years_name_is_there_to_be_named(analyst: Desk, term: str) -> None:
    assert offered(analyst, "party", term, "responsibilityclaim")
