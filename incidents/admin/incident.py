from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from accounts.admin.base import day, display
from accounts.admin.forms import NearForm, autocomplete, refusable
from accounts.admin.reading import address_with_version
from accounts.seen import sees_all
from incidents import workflow
from incidents.admin import discussion, explained, merging, verbs, words
from incidents.admin.adding import CLOSED, AddingAdmin, adds, rows_view
from incidents.admin.comparing import by_measure
from incidents.admin.dashboard import changes_view
from incidents.admin.forms import EdtfField
from incidents.admin.lists import SearchIncidents
from incidents.admin.queues import queue_view
from incidents.admin.reading import IncidentPage
from incidents.admin.review import review_view
from incidents.admin.rows import ClaimRows, ResponsibilityRows, StatementRows, record_rows
from incidents.admin.sections import sections
from incidents.admin.situation import beside_events
from incidents.admin.timeline import timeline_view
from incidents.admin.totals import totals_view
from incidents.models import (
    Assignment,
    Incident,
    IncidentPart,
    IncidentPlace,
)
from incidents.services import incidents as services
from sources.dates import DATE_HELP
from sources.services import date_columns

OPEN = services.OPEN_TO_CHANGE


class IncidentForm(NearForm):
    """What happened, when and where; what is claimed about it has rows of its own below."""

    service_names: ClassVar[dict[str, str]] = {"places": "where", "part_of": "situations"}

    occurred = EdtfField(label=_("Occurred"), help_text=DATE_HELP)
    where = autocomplete(
        Incident, "places", several=True, required=False, add=True, label=_("Places"),
        help_text=_("Where it happened, the most important first."),
    )  # fmt: skip
    destinations = autocomplete(
        Incident, "places", several=True, required=False, add=True, label=_("Destinations"),
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

    def take_address(self, row: Any) -> str:
        """Where what was typed about this incident can be added to that one, by whoever may."""
        may = self.by is not None and self.by.has_perm("incidents.add_claim") and row.status not in CLOSED
        return reverse("admin:incidents_incident_rows", args=[row.pk]) if may else ""

    def find_near(self, given: dict[str, Any]) -> Any:
        """Possibly on the same days, and there; or nearly of this title."""
        days = date_columns("occurred", given.get("occurred", ""))
        return Incident.objects.near(
            title=given["title"], title_ar=given["title_ar"],
            earliest=days["occurred_earliest"], latest=days["occurred_latest"],  # type: ignore[arg-type]  # dates
            places=given["where"], kinds=given["kinds"],
        )  # fmt: skip

    def given(self) -> dict[str, Any]:
        """What the services take."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return given | {"places": given.pop("where"), "part_of": given.pop("situations")}

    def changes(self) -> dict[str, Any]:
        """As ``given``, of what differs alone, so that nobody's work is written over unseen."""
        return {
            name: value
            for name, value in self.given().items()
            if self.service_names.get(name, name) in self.changed_data
        }


@admin.register(Incident)
class IncidentAdmin(AddingAdmin):
    """Incidents, with everything that is claimed about each side by side."""

    form = IncidentForm
    inlines = (ClaimRows, ResponsibilityRows, StatementRows)
    list_display = ("titled", "incident_type", "when", "located_at", "status", "disclosure", "published", "recorded")
    list_filter = (SearchIncidents, "status", "disclosure", "incident_type", "kinds")
    ordering = ("-pk",)
    search_fields = ("title",)
    change_form_outer_before_template = "admin/incidents/incident.html"
    change_form_before_template = "admin/incidents/keys.html"
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
        return words.title(obj)

    @display(_("occurred"), order="occurred_earliest")
    def when(self, obj: Incident) -> str:
        return words.date(obj.occurred)

    @display(_("places"))
    def located_at(self, obj: Any) -> str:
        return words.listed(words.named(one.place) for one in obj.where)

    @display(pgettext_lazy("date of an incident", "published"), order="published_at")
    def published(self, obj: Incident) -> str:
        return day(obj.published_at)

    @display(_("recorded"), order="recorded_at")
    def recorded(self, obj: Incident) -> str:
        return day(obj.recorded_at)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What cannot be changed is read above the form, which then is empty."""
        if adds(request):
            return ()
        return self.fieldsets if obj is None or self.has_change_permission(request, obj) else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Rows for new claims while the incident is open; afterwards a claim is entered on a page of its own."""
        return self.inlines if obj is None or self.has_change_permission(request, obj) else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if adds(request):
            return True
        allowed = bool(super().has_change_permission(request, obj))
        if obj is None or not allowed:
            return allowed
        return (obj.status in OPEN or self.is_sent(request)) and not _part_of_withheld(obj, request.user)

    def after_saving(self, obj: Incident) -> str:
        """To its page, where it is submitted and more is added."""
        return self.address("change", obj.pk)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = dict(extra_context or {})
        incident = self.get_object(request, object_id) if object_id else None
        if incident is not None and request.method == "GET" and not adds(request):
            context |= self._reading(request, incident)
        return super().changeform_view(request, object_id, form_url, context)

    def _reading(self, request: HttpRequest, incident: Incident) -> dict[str, Any]:
        page = IncidentPage.of(incident, request.user)
        lines = [line for group in page.groups for line in group.lines]
        user: Any = request.user
        for one in (*lines, *page.responsibility, *page.statements):
            one.actions = verbs.actions(one.row, user, followed=bool(one.corrections))
        rows = [line.row for line in lines]
        rows += [line.row for line in (*page.responsibility, *page.statements)]
        proposed = [row for row in rows if row.status == "proposed"]
        drafts = verbs.drafts_about(incident, user)
        merge = merging.standing(incident, user) if incident.status == "merged" else None
        comes_to = by_measure(incident, {str(one.row.pk): one for one in lines}, user)
        assignment = Assignment.objects.filter(incident=incident).select_related("assignee").first()
        return {
            "page": page,
            "comes_to": comes_to,
            "terms": explained.TERMS,
            "beside": beside_events(incident, page.parts, comes_to, user),
            "offers": [offer for offer in verbs.offers(incident, user) if offer.verb != "submit"],
            "drafts": drafts,
            "may_submit": user.has_perm("incidents.add_claim")
            and (incident.status in {"draft", "changes_requested"} or drafts > 0),
            "proposed": len(proposed),
            "may_review": user.has_perm("incidents.review_claim") and bool(proposed),
            "may_accept": user.has_perm("incidents.review_claim") and bool(proposed),
            "may_add_claim": user.has_perm("incidents.add_claim") and incident.status not in CLOSED,
            "add_rows": self.address("rows", incident.pk) if incident.status not in OPEN else "",
            "add_claim": f"{reverse('admin:incidents_claim_add')}?incident={incident.pk}",
            "discussion": discussion.of(request, incident),
            "assignee": assignment.assignee if assignment else None,
            "colleagues": discussion.colleagues() if user.has_perm("incidents.assign_incident") else None,
            "revision": incident.revisions.open().first() if incident.status == "under_revision" else None,
            "may_merge": user.has_perm("incidents.merge_incident") and incident.status in workflow.MERGEABLE,
            "merge_page": address_with_version(self.address("merge", incident.pk), incident),
            "merge": merge,
            "undo_page": address_with_version(self.address("undo_merge", incident.pk, merge.pk), incident)
            if merge
            else "",
            "may_unmerge": user.has_perm("incidents.merge_incident"),
            "sections": sections(request, incident),
        }

    def save_model(self, request: HttpRequest, obj: Incident, form: Any, change: Any) -> None:
        if adds(request):
            return
        context: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        with refusable(form):
            if not change:
                obj.pk = services.record_incident(reference=obj.reference, **form.given(), **context).pk
            elif form.changes():
                seen = form.cleaned_data["version"]
                services.change_incident(obj, changes=form.changes(), seen=seen, **context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Each new row becomes a draft with its first citation."""
        record_rows(form.instance, formsets, by=request.user)

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            # Before those that begin with the key of an incident, which takes any path.
            ("queue/<slug:slug>/", "incidents_queue", queue_view),
            ("changes/", "incidents_changes", changes_view),
            ("totals/", "incidents_totals", totals_view),
            verbs.step_url(self),
            ("<path:object_id>/rows/", "incidents_incident_rows", rows_view),
            ("<path:object_id>/submit-all/", "incidents_incident_submit_all", submit_all_view),
            ("<path:object_id>/accept-all/", "incidents_incident_accept_all", accept_all_view),
            ("<path:object_id>/review/", "incidents_incident_review", review_view),
            ("<path:object_id>/timeline/", "incidents_incident_timeline", timeline_view),
            ("<path:object_id>/assign/", "incidents_incident_assign", discussion.assign_view),
            *merging.URLS,
            *discussion.urls(self),
        )

    def kept_with(self, row: Incident) -> Any:
        return (*row.located.all(), *IncidentPart.objects.filter(part=row))


def _part_of_withheld(incident: Incident, by: Any) -> bool:
    """Whether it is part of a situation that is withheld, which whoever wrote over the rest would lose."""
    links = IncidentPart.objects.filter(part=incident)
    return not sees_all(by) and links.count() > links.seen_by(by).count()


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
        outcome = verbs.accept_all(incident, by=request.user)  # type: ignore[arg-type]  # logged in
    except (ValidationError, PermissionDenied) as refused:
        messages.error(request, verbs.told(refused))
    else:
        verbs.tell(request, outcome)
    return redirect(model_admin.address("change", incident.pk))
