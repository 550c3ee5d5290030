from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst, format_lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.paginator import InfinitePaginator
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.base import ReferenceAdmin, RegisterAdmin, day, display, form_page
from accounts.admin.choices import chosen_from
from accounts.admin.forms import (
    NearForm,
    Refused,
    ServiceForm,
    WebAddressField,
    autocomplete,
    long_text,
    refusable,
    why_field,
)
from accounts.telling import tell
from sources import edtf, merge_pages, services, withdrawal_pages
from sources.dates import DATE_HELP
from sources.models import (
    Organization,
    OrganizationKind,
    Party,
    ReliabilityAssessment,
    Source,
    SourceKind,
)
from sources.there_already import UsesWhatIsThere, stands

EDTF_HELP = format_lazy("{} {}", DATE_HELP, _("Empty when not stated."))


def lines(text: str) -> list[str]:
    """The lines of a text that say something, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def listed(request: HttpRequest, rows: Any) -> Any:
    """In a list all but what was merged; among the choices of a form only what can be named."""
    return rows.standing() if chosen_from(request) else rows.filter(merged_into__isnull=True)


def shown(request: HttpRequest, row: Any, model_admin: Any) -> dict[str, Any]:
    """What a page says of merges and of a withdrawal."""
    return merge_pages.shown(request, row, model_admin) | withdrawal_pages.shown(request, row, model_admin)


WITHDRAWN = ' <span class="sj-tag sj-status-withdrawn">{}</span>'


class OrganizationForm(NearForm):
    """An organization; its other names and members are given when it is recorded."""

    kind = autocomplete(Organization, "kind")
    aligned_with = autocomplete(Organization, "aligned_with")
    also_written = long_text(
        required=False, label=_("Also written"), help_text=_("Other names as sources write them, one a line.")
    )
    made_up_of = autocomplete(Organization, "members", required=False, several=True)
    why = why_field()

    class Meta:
        model = Organization
        fields = (
            "code", "name", "name_ar", "acronym", "kind", "country", "based_in", "aligned_with", "role",
            "is_protected", "public_name", "public_code", "disclosure", "note",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.fields["code"].required = False
            self.fields["code"].help_text = _("Permanent. Left empty, it is made from the name.")
        else:
            for only_at_first in ("also_written", "made_up_of"):
                self.fields.pop(only_at_first, None)

    def clean_also_written(self) -> list[str]:
        return lines(self.cleaned_data["also_written"])

    def find_near(self, given: dict[str, Any]) -> Any:
        """Of nearly one of these names, or of this acronym."""
        names = (given[name] for name in ("name", "name_ar", "acronym"))
        return Organization.objects.near(*(name for name in (*names, *given["also_written"]) if name))


class AssessmentForm(ServiceForm):
    """How reliable an organization was held to be, from when to when; added to, never changed."""

    since = forms.DateField(label=_("From"), widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))
    until = forms.DateField(
        label=_("Until (excluded)"), required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"})
    )

    class Meta:
        model = ReliabilityAssessment
        fields = ("grade", "basis")
        widgets = {"grade": UnfoldAdminSelectWidget, "basis": UnfoldAdminTextareaWidget(attrs={"rows": 3})}


@admin.register(Organization)
class OrganizationAdmin(UsesWhatIsThere, RegisterAdmin):
    """Who asserts, relays and prints. A protected individual is known outside by the public name alone."""

    form = OrganizationForm
    list_display = ("marked_name", "name_ar", "acronym", "code", "kind", "country", "disclosure")
    list_display_links = ("marked_name", "name_ar", "code")
    list_filter = ("is_protected", "disclosure", "kind", "aligned_with")
    list_select_related = ("kind",)
    ordering = ("name", "pk")
    search_fields = ("name",)
    change_form_outer_before_template = "admin/sijil/organization.html"
    fieldsets = (
        (None, {"fields": ("code", ("name", "name_ar"), "acronym", "also_written")}),
        (_("What it is"), {"fields": (("kind", "role"), ("country", "based_in"), "aligned_with", "made_up_of")}),
        (_("Outside"), {"fields": ("is_protected", ("public_name", "public_code"), "disclosure")}),
        (None, {"fields": ("note",)}),
    )

    @display(_("name"), order="name")
    def marked_name(self, obj: Organization) -> str:
        gone = format_html(WITHDRAWN, _("withdrawn")) if obj.withdrawn_reason else ""
        if not obj.is_protected:
            return format_html("{}{}", obj.name, gone)
        return format_html(
            '{} <span class="sj-tag sj-tag-protected">{}</span>{}',
            obj.name,
            _("protected: outside “%s”") % obj.public_name,
            gone,
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fieldsets
        if not self.has_change_permission(request, obj):
            return ((None, {"fields": OrganizationForm.Meta.fields}),)
        first, what, *others = self.fieldsets
        return (
            (first[0], {"fields": ("code", ("name", "name_ar"), "acronym")}),
            (what[0], {"fields": (("kind", "role"), ("country", "based_in"), "aligned_with")}),
            *others,
            (_("Reason"), {"fields": ("why",)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("code",)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        known = self.get_object(request, object_id) if object_id else None
        reading = {
            "organization": known,
            "names": list(known.names.order_by("name")) if known else [],
            "memberships": list(known.memberships.seen_by(request.user).select_related("member")) if known else [],
            "may_assess": known and request.user.has_perm("sources.add_reliabilityassessment"),
            "merges": shown(request, known, self) if known else {},
            "assessments": list(known.assessments.select_related("assessed_by").order_by("-period")) if known else [],
        }
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **reading})

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: Any) -> None:
        given = dict(form.cleaned_data)
        context: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        with refusable(form):
            if change:
                services.change_organization(obj, seen=given.pop("version"), **context, **given)
            else:
                members = given.pop("made_up_of")
                obj.pk = services.record_organization(members=members, **given, **context).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Written with the organization itself."""

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("<path:object_id>/assess/", "sources_organization_assess", assess_view),
            *merge_pages.urls(Organization),
            withdrawal_pages.url(Organization),
        )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """What was merged is in no list; its names lead to what it was merged into. What was withdrawn is no choice."""
        return super().get_search_results(request, listed(request, queryset), search_term)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_change_permission(request, obj)) and (obj is None or stands(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def kept_with(self, row: Organization) -> "list[Model]":
        return [*row.names.all(), *row.memberships.all(), *row.assessments.all()]


def assess_view(request: HttpRequest, object_id: str, model_admin: OrganizationAdmin) -> HttpResponse:
    """Grade an organization's reliability."""
    organization = model_admin.get_object(request, object_id)
    if organization is None:
        raise Http404
    if not request.user.has_perm("sources.add_reliabilityassessment"):
        raise PermissionDenied
    form = AssessmentForm(request.POST or None)
    if form.is_valid():
        context: dict[str, Any] = {"organization": organization, "by": request.user, "at": timezone.now()}
        try:
            with refusable(form):
                services.assess_reliability(**form.cleaned_data, **context)
        except Refused as refused:
            form.add_refusal(refused.error)
        else:
            messages.success(request, _("Added."))
            return redirect(model_admin.address("change", organization.pk))
    return form_page(model_admin, request, organization, form, _("Assess reliability"))


def web_address(name: str) -> WebAddressField:
    """An address of a source."""
    column: Any = Source._meta.get_field(name)
    return WebAddressField(
        max_length=2000, required=False, label=capfirst(column.verbose_name), help_text=column.help_text
    )


class SourceForm(NearForm):
    """A document or testimony. One source serves many incidents and claims."""

    kind = autocomplete(Source, "kind")
    publisher = autocomplete(Source, "publisher", add=True)
    url = web_address("url")
    archived_url = web_address("archived_url")
    why = why_field()

    class Meta:
        model = Source
        fields = (
            "title", "kind", "publisher", "language", "published", "published_inferred", "content_hash", "disclosure",
            "note",
        )  # fmt: skip
        labels = {"published": pgettext_lazy("date", "Published")}
        help_texts = {"published": EDTF_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("url", "archived_url"):
            self.initial.setdefault(name, getattr(self.instance, name))
        if "published" in self.fields:  # not where the page is only read
            self.fields["published"].widget.attrs |= {
                "dir": "ltr",
                "data-edtf": reverse_lazy("admin:sources_source_edtf"),
            }

    def find_near(self, given: dict[str, Any]) -> Any:
        """At the same address, or nearly of this title."""
        url, title = given.get("url") or given.get("archived_url") or "", given.get("title", "")
        return Source.objects.near(url=url, title=title).select_related("publisher")


@admin.register(Source)
class SourceAdmin(UsesWhatIsThere, RegisterAdmin):
    """What was printed or said, where, and when."""

    form = SourceForm
    list_display = ("named", "kind", "publisher", "printed", "language", "disclosure", "recorded")
    list_filter = ("disclosure", "kind", "language")
    list_select_related = ("kind", "publisher")
    ordering = ("-recorded_at", "-pk")
    paginator = InfinitePaginator
    search_fields = ("title",)
    change_form_outer_before_template = "admin/sijil/merges.html"
    fieldsets = (
        (None, {"fields": ("title", ("kind", "publisher"), ("language", "published", "published_inferred"))}),
        (_("Where it is kept"), {"fields": (("url", "archived_url"), "content_hash")}),
        (None, {"fields": ("disclosure", "note")}),
    )

    @display(_("source"), order="title")
    def named(self, obj: Source) -> str:
        return format_html("{}{}", obj, format_html(WITHDRAWN, _("withdrawn")) if obj.withdrawn_reason else "")

    @display(pgettext_lazy("date", "published"), order="published_earliest")
    def printed(self, obj: Source) -> str:
        return obj.published

    @display(_("recorded"), order="recorded_at")
    def recorded(self, obj: Source) -> str:
        return day(obj.recorded_at)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fieldsets
        if not self.has_change_permission(request, obj):
            return ((None, {"fields": (*SourceForm.Meta.fields, "url", "archived_url")}),)
        return (*self.fieldsets, (_("Reason"), {"fields": ("why",)}))

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: Any) -> None:
        given = dict(form.cleaned_data)
        context: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        with refusable(form):
            if change:
                services.change_source(obj, why=given.pop("why"), seen=given.pop("version"), changes=given, **context)
            else:
                services.record_source(id=obj.pk, **given, **context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """There is none."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (("edtf/", "sources_source_edtf", edtf_view), *merge_pages.urls(Source), withdrawal_pages.url(Source))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """What was merged is in no list; its title leads to what it was merged into. What was withdrawn is no choice."""
        return super().get_search_results(request, listed(request, queryset), search_term)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_change_permission(request, obj)) and (obj is None or stands(obj))

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        known = self.get_object(request, object_id) if object_id else None
        merges = shown(request, known, self) if known else {}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), "merges": merges})


def edtf_view(request: HttpRequest, **_: Any) -> JsonResponse:
    """What an imprecise date means, in the reader's language, or what is wrong with it."""
    text = request.GET.get("text", "").strip()
    language: edtf.Language = "ar" if (get_language() or "en").startswith("ar") else "en"
    try:
        return JsonResponse({"meaning": edtf.describe(edtf.parse(text), language) if text else ""})
    except edtf.EdtfError as error:
        return JsonResponse({"error": tell(error.said)})


@admin.register(OrganizationKind, SourceKind)
class KindAdmin(ReferenceAdmin):
    list_display = ("code", "label", "label_ar")
    ordering = ("code",)


@admin.register(Party)
class PartyAdmin(ReferenceAdmin):
    list_display = ("code", "name", "name_ar")
    folded_search = ("code", "name", "name_ar")
    ordering = ("code",)
