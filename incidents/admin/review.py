"""The review screen: the source's words beside what was made of them, decided on without leaving the keyboard."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents import waiting
from incidents.admin import verbs
from incidents.admin.reading import Line, line, whole_claims, with_chains
from incidents.models import Claim, Comment, Incident, ResponsibilityClaim, Statement

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Card:
    """One row to decide on: what it says, where each of its steps is taken, why this person may not accept it."""

    line: Line
    model: str
    said: str
    steps: dict[str, str]
    page: str
    refused: str
    remarks: list[Comment]


def review_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Everything that is proposed about an incident, one card each."""
    incident: Incident | None = model_admin.get_object(request, object_id)
    if incident is None:
        raise Http404
    user: Any = request.user
    if not user.has_perm("incidents.review_claim"):
        raise PermissionDenied
    proposed = [
        *whole_claims(Claim.objects.filter(incident=incident, status="proposed"), user).order_by("submitted_at", "pk"),
        *with_chains(
            ResponsibilityClaim.objects.filter(incident=incident, status="proposed").select_related("party"), user
        ),
        *with_chains(Statement.objects.filter(incident=incident, status="proposed"), user),
    ]
    page = Paginator(proposed, PER_PAGE).get_page(request.GET.get("page"))
    remarks: dict[str, list[Comment]] = {}
    for said in Comment.objects.filter(incident=incident).unresolved().select_related("author").order_by("pk"):
        remarks.setdefault(said.row_id, []).append(said)
    others = [one.incident for one in waiting.proposed_by_others(user, limit=50) if one.incident != incident.pk]
    shown = set(Incident.objects.seen_by(user).filter(pk__in=others).values_list("pk", flat=True))
    following = next((one for one in others if one in shown), None)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Review"),
        "opts": model_admin.opts,
        "original": incident,
        "cards": [_card(row, user, remarks) for row in page],
        "page_obj": page,
        "offers": [one for one in verbs.offers(incident, user) if one.verb in {"publish", "request_changes"}],
        "following": reverse("admin:incidents_incident_review", args=[following]) if following else "",
    }
    return TemplateResponse(request, "admin/incidents/review.html", context)


def _card(row: Any, user: Any, remarks: dict[str, list[Comment]]) -> Card:
    name = f"{row._meta.app_label}_{row._meta.model_name}"
    return Card(
        line=line(row, user),
        model=row._meta.model_name,
        said=getattr(row, "stated", "") or getattr(row, "act", "") or getattr(row, "value", ""),
        steps={verb: reverse(f"admin:{name}_step", args=[row.pk, verb]) for verb in ("accept", "return", "reject")},
        page=reverse(f"admin:{name}_change", args=[row.pk]),
        refused=verbs.refusal(row, "accept", user),
        remarks=remarks.get(str(row.pk), []),
    )
