"""What `quickstart --check` asks the API, over HTTP like anybody else."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

CLAIMS = "/api/v1/claims/?page_size=1000&total=true"
FEWEST = 50
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
    killed = [claim for claim in claims if _is_at_least_six_killed(claim)]
    if not killed:
        raise CheckFailedError("the Action Group's at least six killed as of 21 April 2018 are missing")
    yield f"killed as of 21 April 2018, by {killed[0]['claimant']['name']}: {killed[0]['count']['stated']!r}"


def _is_at_least_six_killed(claim: dict[str, Any]) -> bool:
    count, as_of = claim["count"], claim["as_of"] or {}
    return (
        claim["measure"] == "killed"
        and claim["claimant"]["code"] == "agps"
        and as_of.get("edtf") == "2018-04-21"
        and (count["minimum"], count["maximum"], count["quantifier"]) == (6, None, "at_least")
    )


def _get(url: str) -> dict[str, Any]:
    request = Request(url, headers={"Accept": "application/json"})  # noqa: S310  our own http address
    try:
        with urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
            return dict(json.load(response))
    except HTTPError as error:
        raise CheckFailedError(f"GET {url} was answered {error.code} {error.reason}") from error
    except (URLError, ValueError, TimeoutError) as error:
        raise CheckFailedError(f"GET {url} was not answered with JSON: {error}") from error
