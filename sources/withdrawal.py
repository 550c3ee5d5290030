"""Taking an organization or a source back for good: for what should never have been recorded.

Nothing may name it, or readers would follow a name to a tombstone; what is named is merged into another record instead.
Its names, its code and its history stay.
"""

import datetime as dt
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from accounts.seen import sees_all
from accounts.telling import listed
from sources.models import Organization, Source

Row = TypeVar("Row", Organization, Source)


def withdraw_organization(row: Organization, *, reason: str, by: User, at: dt.datetime) -> Organization:
    """Take an organization back for good; outside, the reason stands in its place.

    Raises ValidationError, in words, while anything names it; PermissionDenied.
    """
    require(by, "sources.withdraw_organization")
    return _withdraw(row, reason=reason, by=by, at=at)


def withdraw_source(row: Source, *, reason: str, by: User, at: dt.datetime) -> Source:
    """Take a source back for good; outside, the reason stands in its place.

    Raises ValidationError, in words, while anything cites it; PermissionDenied.
    """
    require(by, "sources.withdraw_source")
    return _withdraw(row, reason=reason, by=by, at=at)


def naming(row: Row) -> list[tuple[str, int]]:
    """What names a record, by kind, as the database counts it: all but what was refused before anybody outside saw it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT named_in, number FROM naming_{row._meta.model_name}(%s)", [row.pk])  # noqa: S608  our names
        found = cursor.fetchall()
    kinds: dict[str, Any] = {model._meta.db_table: model._meta.verbose_name_plural for model in apps.get_models()}
    return [(str(kinds[table]), number) for table, number in found]


def obstacles(row: Row, *, by: User) -> list[str]:
    """Why a record cannot be withdrawn, in words; nothing when it can."""
    if row.withdrawn_reason:
        return [_("“%s” is withdrawn.") % row]
    if row.merged_into_id is not None:
        return [_("“%s” is merged: its names lead to the other record, and nothing is left to withdraw.") % row]
    named = naming(row)
    if not named:
        return []
    told = listed(f"{number} {kind}" for kind, number in named) if sees_all(by) else _("something")
    return [
        _("“%(row)s” is still named (%(named)s): merge it into another record instead.") % {"row": row, "named": told}
    ]


def _withdraw(row: Row, *, reason: str, by: User, at: dt.datetime) -> Row:
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why: the reason stands outside in its place.")]}, code="reason")
    with explained(), attributed(by=by, at=at, why=reason.strip()):
        # Whoever names it meanwhile waits for this, and this for them (refuse_withdrawn).
        held: Row = type(row)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        found = obstacles(held, by=by)
        if found:
            raise ValidationError(found, code="withdrawal")
        held.withdrawn_reason = reason.strip()
        held.save(update_fields=["withdrawn_reason"])
    return held
