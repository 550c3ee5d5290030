from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.paginator import InfinitePaginator

from accounts.admin.base import RegisterAdmin, day, display
from accounts.admin.forms import Refused, refusable
from accounts.admin.reading import address_with_version, read_version
from accounts.versions import kept_apart
from incidents.admin import verbs, words
from incidents.admin.claim import PartOfDraft
from incidents.admin.reading import steps_of
from incidents.models import Incident
from sources.merged import meant_id
from sources.models import Organization
from victims.admin import deeds
from victims.admin.forms import NameForm, PersonForm
from victims.admin.reading import SEE, PersonLine, name_level, noted, whole
from victims.models import LinkDecision, NameDecision, PersonName, PersonRecord
from victims.querysets import WITHHELD_WITH_THE_NAME
from victims.services import records as services

kept_apart("victims_personrecord", "victims_personname")


BEGINS_WITH = ("incident", "claimant", "source")
"""What the next person has in common with the one before."""


def _corrected(request: HttpRequest) -> PersonRecord | None:
    """The record that a new one is to correct, if the address names one. Its name is read thereby."""
    asked = request.GET.get("corrects")
    if not asked:
        return None
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    try:
        found: PersonRecord = PersonRecord.objects.seen_by(request.user).get(pk=asked)
    except (PersonRecord.DoesNotExist, ValidationError) as error:
        raise Http404 from error
    return found


class NameRows(PartOfDraft):
    """The names of the person, as the source writes them; none for a person it does not name."""

    model = PersonName
    form = NameForm
    verbose_name = _("name")
    verbose_name_plural = _("names")
    fieldsets = ((None, {"fields": (("text", "kind", "script", "language"),)}),)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).order_by("position")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        if obj is not None:
            return 0
        corrected = _corrected(request)
        return corrected.names.count() if corrected is not None else 1


