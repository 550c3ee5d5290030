"""Merging organizations and sources from their pages: choose, look at what it would do, give the reason; and take it
back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import form_page
from accounts.admin.forms import autocomplete, long_text, offer_seen
from accounts.admin.reading import address_with_version, keep, read_version
from accounts.versions import as_seen, version
from sources import merging
from sources.models import Organization, Source


class OrganizationMergeForm(forms.Form):
    """Into which organization, and why."""

    into = autocomplete(
        Organization, "merged_into", label=_("Into"), required=True,
        help_text=_("The organization that goes on. Its name and everything else it says of itself stay as they are."),
    )  # fmt: skip
    reason = long_text(label=_("Reason"), help_text=_("Why the two are the same. Kept in the history."))


class SourceMergeForm(OrganizationMergeForm):
    """Into which source, and why."""

    into = autocomplete(
        Source, "merged_into", label=_("Into"), required=True,
        help_text=_("The source that goes on. Its title, address and date stay as they are."),
    )  # fmt: skip


class UndoForm(forms.Form):
    """Why a merge is taken back."""

    reason = long_text(label=_("Reason"), help_text=_("Kept in the history."))


@dataclass(frozen=True, slots=True)
class Deeds:
    """What differs between the two kinds of records."""

    permission: str
    form: type[forms.Form]
    merge: Callable[..., Any]
    undo: Callable[..., Any]


DEEDS: Mapping[type[Any], Deeds] = {
    Organization: Deeds(
        "sources.merge_organization",
        OrganizationMergeForm,
        merging.merge_organizations,
        merging.undo_organization_merge,
    ),
    Source: Deeds("sources.merge_source", SourceMergeForm, merging.merge_sources, merging.undo_source_merge),
}


def merge_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Choose the other record, see what would happen, and do it."""
    row, deeds = _row(request, object_id, model_admin)
    form = deeds.form(request.POST or None)
    offer_seen(form, request.user)
    found, seen = None, read_version(request, row)
    if form.is_valid():
        into, reason = form.cleaned_data["into"], form.cleaned_data["reason"]
        found = merging.preview(row, into, by=request.user)  # type: ignore[arg-type]  # logged in
        if "confirm" in request.POST and not found.obstacles:
            try:
                with as_seen(row, seen, into):
                    deeds.merge(row, into=into, reason=reason, by=request.user, at=timezone.now())
            except (ValidationError, PermissionDenied) as refused:
                keep(form, refused)
                seen = version(row)
            else:
                messages.success(request, _("Merged. What names the other record means this one now."))
                return redirect(model_admin.address("change", into.pk))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Merge into another record"),
        "opts": model_admin.opts,
        "original": row,
        "form": form,
        "version": seen,
        "preview": found,
        "into": form.cleaned_data.get("into") if form.is_bound and form.is_valid() else None,
        "media": model_admin.media + form.media,
        "back": model_admin.address("change", row.pk),
    }
    return TemplateResponse(request, "admin/sijil/merge.html", context)


def undo_merge_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Take a merge back, with the reason."""
    row, deeds = _row(request, object_id, model_admin)
    form, seen = UndoForm(request.POST or None), read_version(request, row)
    if form.is_valid():
        try:
            with as_seen(row, seen):
                deeds.undo(row, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except (ValidationError, PermissionDenied) as refused:
            keep(form, refused)
            seen = version(row)
        else:
            messages.success(request, _("Taken back: it stands for itself again."))
            return redirect(model_admin.address("change", row.pk))
    return form_page(model_admin, request, row, form, _("Take the merge back"), seen=seen)


def urls(model: type[Any]) -> tuple[tuple[str, str, Any], ...]:
    """Where rows of a model are merged, and merges taken back."""
    name = f"sources_{model._meta.model_name}"
    return (
        ("<path:object_id>/merge/", f"{name}_merge", merge_view),
        ("<path:object_id>/unmerge/", f"{name}_unmerge", undo_merge_view),
    )


def shown(request: HttpRequest, row: Any, model_admin: Any) -> dict[str, Any]:
    """What a page says of merges: into what, of what, and where one is made or taken back."""
    may = request.user.has_perm(DEEDS[type(row)].permission) and not row.withdrawn_reason
    merged = list(model_admin.get_queryset(request).filter(merged_into=row).order_by("pk"))
    page = "unmerge" if row.merged_into_id else "merge"
    return {
        "merged_into": model_admin.get_object(request, str(row.merged_into_id)) if row.merged_into_id else None,
        "merged": [(one, model_admin.address("change", one.pk)) for one in merged],
        "merge_page": address_with_version(model_admin.address(page, row.pk), row)
        if may and not merged and not row.withdrawn_reason
        else "",
    }


def _row(request: HttpRequest, object_id: str, model_admin: Any) -> tuple[Any, Deeds]:
    row = model_admin.get_object(request, object_id)
    if row is None:
        raise Http404
    deeds = DEEDS[type(row)]
    if not request.user.has_perm(deeds.permission):
        raise PermissionDenied
    return row, deeds
