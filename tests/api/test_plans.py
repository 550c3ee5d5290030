"""Each documented filter finds its rows by indexes: plans over a generated register, of every statement that a page takes.

The register of a test is small, and reading a small table whole is right; so sequential scans are made dear, and a plan that has
one nevertheless has no other way. How fast pages are at a million claims, ``python3 -m benchmarks`` measures.
"""

import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from api.v1.urls import LISTS
from benchmarks import sampled
from tests.api.client import V1
from tests.api.generated import generated

CLAIMS, SEED = 3_000, 11
LARGE = {
    "incidents_claim", "incidents_citation", "incidents_relay", "incidents_derivation", "incidents_incident", "incidents_incidentplace",
    "incidents_scope", "incidents_scopestate", "incidents_scopeclaim", "incidents_transition", "sources_source",
}  # fmt: skip
"""Tables that grow with the register."""
NAMED = {
    ("claims", ""): "claim_by_recording",
    ("claims", "claimant"): "claim_by_claimant",
    ("claims", "measure"): "claim_by_measure",
    ("claims", "incident"): "claim_of_incident",
    ("claims", "search"): "claim_stated_folded",
    ("claims", "modified_since"): "claim_by_acceptance",
    ("incidents", ""): "incident_published",
    ("incidents", "search"): "incident_summary_folded",
    ("incidents", "occurred_after"): "incident_",
    ("citations", ""): "citation_by_recording",
    ("sources", "search"): "source_title_folded",
}
"""Indexes that were made for a list, or a filter of it, and what begins their names."""


@pytest.fixture(scope="module")
def register_of_claims(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with generated(django_db_blocker, claims=CLAIMS, seed=SEED):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        yield


def plans(address: str) -> list[dict]:
    """The plan of each statement that reads a large table on the way to this page."""
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get(f"{V1}{address}")
    assert answer.status_code == 200, answer.content[:300]
    found = []
    for query in asked.captured_queries:
        if query["sql"].lstrip().startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {query['sql']}")
                (plan,) = cursor.fetchone()
            found.append((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    return found


def nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


CASES = [
    (name, one)
    for name, lists in LISTS.items()
    if name != "victims"  # the generator makes none
    for one in ("", *lists.filters.base_filters)
    if one not in sampled.NOT_ALONE
]


@pytest.mark.parametrize(("name", "given"), CASES)
def test_no_page_reads_a_large_table_whole(name: str, given: str, register_of_claims: None) -> None:
    with connection.cursor() as cursor:  # a list without filters is walked in its order
        cursor.execute(f"SET LOCAL enable_sort = {'on' if given else 'off'}")
    used = set()
    for value in sampled.values(name, given) if given else ("",):
        for plan in plans(f"{name}/?{given}={value}" if given else f"{name}/"):
            for node in nodes(plan):
                used.add(node.get("Index Name", ""))
                whole = node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE
                assert not whole, (value, node["Relation Name"], node.get("Filter"))
    if (name, given) in NAMED:
        assert any(index.startswith(NAMED[name, given]) for index in used), used
