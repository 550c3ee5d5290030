"""Putting right what was submitted: by a new row, which begins as what it corrects and can be sent at once."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import RegisterAdmin
from accounts.admin.reading import read_version
from incidents.admin import verbs
from incidents.models import Citation, Claim
from incidents.models.review import ClaimStatus
from sources.merged import meant_id

SEND = "_send"
"""What the form of a correction sends when it is to be submitted with the same click."""


def corrected_by(request: HttpRequest, model: Any) -> Any:
    """The row that a new one is to correct, if the address names one."""
    asked = request.GET.get("corrects")
    if not asked:
        return None
    rows = model.objects.seen_by(request.user).select_related("incident")
    if model is Claim:
        rows = rows.select_related("coding_rule")
    try:
        return rows.get(pk=asked)
    except (model.DoesNotExist, ValidationError) as error:
        raise Http404 from error


def cited_as(citation: Citation, by: Any) -> dict[str, Any]:
    """A citation as the form of one begins: what was merged is named by what it was merged into."""
    relays = citation.relays.seen_by(by).select_related("organization").order_by("position")
    return {
        "source": meant_id(citation.source),
        "locator": citation.locator,
        "citation_stated": citation.stated,
        "relays": [meant_id(relay.organization) for relay in relays],
    }


def shown(row: Any, by: Any) -> dict[str, Any]:
    """What a page says of corrections: what this row corrects, what corrects it, and whether this person may correct it."""
    rows = type(row).objects.seen_by(by)
    corrections = list(rows.filter(corrects=row).order_by("recorded_at"))
    is_returned = row.status == ClaimStatus.RETURNED
    followed = any(one.status not in {ClaimStatus.REJECTED, ClaimStatus.VOIDED} for one in corrections)
    return {
        "corrected": rows.filter(pk=row.corrects_id).first() if row.corrects_id else None,
        "corrections": corrections,
        # Of what was returned, one correction is the way on; a second beside it would be an accident.
        "correct": "" if is_returned and followed else verbs.correction_address(row, by),
        "correct_label": verbs.correction_label(row),
        "is_returned": is_returned,
    }


class CorrectingAdmin(RegisterAdmin):
    """An admin of assertions: a new one may begin as the correction of another, and be sent as soon as it is saved."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            form.corrected = corrected_by(request, self.model)
            form.corrected_version = read_version(request, form.corrected) if form.corrected else None
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = dict(extra_context or {})
        corrected = corrected_by(request, self.model) if object_id is None else None
        if corrected is not None:
            send = {"action_name": SEND, "description": _("Save and submit for review")}
            context |= {"returned": corrected if corrected.status == ClaimStatus.RETURNED else None}
            context |= {"actions_submit_line": [send], "title": _("Correction")}
        return super().changeform_view(request, object_id, form_url, context)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Back to the incident; if it was to be sent, it is, or the page says why it is not."""
        if SEND in request.POST:
            user: Any = request.user
            try:
                verbs.take(self.model.objects.get(pk=obj.pk), "submit", by=user, note="")
            except (ValidationError, PermissionDenied) as refused:
                messages.error(request, verbs.told(refused))
        return super().response_add(request, obj, post_url_continue)
