"""A page is chosen by its filters first, and then it is looked at who may see its rows: page after page, it is every row that the
filters choose of those that the reader may see, and no other, whether few fit or many."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts import choosing
from api.editions.keeping import keep_up
from api.pagination import Keyset
from api.v1 import lists
from api.v1.urls import LISTS
from benchmarks import sampled
from incidents import locating
from incidents.filters import ClaimRows, IncidentRows
from incidents.models import Claim, Incident, ScopeClaim, ScopeState
from incidents.scopes.filters import ScopeRows
from places.models import Place
from sources.disclosure import Disclosure
from sources.models import Organization, Source
from tests.api.client import V1
from tests.api.generated import generated

CLAIMS, SEED, SIZE = 600, 5, 40
NAMES = ("claims", "citations", "incidents", "figures", "responsibility")
CASES = [(name, one) for name in NAMES for one in LISTS[name].filters.base_filters if one not in sampled.NOT_ALONE]
TOGETHER = [
    ("claims", "has_conflict=false&measure=killed"),
    ("claims", "publisher={publisher}&relation=conflict"),
    ("claims", "publisher={publisher}&status=accepted,corrected,retracted"),
    ("claims", "publisher={publisher}&modified_since=2000-01-01"),
    ("citations", "publisher={publisher}&relation=conflict"),
    ("citations", "root={root}&minimum_gte=3"),
    ("incidents", "has_conflict=false&measure=killed&population=civilians"),
    ("incidents", "relation=agree&cause=air_strike"),
    ("figures", "has_figure=false&claimant={claimant}"),
    ("figures", "status=open&minimum_gte=5"),
    ("figures", "publisher={publisher}&minimum_gte=2"),
    ("figures", "measure=killed&cause=air_strike"),
    ("incidents", "publisher={publisher}&measure=killed"),
]


@pytest.fixture(scope="module")
def register_of_claims(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with generated(django_db_blocker, claims=CLAIMS, seed=SEED):
        keep_up()
        yield


@pytest.fixture(autouse=True)
def unlimited(settings: LazySettings) -> None:
    settings.REQUESTS_PER_MINUTE = dict.fromkeys(settings.REQUESTS_PER_MINUTE, 0)


PUBLIC, PARTNER = Disclosure.PUBLIC, Disclosure.PARTNER


@pytest.fixture(params=[(PUBLIC, 5_000, None), (PARTNER, 5_000, 4_000), (PUBLIC, 3, 4_000), (PUBLIC, 3, 1_000_000)])
def level(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Disclosure:
    """For whom, how many rows are few, and how many the database expects."""
    level, most, number = request.param
    monkeypatch.setattr(choosing, "MANY", most)
    if number is not None:
        monkeypatch.setattr(choosing, "expected", lambda rows: number)
    monkeypatch.setattr(lists, "level_of", lambda request: level)
    return Disclosure(level)


def chosen(name: str, query: str, level: Disclosure) -> list[str]:
    """The keys of all rows that the filters choose, as a file has them, in the order of the list."""
    lists = LISTS[name].at(level)
    with choosing.choosing(choosing.Way.WHOLE):
        rows = lists.listed(lists.filters(QueryDict(query), lists.rows(), level=level).rows())
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


@pytest.mark.parametrize(("name", "given"), CASES)
def test_page_after_page_is_every_row(name: str, given: str, level: Disclosure, register_of_claims: None) -> None:
    for query in queries(name, given):
        assert walked(name, query) == chosen(name, query, level), query


@pytest.mark.parametrize(("name", "query"), TOGETHER)
def test_filters_together_hold_for_one_claim(
    name: str, query: str, level: Disclosure, register_of_claims: None
) -> None:
    query = query.format(**{one: values[0] for one, values in sampled.found().items()})
    found = walked(name, query)
    assert found == chosen(name, query, level)
    assert found
    if name in {"incidents", "figures"} and not {"has_conflict", "has_figure", "status"} & QueryDict(query).keys():
        assert set(found) == by_claims(name, query, level)


def by_claims(name: str, query: str, level: Disclosure) -> set[str]:
    """The keys of all incidents or scopes with such a claim, by looking at the claims instead of what scopes are found by."""
    given = QueryDict(query)
    conflict = {"relation": "conflict"} if "has_conflict=false" in given.urlencode() else {}
    claims = Claim.objects.visible_to(level)
    with choosing.choosing(choosing.Way.WHOLE):
        asked = claims.accepted() if conflict else ClaimRows(given, claims, level=level).rows()
        standings = ScopeClaim.objects.at(level).filter(claim__in=asked.values("pk"))
        if conflict:
            conflicting = claims.in_relation(["conflict"], level)
            incidents = Incident.objects.visible_to(level).exclude(pk__in=conflicting.values("incident"))
        else:
            incidents = Incident.objects.visible_to(level).filter(pk__in=asked.values("incident"))
        if name == "incidents":
            return set(incidents.values_list("reference", flat=True))
        scopes = ScopeState.objects.visible_to(level).filter(scope__in=standings.values("scope"))
        return set(map(str, scopes.values_list("scope", flat=True)))


def many(name: str, given: str, level: Disclosure) -> set[str]:
    """As many values as the register has, where one alone proves little."""
    match given:
        case "claimant" | "publisher" | "root":
            found = Organization.objects.visible_to(level).order_by("pk").values_list("outside_code", flat=True)[:30]
        case "source":
            found = Source.objects.visible_to(level).order_by("pk").values_list("pk", flat=True)[:20]
        case "minimum_gte":
            found = [0, 1, 3, 7, 20, 400]
        case "relation":
            found = [*ScopeState.Relation.values, "single,conflict"]
        case _:
            return set(queries(name, given))
    return {f"{given}={one}" for one in found}


@pytest.mark.parametrize("level", [Disclosure.PUBLIC, Disclosure.PARTNER])
@pytest.mark.parametrize(
    ("name", "given"),
    [
        *(("incidents", one) for one in IncidentRows.by_claim),
        *(("figures", one) for one in (*ScopeRows.by_claim, "measure", "population", "cause")),
    ],
)
def test_scopes_are_found_by_what_their_claims_say(
    name: str, given: str, level: Disclosure, register_of_claims: None
) -> None:
    for query in many(name, given, level):
        assert set(chosen(name, query, level)) == by_claims(name, query, level), query


@pytest.mark.parametrize("level", [Disclosure.PUBLIC, Disclosure.PARTNER])
def test_scopes_of_a_place_are_found_by_words_as_by_the_places_of_their_incidents(
    level: Disclosure, register_of_claims: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [f"place={code}" for code in Place.objects.order_by("pk").values_list("code", flat=True)]
    by_words = {query: chosen("figures", query, level) for query in places}
    monkeypatch.setattr(locating, "FEW_PLACES", -1)
    assert {query: chosen("figures", query, level) for query in places} == by_words
    assert sum(map(bool, by_words.values())) > 10


def test_the_register_has_what_is_hidden(register_of_claims: None) -> None:
    """Else the tests above would prove nothing."""
    lists = LISTS["claims"].at(Disclosure.PUBLIC)
    shown, there = lists.rows().accepted().count(), lists.unseen().accepted().count()
    assert 100 < shown < 0.9 * there
