"""Pages on which one thing is decided about a person: a form, a service, and what it refuses in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from accounts.admin.base import form_page
from accounts.admin.forms import autocomplete, long_text, offer_seen
from accounts.admin.reading import keep, read_version
from accounts.versions import as_seen, version
from incidents.admin import verbs
from sources.disclosure import Disclosure
from victims.models import LinkDecision, NameDecision, PersonRecord, Victim
from victims.services import review
from victims.services.links import decide_link, undo_link
from victims.services.names import decide_name_disclosure

SERVICES: Mapping[str, Callable[..., Any]] = {
    "submit": review.submit,
    "accept": review.accept,
    "return": review.send_back,
    "reject": review.reject,
    "retract": review.retract,
    "void": review.void,
}


def offers(record: PersonRecord, by: Any) -> list[verbs.Offer]:
    """The verbs that apply to the record and that the person holds the rights to."""
    return [
        offer
        for offer in verbs.offers(record, by)
        if by.has_perm("victims.add_personrecord" if offer.verb == "submit" else review.REVIEW)
    ]


NAMELESS = gettext_lazy("Kept with the decision and read by all who work here: write it without the name.")


class LinkForm(forms.Form):
    """Whether a record is about a victim, and why."""

    victim = autocomplete(
        LinkDecision, "victim", required=False, help_text=gettext_lazy("Empty for a victim not yet in the register.")
    )
    verdict = forms.ChoiceField(
        label=gettext_lazy("Verdict"),
        choices=[choice for choice in LinkDecision.Verdict.choices if choice[0] != LinkDecision.Verdict.UNDONE],
        widget=UnfoldAdminSelectWidget,
    )
    reason = long_text(label=gettext_lazy("Reason"), help_text=NAMELESS)


class DisclosureForm(forms.Form):
    """How far a name may go, on what basis or by which agreement."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("Disclosure of the name"), choices=Disclosure.choices, coerce=int,
        initial=Disclosure.RESTRICTED, widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    basis = long_text(
        label=gettext_lazy("Basis"), required=False,
        help_text=gettext_lazy("For public: consent of the family, published by it, a court …"),
    )  # fmt: skip
    agreement = long_text(
        label=gettext_lazy("Agreement"), required=False,
        help_text=gettext_lazy("For partner: with which partner, and where the agreement is kept."),
    )  # fmt: skip
    purpose = long_text(
        label=gettext_lazy("Purpose"), required=False,
        help_text=gettext_lazy("For partner: for what the name may be used."),
    )  # fmt: skip
    expires = forms.DateField(
        label=gettext_lazy("Last day of the agreement"), required=False, input_formats=["%Y-%m-%d"],
        widget=UnfoldAdminTextInputWidget(attrs={"dir": "ltr", "placeholder": "2030-12-31"}),
    )  # fmt: skip
    one_by_one = forms.BooleanField(
        label=gettext_lazy("Decided for this very person"), required=False, widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("Needed for a child and for whoever may be alive, with the reason."),
    )  # fmt: skip
    reason = long_text(label=gettext_lazy("Reason"), required=False, help_text=NAMELESS)


def deed(
    request: HttpRequest, model_admin: Any, row: Any, form: Any, title: Any, do: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    """Show the form until ``do`` takes what it holds, of the row as it was read; then lead back to the row."""
    seen = read_version(request, row)
    if form.is_valid():
        try:
            with as_seen(row, seen):
                do(form.cleaned_data)
        except (ValidationError, PermissionDenied) as refused:
            keep(form, refused)
            seen = version(row)
        else:
            messages.success(request, _("%(verb)s: done.") % {"verb": str(title).rstrip("…")})
            return redirect(model_admin.address("change", row.pk))
    return form_page(model_admin, request, row, form, title, seen=seen)


def _row(request: HttpRequest, model_admin: Any, object_id: str) -> Any:
    row = model_admin.get_object(request, object_id)
    if row is None:
        raise Http404
    if not model_admin.has_view_permission(request, row):
        raise PermissionDenied
    return row


def _context(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "at": timezone.now()}


def step_view(request: HttpRequest, object_id: str, verb: str, model_admin: Any) -> HttpResponse:
    """Take one step of review, with a note where one is needed."""
    record = _row(request, model_admin, object_id)
    if verb not in SERVICES:
        raise Http404
    needs_note = verb not in {"submit", "accept"}
    asked = request.method == "POST" and (not needs_note or "note" in request.POST)
    form = verbs.NoteForm(request.POST if asked else None)
    form.fields["note"].required = needs_note
    form.fields["note"].help_text = NAMELESS

    def take(given: dict[str, Any]) -> None:
        note = {} if verb == "submit" else {"note": given["note"]}
        SERVICES[verb](record, **note, **_context(request))

    return deed(request, model_admin, record, form, str(verbs.LABELS[verb]).rstrip("…"), take)


def link_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Decide whether a record is about a victim; the address may name the victim."""
    record = _row(request, model_admin, object_id)
    named = request.GET.get("victim", "")
    known = (
        Victim.objects.seen_by(request.user).filter(reference=named).first()
        if named.isascii() and len(named) == 9
        else None
    )
    form = LinkForm(request.POST or None, initial={"victim": known})
    offer_seen(form, request.user)
    return deed(
        request, model_admin, record, form, _("Decide who it is"),
        lambda given: decide_link(record=record, **given, **_context(request)),
    )  # fmt: skip


def unlink_view(request: HttpRequest, object_id: str, reference: str, model_admin: Any) -> HttpResponse:
    """Take back what was decided of a record and a victim."""
    record = _row(request, model_admin, object_id)
    victim = Victim.objects.seen_by(request.user).filter(reference=reference).first()
    if victim is None:
        raise Http404
    form = verbs.NoteForm(request.POST or None)
    form.fields["note"].help_text = NAMELESS
    return deed(
        request, model_admin, record, form, _("Take the link back"),
        lambda given: undo_link(record=record, victim=victim, reason=given["note"], **_context(request)),
    )  # fmt: skip


def disclose_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Decide who may see the name."""
    record = _row(request, model_admin, object_id)
    current = NameDecision.objects.filter(record=record, superseded_by__isnull=True).values(*DisclosureForm.base_fields)
    form = DisclosureForm(request.POST or None, initial=current.first() or {})

    def decide(given: dict[str, Any]) -> None:
        level = Disclosure(given.pop("level"))
        decide_name_disclosure(record, level=level, **given, **_context(request))

    return deed(request, model_admin, record, form, _("Decide who may see the name"), decide)


URLS = (
    ("<path:object_id>/step/<slug:verb>/", "victims_personrecord_step", step_view),
    ("<path:object_id>/link/", "victims_personrecord_link", link_view),
    ("<path:object_id>/unlink/<slug:reference>/", "victims_personrecord_unlink", unlink_view),
    ("<path:object_id>/name/", "victims_personrecord_name", disclose_view),
)
