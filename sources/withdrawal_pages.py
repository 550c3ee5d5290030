"""Withdrawing organizations and sources from their pages, with the reason that stands outside in their place."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import form_page
from accounts.admin.forms import long_text
from accounts.admin.reading import address_with_version, keep, read_version
from accounts.versions import as_seen, version
from sources import withdrawal
from sources.models import Organization, Source

DEEDS: Mapping[type[Any], tuple[str, Callable[..., Any]]] = {
    Organization: ("sources.withdraw_organization", withdrawal.withdraw_organization),
    Source: ("sources.withdraw_source", withdrawal.withdraw_source),
}


class WithdrawalForm(forms.Form):
    """Why a record is taken back."""

    reason = long_text(
        label=_("Reason"), help_text=_("Shown outside in its place, for good: write it for those who followed a link.")
    )


def withdraw_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Ask for the reason, and take the record back for good."""
    row = model_admin.get_object(request, object_id)
    if row is None:
        raise Http404
    permission, withdraw = DEEDS[type(row)]
    if not request.user.has_perm(permission):
        raise PermissionDenied
    form, seen = WithdrawalForm(request.POST or None), read_version(request, row)
    if form.is_valid():
        try:
            with as_seen(row, seen):
                withdraw(row, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except (ValidationError, PermissionDenied) as refused:
            keep(form, refused)
            seen = version(row)
        else:
            messages.success(request, _("Withdrawn. Outside, the reason stands in its place."))
            return redirect(model_admin.address("change", row.pk))
    told = _("Takes the record back for good. Its names and its history stay; nothing can name it any more.")
    return form_page(model_admin, request, row, form, _("Withdraw"), seen=seen, meaning=told)


def url(model: type[Any]) -> tuple[str, str, Any]:
    """Where rows of a model are withdrawn."""
    return ("<path:object_id>/withdraw/", f"sources_{model._meta.model_name}_withdraw", withdraw_view)


def shown(request: HttpRequest, row: Any, model_admin: Any) -> dict[str, Any]:
    """What a page says of a withdrawal: the reason, or where one is made."""
    may = request.user.has_perm(DEEDS[type(row)][0]) and not row.withdrawn_reason and row.merged_into_id is None
    return {
        "withdrawn_reason": row.withdrawn_reason,
        "withdraw_page": address_with_version(model_admin.address("withdraw", row.pk), row) if may else "",
    }
