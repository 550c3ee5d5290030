"""Pages of the API: against plain serializers, deep in a list, filtered, asked for again, and by several clients at once."""

import http.client
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from api import pagination
from api.editions import keeping
from api.v1.urls import LISTS, WHOLE
from benchmarks import reconciling, sampled, served
from benchmarks.register import command
from benchmarks.table import Row, fastest, kept
from config.environment import CHECKOUT, SetupError
from incidents.models import Claim
from sources.disclosure import Disclosure

SIZE = 100  # claims on a page
RUNS = 7  # of each; the fastest counts
PAGES = 400  # asked for over HTTP, by one client and by all of the several together
CLIENTS = 8
DEEP = 5_000  # the page that is as far from the first as anybody will go
TWICE, SLOWEST, SEVERAL, DEEPER, FILTERED, AGAIN = 2.0, 0.1, 5.0, 1.3, 3.0, 5.0
"""What is promised: times as fast as plain serializers; seconds of one client; times that, of several; of a deep page;
of a filtered one; and how many times faster the answer is that nothing changed."""
ADDRESS = f"/api/v1/claims/?page_size={SIZE}"


def rows() -> list[Row]:
    served.lift_limits()
    keeping.keep_up()
    with override_settings(ROOT_URLCONF="benchmarks.plain"):
        client = Client(headers={"host": "localhost"})
        page = _seconds(client, ADDRESS)
        found = [_against_plain(client), _unchanged(client), _deep(client, page)]
    return [*found, *_filtered(client), *_at_once()]


def kept_up() -> Row:
    """Make the editions of what the register holds, of which pages are made, and without which every save makes some."""
    keeping.take_over()
    records = keeping.expected()
    bare = reconciling.read_bare()
    seconds, memory = reconciling.watched(command("keep_editions"))
    with connections["owner"].cursor() as owner:
        owner.execute("VACUUM (ANALYZE)")
    return Row(
        what=f"`manage.py keep_editions` of {records:,} records that are due",
        measured=f"{seconds:.0f} s, {records / seconds:,.0f} records/s, {memory:.0f} MiB in all processes",
        baseline="psql's COPY of the same claims, citations, chains and derivations",
        baseline_measured=f"{bare:.1f} s",
        ratio=seconds / bare,
    )


def _against_plain(client: Client) -> Row:
    with CaptureQueriesContext(connection) as asked:
        _get(client, ADDRESS)
    ours, plain = _seconds(client, ADDRESS), _seconds(client, "/plain/claims/")
    return Row(
        what=f"`GET {ADDRESS}`, {SIZE} claims with citations, relays, derivations and grades"
        f" (at least {TWICE:.0f} × as many pages a second: {kept(holds=plain / ours >= TWICE)})",
        measured=f"{ours * 1000:.0f} ms, {len(asked)} queries",
        baseline="the same rows by nested ModelSerializers with the same prefetching (`benchmarks/plain.py`)",
        baseline_measured=f"{plain * 1000:.0f} ms",
        ratio=ours / plain,
    )


def _unchanged(client: Client) -> Row:
    etag = _get(client, ADDRESS)["ETag"]
    whole = _seconds(client, ADDRESS)
    again = fastest(lambda: client.get(ADDRESS, headers={"if-none-match": etag}), RUNS)
    if client.get(ADDRESS, headers={"if-none-match": etag}).status_code != 304:
        raise SetupError(f"{ADDRESS} was not known again by {etag}")
    return Row(
        what=f"The same page when nothing changed, 304 (at least {AGAIN:.0f} × faster: {kept(holds=whole / again >= AGAIN)})",
        measured=f"{again * 1000:.1f} ms",
        baseline="its 200",
        baseline_measured=f"{whole * 1000:.0f} ms",
        ratio=again / whole,
    )


def _deep(client: Client, page: float) -> Row:
    last = (
        Claim.objects.visible_to(Disclosure.PUBLIC).accepted().order_by("recorded_at", "pk")
        .values_list("recorded_at", "pk")[(DEEP - 1) * SIZE - 1]
    )  # fmt: skip
    cursor = pagination.encode(list(last), backwards=False)
    deep = _seconds(client, f"{ADDRESS}&cursor={cursor}")
    return Row(
        what=f"Page {DEEP:,} of that list (at most {DEEPER} × page 1: {kept(holds=deep <= page * DEEPER)})",
        measured=f"{deep * 1000:.0f} ms",
        baseline="page 1",
        baseline_measured=f"{page * 1000:.0f} ms",
        ratio=deep / page,
    )


