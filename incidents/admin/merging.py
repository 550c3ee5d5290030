"""Merging incidents from their pages: choose, look at what it would do, give the reason; and take it back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin.forms import autocomplete, long_text, offer_seen
from accounts.admin.reading import keep, read_version
from accounts.versions import as_seen, version
from incidents.admin.verbs import NoteForm
from incidents.admin.words import claim_label
from incidents.models import Claim, Incident, IncidentMerge, IncidentPart
from incidents.services import merging


class MergeForm(forms.Form):
    """Into which incident, and why."""

    into = autocomplete(
        IncidentPart, "situation", label=_("Into"), required=True,
        help_text=_("The incident that goes on. Its title, date and places stay as they are."),
    )  # fmt: skip
    reason = long_text(label=_("Reason"), help_text=_("Why the two are the same incident. Kept with the merge."))


def merge_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Choose the other incident, see what would happen, and do it."""
    incident = _incident(request, object_id, model_admin)
    form = MergeForm(request.POST or None)
    offer_seen(form, request.user)
    found, seen = None, read_version(request, incident)
    if form.is_valid():
        into, reason = form.cleaned_data["into"], form.cleaned_data["reason"]
        found = merging.preview(incident, into, by=request.user)  # type: ignore[arg-type]  # logged in
        if "confirm" in request.POST and not found.obstacles:
            try:
                with as_seen(incident, seen, into):
                    merging.merge_incidents(incident, into=into, reason=reason, by=request.user, at=timezone.now())  # type: ignore[arg-type]  # logged in
            except (ValidationError, PermissionDenied) as refused:
                keep(form, refused)
                seen = version(incident)
            else:
                messages.success(request, _("Merged. What was said of the other incident stands here now."))
                return redirect(model_admin.address("change", into.pk))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Merge into another incident"),
        "opts": model_admin.opts,
        "original": incident,
        "form": form,
        "version": seen,
        "preview": found,
        "into": form.cleaned_data.get("into") if form.is_bound and form.is_valid() else None,
        "media": model_admin.media + form.media,
        "back": model_admin.address("change", incident.pk),
    }
    return TemplateResponse(request, "admin/incidents/merge.html", context)


def undo_merge_view(request: HttpRequest, object_id: str, merge: int, model_admin: Any) -> HttpResponse:
    """See what would return and what would stay, and take a merge back, with the reason."""
    incident = _incident(request, object_id, model_admin)
    row = get_object_or_404(IncidentMerge, pk=merge, merged=incident, into__in=Incident.objects.seen_by(request.user))
    form, seen = NoteForm(request.POST or None), read_version(request, incident)
    if form.is_valid():
        try:
            with as_seen(incident, seen, row.into):
                merging.undo_merge(row, reason=form.cleaned_data["note"], by=request.user, at=timezone.now())  # type: ignore[arg-type]  # logged in
        except (ValidationError, PermissionDenied) as refused:
            keep(form, refused)
            seen = version(incident)
        else:
            messages.success(request, _("Taken back: both incidents stand apart again."))
            return redirect(model_admin.address("change", incident.pk))
    found = merging.undo_preview(row, by=request.user)  # type: ignore[arg-type]  # logged in
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Take the merge back"),
        "opts": model_admin.opts,
        "original": incident,
        "into": row.into,
        "preview": found,
        "returns_since": _told(found.returns_since),
        "stays_since": _told(found.stays_since),
        "form": form,
        "version": seen,
        "record": model_admin.address("change", incident.pk),
        "back": model_admin.address("change", incident.pk),
    }
    return TemplateResponse(request, "admin/incidents/undo_merge.html", context)


def _told(rows: list[Any]) -> list[tuple[str, str]]:
    """Rows one by one, each with its kind: claims in words, other rows as they call themselves."""
    return [(row._meta.verbose_name, claim_label(row) if isinstance(row, Claim) else str(row)) for row in rows]


URLS = (
    ("<path:object_id>/merge/", "incidents_incident_merge", merge_view),
    ("<path:object_id>/merge/<int:merge>/undo/", "incidents_incident_undo_merge", undo_merge_view),
)


def _incident(request: HttpRequest, object_id: str, model_admin: Any) -> Incident:
    incident: Incident | None = model_admin.get_object(request, object_id)
    if incident is None:
        raise Http404
    if not request.user.has_perm("incidents.merge_incident"):
        raise PermissionDenied
    return incident


def standing(incident: Incident, by: Any) -> IncidentMerge | None:
    """The merge that stands of an incident that is merged, if the person may see into what."""
    merges = IncidentMerge.objects.filter(
        merged=incident, undone_at__isnull=True, into__in=Incident.objects.seen_by(by)
    )
    return merges.select_related("into", "by").first()
