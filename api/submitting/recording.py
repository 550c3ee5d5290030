"""A submission from beginning to end, in one transaction: written down, read, recorded as proposed, and answered."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.attribution import attributed
from accounts.models import Token
from api.models import Submission, SubmittedClaim
from api.submitting.faults import Faults, Refused
from api.submitting.known import Known
from api.submitting.making import Making, tell_of
from api.submitting.reading import held_to
from api.v1 import shapes
from api.v1.shapes.submissions import MOST_CLAIMS
from incidents.models.review import ClaimStatus
from incidents.services.batch import submit_recorded
from incidents.services.claims import NewClaim, record_claims
from sources.disclosure import Disclosure
from sources.services import record_sources

ATOMIC, PER_ROW = "atomic", "per_row"
WHY = "submitted through the API"


@dataclass
class Row:
    """One row: as it was sent, what is wrong with it, and the claim that it is."""

    index: int
    sent: Any
    faults: Faults
    digest: str = ""
    new: NewClaim | None = None


def submit(
    body: Any, *, token: Token, level: Disclosure, key: str | None, at: dt.datetime
) -> tuple[int, shapes.SubmittedRows]:
    """The status and the answer to a submission. Raises Refused, with nothing written.

    The same body under the same key is answered as it was the first time.
    """
    with attributed(by=token.user, at=at, why=WHY):
        submission = _begun(token, key, digest_of(body), at)
        if submission.answer is None:
            rows, mode = rows_of(body)
            made = _make(rows, token, level, at, submission, mode)
            status = 200 if any(row.faults for row in rows) else 201
            answer: shapes.SubmittedRows = {"results": [_told(row, made) for row in rows]}
            submission.status, submission.answer = status, json.dumps(answer, ensure_ascii=False)
            submission.save(update_fields=["status", "answer"])
        assert submission.status is not None  # noqa: S101  the database holds answer and status together
        return submission.status, json.loads(submission.answer)


def digest_of(sent: Any) -> str:
    """What JSON values that mean the same have in common, however they are written."""
    return hashlib.sha256(json.dumps(sent, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _begun(token: Token, key: str | None, digest: str, at: dt.datetime) -> Submission:
    """The submission, written before all else: whoever comes with the same key waits here until it is committed, and
    is then given what it answered. Raises Refused where the key was used for another body."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_submission (token_id, key, digest, at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (token_id, key) DO NOTHING RETURNING id",
            [token.pk, key, digest, at],
        )
        made = cursor.fetchone()
    if made is not None:
        return Submission.objects.get(pk=made[0])
    there = Submission.objects.get(token=token, key=key)
    if there.digest != digest:
        detail = f"Idempotency-Key: {key} was used for another body; expected a new key for it."
        raise Refused(409, [{"code": "key_used", "detail": detail, "attr": "Idempotency-Key"}])
    return there


def rows_of(body: Any) -> tuple[list[Row], str]:
    """The rows of a body, read as far as their shape goes, and the mode. Raises Refused where it is no such body."""
    if not isinstance(body, dict) or "claims" not in body:
        return [_read(0, body, Faults())], ATOMIC
    outer = Faults()
    for name in body.keys() - {"claims", "mode"}:
        outer.add((name,), "There is no such key beside claims; expected mode.", "unknown_key")
    if body.get("mode", ATOMIC) not in (ATOMIC, PER_ROW):
        outer.refuse(("mode",), body["mode"], f"{ATOMIC} or {PER_ROW}")
    claims = body["claims"]
    if not isinstance(claims, list) or not 1 <= len(claims) <= MOST_CLAIMS:
        outer.refuse(("claims",), claims, f"a list of 1 to {MOST_CLAIMS} claims", "length")
    if outer:
        raise Refused(400, outer.all())
    rows = [_read(index, sent, Faults(("claims", index))) for index, sent in enumerate(claims)]
    return rows, body.get("mode", ATOMIC)


def _read(index: int, sent: Any, faults: Faults) -> Row:
    read = held_to(shapes.SubmittedClaim, sent, (), faults)
    faults.of_shape = bool(faults)
    return Row(index, read, faults, digest_of(_without_null(sent)))


