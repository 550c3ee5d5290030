"""A claim entered on a page of its own, for an incident that is already published."""

import pytest

from incidents.models import Claim, CodingRule
from tests.admin.desk import Desk, as_sent, errors
from tests.factories import Register


@pytest.fixture
def sent(analyst: Desk, register: Register) -> dict:
    """The page as it is asked for from an incident's, filled in with a whole and two citations."""
    incident = register.published()
    claimant = register.organization()
    whole = register.accepted(incident, claimant=claimant)
    page = analyst.get("incidents_claim", "add", incident=incident.pk)
    assert [str(key) for key, _label in page.context["adminform"].form.fields["part_of"].choices] == ["", str(whole.pk)]
    return as_sent(page) | {
        "measure": "killed", "population": "civilian-children", "claimant": claimant.pk, "part_of": str(whole.pk),
        "quantifier": "exact", "number": "1", "stated": "one child", "citations-TOTAL_FORMS": "2",
        "citations-0-source": str(register.source().pk), "citations-1-source": str(register.source().pk),
        "citations-1-citation_stated": "a child",
        "derivations-TOTAL_FORMS": "1", "derivations-0-rests_on": str(whole.pk), "derivations-0-strength": "inferred",
    }  # fmt: skip


def test_it_is_recorded_with_all_its_citations_and_what_it_rests_on(analyst: Desk, sent: dict) -> None:
    response = analyst.post("incidents_claim", "add", data=sent)

    assert response.status_code == 302, errors(response)
    claim = Claim.objects.get(stated="one child")
    assert (claim.status, str(claim.part_of_id)) == ("draft", sent["part_of"])
    assert list(claim.citations.order_by("position").values_list("stated", flat=True)) == ["", "a child"]
    assert str(claim.derivations.get().rests_on_id) == sent["part_of"]


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"incident": ""}, "incident", "required"),
        ({"incident": "x"}, "incident", "Select a valid choice"),
        ({"part_of": "x"}, "part_of", "“x” is not a valid UUID"),
        ({"citations-0-source": "x"}, "0.source", "“x” is not a valid UUID"),
        ({"derivations-0-rests_on": ""}, "__all__", "Name the organization, the claim or the source it rests on"),
        ({"quantifier": "vague", "number": "3"}, "coding_rule", "the rule that gives a vague count its bounds"),
        ({"basis": "sometimes"}, "basis", "sometimes is not one of the available choices"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(analyst: Desk, sent: dict, changed: dict, field: str, says: str) -> None:
    response = analyst.post("incidents_claim", "add", data=sent | changed)

    assert response.status_code == 200
    assert says in " ".join(errors(response)[field])
    assert not Claim.objects.filter(stated="one child").exists()


def test_a_part_of_another_claimants_claim_is_refused_beside_its_field(
    analyst: Desk, register: Register, sent: dict
) -> None:
    response = analyst.post("incidents_claim", "add", data=sent | {"claimant": register.organization().pk})

    assert "claims of the same claimant" in " ".join(errors(response)["part_of"])


def test_a_claim_without_a_citation_is_refused(analyst: Desk, sent: dict) -> None:
    given = {name: value for name, value in sent.items() if not name.startswith("citations-1")}
    response = analyst.post(
        "incidents_claim", "add", data=given | {"citations-TOTAL_FORMS": "1", "citations-0-source": ""}
    )

    assert "required" in " ".join(errors(response)["0.source"])


def test_a_vague_word_takes_the_bounds_of_its_rule(analyst: Desk, sent: dict) -> None:
    rule = CodingRule.objects.filter(minimum__isnull=False).first()
    response = analyst.post(
        "incidents_claim", "add", data=sent | {"quantifier": "vague", "number": "", "coding_rule": rule.pk}
    )

    assert response.status_code == 302, errors(response)
    claim = Claim.objects.get(stated="one child")
    assert (claim.minimum, claim.maximum, claim.coding_rule) == (rule.minimum, rule.maximum, rule)


@pytest.mark.parametrize("query", ["?corrects=x", "?corrects=00000000-0000-0000-0000-000000000000"])
def test_an_address_that_means_nothing_is_not_found(analyst: Desk, query: str) -> None:
    assert analyst.client.get(analyst.address("incidents_claim", "add") + query).status_code == 404


@pytest.mark.parametrize("query", ["?incident=x", "?incident=-1", f"?incident={'9' * 30}", "?incident=٣"])
def test_an_incident_that_there_is_not_leaves_the_page_usable(analyst: Desk, query: str) -> None:
    assert analyst.client.get(analyst.address("incidents_claim", "add") + query).status_code == 200
