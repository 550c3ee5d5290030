"""The verbs by which states change: which of them a person may take now, and the pages that take them."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts import telling
from accounts.admin.reading import address_with_version, keep, read_version
from accounts.models import User
from accounts.seen import seen
from accounts.versions import as_seen, version
from incidents import workflow
from incidents.admin import words
from incidents.admin.publishing import left_behind
from incidents.models import Claim, Figure, Incident, ResponsibilityClaim, Revision, Statement
from incidents.models.review import ClaimStatus
from incidents.services import batch, figures, review, revisions
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
    "revise": _("Revise…"),
    "approve": _("Approve and publish"),
    "abandon": _("Give up…"),
    "adopt": _("Adopt"),
    "decline": _("Decline…"),
}
DONE: Mapping[str, Any] = {
    "submit": _("Submitted for review: %(what)s"),
    "accept": _("Accepted: %(what)s"),
    "return": _("Returned: %(what)s"),
    "reject": _("Rejected: %(what)s"),
    "retract": _("Retracted: %(what)s"),
    "void": _("Voided: %(what)s"),
    "request_changes": _("Changes requested: %(what)s"),
    "publish": _("Published: %(what)s"),
    "withdraw": _("Withdrawn: %(what)s"),
    "revise": _("Revision opened: %(what)s"),
    "approve": _("Approved and published: %(what)s"),
    "abandon": _("Revision given up: %(what)s"),
    "adopt": _("Adopted: %(what)s"),
    "decline": _("Declined: %(what)s"),
}
"""What is said when it is done, and to what."""
MEANINGS: Mapping[str, Any] = {
    "return": _("Sends it back to its author with what is to be done."),
    "reject": _("Refuses it for good."),
    "retract": _("The claimant has withdrawn it."),
    "void": _("We withdraw it ourselves; it stays on record, with the reason."),
    "request_changes": _("Sends the incident back to its author with what is to be done."),
    "withdraw": _("Takes the incident back for good; if it was public, the reason stands in its place."),
    "revise": _("Opens a revision. What is published stays outside until a second person approves what you write."),
    "abandon": _("Ends the revision; the incident stays as it is published."),
    "decline": _("The figure is not adopted; it stays on record, with the reason."),
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
# What is submitted together with its incident: by which right and service, which is told the incident and answers how
# many drafts it submitted; rooms to the right add theirs.
SUBMITTED: dict[type[Any], tuple[str, Callable[..., int]]] = {
    model: ("incidents.add_claim", partial(batch.submit_drafts, model)) for model in ASSERTIONS
}
REVISION_SERVICES: Mapping[str, Callable[..., Any]] = {
    "submit": revisions.submit_revision,
    "return": revisions.return_revision,
    "approve": revisions.approve_revision,
    "abandon": revisions.abandon_revision,
}


FIGURE_SERVICES: Mapping[str, Callable[..., Any]] = {
    "adopt": figures.adopt,
    "decline": figures.decline,
    "withdraw": figures.withdraw,
}


def steps_for(row: Any) -> Mapping[str, workflow.Step]:
    """The table of steps that a row moves by."""
    if isinstance(row, Incident):
        return workflow.INCIDENT_STEPS
    if isinstance(row, Figure):
        return workflow.FIGURE_STEPS
    return workflow.REVISION_STEPS if isinstance(row, Revision) else workflow.CLAIM_STEPS


@dataclass(frozen=True, slots=True)
class Offer:
    """A verb that applies. ``refused`` says why this person may not take it, in words; ``is_main`` whether it is the
    usual way on."""

    verb: str
    label: Any
    needs_note: bool
    refused: str = ""
    is_main: bool = True


def authors(row: Any) -> list[int | None]:
    """Whose work a decision on this row is about."""
    if isinstance(row, Revision):
        return [*row.authors, *row.incident.authors]
    if isinstance(row, Figure):
        return [row.proposed_by_id]
    modified = [row.modified_by_id] if isinstance(row, Incident) else []
    return [row.recorded_by_id, row.submitted_by_id, *modified, *row.authors]


def offers(row: Any, by: User) -> list[Offer]:
    """The verbs that apply to the row's state and that the person holds the right to."""
    steps = steps_for(row)
    # What was returned and never changes is rarely sent again as it is: its correction is the way on.
    as_it_is = steps is workflow.CLAIM_STEPS and row.status == ClaimStatus.RETURNED
    return [
        Offer(
            verb,
            _("Send again unchanged") if as_it_is and verb == "submit" else LABELS[verb],
            step.needs_note,
            refusal(row, verb, by),
            is_main=not as_it_is,
        )
        for verb, step in steps.items()
        if verb in LABELS and row.status in step.sources and by.has_perm(f"incidents.{step.permission}")
    ]