def _without_null(sent: Any) -> Any:
    """What is null means the same as what is left out."""
    if isinstance(sent, dict):
        return {name: _without_null(value) for name, value in sent.items() if value is not None}
    return [_without_null(one) for one in sent] if isinstance(sent, list) else sent


def _make(
    rows: Sequence[Row], token: Token, level: Disclosure, at: dt.datetime, submission: Submission, mode: str
) -> set[UUID]:
    """Record what can be recorded: every row or none, or as many as can be. The keys of the sources that are new."""
    with connection.cursor() as cursor:
        # Submissions take turns, so that two at once neither make one source twice nor send in one claim twice.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('api_submission'))")
    read = [row for row in rows if not row.faults]
    making = Making(Known.of([row.sent for row in read], level), token.user, at, level)
    _refuse_duplicates(read, token)
    for row in read:
        row.new = making.claim(row.sent, row.faults)
    _refuse(rows, mode)
    _record([row for row in rows if not row.faults], making, submission)
    _refuse(rows, mode)
    return {source.pk for source in making.new.values()}


def _refuse(rows: Sequence[Row], mode: str) -> None:
    """Raise Refused where nothing is to be recorded for what is wrong with some."""
    wrong = [row for row in rows if row.faults]
    if wrong and (mode == ATOMIC or len(wrong) == len(rows)):
        status = 400 if any(row.faults.of_shape for row in wrong) else 422
        raise Refused(status, [error for row in wrong for error in row.faults.all()])


def _refuse_duplicates(rows: Sequence[Row], token: Token) -> None:
    """The same row twice, or one that the submitter sent before and nobody has decided on."""
    waiting = SubmittedClaim.objects.filter(
        digest__in=[row.digest for row in rows], submission__token__user=token.user, claim__status=ClaimStatus.PROPOSED
    )
    sent_before = dict(waiting.values_list("digest", "claim"))
    first: dict[str, int] = {}
    for row in rows:
        if row.digest in sent_before:
            told = f"You submitted the same before, and it waits for review: {sent_before[row.digest]}."
            row.faults.add((), told, "duplicate")
        elif row.digest in first:
            row.faults.add((), f"The same as row {first[row.digest]} of this request.", "duplicate")
        first.setdefault(row.digest, row.index)


def _record(rows: Sequence[Row], making: Making, submission: Submission) -> None:
    """Write the rows at once; where the database refuses one of them, one after the other to tell which."""
    recorded: set[UUID] = set()
    try:
        with transaction.atomic():
            _write(rows, making, submission, recorded)
    except ValidationError:
        recorded = set()
        for row in rows:
            try:
                with transaction.atomic():
                    recorded |= _write([row], making, submission, recorded)
            except ValidationError as error:
                tell_of(error, row.faults)


def _write(rows: Sequence[Row], making: Making, submission: Submission, recorded: set[UUID]) -> set[UUID]:
    """Write the claims of rows, with the sources that are new and not recorded yet; the keys of these."""
    given = [row.new for row in rows if row.new is not None]
    new = {source.pk: source for source in making.new.values()}
    cited = {citation.source.pk for one in given for citation in one.citations}
    sources = [source for key, source in new.items() if key in cited - recorded]
    by, at = making.by, making.at
    if sources:
        record_sources(sources, by=by, at=at)
    claims = record_claims(given, by=by, at=at)
    submit_recorded(claims, by=by, at=at)
    SubmittedClaim.objects.bulk_create(
        SubmittedClaim(claim=claim, submission=submission, number=row.index, digest=row.digest)
        for row, claim in zip(rows, claims, strict=True)
    )
    return {source.pk for source in sources}


def _told(row: Row, made: set[UUID]) -> shapes.SubmittedRow:
    """What became of a row."""
    if row.faults or row.new is None:
        return {"index": row.index, "id": None, "status": "refused", "sources": [], "errors": row.faults.all()}
    sources: list[shapes.CitedSource] = [
        {"id": str(citation.source.pk), "created": citation.source.pk in made} for citation in row.new.citations
    ]
    return {"index": row.index, "id": str(row.new.claim.pk), "status": "proposed", "sources": sources, "errors": []}