def _filtered(client: Client) -> Iterator[Row]:
    """A row for each list, of its slowest filter, and one more for each filter that breaks the promise."""
    for name, lists in {**LISTS, "summary": WHOLE["summary"]}.items():
        filters = [one for one in lists.filters.base_filters if one not in sampled.NOT_ALONE]
        if not filters:
            continue
        bare = _seconds(client, f"/api/v1/{name}/")
        taken = {
            f"{filter_}={value}": _seconds(client, f"/api/v1/{name}/?{filter_}={value}")
            for filter_ in filters
            for value in sampled.values(name, filter_)
        }
        slowest = max(taken, key=taken.__getitem__)
        told = {slowest, *(one for one, seconds in taken.items() if seconds > bare * FILTERED)}
        for one in sorted(told, key=taken.__getitem__, reverse=True):
            of = f", the slowest of {len(taken)} filters" if one == slowest else ""
            yield Row(
                what=f"`GET /api/v1/{name}/?{one}`{of} (at most {FILTERED:.0f} ×: {kept(holds=taken[one] <= bare * FILTERED)})",
                measured=f"{taken[one] * 1000:.0f} ms",
                baseline=f"`GET /api/v1/{name}/` without it",
                baseline_measured=f"{bare * 1000:.0f} ms",
                ratio=taken[one] / bare,
            )


def _at_once() -> list[Row]:
    """Over HTTP, from the web server of ``quickstart``: every request of another page."""
    addresses = _addresses()
    with _server() as port:
        _asked(port, addresses[:CLIENTS])  # each worker has begun
        alone = _p95(_asked(port, addresses))
        together: list[float] = []
        clients = [
            threading.Thread(target=lambda part=part: together.extend(_asked(port, part)))
            for part in (addresses[first::CLIENTS] for first in range(CLIENTS))
        ]
        began = time.perf_counter()
        for one in clients:
            one.start()
        for one in clients:
            one.join()
        taken = time.perf_counter() - began
    if len(together) != len(addresses):
        raise SetupError(f"of {len(addresses)} pages asked for at once, {len(together)} came")
    several = _p95(together)
    return [
        Row(
            what=f"95 of 100 pages of {SIZE} claims over HTTP, one client (at most {SLOWEST * 1000:.0f} ms:"
            f" {kept(holds=alone <= SLOWEST)})",
            measured=f"{alone * 1000:.0f} ms",
            baseline="the same limit",
            baseline_measured=f"{SLOWEST * 1000:.0f} ms",
            ratio=alone / SLOWEST,
        ),
        Row(
            what=f"The same of {CLIENTS} clients at once (at most {SEVERAL:.0f} ×: {kept(holds=several <= alone * SEVERAL)})",
            measured=f"{several * 1000:.0f} ms, {len(together) / taken:.0f} pages a second",
            baseline="one client",
            baseline_measured=f"{alone * 1000:.0f} ms",
            ratio=several / alone,
        ),
    ]


def _addresses() -> list[str]:
    """Pages from all over the list, as a mirror or many readers would ask for them."""
    positions = Claim.objects.visible_to(Disclosure.PUBLIC).accepted().order_by("recorded_at", "pk")
    total = positions.count()
    keys = positions.values_list("recorded_at", "pk")
    step = max(1, (total - SIZE) // PAGES)
    found = [row for number, row in enumerate(keys.iterator(chunk_size=10_000)) if number % step == 0][:PAGES]
    return [f"{ADDRESS}&cursor={pagination.encode(list(one), backwards=False)}" for one in found]


@contextmanager
def _server() -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.served"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None  # noqa: S101  as asked for
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _asked(port: int, addresses: list[str]) -> list[float]:
    """Seconds of each, one after the other over one connection."""
    client, taken = http.client.HTTPConnection("localhost", port), []
    for address in addresses:
        began = time.perf_counter()
        client.request("GET", address)
        answer = client.getresponse()
        answer.read()
        taken.append(time.perf_counter() - began)
        if answer.status != 200:
            raise SetupError(f"{address} answered {answer.status}")
    client.close()
    return taken


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _seconds(client: Client, address: str) -> float:
    return fastest(lambda: _get(client, address), RUNS)


def _get(client: Client, address: str) -> Any:
    answer = client.get(address)
    if answer.status_code != 200:
        raise SetupError(f"{address} answered {answer.status_code}: {answer.content[:200]!r}")
    return answer
