"""Responsibility claims and statements: entered with their first citation, read with their chain, decided on."""

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import RegisterAdmin, day, display
from accounts.admin.forms import Refused, refusable
from accounts.folding import Fold
from incidents.admin import discussion, verbs, words
from incidents.admin.forms import ResponsibilityForm, StatementForm
from incidents.admin.reading import line, partly_withheld, steps_of, with_chains
from incidents.models import Incident, ResponsibilityClaim, Statement
from incidents.services.citations import CitationInput, RelayInput
from incidents.services.review import discard_draft
from incidents.services.statements import change_saying, record_responsibility, record_statement
from sources.models import Organization


class AssertionAdmin(RegisterAdmin):
    """What both have in common."""

    list_filter: Any = ("status", "disclosure")
    list_select_related: Any = ("claimant", "incident")
    ordering = ("-recorded_at", "-pk")
    change_form_outer_before_template = "admin/incidents/assertion.html"
    said: str
    record: Any

    @display(_("incident"))
    def of_incident(self, obj: Any) -> str:
        return format_html('<span title="{}" class="sj-day">{}</span>', obj.incident.title, obj.incident.reference)

    @display(_("recorded"), order="recorded_at")
    def recorded(self, obj: Any) -> str:
        return day(obj.recorded_at)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        text = search_term.replace("\x00", "").strip()
        if not text:
            return queryset, False
        found = queryset.annotate(folded=Fold(self.said)).filter(
            Q(folded__contains=Fold(Value(text)))
            | Q(claimant__in=Organization.objects.matching(text).values("pk"))
            | Q(incident__in=Incident.objects.filter(reference=text.upper()).values("pk"))
        )
        return found, False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fieldsets
        if not self.has_change_permission(request, obj):
            return ()
        first, *others = self.fieldsets
        return ((first[0], {"fields": first[1]["fields"][1:]}), *others)  # its incident stays

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft is changed; what was submitted is read, and a mistake becomes a new row."""
        allowed = bool(super().has_change_permission(request, obj))
        if obj is None or not allowed:
            return allowed
        return (obj.status == "draft" or self.is_sent(request)) and not partly_withheld(obj, request.user)

    def after_saving(self, obj: Any) -> str:
        """Back to the incident, about which there is more to say, and with which it is submitted."""
        return reverse("admin:incidents_incident_change", args=[obj.incident_id])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_delete_permission(request, obj)) and (obj is None or obj.status == "draft")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        try:
            discard_draft(obj, by=request.user, at=timezone.now())  # type: ignore[arg-type]  # logged in
        except (ValidationError, PermissionDenied) as refused:
            raise Refused("", ValidationError(verbs.told(refused))) from refused

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        asked = request.GET.get("incident", "")
        return {"incident": asked} if asked.isascii() and asked.isdecimal() and len(asked) < 19 else {}

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = dict(extra_context or {})
        row = self.get_object(request, object_id) if object_id else None
        if row is not None:
            whole = with_chains(type(row).objects.filter(pk=row.pk).select_related("incident"), request.user).get()
            user: Any = request.user
            context["discussion"] = discussion.of(request, row)
            context |= {"line": line(whole, user), "steps": steps_of(row), "offers": verbs.offers(row, user)}
            context["step_name"] = f"admin:{self.opts.app_label}_{self.opts.model_name}_step"
            context["said"] = getattr(row, self.said)
            context["when"] = words.date(getattr(row, "when", ""))
        return super().changeform_view(request, object_id, form_url, context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Written with the row itself."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        given: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        with refusable(form):
            if not change:
                given |= {"id": obj.pk, "incident": form.cleaned_data["incident"], "citations": [form.citation()]}
                self.record(**given, **form.saying())
                return
            first, *others = self._citations(obj)
            cited = form.changed_data and {"source", "locator", "relays", "citation_stated"} & {*form.changed_data}
            citations = [replace(form.citation(), key=first.key), *others] if cited else None
            seen = form.cleaned_data["version"]
            change_saying(obj, changes=form.saying(), citations=citations, seen=seen, **given)

    @staticmethod
    def _citations(obj: Any) -> list[CitationInput]:
        """The citations of a draft, as the services take them."""
        return [
            CitationInput(
                one.source, one.locator, one.stated,
                [RelayInput(relay.organization, relay.medium, relay.stated) for relay in one.relays.order_by("position")],
                key=one.pk,
            )
            for one in obj.citations.select_related("source").order_by("position")
        ]  # fmt: skip

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (verbs.step_url(self), *discussion.urls(self))

    def kept_with(self, row: Any) -> Any:
        return row.citations.all()


@admin.register(ResponsibilityClaim)
class ResponsibilityAdmin(AssertionAdmin):
    """Who is said to have done it, and by whom."""

    form = ResponsibilityForm
    said = "act"
    list_display = ("act", "party", "standing", "claimant", "of_incident", "status", "disclosure", "recorded")
    list_filter = ("status", "disclosure", "party", "standing")
    list_select_related = ("claimant", "incident", "party")
    search_fields = ("act",)
    fieldsets = (
        (None, {"fields": ("incident", ("claimant", "party"), ("act", "standing"))}),
        (_("Citation"), {"fields": (("source", "locator"), ("citation_stated", "relays"))}),
        (None, {"fields": ("disclosure", "note")}),
    )

    record = staticmethod(record_responsibility)


@admin.register(Statement)
class StatementAdmin(AssertionAdmin):
    """What is said that is not a count."""

    form = StatementForm
    said = "value"
    list_display = ("value", "kind", "when", "claimant", "of_incident", "status", "disclosure", "recorded")
    list_filter = ("status", "disclosure", "kind")
    search_fields = ("value",)
    fieldsets = (
        (None, {"fields": ("incident", "claimant", ("kind", "meaning", "when"), "value")}),
        (_("Citation"), {"fields": (("source", "locator"), ("citation_stated", "relays"))}),
        (None, {"fields": ("disclosure", "note")}),
    )

    record = staticmethod(record_statement)
