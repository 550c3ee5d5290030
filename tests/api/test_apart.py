"""A page is chosen by its filters first, and then it is looked at who may see its rows: page after page, it is every row that the
filters choose of those that the reader may see, and no other, whether few fit or many."""

from collections.abc import Iterator, Sequence
from math import ceil
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts import choosing
from api.pagination import Keyset
from api.v1.urls import LISTS
from benchmarks import sampled
from incidents import counts
from incidents.filters import ClaimRows
from incidents.models import Claim
from incidents.services.citations import CitationInput, add_citation
from sources.disclosure import Disclosure
from tests.api.client import V1, results
from tests.api.generated import generated
from tests.factories import NOON, Register

CLAIMS, SEED, SIZE = 600, 5, 40
NAMES = ("claims", "citations", "incidents", "figures", "responsibility")
CASES = [(name, one) for name in NAMES for one in LISTS[name].filters.base_filters if one not in sampled.NOT_ALONE]
TOGETHER = [
    ("claims", "has_conflict=false&measure=killed"),
    ("claims", "publisher={publisher}&relation=conflict"),
    ("citations", "root={root}&minimum_gte=3"),
    ("incidents", "has_conflict=false&measure=killed&population=civilians"),
    ("incidents", "relation=agree&cause=air_strike"),
    ("figures", "has_figure=false&claimant={claimant}"),
    ("figures", "status=open&minimum_gte=5"),
]


@pytest.fixture(scope="module")
def register_of_claims(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with generated(django_db_blocker, claims=CLAIMS, seed=SEED):
        yield


@pytest.fixture(autouse=True)
def unlimited(settings: LazySettings) -> None:
    settings.REQUESTS_PER_MINUTE = dict.fromkeys(settings.REQUESTS_PER_MINUTE, 0)


def chosen(name: str, query: str) -> list[str]:
    """The keys of all rows that the filters choose, as a file has them, in the order of the list."""
    lists = LISTS[name].at(Disclosure.PUBLIC)
    rows = lists.listed(lists.filters(QueryDict(query), lists.rows(), level=Disclosure.PUBLIC).rows())
    (first, last) = Keyset((lists.orders or lists.filters.orders)[lists.default_order]).order
    key = {"incidents": "reference", "figures": "scope"}.get(name, "pk")
    return [
        str(one) for one in rows.annotate(first=first, last=last).order_by("first", "last").values_list(key, flat=True)
    ]


def walked(name: str, query: str) -> list[str]:
    """The same by page after page, forwards; and each page backwards is the one it was."""
    key = "reference" if name == "incidents" else "id"
    address, found, before = f"{V1}{name}/?{query}&page_size={SIZE}&fields={key}", [], None
    while address:
        answer = Client().get(address)
        assert answer.status_code == 200, answer.content[:300]
        page = answer.json()
        if before is not None:
            assert Client().get(page["previous"]).json()["results"] == before
        before = page["results"]
        found += [row[key] for row in before]
        address = page["next"]
    return found


def queries(name: str, given: str) -> list[str]:
    return [f"{given}={value}" for value in sampled.values(name, given)]


@pytest.mark.parametrize("most", [5_000, 3])
@pytest.mark.parametrize(("name", "given"), CASES)
def test_page_after_page_is_every_row(name: str, given: str, most: int, register_of_claims: None, monkeypatch) -> None:
    monkeypatch.setattr(choosing, "MANY", most)
    for query in queries(name, given):
        assert walked(name, query) == chosen(name, query), query


@pytest.mark.parametrize("most", [5_000, 3])
@pytest.mark.parametrize(("name", "query"), TOGETHER)
def test_filters_together_hold_for_one_claim(
    name: str, query: str, most: int, register_of_claims: None, monkeypatch
) -> None:
    monkeypatch.setattr(choosing, "MANY", most)
    query = query.format(**{one: values[0] for one, values in sampled.found().items()})
    found = walked(name, query)
    assert found == chosen(name, query)
    assert found


def test_the_register_has_what_is_hidden(register_of_claims: None) -> None:
    """Else the tests above would prove nothing."""
    lists = LISTS["claims"].at(Disclosure.PUBLIC)
    shown, there = lists.rows().accepted().count(), lists.unseen().accepted().count()
    assert 100 < shown < 0.9 * there


@pytest.mark.parametrize("size", [1, 2, 5, 19, 20])
@pytest.mark.parametrize("share", [0, 1, 3, 10, 20])
def test_pages_are_of_what_may_be_shown_whatever_share_that_is(db: None, size: int, share: int) -> None:
    """Of the claims of the founding case so many of twenty, here and there."""
    rows, order = Claim.objects.all(), Keyset(ClaimRows.orders["recorded_at"])
    keys = list(rows.order_by("recorded_at", "pk").values_list("pk", flat=True))
    shown = [key for place, key in enumerate(keys) if place * 7 % 20 < share]

    def look(some: Sequence[UUID]) -> dict[UUID, UUID]:
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


def test_what_is_hidden_takes_nothing_from_what_is_seen(register: Register) -> None:
    """A claim in conflict is printed by the paper as well, but in a source that nobody outside sees."""
    paper = register.organization("paper")
    incident = register.published()
    seen, hidden = register.source(publisher=paper), register.source(publisher=paper, disclosure=Disclosure.RESTRICTED)
    three, nine = (counts.code(counts.Quantifier.EXACT, number, stated=str(number)) for number in (3, 9))
    register.accepted(incident, measure="injured", sources=[seen])
    register.accepted(incident, claimant=register.organization("one"), count=three)
    claim = register.accepted(incident, claimant=register.organization("other"), count=nine)
    add_citation(claim, CitationInput(hidden), by=register.analyst, at=NOON)
    asked = {"publisher": "paper", "incident": incident.reference}
    assert results("claims/", has_conflict="true", incident=incident.reference)
    assert results("incidents/", has_conflict="false", **asked)
    assert not results("incidents/", has_conflict="true", **asked)
