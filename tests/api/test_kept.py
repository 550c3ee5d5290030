"""Pages that are made of the texts of editions are, byte for byte, those that are read together from the rows."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Token
from api.editions.keeping import keep_up
from api.models import EditionClock, EditionDue
from incidents import counts
from incidents.models import Claim
from sources.disclosure import Disclosure
from sources.services import change_organization
from tests.api.client import V1, get
from tests.api.submitting import token_for
from tests.factories import NOON

pytestmark = pytest.mark.django_db
LISTS = {
    "claims": [
        "",
        "?page_size=7",
        "?page_size=3&total=true&ordering=-minimum",
        "?fields=count,id",
        "?status=accepted,corrected",
    ],
    "incidents": ["", "?ordering=reference&page_size=1", "?fields=title,places"],
    "figures": ["", "?has_conflict=true&page_size=2", "?fields=low,high,figure"],
    "sources": ["", "?page_size=5"],
    "organizations": ["", "?fields=name_ar"],
    "responsibility": ["", "?fields=party"],
}
ADDRESSES = [f"{name}/{given}" for name, several in LISTS.items() for given in several]


@pytest.fixture
def kept(register):
    """A register of which everything has its editions, with words that are hard to write."""
    incident = register.published(title='"url":"x" \u2028 سوق', disclosure=Disclosure.PUBLIC)
    register.accepted(incident, count=counts.code(counts.Quantifier.EXACT, 4, stated='"url":"claims/" \\ \u2028\x7f'))
    hidden = register.accepted(incident, claimant=register.organization("for-partners", disclosure=Disclosure.PARTNER))
    keep_up()
    assert not EditionDue.objects.exists()
    return hidden


def answered(address, **headers):
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get(f"{V1}{address}", headers=headers)
    assert answer.status_code == 200, answer.content[:300]
    told = {name: value for name, value in answer.items() if name != "ETag"}
    return answer.content, told, len(asked)


def behind():
    """Something waits, so the rows are read."""
    EditionDue.objects.create(kind="claim", row=str(Claim.objects.values_list("pk", flat=True)[0]))


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_the_same_either_way(kept, address):
    body, headers, queries = answered(address)
    behind()
    assert answered(address)[:2] == (body, headers)
    assert queries <= 7, "read from the rows"


def test_partners_have_pages_of_their_own(kept, admin_user, register):
    secret = token_for(register.analyst, admin_user, Token.Scope.READ_PARTNER)
    given = {"authorization": f"Bearer {secret}"}
    body, headers, _queries = answered("claims/?page_size=1000", **given)
    assert str(kept.pk).encode() in body
    assert str(kept.pk).encode() not in answered("claims/?page_size=1000")[0]
    behind()
    assert answered("claims/?page_size=1000", **given)[:2] == (body, headers)


def test_what_changed_is_told_at_once_though_no_edition_tells_it_yet(kept, register):
    claimant = Claim.objects.exclude(pk=kept.pk).order_by("-recorded_at")[0].claimant
    change_organization(claimant, by=register.analyst, at=NOON, why="spelt so", name="Another name altogether")
    assert EditionDue.objects.exists()
    assert b"Another name altogether" in answered("claims/?ordering=-recorded_at")[0]
    keep_up()
    assert b"Another name altogether" in answered("claims/?ordering=-recorded_at")[0]


def test_another_version_of_the_program_reads_the_rows(kept):
    EditionClock.objects.update(program="of before")
    first, _headers, queries = answered("claims/")
    assert queries > 7
    keep_up()
    assert answered("claims/")[2] > 7
    assert get("claims/")["results"]
    EditionClock.objects.all().delete()
    assert answered("claims/")[0] == first
