"""More about a claim that is submitted: where else it stands, what else it rests on."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import form_page, telling
from accounts.admin.forms import Refused, refusable
from incidents.admin.forms import CitationForm, DerivationForm
from incidents.services.citations import add_citation, add_derivation


def cite_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Add a citation to a claim that is submitted."""
    return _add_view(request, object_id, model_admin, CitationForm, _("Add a citation"))


def derive_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Add something that a submitted claim rests on."""
    return _add_view(request, object_id, model_admin, DerivationForm, _("Add what it rests on"))


def _add_view(request: HttpRequest, object_id: str, model_admin: Any, kind: Any, title: Any) -> HttpResponse:
    claim = model_admin.get_object(request, object_id)
    if claim is None:
        raise Http404
    if not model_admin.has_view_permission(request, claim):
        raise PermissionDenied
    more = {"claim": claim} if kind is DerivationForm else {}
    form = telling(kind, request)(request.POST or None, **more)
    if form.is_valid():
        context: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        try:
            with refusable(form):
                if kind is CitationForm:
                    add_citation(claim, form.citation(), **context)
                else:
                    add_derivation(claim, form.derivation(), **context)
        except Refused as refused:
            form.add_refusal(refused.error)
        else:
            messages.success(request, _("Added."))
            return redirect(model_admin.address("change", claim.pk))
    return form_page(model_admin, request, claim, form, title)
