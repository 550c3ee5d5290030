"""What reads of incidents, and of what is claimed about them, have in common."""

import datetime as dt

from django.apps import apps
from django.db import models
from django.db.models import Q

from incidents.workflow import ClaimState, IncidentState

PUBLISHED = (IncidentState.PUBLISHED.value, IncidentState.UNDER_REVISION.value)
OUTSIDE = (
    ClaimState.ACCEPTED.value,
    ClaimState.CORRECTED.value,
    ClaimState.RETRACTED.value,
    ClaimState.VOIDED.value,
)
"""States in which an assertion can be outside, provided that it was once accepted."""
CORRECTING = (ClaimState.ACCEPTED.value, ClaimState.CORRECTED.value, ClaimState.RETRACTED.value)
"""States in which a correction has taken the place of what it corrects, and keeps it."""


def model_of(name: str) -> type[models.Model]:
    return apps.get_model("incidents", name)


def overlapping(field: str, *, after: dt.date | None, before: dt.date | None, certainly: bool) -> Q:
    """Rows whose imprecise date lies within [after, before]: certainly, or possibly.

    A date open on one side never certainly ends there; a row without a date is never within.
    """
    earliest, latest = f"{field}_earliest", f"{field}_latest"
    dated = ~Q(**{field: ""})
    condition = Q()
    if after is not None:
        bound = Q(**{f"{earliest if certainly else latest}__gte": after})
        condition &= bound if certainly else bound | (dated & Q(**{f"{latest}__isnull": True}))
    if before is not None:
        bound = Q(**{f"{latest if certainly else earliest}__lte": before})
        condition &= bound if certainly else bound | (dated & Q(**{f"{earliest}__isnull": True}))
    return condition
