"""Recording and correcting what a source says of a person."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from accounts.versions import as_seen
from incidents.models import Incident
from incidents.models.review import ClaimStatus
from incidents.services.review import locked, open_to_claims
from sources.merged import meant, require_standing
from sources.models import Organization, Source
from sources.services import date_columns
from victims.models import PersonName, PersonRecord, PersonRelay

FOREIGN = [
    "incident", "claimant", "corrects", "recorded_by", "submitted_by", "accepted_by", "source", "place", "cause",
]  # fmt: skip
DATES = ("born", "fate_date")
CORRECTABLE = {ClaimStatus.PROPOSED, ClaimStatus.RETURNED, ClaimStatus.ACCEPTED}


@dataclass(frozen=True, slots=True)
class NameInput:
    """A name as the source writes it."""

    text: str
    script: str = PersonName.Script.ARAB
    language: str = ""
    kind: str = PersonName.Kind.FULL


def record_person(
    *,
    incident: Incident,
    claimant: Organization,
    source: Source,
    fate: str,
    by: User,
    at: dt.datetime,
    names: Sequence[NameInput] = (),
    relays: Sequence[Organization] = (),
    born: str = "",
    fate_date: str = "",
    **fields: Any,
) -> PersonRecord:
    """Record a draft of what one source says of one person; ``born`` and ``fate_date`` are EDTF.

    A person whom the source does not name has no name here, but a description. Raises ValidationError,
    PermissionDenied; no message holds a name.
    """
    require(by, "victims.add_personrecord")
    record = PersonRecord(
        incident=incident,
        claimant=claimant,
        source=source,
        fate=fate,
        recorded_by=by,
        recorded_at=at,
        **date_columns("born", born),
        **date_columns("fate_date", fate_date),
        **fields,
    )
    check(record, names)
    require_standing(claimant=claimant, source=source, relays=list(relays))
    with explained(), attributed(by=by, at=at, why="person recorded"):
        open_to_claims(incident)
        record.save(force_insert=True)
        _write_parts(record, names, relays)
    return record


def check(record: PersonRecord, names: Sequence[NameInput]) -> None:
    """What can be told before the database sees it. Raises ValidationError under the field's name."""
    record.clean_fields(exclude=FOREIGN)
    if not names and not record.description.strip():
        raise ValidationError(
            {"description": [_("Give the name, or how the source calls a person it does not name.")]}, code="nobody"
        )
    for name in names:
        PersonName(text=name.text.strip(), script=name.script, language=name.language, kind=name.kind).clean_fields(
            exclude=["record"]
        )


def _write_parts(record: PersonRecord, names: Sequence[NameInput], relays: Sequence[Organization]) -> None:
    PersonName.objects.bulk_create(
        PersonName(
            record=record,
            position=position,
            text=name.text.strip(),
            script=name.script,
            language=name.language.strip(),
            kind=name.kind,
        )
        for position, name in enumerate(names, start=1)
    )
    PersonRelay.objects.bulk_create(
        PersonRelay(record=record, position=position, organization=organization)
        for position, organization in enumerate(relays, start=1)
    )


def change_draft(
    record: PersonRecord,
    *,
    by: User,
    at: dt.datetime,
    changes: Mapping[str, Any],
    names: Sequence[NameInput],
    relays: Sequence[Organization],
) -> PersonRecord:
    """Change a draft: these columns, and these names and relays in place of those it has.

    What was submitted is corrected instead. Raises ValidationError, PermissionDenied.
    """
    require(by, "victims.change_personrecord")
    with explained(), attributed(by=by, at=at, why="draft changed"):
        row: PersonRecord = locked(record)
        if row.status != ClaimStatus.DRAFT:
            raise ValidationError({"status": [_("Only a draft can be changed; correct this record instead.")]})
        columns = dict(changes)
        for name in DATES:
            if name in columns:
                columns |= date_columns(name, columns[name])
        require_standing(relays=list(relays))
        for name, value in columns.items():
            if name in {"claimant", "source"} and value != getattr(row, name):
                require_standing(**{name: value})
            setattr(row, name, value)
        check(row, names)
        # Names and chain are its content: who wrote them is one of its authors.
        row.authors = [*row.authors, by.pk]
        row.save()
        row.names.all().delete()
        row.relays.all().delete()
        _write_parts(row, names, relays)
    return row


def discard_draft(record: PersonRecord, *, by: User, at: dt.datetime) -> None:
    """Delete a draft; the history keeps it. Raises ValidationError, PermissionDenied."""
    require(by, "victims.delete_personrecord")
    with explained(), attributed(by=by, at=at, why="draft discarded"):
        row: PersonRecord = locked(record)
        if row.status != ClaimStatus.DRAFT:
            raise ValidationError({"status": [_("Only a draft can be discarded; void or correct it instead.")]})
        row.delete()


def correct(
    mistaken: PersonRecord, *, reason: str, by: User, at: dt.datetime, seen: int | None = None, **fields: Any
) -> PersonRecord:
    """Record a draft that puts our mistake right; when it is accepted, ``mistaken`` becomes corrected.

    ``fields`` are those of ``record_person``; incident, claimant, source and fate are those of the mistaken record
    unless given. Who may see its name is decided anew. ``seen`` is the version of the mistaken record that was read;
    if there is a newer one, it is refused. Raises ValidationError, PermissionDenied.
    """
    if not reason.strip():
        raise ValidationError({"correction_reason": [_("Say what was wrong.")]})
    if mistaken.status not in CORRECTABLE:
        raise ValidationError({"corrects": [_("What is %s cannot be corrected.") % mistaken.get_status_display()]})
    given: dict[str, Any] = {"incident": mistaken.incident, "fate": mistaken.fate}
    given |= {"claimant": meant(mistaken.claimant), "source": meant(mistaken.source)} | fields
    with transaction.atomic():
        open_to_claims(mistaken.incident)  # before the record, as a merge does
        with as_seen(mistaken, seen):
            return record_person(corrects=mistaken, correction_reason=reason, by=by, at=at, **given)
