"""What waits for whom: the first page of the admin."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models import Claim, Incident


@dataclass(frozen=True, slots=True)
class Queue:
    """Rows that wait for the same deed."""

    label: Any
    count: int
    address: str


def queues(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The queues that this person may work on."""
    user: Any = request.user
    incidents, claims = (reverse(f"admin:incidents_{name}_changelist") for name in ("incident", "claim"))
    found = []
    if user.has_perm("incidents.add_claim"):
        found += [
            Queue(
                _("your draft claims"),
                Claim.objects.filter(status="draft", recorded_by=user).count(),
                f"{claims}?status__exact=draft&recorded_by__id__exact={user.pk}",
            ),
            Queue(
                _("claims returned to you"),
                Claim.objects.filter(status="returned", recorded_by=user).count(),
                f"{claims}?status__exact=returned&recorded_by__id__exact={user.pk}",
            ),
        ]
    if user.has_perm("incidents.view_incident"):
        found += [
            Queue(
                _("incidents in review"),
                Incident.objects.filter(status="in_review").count(),
                f"{incidents}?status__exact=in_review",
            ),
            Queue(
                _("claims waiting for a reviewer"),
                Claim.objects.filter(status="proposed").count(),
                f"{claims}?status__exact=proposed",
            ),
        ]
    return {**context, "queues": found}
