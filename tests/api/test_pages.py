"""Pages: every row once, whatever the size, the order and the direction; a constant number of queries."""

from math import ceil

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api import pagination
from api.editions.keeping import keep_up
from api.pagination import Keyset
from incidents.filters import ClaimRows
from incidents.models import Claim
from tests.api.client import V1, get, results

pytestmark = pytest.mark.django_db

ORDERS = ["recorded_at", "-recorded_at", "minimum", "-minimum", "as_of", "-as_of", "occurred", "-occurred"]


DOOR = 2  # statements before any list: how much was asked in this minute, and whether the answer is known already


@pytest.mark.parametrize("ordering", ORDERS)
@pytest.mark.parametrize("size", [1, 7, 49, 50])
def test_walking_forward_and_back_meets_every_claim_once(ordering, size):
    whole = [claim["id"] for claim in results("claims/", ordering=ordering)]
    page = get("claims/", ordering=ordering, page_size=size)
    pages = [page]
    while page["next"] and len(pages) < 60:
        page = Client().get(page["next"]).json()
        pages.append(page)
    walked = [claim["id"] for page in pages for claim in page["results"]]
    assert walked == whole
    assert len(set(walked)) == 50
    back = [pages[-1]]
    while back[0]["previous"] and len(back) < 60:
        back.insert(0, Client().get(back[0]["previous"]).json())
    assert [claim["id"] for page in back for claim in page["results"]] == whole


def test_links_are_in_the_header_as_well():
    response = Client().get(f"{V1}claims/", {"page_size": 10})
    assert f'<{response.json()["next"]}>; rel="next"' in response["Link"]


@pytest.mark.parametrize(
    "path", ["claims/", "citations/", "incidents/", "organizations/", "sources/", "places/", "responsibility/"]
)
def test_a_page_costs_the_same_queries_whatever_its_size(path):
    def queries(size: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            get(path, page_size=size)
        return len(captured)

    assert queries(3) == queries(1000) <= 10 + DOOR
    keep_up()
    assert queries(3) == queries(1000) <= 10 + DOOR


def test_a_page_of_claims_with_full_provenance_costs_nine_queries_and_two_where_its_texts_are_kept(register):
    incident = register.published()
    for _ in range(60):
        register.accepted(
            incident, relays=[register.organization("relay-one")], rests_on=[register.organization("rests-one")]
        )
    assert Claim.objects.accepted().count() >= 100
    with CaptureQueriesContext(connection) as captured:
        page = get("claims/", page_size=100)
    assert len(page["results"]) == 100
    assert len(captured) == 9 + DOOR, "\n".join(query["sql"][:120] for query in captured)
    keep_up()
    with CaptureQueriesContext(connection) as captured:
        assert get("claims/", page_size=100) == page
    assert len(captured) == 2 + DOOR, "\n".join(query["sql"][:120] for query in captured)


def test_one_incident_costs_the_same_queries_whatever_is_claimed_about_it(register):
    incident = register.published()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            get(f"incidents/{incident.reference}/")
        return len(captured)

    register.accepted(incident)
    few = queries()
    for _ in range(20):
        register.accepted(incident, relays=[register.organization("relay-one")])
    assert queries() <= few + 1  # the relays, of which there were none


def test_a_cursor_of_another_list_is_refused():
    cursor = get("incidents/", page_size=1)["next"].split("cursor=")[1]
    response = Client().get(f"{V1}places/?cursor={cursor}")
    assert response.status_code in {200, 400}  # a position in one order may be one in another; never a fault of ours
    response = Client().get(f"{V1}claims/?cursor={cursor}")
    assert response.status_code == 400


@pytest.mark.parametrize("size", [1, 2, 5, 19, 20])
@pytest.mark.parametrize("share", [0, 1, 3, 10, 20])
def test_pages_are_of_what_may_be_shown_whatever_share_that_is(size, share, monkeypatch):
    """Of the claims of the founding case so many of twenty, here and there."""
    monkeypatch.setattr(pagination, "MOST_LOOKED_AT", 4)
    rows, order = Claim.objects.all(), Keyset(ClaimRows.orders["recorded_at"])
    keys = list(rows.order_by("recorded_at", "pk").values_list("pk", flat=True))
    shown = [key for place, key in enumerate(keys) if place * 7 % 20 < share]

    def look(some):
        return {key: key for key in some if key in shown}

    found, pages, cursor = [], 0, None
    while cursor or not pages:
        page, cursor, before = order.page(rows, size=size, cursor=cursor, look=look)
        if pages:
            assert order.page(rows, size=size, cursor=before, look=look)[0] == found[-size:]
        found += page
        pages += 1
    assert found == shown
    assert pages == max(1, ceil(len(shown) / size))
