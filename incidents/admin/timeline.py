"""The life of an incident in the register: what was recorded about it, decided, published and taken back."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.reasons import told_reason
from accounts.seen import seen
from incidents.admin import words
from incidents.models import Citation, Claim, Figure, Incident, IncidentMerge, Revision, Transition
from incidents.services.merging import assertion_models
from sources.clearance import clearance


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: when, who did it, to what, what became of it, and why."""

    at: dt.datetime
    person: str
    what: str
    address: str
    becomes: str
    note: str


def moments(incident: Incident, by: Any) -> list[Moment]:
    """Everything that happened to an incident and to what is said about it, as far as the person may see it, oldest
    first.

    A fixed number of queries, whatever its length.
    """
    rows: dict[tuple[str, str], Any] = {(incident._meta.db_table, str(incident.pk)): incident}
    for model in assertion_models():
        related = ("claimant", "measure", "population", "coding_rule") if model is Claim else ("claimant",)
        found: Any = model._default_manager.filter(incident=incident)
        found = seen(found, by).select_related(*related)
        rows |= {(model._meta.db_table, str(row.pk)): row for row in found}
    for revision in Revision.objects.filter(incident=incident).select_related("incident"):
        rows[revision._meta.db_table, str(revision.pk)] = revision
    scoped = ("incident", "measure", "unit", "population", "cause", "place")
    figures = Figure.objects.seen_at(clearance(by)).filter(scope__incident=incident)
    for figure in figures.select_related("scope", *(f"scope__{name}" for name in scoped)):
        rows[figure._meta.db_table, str(figure.pk)] = figure
    named = {key: _named(row) for key, row in rows.items()}
    tables: dict[str, list[str]] = {}
    for table, key in rows:
        tables.setdefault(table, []).append(key)
    happened = [
        _moment(one, rows[table, one.row_id], named[table, one.row_id])
        for table, keys in tables.items()
        for one in Transition.objects.filter(table_name=table, row_id__in=keys).select_related("actor")
    ]
    return sorted([*happened, *_citations(incident, by), *_merges(incident, by)], key=lambda moment: moment.at)


def _moment(one: Transition, row: Any, named: tuple[str, str]) -> Moment:
    states = dict(type(row)._meta.get_field("status").flatchoices)
    person = one.actor.get_username() if one.actor else ""
    return Moment(one.at, person, *named, str(states.get(one.to_state, one.to_state)), told_reason(one.note))


def _named(row: Any) -> tuple[str, str]:
    page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    if isinstance(row, Incident | Revision):
        return str(row._meta.verbose_name), page
    return f"{row._meta.verbose_name}: {words.told(row)}", page


def _citations(incident: Incident, by: Any) -> list[Moment]:
    """Later sources of what was submitted before: when one adds weight, or does not."""
    claims = Claim.objects.filter(incident=incident).seen_by(by)
    added = (
        Citation.objects.seen_by(by)
        .filter(claim__in=claims, position__gt=1)
        .select_related("source", "recorded_by", "claim")
    )
    return [
        Moment(
            one.recorded_at, one.recorded_by.get_username(), f"{_('citation')}: {one.source}",
            reverse("admin:incidents_claim_change", args=[one.claim_id]), str(_("added")), one.claim.stated,
        )
        for one in added
        if one.claim is not None
    ]  # fmt: skip


def _merges(incident: Incident, by: Any) -> list[Moment]:
    found = []
    for one in IncidentMerge.objects.filter(into=incident, merged__in=Incident.objects.seen_by(by)).select_related(
        "merged", "by", "undone_by"
    ):
        page = reverse("admin:incidents_incident_change", args=[one.merged_id])
        named = words.title(one.merged)
        found.append(Moment(one.at, one.by.get_username(), named, page, str(_("merged into this")), one.reason))
        if one.undone_at is not None and one.undone_by is not None:
            person = one.undone_by.get_username()
            found.append(Moment(one.undone_at, person, named, page, str(_("merge taken back")), one.undone_reason))
    return found


def timeline_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """The timeline of one incident."""
    incident: Incident | None = model_admin.get_object(request, object_id)
    if incident is None:
        raise Http404
    if not model_admin.has_view_permission(request, incident):
        raise PermissionDenied
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Timeline"),
        "opts": model_admin.opts,
        "original": incident,
        "moments": moments(incident, request.user),
    }
    return TemplateResponse(request, "admin/incidents/timeline.html", context)
