"""changes/: what became of every record since a number, so that a copy can be kept."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.parameters import check_names, whole_number
from accounts.taking import NUMBER
from api.editions import reading
from api.editions.keeping import keep_up, standing
from api.models import Edition
from api.pagination import PAGE_SIZE, page_size
from api.v1 import shapes
from api.v1.lists import PublicLists
from api.v1.represent import instant

MOST = 10
"""Batches of what is due that one request waits for; what remains has its numbers later, above all that were given."""
ADDRESSES: dict[str, str] = {
    **{kind.value: f"{kind.value}s" for kind in Edition.Kind},
    "responsibility": "responsibility",
    "party": "parties",
}
"""Under which list the records of a kind are."""


class ChangeLists(PublicLists):
    """What was created, updated, withdrawn or merged, numbered as it was committed. Who has seen a number has seen all
    below it, and never misses or sees again anything; numbers need not be contiguous.
    """

    shape = shapes.Change
    page_shape = shapes.Changes
    paged = False
    validated = False  # it is asked for what is new
    key = ""
    parameters = {
        "since": (NUMBER, "The last number that you have seen; 0, the default, is before all."),
        "page_size": (PAGE_SIZE, "How many changes, 1 to 1000; 100 unless given."),
    }

    def list(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        given = request.query_params
        check_names(given, (*self.parameters, "format"))
        since, size = whole_number("since", given.get("since", "0")), page_size(given)
        keep_up(most=MOST)
        found = list(reading.since(since, self.level)[: size + 1])
        more = len(found) > size
        found = found[:size]
        body: shapes.Changes = {
            "next": self._told(request, found[-1].number) if more else None,
            "previous": None,
            "latest": standing(self.level)[1],
            "results": [self._change(one) for one in found],
        }
        header = f'<{body["next"]}>; rel="next"' if body["next"] else ""
        return Response(body, headers={"Link": header} if header else None)

    def _told(self, request: Request, number: int) -> str:
        asked = {name: value for name, value in request.query_params.items() if name != "since"}
        return f"{request.build_absolute_uri(request.path)}?{urlencode({**asked, 'since': number})}"

    def _change(self, one: Edition) -> shapes.Change:
        return {
            "seq": one.number,
            "at": instant(one.at),
            "kind": one.kind,
            "id": one.key,
            "action": one.action,
            "into": one.into,
            "reason": one.reason,
            "url": f"{self.root}{ADDRESSES[one.kind]}/{one.key}/",
        }
