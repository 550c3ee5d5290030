"""changes/: whoever has seen a number has seen all below it, and can keep a copy."""

import pytest
from django.test import Client

from accounts.models import Token
from accounts.tokens import make_token
from api.models import Edition
from incidents import counts
from incidents.services import review
from sources.disclosure import Disclosure
from sources.services import change_organization
from tests.api.client import V1, complaint, get
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def changes(since=0, **parameters):
    return get("changes/", since=since, page_size=1000, **parameters)["results"]


def told(rows):
    return [(row["kind"], row["id"], row["action"]) for row in rows]


def exactly(number):
    return counts.code(counts.Quantifier.EXACT, number, stated=str(number))


@pytest.fixture
def number():
    return get("changes/", page_size=1)["latest"]


def test_every_record_of_the_founding_case_was_created_once(number):
    rows = changes()
    assert len({(row["kind"], row["id"]) for row in rows}) == len(rows)
    assert {row["action"] for row in rows} == {"created"}
    assert [row["seq"] for row in rows] == sorted(row["seq"] for row in rows)
    for kind in Edition.Kind.values:
        if kind not in {"victim", "responsibility"}:
            row = next(row for row in rows if row["kind"] == kind)
            assert Client().get(row["url"]).status_code == 200, row


def test_what_is_accepted_is_told_with_all_that_it_changes(register, number):
    incident = register.published()
    claim = register.accepted(incident, count=exactly(3))
    first = changes(number)
    assert {kind for kind, _id, _action in told(first)} == {"organization", "source", "incident", "claim", "figure"}
    register.accepted(incident, count=exactly(5), claimant=claim.claimant)
    second = changes(first[-1]["seq"])
    # The new one follows the one before, which therefore speaks no longer, and the scope comes to something else.
    assert {(kind, action) for kind, _id, action in told(second) if kind in {"claim", "figure"}} == {
        ("claim", "created"), ("claim", "updated"), ("figure", "updated"),
    }  # fmt: skip
    assert ("claim", str(claim.pk), "updated") in told(second)


def test_what_is_withdrawn_is_told_with_its_reason(register, number):
    incident = register.published()
    register.accepted(incident, count=exactly(3))
    seen = changes(number)[-1]["seq"]
    review.take_incident_step(incident, "withdraw", by=register.reviewer, at=NOON, note="It was another day.")
    after = changes(seen)
    assert ("incident", incident.reference, "withdrawn") in told(after)
    assert next(row for row in after if row["kind"] == "incident")["reason"] == "It was another day."
    assert {kind for kind, _id, action in told(after) if action == "withdrawn"} == {"incident", "claim", "figure"}


def test_nothing_of_what_is_hidden_changes_a_number(register, number):
    incident = register.published()
    register.accepted(incident, count=exactly(3), disclosure=Disclosure.PARTNER)
    register.accepted(incident, count=exactly(4), disclosure=Disclosure.RESTRICTED)
    register.organization("hidden", disclosure=Disclosure.RESTRICTED)
    rows = changes(number)
    assert not {"claim", "figure"} & {row["kind"] for row in rows}
    assert [row["seq"] for row in rows] == list(range(number + 1, number + 1 + len(rows)))


def test_restricting_an_organization_withdraws_what_it_claims(register, number):
    incident = register.published()
    claim = register.accepted(incident, count=exactly(3))
    seen = changes(number)[-1]["seq"]
    change_organization(
        claim.claimant, by=register.analyst, at=NOON, why="to protect", disclosure=Disclosure.RESTRICTED
    )
    assert {("organization", claim.claimant.code, "withdrawn"), ("claim", str(claim.pk), "withdrawn")} <= set(
        told(changes(seen))
    )


def test_partners_have_numbers_of_their_own(register, number, admin_user):
    incident = register.published()
    claim = register.accepted(incident, count=exactly(3), disclosure=Disclosure.PARTNER)
    user = register.person("Pat Example", "partner")
    _token, secret = make_token(
        user=user, purpose="Mirror", scopes=[Token.Scope.READ_PARTNER], expires_at=NOON.replace(year=NOON.year + 1),
        by=admin_user, at=NOON,
    )  # fmt: skip
    answer = Client().get(f"{V1}changes/?page_size=1000", headers={"Authorization": f"Bearer {secret}"})
    assert ("claim", str(claim.pk), "created") in told(answer.json()["results"])


def test_pages_follow_one_another(number):
    found, address = [], f"{V1}changes/?page_size=7"
    while address:
        page = Client().get(address).json()
        found += page["results"]
        address = page["next"]
    assert found == changes()


@pytest.mark.parametrize(("name", "value"), [("since", "-1"), ("since", "x"), ("ordering", "seq"), ("page_size", "0")])
def test_what_it_does_not_take_is_refused(name, value):
    assert complaint("changes/", **{name: value})["attr"] == name
