from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.forms.models import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.forms import PaginationInlineFormSet

from accounts.admin.base import RegisterAdmin, StackedRows, day, display
from accounts.admin.forms import ServiceForm, autocomplete, refusable
from incidents.admin import verbs, words
from incidents.admin.forms import DATE_HELP, ClaimRow, EdtfField
from incidents.admin.reading import IncidentPage
from incidents.admin.sections import sections
from incidents.models import Claim, Incident, IncidentPart, IncidentPlace
from incidents.services import incidents as services
from incidents.services.claims import record_claim

OPEN = services.OPEN_TO_CHANGE


class IncidentForm(ServiceForm):
    """What happened, when and where; what is claimed about it has rows of its own below."""

    service_names: ClassVar[dict[str, str]] = {"places": "where", "part_of": "situations"}

    occurred = EdtfField(label=_("Occurred"), help_text=DATE_HELP)
    where = autocomplete(
        Incident, "places", several=True, required=False, label=_("Places"),
        help_text=_("Where it happened, the most important first."),
    )  # fmt: skip
    destinations = autocomplete(
        Incident, "places", several=True, required=False, label=_("Destinations"),
        help_text=_("Where people were taken, if they were."),
    )  # fmt: skip
    kinds = autocomplete(Incident, "kinds", several=True, required=False)
    situations = autocomplete(
        Incident, "part_of", several=True, required=False, label=_("Part of"),
        help_text=_("The situations that this is a part of."),
    )  # fmt: skip

    class Meta:
        model = Incident
        fields = ("incident_type", "title", "title_ar", "occurred", "kinds", "summary", "grade", "disclosure", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_new:
            located = self.instance.located.order_by("position").values_list("role", "place")
            self.initial.update(
                {
                    "where": [place for role, place in located if role == IncidentPlace.Role.PLACE],
                    "destinations": [place for role, place in located if role == IncidentPlace.Role.DESTINATION],
                    "situations": list(self.instance.part_links.order_by("pk").values_list("situation", flat=True)),
                }
            )

    def given(self) -> dict[str, Any]:
        """What the services take."""
        given = dict(self.cleaned_data)
        return given | {"places": given.pop("where"), "part_of": given.pop("situations")}

    def changes(self) -> dict[str, Any]:
        """As ``given``, of what differs alone, so that nobody's work is written over unseen."""
        return {
            name: value
            for name, value in self.given().items()
            if self.service_names.get(name, name) in self.changed_data
        }


class ClaimRowFormSet(PaginationInlineFormSet, BaseInlineFormSet):  # type: ignore[misc,type-arg]  # unfold ships no types
    """New claims about one incident."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        known = self.instance if self.instance.pk else None
        return {**super().get_form_kwargs(index), "incident": known}


class ClaimRows(StackedRows):
    """Claims entered with their incident; those already recorded are read above."""

    model = Claim
    form = ClaimRow
    formset = ClaimRowFormSet
    fk_name = "incident"
    verbose_name = _("new claim")
    verbose_name_plural = _("new claims")
    can_delete = False
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("claimant", "measure", "population"),
                    ("quantifier", "number", "upper", "best"),
                    ("stated", "language", "stance"),
                    ("source", "locator", "relays"),
                    ("rests_on", "strength"),
                )
            },
        ),
        (
            _("Further particulars"),
            {
                "classes": ("collapse",),
                "fields": (
                    ("as_of", "basis", "since", "period"),
                    ("place", "cause", "population_stated"),
                    ("coding_rule", "method", "part_of"),
                    ("disclosure", "note"),
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).none()

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj is not None else 1


@admin.register(Incident)
class IncidentAdmin(RegisterAdmin):
    """Incidents, with everything that is claimed about each side by side."""

    form = IncidentForm
    inlines = (ClaimRows,)
    list_display = ("titled", "incident_type", "when", "located_at", "status", "disclosure", "published", "recorded")
    list_filter = ("status", "disclosure", "incident_type", "kinds")
    ordering = ("-pk",)
    search_fields = ("title",)
    change_form_outer_before_template = "admin/incidents/incident.html"
    fieldsets = (
        (None, {"fields": (("title", "title_ar"), ("incident_type", "occurred", "kinds"))}),
        (_("Where, and part of what"), {"fields": (("where", "destinations"), "situations")}),
        (None, {"fields": ("summary", ("grade", "disclosure"), "note")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        located = IncidentPlace.objects.filter(role="place").select_related("place").order_by("position")
        return super().get_queryset(request).prefetch_related(Prefetch("located", located, to_attr="where"))

    @display(_("incident"), order="title")
    def titled(self, obj: Incident) -> str:
        title = obj.title_ar if words.language() == "ar" and obj.title_ar else obj.title
        return f"{obj.reference} {title}"

    @display(_("occurred"), order="occurred_earliest")
    def when(self, obj: Incident) -> str:
        return words.date(obj.occurred)

    @display(_("places"))
    def located_at(self, obj: Any) -> str:
        return words.listed(words.named(one.place) for one in obj.where)

    @display(_("published"), order="published_at")
    def published(self, obj: Incident) -> str:
        return day(obj.published_at)

    @display(_("recorded"), order="recorded_at")
    def recorded(self, obj: Incident) -> str:
        return day(obj.recorded_at)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What cannot be changed is read above the form, which then is empty."""
        return self.fieldsets if obj is None or self.has_change_permission(request, obj) else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Rows for new claims while the incident is open; afterwards a claim is entered on a page of its own."""
        return self.inlines if obj is None or self.has_change_permission(request, obj) else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = bool(super().has_change_permission(request, obj))
        return allowed and (obj is None or obj.status in OPEN)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = dict(extra_context or {})
        incident = self.get_object(request, object_id) if object_id else None
        if incident is not None and request.method == "GET":
            context |= self._reading(request, incident)
        return super().changeform_view(request, object_id, form_url, context)

    def _reading(self, request: HttpRequest, incident: Incident) -> dict[str, Any]:
        page = IncidentPage.of(incident)
        rows = [line.row for group in page.groups for line in group.lines]
        rows += [line.row for line in (*page.responsibility, *page.statements)]
        user: Any = request.user
        proposed = [row for row in rows if row.status == "proposed"]
        return {
            "page": page,
            "offers": [offer for offer in verbs.offers(incident, user) if offer.verb != "submit"],
            "drafts": sum(row.status == "draft" for row in rows),
            "may_submit": user.has_perm("incidents.add_claim")
            and (incident.status in {"draft", "changes_requested"} or any(row.status == "draft" for row in rows)),
            "proposed": len(proposed),
            "may_accept": user.has_perm("incidents.review_claim") and bool(proposed),
            "may_add_claim": user.has_perm("incidents.add_claim") and incident.status != Incident.Status.WITHDRAWN,
            "add_claim": f"{reverse('admin:incidents_claim_add')}?incident={incident.pk}",
            "sections": sections(request, incident),
        }

    def save_model(self, request: HttpRequest, obj: Incident, form: Any, change: Any) -> None:
        context: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        with refusable(form):
            if not change:
                obj.pk = services.record_incident(reference=obj.reference, **form.given(), **context).pk
            elif form.changed_data:
                services.change_incident(obj, changes=form.changes(), **context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Each new row becomes a draft claim with its first citation."""
        for row in (row for formset in formsets for row in formset.forms if row.has_changed()):
            with refusable(row):
                record_claim(
                    incident=form.instance,
                    citations=[row.citation()],
                    derivations=row.derivations(),
                    by=request.user,  # type: ignore[arg-type]  # logged in
                    at=timezone.now(),
                    **row.claim(),
                )

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            verbs.step_url(self),
            ("<path:object_id>/submit-all/", "incidents_incident_submit_all", submit_all_view),
            ("<path:object_id>/accept-all/", "incidents_incident_accept_all", accept_all_view),
        )

    def kept_with(self, row: Incident) -> Any:
        return (*row.located.all(), *IncidentPart.objects.filter(part=row))