@admin.register(PersonRecord)
class PersonRecordAdmin(RegisterAdmin):
    """Person records: a draft is changed here, what is submitted is read, decided on, and linked to a victim."""

    form = PersonForm
    inlines = (NameRows,)
    list_display = (
        "called", "fate", "when", "age_stated", "sex", "claimant", "of_incident", "status", "disclosure", "recorded",
    )  # fmt: skip
    list_display_links = ("called",)
    list_filter = ("status", "disclosure", "fate", "sex", "civil_status")
    ordering = ("-recorded_at", "-pk")
    paginator = InfinitePaginator
    search_fields = ("locator",)  # shows the field; get_search_results does the work
    search_help_text = _("The claimant's name, the incident's reference, or the person's name where you may see it.")
    change_form_outer_before_template = "admin/victims/record.html"
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> Any:
        return whole(super().get_queryset(request), name_level(request))

    @display(_("person"))
    def called(self, obj: Any) -> str:
        return PersonLine(obj, None).called

    @display(_("date"))
    def when(self, obj: Any) -> str:
        return words.date(obj.fate_date or obj.incident.occurred)

    @display(_("age"), order="age")
    def age_stated(self, obj: Any) -> str:
        return PersonLine(obj, None).age or "—"

    @display(_("incident"))
    def of_incident(self, obj: Any) -> str:
        return format_html('<span title="{}" class="sj-day">{}</span>', obj.incident.title, obj.incident.reference)

    @display(_("recorded"), order="recorded_at")
    def recorded(self, obj: Any) -> str:
        return day(obj.recorded_at)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Not by what is withheld: a list that answers to its letters would spell it out."""
        withheld = lookup.split("__")[0] in {*WITHHELD_WITH_THE_NAME, "names"}
        if withheld and not request.user.has_perm(SEE):
            return False
        return bool(super().lookup_allowed(lookup, value, request))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Names match for whoever may see them; the search itself is seen in what it shows, and that is logged."""
        text = search_term.replace("\x00", "").strip()
        if not text:
            return queryset, False
        named = PersonRecord.objects.matching_names(text, name_level(request)).values("pk")
        claimed = Organization.objects.matching(text).values("pk")
        incidents = Incident.objects.filter(reference=text.upper()).values("pk")
        found = (
            queryset.filter(pk__in=named)
            | queryset.filter(claimant__in=claimed)
            | queryset.filter(incident__in=incidents)
        )
        return found, False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """As ever; the names that the page shows are logged before it is sent."""
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if "cl" in shown:
            noted(request, shown["cl"].result_list)
        return response

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ()
        correcting = obj.corrects_id if obj is not None else request.GET.get("corrects")
        return (
            *([(_("Correction"), {"fields": ("correction_reason",)})] if correcting else []),
            (
                None,
                {
                    "fields": (
                        *(() if obj is not None else ("incident",)),
                        ("claimant", "source", "locator", "relays"),
                        "stated",
                        "description",
                        ("fate", "fate_date", "place", "cause"),
                        ("age", "age_unit", "age_band", "born"),
                        ("sex", "civil_status", "occupation", "group"),
                        ("disclosure", "note"),
                    )
                },
            ),
        )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is None or self.has_change_permission(request, obj) else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft, by whoever may also see the name that stands in it."""
        allowed = bool(super().has_change_permission(request, obj)) and request.user.has_perm(SEE)
        return allowed and (obj is None or (obj.status == "draft" and not _partly_withheld(obj, request.user)))

    def after_saving(self, obj: Any) -> str:
        """Back to the incident, about which there is more to say, and with which it is submitted."""
        return reverse("admin:incidents_incident_change", args=[obj.incident_id])

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Another person goes on from this one: a list of the dead is one source, of one claimant."""
        answer = super().response_add(request, obj, post_url_continue)
        if "_addanother" not in request.POST:
            return answer
        relays = obj.relays.order_by("position").values_list("organization", flat=True)
        kept = {name: getattr(obj, f"{name}_id") for name in BEGINS_WITH} | {
            "locator": obj.locator,
            "relays": list(relays),
        }
        return redirect(f"{self.address('add')}?{urlencode(kept, doseq=True)}")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_delete_permission(request, obj)) and (obj is None or obj.status == "draft")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            form.corrected = _corrected(request)
            form.corrected_version = read_version(request, form.corrected) if form.corrected else None
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The incident it was asked for, and where the person before stands; or all of the record it corrects."""
        corrected = _corrected(request)
        if corrected is None:
            asked = {name: request.GET.get(name, "") for name in (*BEGINS_WITH, "locator")}
            return asked | {"relays": request.GET.getlist("relays")}
        columns = [*PersonForm.base_fields]
        return model_to_dict(corrected, [name for name in columns if name != "correction_reason"]) | {
            "claimant": meant_id(corrected.claimant),
            "source": meant_id(corrected.source),
            "relays": [
                meant_id(relay.organization)
                for relay in corrected.relays.select_related("organization").order_by("position")
            ],
        }

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """A correction begins with the names of what it corrects."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        corrected = _corrected(request)
        if corrected is not None:
            names = corrected.names.order_by("position").values("text", "script", "language", "kind")
            kwargs["initial"] = [*map(dict, names)]
        return kwargs

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = dict(extra_context or {})
        record = self.get_object(request, object_id) if object_id else None
        shown = record
        if record is not None and request.method == "GET":
            context |= self._reading(request, record)
        elif record is None and (corrected := _corrected(request)) is not None:
            shown = self.get_object(request, str(corrected.pk))
        if shown is not None:
            noted(request, [shown])
        return super().changeform_view(request, object_id, form_url, context)

    def _reading(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        user: Any = request.user
        return {
            "person": PersonLine(record, user),
            "corrected": PersonRecord.objects.seen_by(user).filter(pk=record.corrects_id).only("pk").first(),
            "corrections": list(
                PersonRecord.objects.seen_by(user)
                .filter(corrects=record)
                .only("pk", "status", "disclosure")
                .order_by("recorded_at")
            ),
            "steps": steps_of(record),
            "offers": deeds.offers(record, user),
            "decisions": list(
                LinkDecision.objects.filter(record=record).select_related("victim", "decided_by").order_by("pk")
            ),
            "name_decisions": list(
                NameDecision.objects.filter(record=record).select_related("decided_by").order_by("pk")
            ),
            "may_correct": user.has_perm("victims.add_personrecord")
            and user.has_perm(SEE)
            and record.status in {"proposed", "returned", "accepted"},
            "correct_label": verbs.correction_label(record),
            "correct": address_with_version(self.address("add"), record, corrects=record.pk),
            "link": address_with_version(self.address("link", record.pk), record),
            "name": address_with_version(self.address("name", record.pk), record),
            "may_link": user.has_perm("victims.add_linkdecision")
            and record.status in {"proposed", "returned", "accepted"},
            "may_disclose": user.has_perm("victims.disclose_names") and record.accepted_at is not None,
        }

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Names stand in it: for those who may see them, and logged."""
        record = self.get_object(request, object_id)
        if record is not None:
            if not request.user.has_perm(SEE):
                raise PermissionDenied
            noted(request, [record])
        return super().history_view(request, object_id, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Written in ``save_related``, where the names are at hand."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        context: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        [named] = formsets
        given = form.given() | {
            "names": [
                row.name() for row in named.forms if row not in named.deleted_forms and row.cleaned_data.get("text")
            ]
        }
        with refusable(form):
            if change:
                parts = {name: given.pop(name) for name in ("names", "relays")}
                services.change_draft(form.instance, changes=given, **parts, **context)
                return
            corrected = _corrected(request)
            if corrected is None:
                recorded = services.record_person(**given, **context)
            else:
                seen, reason = given.pop("corrects_version"), given.pop("correction_reason")
                recorded = services.correct(corrected, reason=reason, seen=seen, **given, **context)
            form.instance.pk = recorded.pk

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        try:
            services.discard_draft(obj, by=request.user, at=timezone.now())  # type: ignore[arg-type]  # logged in
        except (ValidationError, PermissionDenied) as refused:
            raise Refused("", ValidationError(verbs.told(refused))) from refused

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return deeds.URLS

    def kept_with(self, row: Any) -> Any:
        return (
            *PersonName.objects.filter(record=row),
            *row.relays.all(),
            *row.name_decisions.all(),
            *row.link_decisions.all(),
        )


def _partly_withheld(record: PersonRecord, by: Any) -> bool:
    """Whether somebody in its chain is withheld: then it is read, and not written over."""
    chain = Organization.objects.filter(pk__in=record.relays.values("organization"))
    return chain.count() > chain.seen_by(by).count()


def record_address(incident: Incident) -> str:
    """Where a person is recorded in an incident."""
    return f"{reverse('admin:victims_personrecord_add')}?incident={incident.pk}"
