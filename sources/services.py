"""Every write of organizations and sources."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.codes import code_from
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from accounts.telling import tell
from accounts.versions import require_unchanged
from sources import dates
from sources.edtf import EdtfError
from sources.merged import require_standing
from sources.models import Organization, OrganizationMembership, OrganizationName, ReliabilityAssessment, Source


def date_columns(name: str, text: str) -> dict[str, str | dt.date | None]:
    """The columns of an imprecise date; a ValidationError under its name when it is not EDTF."""
    try:
        return dates.columns(name, text)
    except EdtfError as error:
        raise ValidationError({name: [tell(error.said)]}, code="edtf") from error


def record_organization(
    *, by: User, at: dt.datetime, also_written: Iterable[str] = (), members: Iterable[Organization] = (), **fields: Any
) -> Organization:
    """Add an organization with its other names and members; without a code, it is given one.

    Raises ValidationError, PermissionDenied.
    """
    require(by, "sources.add_organization")
    fields["code"] = fields.get("code") or code_from(fields["name"], Organization)
    members = list(members)
    require_standing(made_up_of=members)
    organization = Organization(**fields)
    organization.clean_fields(exclude=["kind", "aligned_with"])
    with explained(), attributed(by=by, at=at, why="organization recorded"):
        organization.save(force_insert=True)
        OrganizationName.objects.bulk_create(
            OrganizationName(organization=organization, name=name) for name in also_written
        )
        OrganizationMembership.objects.bulk_create(
            OrganizationMembership(collective=organization, member=member) for member in members
        )
    return organization


def change_organization(
    organization: Organization, *, by: User, at: dt.datetime, why: str, seen: int | None = None, **fields: Any
) -> Organization:
    """Change an organization's columns; its code is permanent.

    ``seen`` is the version on which the changes were written; if there is a newer one, they are refused.
    Raises ValidationError, PermissionDenied.
    """
    require(by, "sources.change_organization")
    if fields.get("code", organization.code) != organization.code:
        raise ValidationError({"code": [_("The code of an organization is permanent.")]})
    with explained(), attributed(by=by, at=at, why=why):
        row: Organization = Organization.objects.select_for_update(of=("self",), no_key=True).get(pk=organization.pk)
        _require_standing(row)
        require_unchanged(row, seen)
        for name, value in fields.items():
            setattr(row, name, value)
        row.clean_fields(exclude=["kind", "aligned_with"])
        row.save(update_fields=fields)
    return row


def _require_standing(row: Organization | Source) -> None:
    if row.merged_into_id is not None:
        raise ValidationError(_("What is merged stays as it is: take the merge back first."), code="merged")
    if row.withdrawn_reason:
        raise ValidationError(_("What is withdrawn stays as it is."), code="withdrawn")


def assess_reliability(
    *, organization: Organization, grade: str, basis: str, since: dt.date, by: User, at: dt.datetime,
    until: dt.date | None = None,
) -> ReliabilityAssessment:  # fmt: skip
    """Grade an organization A to F from ``since`` until (excluded) ``until``. Raises ValidationError."""
    require(by, "sources.add_reliabilityassessment")
    require_standing(organization=organization)
    assessment = ReliabilityAssessment(
        organization=organization, grade=grade, basis=basis, period=(since, until), assessed_by=by, assessed_at=at
    )
    assessment.clean_fields(exclude=["organization", "assessed_by"])
    with explained(), attributed(by=by, at=at, why=basis):
        assessment.save(force_insert=True)
    return assessment


def record_source(*, by: User, at: dt.datetime, **fields: Any) -> Source:
    """Add a source; ``fields`` are those of ``new_source``. Raises ValidationError, PermissionDenied."""
    require(by, "sources.add_source")
    return record_sources([new_source(by=by, at=at, **fields)], by=by, at=at)[0]


def new_source(*, by: User, at: dt.datetime, published: str = "", **fields: Any) -> Source:
    """A source that is not recorded yet, checked; ``published`` is EDTF. Raises ValidationError."""
    source = Source(**fields, **date_columns("published", published), recorded_by=by, recorded_at=at)
    source.clean_fields(exclude=["kind", "publisher", "recorded_by"])
    return source


def record_sources(sources: Sequence[Source], *, by: User, at: dt.datetime) -> list[Source]:
    """Add sources, all or none, in one statement. Raises ValidationError, PermissionDenied."""
    require(by, "sources.add_source")
    require_standing(publisher=[source.publisher for source in sources])
    with explained(), attributed(by=by, at=at, why="source recorded"):
        return Source.objects.bulk_create(sources)


def change_source(
    source: Source, *, by: User, at: dt.datetime, why: str, changes: Mapping[str, Any], seen: int | None = None
) -> Source:
    """Change a source's columns; the history keeps what stood before.

    ``seen`` is the version on which the changes were written; if there is a newer one, they are refused.
    Raises ValidationError, PermissionDenied.
    """
    require(by, "sources.change_source")
    columns = dict(changes)
    if "published" in columns:
        columns |= date_columns("published", columns["published"])
    with explained(), attributed(by=by, at=at, why=why):
        row: Source = Source.objects.select_for_update(of=("self",), no_key=True).get(pk=source.pk)
        _require_standing(row)
        require_unchanged(row, seen)
        if columns.get("publisher") != row.publisher:
            require_standing(publisher=columns.get("publisher"))
        for name, value in columns.items():
            setattr(row, name, value)
        row.clean_fields(exclude=["kind", "publisher", "recorded_by"])
        row.save(update_fields=columns)
    return row
