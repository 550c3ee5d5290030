"""The persons of an incident, on its page."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from incidents.admin.comparing import DOUBTERS
from incidents.admin.sections import Section, section
from incidents.models import Incident
from victims.admin.reading import PersonLine, name_level, noted, whole
from victims.admin.record import record_address
from victims.models import PersonRecord, Victim
from victims.scopes import with_named

DOUBTERS.append(with_named)

SHOWN = 200
"""Records on an incident's page; the rest are in the list of person records."""


@dataclass(frozen=True, slots=True)
class Persons:
    """What the section shows."""

    lines: list[PersonLine]
    more: str
    add: str


@section
def persons(request: HttpRequest, incident: Incident) -> Section | None:
    """The person records of the incident, and beside the killed how many named victims are linked."""
    user = request.user
    if not user.has_perm("victims.view_personrecord"):
        return None
    found = whole(PersonRecord.objects.seen_by(user).filter(incident=incident), name_level(request)).order_by(
        "recorded_at", "pk"
    )
    rows = list(found[: SHOWN + 1])
    noted(request, rows[:SHOWN])
    more = f"{reverse('admin:victims_personrecord_changelist')}?incident__id__exact={incident.pk}"
    may_add = user.has_perm("victims.add_personrecord") and incident.status != Incident.Status.WITHDRAWN
    named = Victim.objects.named_dead_of(incident, by=user).count()
    words = ngettext("%d named, linked victim", "%d named, linked victims", named) % named
    return Section(
        "admin/victims/incident.html",
        Persons(
            [PersonLine(row, user) for row in rows[:SHOWN]],
            more if len(rows) > SHOWN else "",
            record_address(incident) if may_add else "",
        ),
        beside={"killed": words} if rows else {},
    )
