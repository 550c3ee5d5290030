"""A page of claims of the API, with all their provenance, against the bare rows of the same claims."""

import time
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.table import Row
from config.environment import SetupError
from incidents.models import Claim

SIZE = 100  # claims on the page
RUNS = 7  # of each; the fastest counts
ADDRESS = f"/api/v1/claims/?page_size={SIZE}"


def rows() -> list[Row]:
    client = Client(headers={"host": "localhost"})
    with CaptureQueriesContext(connection) as asked:
        page = client.get(ADDRESS)
    queries = len(asked)
    if page.status_code != 200:
        raise SetupError(f"{ADDRESS} answered {page.status_code}")
    shown = [claim["id"] for claim in page.json()["results"]]
    seconds = _fastest(lambda: client.get(ADDRESS))
    bare = _fastest(lambda: list(Claim.objects.filter(pk__in=shown).order_by("recorded_at", "pk").values()))
    return [
        Row(
            what=f"`GET {ADDRESS}`, {len(shown)} claims with citations, relays, derivations and grades",
            measured=f"{seconds * 1000:.0f} ms, {queries} queries",
            baseline=f"`values()` of the same {len(shown)} rows of the claims' table alone",
            baseline_measured=f"{bare * 1000:.1f} ms, 1 query",
            ratio=seconds / bare,
        )
    ]


def _fastest(act: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return min(taken)
