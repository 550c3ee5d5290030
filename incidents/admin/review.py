"""The review screen: the source's words beside what was made of them, decided on without leaving the keyboard."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.seen import seen
from incidents import waiting
from incidents.admin import differing, verbs, words
from incidents.admin.forms import claims_of
from incidents.admin.reading import Line, line, whole_claims, with_chains
from incidents.models import Claim, Comment, Incident, IncidentPart, IncidentPlace, ResponsibilityClaim, Statement
from incidents.services.merging import assertion_models

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
    whole: str
    when: str
    changes: list[tuple[str, str, str]]
    """What it changes, where it is a correction of something that the person may see."""


def review_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Everything that is proposed about an incident, one card each."""
    incident: Incident | None = model_admin.get_object(request, object_id)
    if incident is None:
        raise Http404
    user: Any = request.user
    if not user.has_perm("incidents.review_claim"):
        raise PermissionDenied
    proposed = [
        *whole_claims(Claim.objects.filter(incident=incident, status="proposed"), user).order_by(
            "submitted_at", "recorded_at", "pk"
        ),
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
    known = claims_of(incident, user).filter(pk__in={getattr(row, "whole_id", None) for row in page} - {None})
    wholes = {whole.pk: words.claim_label(whole) for whole in known}
    mistaken = differing.corrected_lines(page, user)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Review"),
        "opts": model_admin.opts,
        "original": incident,
        "facts": _facts(incident, user),
        "cards": [_card(row, user, remarks, wholes, mistaken) for row in page],
        "page_obj": page,
        "elsewhere": _elsewhere(incident, user),
        "offers": [one for one in verbs.offers(incident, user) if one.verb in {"publish", "request_changes"}],
        "following": reverse("admin:incidents_incident_review", args=[following]) if following else "",
    }
    return TemplateResponse(request, "admin/incidents/review.html", context)


def _elsewhere(incident: Incident, user: Any) -> str:
    """What other rooms have proposed about the incident, which is decided on there: of what kind, and how many."""
    told = []
    for model in assertion_models():
        if model in waiting.REVIEWED_TOGETHER or not user.has_perm(
            f"{model._meta.app_label}.view_{model._meta.model_name}"
        ):
            continue
        number = seen(model._default_manager.filter(incident=incident, status="proposed"), user).count()
        if number:
            told.append(f"{model._meta.verbose_name_plural} ({number})")
    return " · ".join(told)


def _facts(incident: Incident, user: Any) -> list[tuple[Any, str]]:
    """What is said of the incident itself, which is reviewed with its claims."""
    located = list(IncidentPlace.objects.filter(incident=incident).select_related("place").order_by("position"))
    wholes = IncidentPart.objects.seen_by(user).filter(part=incident).select_related("situation")
    told = [
        (_("type"), incident.get_incident_type_display()),
        (_("occurred"), words.date(incident.occurred)),
        (_("places"), " · ".join(words.named(one.place) for one in located if one.role == "place")),
        (_("destinations"), " · ".join(words.named(one.place) for one in located if one.role == "destination")),
        (_("kinds"), " · ".join(words.named(kind) for kind in incident.kinds.all())),
        (_("part of"), " · ".join(words.title(link.situation) for link in wholes)),
        (_("summary"), incident.summary),
    ]
    return [(label, text) for label, text in told if text]


def _card(
    row: Any, user: Any, remarks: dict[str, list[Comment]], wholes: dict[Any, str], mistaken: dict[Any, Line]
) -> Card:
    name = f"{row._meta.app_label}_{row._meta.model_name}"
    now, before = line(row, user), mistaken.get(row.corrects_id)
    return Card(
        line=now,
        model=row._meta.model_name,
        said=getattr(row, "stated", "") or getattr(row, "act", "") or getattr(row, "value", ""),
        steps={verb: reverse(f"admin:{name}_step", args=[row.pk, verb]) for verb in ("accept", "return", "reject")},
        page=reverse(f"admin:{name}_change", args=[row.pk]),
        refused=verbs.refusal(row, "accept", user),
        remarks=remarks.get(str(row.pk), []),
        whole=wholes.get(getattr(row, "whole_id", None), ""),
        when=words.date(getattr(row, "when", "")),
        changes=differing.changes(before, now, user) if before is not None else [],
    )
