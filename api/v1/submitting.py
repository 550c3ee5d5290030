"""Submitting claims, and seeing what became of them."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import F
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import taking
from accounts.parameters import Rows, check_names, refuse, words
from api.authentication import MaySubmit, level_of
from api.models import SubmittedClaim
from api.models.submission import LONGEST_KEY
from api.submitting.faults import Refused
from api.submitting.reading import body_of
from api.submitting.recording import submit
from api.throttling import PerMinute, SubmissionsPerMinute
from api.v1 import shapes
from api.v1.gather import Gathered
from api.v1.lists import PublicLists
from api.v1.represent import instant
from incidents.models.review import ClaimStatus

TOLD = (ClaimStatus.RETURNED, ClaimStatus.REJECTED, ClaimStatus.CORRECTED, ClaimStatus.RETRACTED, ClaimStatus.VOIDED)
"""States that were given a reason which concerns the submitter."""
SENT = [status for status in ClaimStatus.values if status != ClaimStatus.DRAFT]
"""States that a claim can be in once it is sent."""
KEY = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
KEY_TOLD = f"1 to {LONGEST_KEY} visible ASCII characters, such as a UUID."


class Submitting(PublicLists):
    """A list to which claims can be submitted."""

    request_shapes: ClassVar[tuple[Any, ...]] = (shapes.SubmittedClaim, shapes.SubmittedClaims)
    answer_shape: ClassVar[Any] = shapes.SubmittedRows

    def get_permissions(self) -> Sequence[Any]:
        return [MaySubmit()] if self.action == "create" else super().get_permissions()

    def get_throttles(self) -> list[Any]:
        return [PerMinute(), SubmissionsPerMinute()] if self.action == "create" else super().get_throttles()

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Submit a claim, or up to 1,000, for review."""
        check_names(request.query_params, ("format",))
        key = idempotency_key(request)
        token: Any = request.auth
        try:
            status, answer = submit(body_of(request), token=token, level=level_of(request), key=key, at=timezone.now())
        except Refused as refused:
            kind = "client_error" if refused.status == 409 else "validation_error"
            return Response({"type": kind, "errors": refused.errors}, status=refused.status)
        return Response(answer, status=status)


def also_submitting(lists: type[PublicLists]) -> Any:
    """The same list, to which can be submitted. It keeps its name and what it says of itself."""
    return type(lists.__name__, (Submitting, lists), {"__doc__": lists.__doc__, "__module__": lists.__module__})


def idempotency_key(request: Request) -> str | None:
    """The key, with or without the quotation marks that the draft standard asks for. Raises ParseError."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    key = given.strip()
    key = key[1:-1] if len(key) > 2 and key[0] == key[-1] == '"' else key
    if not KEY.fullmatch(key):
        raise exceptions.ParseError(f"Idempotency-Key: expected {KEY_TOLD}")
    return key


class SubmissionRows(Rows):
    """Filters on what was submitted."""

    orders = {"submitted_at": (F("claim__submitted_at"), F("claim"))}

    status = taking.Filter(taking.several(*SENT), method="by_status", help_text="Where it stands; several by commas.")
    # A key of commas alone counts as empty, as any value does.
    idempotency_key = taking.Filter(
        {"type": "string", "maxLength": LONGEST_KEY, "pattern": r"^[!-~]*[!-+\--~][!-~]*$"},
        method="by_key",
        help_text="The key of the request with which it came.",
    )

    def by_status(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), SENT, "claim__status")

    def by_key(self, queryset: Any, name: str, value: str) -> Any:
        if not KEY.fullmatch(value):
            raise refuse(name, value, f"expected {KEY_TOLD}")
        return queryset.filter(submission__key=value)


class SubmissionLists(PublicLists):
    """What was submitted in your name, and what became of it. It takes a token that may submit."""

    filters = SubmissionRows
    default_order = "submitted_at"
    shape = shapes.SubmissionState
    validated = False
    key = ""
    permission_classes = [MaySubmit]

    def rows(self) -> Any:
        token: Any = self.request.auth
        return SubmittedClaim.objects.filter(submission__token__user=token.user)

    def fetched(self, rows: Any) -> Any:
        return rows.select_related("claim", "submission")

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[shapes.SubmissionState]:
        return [
            {
                "id": str(row.claim_id),
                "idempotency_key": row.submission.key,
                "index": row.number,
                "status": row.claim.status,
                "decision_note": gathered.mask.text(row.claim.decision_note) if row.claim.status in TOLD else "",
                "submitted_at": instant(row.claim.submitted_at),
            }
            for row in rows
        ]
