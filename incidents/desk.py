"""The filters of the API as colleagues use them: over everything, in every state, with what only they ask for."""

from typing import Any

import django_filters as filters

from accounts.parameters import words
from incidents.filters import ClaimRows, IncidentRows
from incidents.models import Claim, Incident
from incidents.models.review import ClaimStatus
from sources.disclosure import Disclosure


class DeskClaims(ClaimRows):
    """Claims in every state, also by who has their incident in hand."""

    statuses = tuple(ClaimStatus.values)
    without_status_accepted = False

    assignee = filters.CharFilter(method="by_assignee", help_text="Name of the user who has the incident in hand.")

    def by_assignee(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(incident__assignment__assignee__username=value)


class DeskIncidents(IncidentRows):
    """Incidents in every state, by claims in every state."""

    assignee = filters.CharFilter(method="by_assignee", help_text="Name of the user who has it in hand.")

    def by_status(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), Incident.Status.values, "status")

    def by_assignee(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(assignment__assignee__username=value)

    of_claims = DeskClaims
    of_accepted = False

    def seen_claims(self) -> Any:
        return Claim.objects.all() if self.level is Disclosure.RESTRICTED else Claim.objects.seen_at(self.level)

    def all_claims(self) -> Any:
        return Claim.objects.all()
