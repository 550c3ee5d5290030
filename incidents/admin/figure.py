"""Figures in the admin: a list of them, their history, and the steps by which they are adopted or declined."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import display, isolated
from incidents.admin import plots, verbs, words
from incidents.admin.scope import ReadAsClaims
from incidents.models import Figure
from sources.clearance import clearance


@admin.register(Figure)
class FigureAdmin(ReadAsClaims):
    """Figures of every status. Each is read on the page of its scope, and decided on there."""

    prefix = "scope__"
    list_display = ("spanned", "of", "of_incident", "policy", "status", "stale", "proposed_at")
    list_filter = ("status", "stale", "policy", "disclosure")
    list_select_related: Any = (
        "scope__incident", "scope__measure", "scope__unit", "scope__population", "scope__cause", "scope__place",
    )  # fmt: skip
    ordering = ("-proposed_at", "-pk")
    search_fields = ("scope__incident__reference",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).seen_at(clearance(request.user))

    @display(_("figure"), order="low")
    def spanned(self, obj: Figure) -> str:
        return plots.figure_words(obj)

    @display(_("scope"))
    def of(self, obj: Figure) -> str:
        return words.scope(obj.scope)

    @display(_("incident"), order="scope__incident")
    def of_incident(self, obj: Any) -> str:
        return isolated(words.title(obj.scope.incident))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        figure = self.get_object(request, object_id)
        if figure is None:
            raise Http404
        return redirect(f"{reverse('admin:incidents_scope_change', args=[figure.scope_id])}#figure-{figure.pk}")

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (verbs.step_url(self),)
