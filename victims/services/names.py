"""Deciding who may see a name, and logging who did."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from incidents.services.review import authors_of, locked, review_mode
from incidents.workflow import ReviewMode
from sources.disclosure import Disclosure
from victims.models import NameDecision, NameRead, PersonRecord


def decide_name_disclosure(
    record: PersonRecord,
    *,
    level: Disclosure,
    by: User,
    at: dt.datetime,
    basis: str = "",
    agreement: str = "",
    purpose: str = "",
    expires: dt.date | None = None,
    one_by_one: bool = False,
    reason: str = "",
) -> NameDecision:
    """Decide how far the name in a record may go; the decision before it is superseded.

    ``one_by_one`` says that it was decided for this very person, as a child or one who may be alive needs. Publishing
    a name takes a second person. Raises ValidationError, PermissionDenied.
    """
    require(by, "victims.disclose_names")
    with explained(), attributed(by=by, at=at, why="name disclosure decided"):
        row: PersonRecord = locked(record)
        widened = level < Disclosure.RESTRICTED
        if widened and review_mode() is ReviewMode.FOUR_EYES and by.pk in authors_of(row):
            raise ValidationError(
                {"level": [_("A second person is needed: the author of a record does not disclose its name.")]}
            )
        decision = NameDecision(
            record=row,
            level=level,
            basis=basis.strip(),
            agreement=agreement.strip(),
            purpose=purpose.strip(),
            expires=expires,
            one_by_one=one_by_one,
            reason=reason.strip(),
            decided_by=by,
            decided_at=at,
            supersedes=NameDecision.objects.filter(record=row, superseded_by__isnull=True).first(),
        )
        decision.clean_fields(exclude=["record", "decided_by", "supersedes"])
        decision.save(force_insert=True)
    return decision


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and through which door."""

    door: NameRead.Door
    user: User | None = None
    client: str = ""


def note_reading(records: Iterable[UUID], *, reader: Reader, at: dt.datetime) -> None:
    """Log that the names of these records, which are above public, are about to be shown. Before they are."""
    read = sorted(set(records))
    if read:
        NameRead.objects.create(at=at, reader=reader.user, client=reader.client, door=reader.door, records=read)


def above_public(records: Iterable[Any]) -> list[UUID]:
    """Those of the fetched records (``with_names``) that show something above public."""
    return [
        record.pk
        for record in records
        if record.name_level > Disclosure.PUBLIC
        and (record.shown_description or record.shown_stated or record.names.all())
    ]


def note_export(victims: Any, *, level: Disclosure, reader: Reader | None, at: dt.datetime) -> None:
    """Log that the names of these victims are about to be exported for a reader of this level.

    Raises ValueError when there is something to log and nobody is named as its reader.
    """
    if level == Disclosure.PUBLIC:
        return
    shown = PersonRecord.objects.visible_to(level).accepted().filter(links__victim__in=victims.order_by().values("pk"))
    read = list(shown.above_public(level).values_list("pk", flat=True))
    if read and reader is None:
        raise ValueError("Names above public are exported only for somebody: no reader was given.")
    if reader is not None:
        note_reading(read, reader=reader, at=at)
