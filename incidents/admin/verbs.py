"""The verbs by which states change: which of them a person may take now, and the pages that take them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.models import User
from incidents import workflow
from incidents.models import Claim, Incident, ResponsibilityClaim, Statement
from incidents.models.review import ClaimStatus
from incidents.services import review
from incidents.services.review import take_incident_step

LABELS: Mapping[str, Any] = {
    "submit": _("Submit for review"),
    "accept": _("Accept"),
    "return": _("Return…"),
    "reject": _("Reject…"),
    "retract": _("Retract…"),
    "void": _("Void…"),
    "request_changes": _("Request changes…"),
    "publish": _("Publish"),
    "withdraw": _("Withdraw…"),
}
MEANINGS: Mapping[str, Any] = {
    "return": _("Sends it back to its author with what is to be done."),
    "reject": _("Refuses it for good."),
    "retract": _("The claimant has withdrawn it."),
    "void": _("We withdraw it ourselves; it stays on record, with the reason."),
    "request_changes": _("Sends the incident back to its author with what is to be done."),
    "withdraw": _("Takes the incident back for good; if it was public, the reason stands in its place."),
}
# What a step of an assertion is done by. A correction has a page of its own: it is a new claim.
ASSERTION_SERVICES: Mapping[str, Callable[..., Any]] = {
    "submit": review.submit,
    "accept": review.accept,
    "return": review.send_back,
    "reject": review.reject,
    "retract": review.retract,
    "void": review.void,
}
ASSERTIONS = (Claim, ResponsibilityClaim, Statement)


@dataclass(frozen=True, slots=True)
class Offer:
    """A verb that applies. ``refused`` says why this person may not take it, in words."""

    verb: str
    label: Any
    needs_note: bool
    refused: str = ""


def authors(row: Any) -> list[int | None]:
    """Whose work a decision on this row is about."""
    return [row.recorded_by_id, row.submitted_by_id, *([row.modified_by_id] if isinstance(row, Incident) else [])]


def offers(row: Any, by: User) -> list[Offer]:
    """The verbs that apply to the row's state and that the person holds the right to."""
    steps = workflow.INCIDENT_STEPS if isinstance(row, Incident) else workflow.CLAIM_STEPS
    return [
        Offer(verb, LABELS[verb], step.needs_note, _refusal(steps, verb, row, by))
        for verb, step in steps.items()
        if verb in LABELS and row.status in step.sources and by.has_perm(f"incidents.{step.permission}")
    ]


def _refusal(steps: dict[str, workflow.Step], verb: str, row: Any, by: User) -> str:
    try:
        workflow.check(
            steps, verb=verb, state=row.status, actor=by.pk, authors=authors(row), note="-", mode=review.review_mode()
        )
    except workflow.TransitionError as error:
        return str(error)
    return ""


class NoteForm(forms.Form):
    """The reason that a step asks for."""

    note = forms.CharField(
        label=_("Reason"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}), help_text=_("Kept with the decision.")
    )


def take(row: Any, verb: str, *, by: User, note: str) -> None:
    """Take one step through its service. Raises ValidationError, PermissionDenied."""
    at = timezone.now()
    if isinstance(row, Incident):
        take_incident_step(row, verb, by=by, at=at, note=note)
        return
    service = ASSERTION_SERVICES[verb]
    given = {} if verb == "submit" else {"note": note}
    service(row, by=by, at=at, **given)


def step_view(request: HttpRequest, object_id: str, verb: str, model_admin: Any) -> HttpResponse:
    """Ask for the note where one is needed, then take the step; every refusal is told in words."""
    row = model_admin.get_object(request, object_id)
    known = ASSERTION_SERVICES if row is not None and not isinstance(row, Incident) else workflow.INCIDENT_STEPS
    if row is None or verb not in known or verb not in LABELS:
        raise Http404
    if not model_admin.has_view_permission(request, row):
        raise PermissionDenied
    back = redirect(model_admin.address("change", row.pk))
    steps = workflow.INCIDENT_STEPS if isinstance(row, Incident) else workflow.CLAIM_STEPS
    asked = request.method == "POST" and (not steps[verb].needs_note or "note" in request.POST)
    form = NoteForm(request.POST if asked else None)
    form.fields["note"].required = steps[verb].needs_note
    if asked and form.is_valid():
        try:
            take(row, verb, by=request.user, note=form.cleaned_data["note"])  # type: ignore[arg-type]  # logged in
        except (ValidationError, PermissionDenied) as refused:
            messages.error(request, told(refused))
            return back
        messages.success(request, _("%(verb)s: done.") % {"verb": str(LABELS[verb]).rstrip("…")})
        return back
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(LABELS[verb]).rstrip("…"),
        "meaning": MEANINGS.get(verb, ""),
        "opts": model_admin.opts,
        "original": row,
        "form": form,
        "back": back.url,
    }
    return TemplateResponse(request, "admin/incidents/step.html", context)


def told(refused: ValidationError | PermissionDenied) -> str:
    """A refusal in words."""
    return " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)


def submit_all(incident: Incident, *, by: User) -> int:
    """Submit an incident, where it can be, and every draft about it, all or nothing; return how many drafts."""
    at = timezone.now()
    with transaction.atomic():
        drafts = [
            row for model in ASSERTIONS for row in model._default_manager.filter(incident=incident, status="draft")
        ]
        for row in drafts:
            review.submit(row, by=by, at=at)
        if incident.status in workflow.INCIDENT_STEPS["submit"].sources:
            take_incident_step(incident, "submit", by=by, at=at)
    return len(drafts)


def accept_all(incident: Incident, *, by: User) -> tuple[int, int]:
    """Accept what is proposed about an incident as far as this person may; how many, and how many are left."""
    at = timezone.now()
    with transaction.atomic():
        proposed = [
            row
            for model in ASSERTIONS
            for row in model._default_manager.filter(incident=incident, status=ClaimStatus.PROPOSED)
        ]
        theirs = [row for row in proposed if not _refusal(workflow.CLAIM_STEPS, "accept", row, by)]
        for row in theirs:
            review.accept(row, by=by, at=at)
    return len(theirs), len(proposed) - len(theirs)


def step_url(model_admin: Any) -> tuple[str, str, Any]:
    """Where the verbs of a model are taken."""
    return (
        "<path:object_id>/step/<slug:verb>/",
        f"{model_admin.opts.app_label}_{model_admin.opts.model_name}_step",
        step_view,
    )
