"""Responsibility claims and statements: entered with their first citation, read with their chain, decided on."""

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, Value
from django.forms.models import model_to_dict
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import day, display
from accounts.admin.forms import Refused, refusable
from accounts.folding import Fold
from incidents.admin import correcting, discussion, verbs, words
from incidents.admin.correcting import CorrectingAdmin, corrected_by
from incidents.admin.forms import ResponsibilityForm, StatementForm
from incidents.admin.reading import line, partly_withheld, steps_of, with_chains
from incidents.models import Incident, ResponsibilityClaim, Statement
from incidents.services.citations import CitationInput, RelayInput
from incidents.services.review import discard_draft
from incidents.services.statements import change_saying, correct_saying, record_responsibility, record_statement
from sources.merged import meant, meant_id
from sources.models import Organization


def anew(citation: CitationInput) -> CitationInput:
    """A citation as a new row has it: what was merged since is named by what it was merged into."""
    relays = [replace(one, organization=meant(one.organization)) for one in citation.relays]
    return replace(citation, key=None, source=meant(citation.source), relays=relays)


class AssertionAdmin(CorrectingAdmin):
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
        if obj is not None and not self.has_change_permission(request, obj):
            return ()
        corrects = obj.corrects_id if obj is not None else request.GET.get("corrects")
        reason = ((_("Correction"), {"fields": ("correction_reason",)}),) if corrects else ()
        first, *others = self.fieldsets
        if obj is None:
            return (*reason, first, *others)
        return (*reason, (first[0], {"fields": first[1]["fields"][1:]}), *others)  # its incident stays

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
        """The incident it was asked for, or all of the row it corrects, with its first citation."""
        corrected = corrected_by(request, self.model)
        if corrected is not None:
            columns = [name for name in self.form.base_fields if name != "correction_reason"]
            cited = corrected.citations.seen_by(request.user).select_related("source").order_by("position").first()
            first = correcting.cited_as(cited, request.user) if cited is not None else {}
            return model_to_dict(corrected, columns) | {"claimant": meant_id(corrected.claimant)} | first
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
            context |= correcting.shown(row, user)
            context["change_name"] = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            context["said"] = getattr(row, self.said)
            context["when"] = words.date(getattr(row, "when", ""))
        return super().changeform_view(request, object_id, form_url, context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Written with the row itself."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        context: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        with refusable(form):
            if change:
                self._change(obj, form, context)
                return
            given = context | {"id": obj.pk, "incident": form.cleaned_data["incident"]} | form.saying()
            corrected = corrected_by(request, self.model)
            if corrected is None:
                self.record(citations=[form.citation()], **given)
                return
            others = self._citations(corrected.citations.seen_by(request.user))[1:]
            citations = [form.citation(), *map(anew, others)]
            reason, seen = (form.cleaned_data[name] for name in ("correction_reason", "corrects_version"))
            correct_saying(corrected, reason=reason, seen=seen, citations=citations, **given)

    def _change(self, obj: Any, form: Any, context: dict[str, Any]) -> None:
        first, *others = self._citations(obj.citations.all())
        cited = form.changed_data and {"source", "locator", "relays", "citation_stated"} & {*form.changed_data}
        citations = [replace(form.citation(), key=first.key), *others] if cited else None
        reason = {name: form.cleaned_data[name] for name in ("correction_reason",) if name in form.cleaned_data}
        seen = form.cleaned_data["version"]
        change_saying(obj, changes=form.saying() | reason, citations=citations, seen=seen, **context)

    @staticmethod
    def _citations(rows: Any) -> list[CitationInput]:
        """Citations that are there, as the services take them."""
        return [
            CitationInput(
                one.source, one.locator, one.stated,
                [RelayInput(relay.organization, relay.medium, relay.stated) for relay in one.relays.order_by("position")],
                key=one.pk,
            )
            for one in rows.select_related("source").order_by("position")
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