def refusal(row: Any, verb: str, by: User) -> str:
    """Why this person may not take a step, in words; empty when they may."""
    try:
        workflow.check(
            dict(steps_for(row)), verb=verb, state=row.status, actor=by.pk, authors=authors(row), note="-",
            mode=review.review_mode(),
        )  # fmt: skip
    except workflow.TransitionError as error:
        return telling.tell(error.said)
    return ""


def correction_label(row: Any) -> Any:
    """How a correction is called: of what was returned, it is the way on."""
    return _("Correct and send again…") if row.status == ClaimStatus.RETURNED else _("Correct…")


def correction_address(row: Any, by: User) -> str:
    """Where a new row begins that puts this one right; empty where it cannot be, or not by this person."""
    opts = row._meta
    if row.status not in workflow.CLAIM_STEPS["correct"].sources or not by.has_perm(f"incidents.add_{opts.model_name}"):
        return ""
    return address_with_version(reverse(f"admin:incidents_{opts.model_name}_add"), row, corrects=row.pk)


def actions(row: Any, by: User, *, followed: bool = False) -> list[tuple[Any, str]]:
    """What can be done to an assertion from where it is seen, each with the address of its page.

    ``followed`` says that a correction of it was begun: of what was returned, another is not offered.
    """
    model = row._meta.model_name
    found = []
    for right, label, page in (("change", _("Edit"), "change"), ("delete", _("Discard"), "delete")):
        if row.status == ClaimStatus.DRAFT and by.has_perm(f"incidents.{right}_{model}"):
            found.append((label, reverse(f"admin:incidents_{model}_{page}", args=[row.pk])))
    if (correct := correction_address(row, by)) and not (followed and row.status == ClaimStatus.RETURNED):
        found.append((correction_label(row), correct))
    back = reverse("admin:incidents_incident_change", args=[row.incident_id])
    for verb in ("retract", "void"):
        step = workflow.CLAIM_STEPS[verb]
        if row.status in step.sources and by.has_perm(f"incidents.{step.permission}"):
            address = reverse(f"admin:incidents_{model}_step", args=[row.pk, verb])
            found.append((LABELS[verb], address_with_version(address, row, next=back)))
    return found


def meaning(row: Any, verb: str) -> Any:
    """What a step does, for whoever is about to take it."""
    if isinstance(row, Figure) and verb == "withdraw":
        return _(
            "The register holds this figure no longer, and none in its place. It stays on record, with the reason."
        )
    return MEANINGS.get(verb, "")


class NoteForm(forms.Form):
    """The reason that a step asks for."""

    note = forms.CharField(
        label=_("Reason"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}), help_text=_("Kept with the decision.")
    )


def take(row: Any, verb: str, *, by: User, note: str, seen_version: int | None = None) -> None:
    """Take one step through its service, on what the person saw. Raises ValidationError, PermissionDenied.

    What changed since is not decided on: nobody approves what they have not read.
    """
    with as_seen(row, seen_version, typed=bool(note)):
        _take(row, verb, by=by, note=note)


def _take(row: Any, verb: str, *, by: User, note: str) -> None:
    at = timezone.now()
    if isinstance(row, Incident):
        if verb == "revise":
            revisions.open_revision(row, reason=note, by=by, at=at)
        else:
            take_incident_step(row, verb, by=by, at=at, note=note)
        return
    service = _services(row)[verb]
    given = {} if verb in {"submit", "adopt"} else {"note": note}
    service(row, by=by, at=at, **given)


def _services(row: Any) -> Mapping[str, Callable[..., Any]]:
    if isinstance(row, Figure):
        return FIGURE_SERVICES
    return REVISION_SERVICES if isinstance(row, Revision) else ASSERTION_SERVICES


