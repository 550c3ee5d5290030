"""What `quickstart --check` asks the API, over HTTP like anybody else."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from exchange.seeding.identity import reference

CLAIMS = "/api/v1/claims/?page_size=1000&total=true"
FEWEST = 50
INCIDENT = f"/api/v1/incidents/{reference('E2')}/"
KILLED = {
    ("agps", "palestinian-refugees", 4, None),
    ("ucdp", "civilians", 3, 3),
    ("airwars", "civilians", 3, 4),
}
"""Who counted whom, and how many at least and at most, on 21 April 2018 in Yarmouk camp."""
PATIENCE = 30  # seconds


class CheckFailedError(Exception):
    """The API did not answer as the founding case demands; says how."""


def ask(base: str) -> Iterator[str]:
    """Lines telling what was found, as it is found; raises CheckFailedError at the first thing amiss."""
    body = _get(f"{base}{CLAIMS}")
    claims = body["results"]
    if len(claims) < FEWEST:
        raise CheckFailedError(f"GET {CLAIMS} gave {len(claims)} claims; at least {FEWEST} expected")
    yield f"GET {CLAIMS}: {len(claims)} claims"
    side_by_side = {
        (
            claim["claimant"]["code"],
            claim["population"]["code"],
            claim["count"]["minimum"],
            claim["count"]["maximum"],
        )
        for claim in _get(f"{base}{INCIDENT}")["claims"]
        if claim["measure"] == "killed" and claim["part_of"] is None
    }
    if side_by_side != KILLED:
        raise CheckFailedError(f"GET {INCIDENT} gave {side_by_side} killed; {KILLED} expected")
    yield f"GET {INCIDENT}: the killed of 21 April 2018 by the Action Group, UCDP and Airwars, side by side"


def _get(url: str) -> dict[str, Any]:
    request = Request(url, headers={"Accept": "application/json"})  # noqa: S310  our own http address
    try:
        with urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
            return dict(json.load(response))
    except HTTPError as error:
        raise CheckFailedError(f"GET {url} was answered {error.code} {error.reason}") from error
    except (URLError, ValueError, TimeoutError) as error:
        raise CheckFailedError(f"GET {url} was not answered with JSON: {error}") from error
