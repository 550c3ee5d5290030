"""Making two records of one organization, or of one source, one; and taking that back.

The merged record stays, with all that names it: claims and citations are frozen. From then on what names it means the
record it was merged into, which is resolved on reading (``sources.merged``), so that taking a merge back has nothing
to move.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from accounts.seen import seen
from sources.models import Organization, Source

Merged = TypeVar("Merged", Organization, Source)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do: how many rows name the merged record, by kind; to whom they will be visible, if to fewer
    than before; why it cannot be, if it cannot."""

    names: list[tuple[str, int]]
    hides: str
    obstacles: list[str]


def preview(merged: Merged, into: Merged, *, by: User) -> Preview:
    """What merging one record into another would do, as far as the person may see it. Writes nothing."""
    counted: list[tuple[str, int]] = []
    for relation in merged._meta.related_objects:
        model: Any = relation.related_model
        if relation.one_to_many and model is not type(merged):
            number = seen(model._default_manager.filter(**{relation.field.name: merged}), by).count()
            counted += [(str(model._meta.verbose_name_plural), number)] if number else []
    hides = str(into.get_disclosure_display()) if into.disclosure > merged.disclosure else ""
    return Preview(counted, hides, obstacles(merged, into))


def obstacles(merged: Merged, into: Merged) -> list[str]:
    """Why one cannot be merged into the other, in words; nothing when it can."""
    if merged.pk == into.pk:
        return [_("A record cannot be merged into itself.")]
    found = []
    if merged.merged_into_id is not None:
        found.append(_("“%s” is merged already.") % merged)
    if into.merged_into_id is not None:
        found.append(_("“%s” is merged itself: merge into what it was merged into.") % into)
    found += [_("“%s” is withdrawn.") % one for one in (merged, into) if one.withdrawn_reason]
    if type(merged)._default_manager.filter(merged_into=merged).exists():
        found.append(_("Others were merged into “%s”: take those merges back first.") % merged)
    if isinstance(merged, Organization) and isinstance(into, Organization) and merged.is_protected != into.is_protected:
        found.append(_("One is a protected individual, the other is not: the public name would give the name away."))
    if merged.disclosure > into.disclosure:
        found.append(
            _("“%(one)s” is more restricted than “%(other)s”: what names it would be seen by more people.")
            % {"one": merged, "other": into}
        )
    return found


def merge_organizations(
    merged: Organization, *, into: Organization, reason: str, by: User, at: dt.datetime
) -> Organization:
    """Make one organization lead to another: what names it means that one, and its code leads there.

    Raises ValidationError with every obstacle in words, PermissionDenied.
    """
    require(by, "sources.merge_organization")
    return _merge(merged, into, reason=reason, by=by, at=at)


def merge_sources(merged: Source, *, into: Source, reason: str, by: User, at: dt.datetime) -> Source:
    """Make one source lead to another: what cites it cites that one, and its address leads there.

    Raises ValidationError with every obstacle in words, PermissionDenied.
    """
    require(by, "sources.merge_source")
    return _merge(merged, into, reason=reason, by=by, at=at)


def undo_organization_merge(merged: Organization, *, reason: str, by: User, at: dt.datetime) -> Organization:
    """Take the merge of an organization back: it stands for itself again. Raises ValidationError, PermissionDenied."""
    require(by, "sources.merge_organization")
    return _undo(merged, reason=reason, by=by, at=at)


def undo_source_merge(merged: Source, *, reason: str, by: User, at: dt.datetime) -> Source:
    """Take the merge of a source back: it stands for itself again. Raises ValidationError, PermissionDenied."""
    require(by, "sources.merge_source")
    return _undo(merged, reason=reason, by=by, at=at)


def _merge(merged: Merged, into: Merged, *, reason: str, by: User, at: dt.datetime) -> Merged:
    _required(reason)
    with explained(), attributed(by=by, at=at, why=reason.strip()):
        one, other = _locked(merged, into)
        found = obstacles(one, other)
        if found:
            raise ValidationError(found, code="merge")
        one.merged_into = other
        one.save(update_fields=["merged_into"])
    return one


def _undo(merged: Merged, *, reason: str, by: User, at: dt.datetime) -> Merged:
    _required(reason)
    with explained(), attributed(by=by, at=at, why=reason.strip()):
        [one] = _locked(merged)
        if one.merged_into_id is None:
            raise ValidationError(_("“%s” is not merged.") % one, code="undone")
        one.merged_into = None
        one.save(update_fields=["merged_into"])
    return one


def _required(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why: the reason is kept in the history.")]}, code="reason")


def _locked(*rows: Merged) -> list[Merged]:
    """The rows, read anew and locked in the order of their keys, so that two merges at once wait and do not block each
    other."""
    manager = type(rows[0])._default_manager
    held = {
        key: manager.select_for_update(of=("self",), no_key=True).get(pk=key)
        for key in sorted({row.pk for row in rows})
    }
    return [held[row.pk] for row in rows]