def _incident(request: HttpRequest, model_admin: IncidentAdmin, object_id: str) -> Incident:
    incident: Incident | None = model_admin.get_object(request, object_id)
    if incident is None:
        raise Http404
    return incident


@require_POST
def submit_all_view(request: HttpRequest, object_id: str, model_admin: IncidentAdmin) -> HttpResponse:
    """Submit the incident and every draft about it."""
    incident = _incident(request, model_admin, object_id)
    try:
        drafts = verbs.submit_all(incident, by=request.user)  # type: ignore[arg-type]  # logged in
    except (ValidationError, PermissionDenied) as refused:
        messages.error(request, verbs.told(refused))
    else:
        messages.success(
            request,
            ngettext("Submitted for review with %d draft.", "Submitted for review with %d drafts.", drafts) % drafts,
        )
    return redirect(model_admin.address("change", incident.pk))


@require_POST
def accept_all_view(request: HttpRequest, object_id: str, model_admin: IncidentAdmin) -> HttpResponse:
    """Accept what is proposed about the incident, but for the reviewer's own."""
    incident = _incident(request, model_admin, object_id)
    try:
        accepted, left = verbs.accept_all(incident, by=request.user)  # type: ignore[arg-type]  # logged in
    except (ValidationError, PermissionDenied) as refused:
        messages.error(request, verbs.told(refused))
    else:
        messages.success(request, ngettext("%d accepted.", "%d accepted.", accepted) % accepted)
        if left:
            messages.warning(
                request,
                ngettext(
                    "%d is yours: a second person is needed to accept it.",
                    "%d are yours: a second person is needed to accept them.",
                    left,
                )
                % left,
            )
    return redirect(model_admin.address("change", incident.pk))
