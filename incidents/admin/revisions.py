"""The page on which a published incident is rewritten, beside what is published."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import RegisterAdmin, day, display, telling
from accounts.admin.forms import ServiceForm, refusable
from incidents.admin import discussion, verbs, words
from incidents.admin.incident import IncidentAdmin, IncidentForm
from incidents.admin.reading import steps_of
from incidents.models import Incident, Revision
from incidents.services import revisions

FIELDS = {"places": "where", "part_of": "situations"}


class RevisionForm(ServiceForm):
    """What the incident is to become: the fields of an incident, filled with the published overlaid by the new."""

    service_names = IncidentForm.service_names

    class Meta:
        model = Revision
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = revisions.published_values(self.instance.incident) | revisions.new_values(self.instance)
        self.initial.update({FIELDS.get(name, name): value for name, value in values.items()})

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return given | {name: given.pop(field) for name, field in FIELDS.items()}


@admin.register(Revision)
class RevisionAdmin(RegisterAdmin):
    """Published incidents being rewritten; what is published stays outside until a second person approves."""

    form = RevisionForm
    list_display = ("of_incident", "why", "status", "opened", "person")
    list_filter = ("status",)
    list_select_related = ("incident", "opened_by")
    ordering = ("-pk",)
    search_fields = ("reason",)
    folded_search = ("reason", "incident__title", "incident__title_ar", "incident__reference")
    change_form_outer_before_template = "admin/incidents/revision.html"
    fieldsets = IncidentAdmin.fieldsets

    @display(_("incident"))
    def of_incident(self, obj: Revision) -> str:
        return format_html("<bdi>{}</bdi>", obj.incident)

    @display(_("reason"))
    def why(self, obj: Revision) -> str:
        return obj.reason

    @display(_("opened"), order="opened_at")
    def opened(self, obj: Revision) -> str:
        return day(obj.opened_at)

    @display(_("by"))
    def person(self, obj: Revision) -> str:
        return obj.opened_by.get_username()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The fields of an incident in the admin's dress."""
        fields = self.admin_site.get_model_admin(Incident).get_form(request).base_fields
        return telling(type("RevisionForm", (RevisionForm,), {**fields, "__module__": __name__}), request)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if self.has_change_permission(request, obj) else ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Opened from the incident."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = bool(request.user.has_perm("incidents.change_incident"))
        if obj is None or not allowed:
            return allowed
        situations = revisions.published_values(obj.incident)["part_of"] + obj.content.get("part_of", [])
        withheld = len(set(situations)) > Incident.objects.filter(pk__in=situations).seen_by(request.user).count()
        writable = obj.status in {Revision.Status.DRAFT, Revision.Status.RETURNED} or self.is_sent(request)
        return writable and not withheld

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = dict(extra_context or {})
        row = self.get_object(request, object_id) if object_id else None
        if row is not None:
            user: Any = request.user
            context |= {
                "revision": row,
                "changes": words.revised(row, request.user),
                "offers": verbs.offers(row, user),
                "steps": steps_of(row),
                "discussion": discussion.of(request, row),
            }
        return super().changeform_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: Revision, form: Any, change: Any) -> None:
        user: Any = request.user
        with refusable(form):
            seen = form.cleaned_data["version"]
            revisions.change_revision(obj, changes=form.given(), seen=seen, by=user, at=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """There is none."""

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (verbs.step_url(self), *discussion.urls(self))
