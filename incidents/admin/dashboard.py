"""The first page: what needs me, what changed since I was last here, where sources disagree, what is covered."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import desk
from accounts.parameters import moment
from incidents import changes
from incidents.admin import words
from incidents.admin.queues import FRESH, Queue, seen_by
from incidents.services.review import review_mode
from incidents.workflow import ReviewMode
from sources.clearance import clearance

SINCE, NEW = "since", "new_here"
LATELY = dt.timedelta(days=7)
"""How far back somebody looks whose address says nothing of it."""
SOME = 100
"""A number on the first page is counted to here, and no further."""


@dataclass(frozen=True, slots=True)
class Waits:
    """A queue with how many wait in it."""

    queue: Queue
    count: str

    @property
    def is_empty(self) -> bool:
        return self.count == "0"


@dataclass(frozen=True, slots=True)
class Changed:
    """How many rows of one kind came to one state, and where they are listed."""

    kind: str
    becomes: str
    number: int
    address: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A claimant with its numbers, each with the list of its claims."""

    name: str
    numbers: list[tuple[int, str]]


def first_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page shows this person."""
    user: Any = request.user
    if not user.has_perm("incidents.view_incident"):
        return context
    since = _since(request)
    return {
        **context,
        "queues": [Waits(queue, queue.count(user, SOME)) for queue in seen_by(user)],
        "since": since,
        "new_here": request.session.get(NEW, False),
        "review_is_single": review_mode() is ReviewMode.SINGLE,
        "changed": _changed(user, since),
        "coverage": _coverage(user),
    }


def _since(request: HttpRequest) -> dt.datetime:
    """When this person was last here before this session, and for the new the moment they came; noted at each look."""
    now = timezone.now()
    user: Any = request.user
    before = desk.look_in(user, now)
    if SINCE not in request.session:
        request.session[SINCE] = (before or now).isoformat()
        request.session[NEW] = before is None
    return parse_datetime(request.session[SINCE]) or now


def _changed(user: Any, since: dt.datetime) -> list[Changed]:
    kinds = {model._meta.db_table: model for model in apps.get_models()}
    found = []
    for (table, state), steps in changes.rows_of(changes.steps_since(since, but_by=user)).items():
        model = kinds.get(table)
        if model is None or not user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
            continue
        states = dict(model._meta.get_field("status").flatchoices)  # type: ignore[union-attr]  # a column with choices
        query = urlencode({"since": since.isoformat(), "table": table, "state": state})
        address = f"{reverse('admin:incidents_changes')}?{query}"
        found.append(
            Changed(capfirst(str(model._meta.verbose_name_plural)), str(states.get(state, state)), len(steps), address)
        )
    return found


def _coverage(user: Any) -> dict[str, Any]:
    found = cache.get_or_set(f"incidents.coverage.{clearance(user).name}", lambda: changes.coverage(user), FRESH)
    assert isinstance(found, changes.Coverage)  # noqa: S101  what was put there
    claims = reverse("admin:incidents_claim_changelist")
    rows = [
        CoverageRow(
            words.named(claimant),
            [
                (number, f"{claims}?{_about(claimant.pk, month)}" if number else "")
                for number, month in zip(numbers, found.months, strict=True)
            ],
        )
        for claimant, numbers in found.rows
    ]
    return {"months": found.months, "rows": rows}


def _about(claimant: int, month: dt.date) -> str:
    return urlencode(
        {
            "claimant": claimant,
            "status": "accepted",
            "occurred_after": month.isoformat(),
            "occurred_before": changes.last_day(month).isoformat(),
        }
    )


def changes_view(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """The rows behind a number of the first page: what came to a state since a moment."""
    user: Any = request.user
    if not user.has_perm("incidents.view_incident"):
        raise PermissionDenied
    try:
        since = moment("since", request.GET.get("since", ""))
    except ValidationError:
        since = timezone.now() - LATELY
    table, state = request.GET.get("table", ""), request.GET.get("state", "")
    model = next((one for one in apps.get_models() if one._meta.db_table == table), None)
    steps = changes.steps_since(since, but_by=user)
    if model is not None:
        if not user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
            raise PermissionDenied
        steps = [one for one in steps if (one.table_name, one.to_state) == (table, state)]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("What changed"),
        "since": since,
        "steps": _linked(steps, user),
    }
    return TemplateResponse(request, "admin/incidents/changes.html", context)


def _linked(steps: list[Any], user: Any) -> list[tuple[Any, str, str, str]]:
    """Each step with what it was taken on, the address of that, and what it led to."""
    kinds = {model._meta.db_table: model for model in apps.get_models()}
    wanted: dict[Any, set[str]] = {}
    for one in steps:
        wanted.setdefault(kinds[one.table_name], set()).add(one.row_id)
    rows = {
        model: {str(key): row for key, row in model._default_manager.in_bulk(list(keys)).items()}
        for model, keys in wanted.items()
    }
    found = []
    for one in steps:
        model = kinds[one.table_name]
        row = rows[model].get(one.row_id)
        if row is None or not user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
            continue
        states = dict(model._meta.get_field("status").flatchoices)  # type: ignore[union-attr]  # a column with choices
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
        found.append((one, f"{model._meta.verbose_name}: {row}", address, str(states.get(one.to_state, one.to_state))))
    return found