def step_view(request: HttpRequest, object_id: str, verb: str, model_admin: Any) -> HttpResponse:
    """Ask for the note where one is needed, then take the step; every refusal is told in words."""
    row = model_admin.get_object(request, object_id)
    if row is None or verb not in steps_for(row) or verb not in LABELS:
        raise Http404
    if not model_admin.has_view_permission(request, row):
        raise PermissionDenied
    user: Any = request.user
    back = _back(request, model_admin.address("change", row.pk))
    steps = steps_for(row)
    asked = request.method == "POST" and (not steps[verb].needs_note or "note" in request.POST)
    form = NoteForm(request.POST if asked else None)
    form.fields["note"].required = steps[verb].needs_note
    seen_version = read_version(request, row)
    left = left_behind(row, SUBMITTED, user) if verb == "publish" else None
    told_of = request.POST.getlist("known")
    known = left is None or left.all_in(told_of)
    if asked and known and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            take(row, verb, by=user, note=note, seen_version=seen_version)
        except (ValidationError, PermissionDenied) as refused:
            if not note:
                messages.error(request, told(refused))
                return back
            keep(form, refused)
            seen_version = version(row)
        else:
            messages.success(request, DONE[verb] % {"what": words.told(row)})
            return back
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(LABELS[verb]).rstrip("…"),
        "meaning": meaning(row, verb),
        "opts": model_admin.opts,
        "original": row,
        "form": form,
        "left": None if known else left,
        "more_since": bool(told_of),
        "version": seen_version,
        "record": model_admin.address("change", row.pk),
        "back": back.url,
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return TemplateResponse(request, "admin/incidents/step.html", context)


def _back(request: HttpRequest, address: str) -> HttpResponseRedirect:
    """To the page that the step was taken from, if it is one of ours; else to the row's own."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if wanted and ours else address)


def told(refused: ValidationError | PermissionDenied) -> str:
    """A refusal in words."""
    return " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)


def submit_all(incident: Incident, *, by: User) -> int:
    """Submit an incident, where it can be, and every draft about it, all or nothing; return how many drafts."""
    at = timezone.now()
    with transaction.atomic():
        drafts = sum(
            submit(incident=incident, by=by, at=at) for right, submit in SUBMITTED.values() if by.has_perm(right)
        )
        if incident.status in workflow.INCIDENT_STEPS["submit"].sources:
            take_incident_step(incident, "submit", by=by, at=at)
    return drafts


def drafts_about(incident: Incident, by: User) -> int:
    """How many drafts this person would submit with an incident."""
    return sum(
        seen(model._default_manager.filter(incident=incident, status="draft"), by).count()
        for model, (right, _submit) in SUBMITTED.items()
        if by.has_perm(right)
    )


def accept_all(incident: Incident, *, by: User) -> batch.Outcome:
    """Accept what is proposed about an incident as far as this person may."""
    at = timezone.now()
    whole = batch.Outcome()
    with transaction.atomic():
        for model in ASSERTIONS:
            proposed = seen(model._default_manager.filter(incident=incident, status=ClaimStatus.PROPOSED), by)
            outcome = batch.accept_all(model, list(proposed.values_list("pk", flat=True)), by=by, at=at)
            whole.accepted += outcome.accepted
            whole.refused += outcome.refused
    return whole


def tell(request: HttpRequest, outcome: batch.Outcome) -> None:
    """Say what a batch accepted, and of what it did not each reason once with how many it concerns."""
    messages.success(request, ngettext("%d accepted.", "%d accepted.", outcome.accepted) % outcome.accepted)
    for reason, number in Counter(reason for _row, reason in outcome.refused).most_common():
        messages.warning(
            request,
            ngettext("%(number)d was not: %(reason)s", "%(number)d were not: %(reason)s", number)
            % {"number": number, "reason": reason},
        )


def step_url(model_admin: Any) -> tuple[str, str, Any]:
    """Where the verbs of a model are taken."""
    return (
        "<path:object_id>/step/<slug:verb>/",
        f"{model_admin.opts.app_label}_{model_admin.opts.model_name}_step",
        step_view,
    )
