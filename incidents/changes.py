"""What happened lately, and what is covered: read for the first page, bounded whatever the register's size."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, Max, Q
from django.db.models.functions import TruncMonth

from accounts.models import User
from accounts.seen import seen_rows
from incidents.models import Claim, Incident, Transition
from sources.models import Organization

LOOKED_THROUGH = 2000
"""Steps of review that are looked through, from the latest on."""
MONTHS, CLAIMANTS = 12, 10


def steps_since(moment: dt.datetime, *, but_by: User) -> list[Transition]:
    """The steps that others took since then on what this person may see, latest first, but for drafts.

    At most ``LOOKED_THROUGH``.
    """
    latest = Transition.objects.select_related("actor").order_by("-pk")[:LOOKED_THROUGH]
    steps = [one for one in latest if one.at >= moment and one.actor_id != but_by.pk and one.to_state != "draft"]
    seen = {(row._meta.db_table, str(row.pk)) for row in seen_rows(_taken_on(steps), but_by)}
    return [one for one in steps if (one.table_name, one.row_id) in seen]


def _taken_on(steps: Sequence[Transition]) -> Iterator[Any]:
    """The rows on which steps were taken, as far as they are there: a query for each table."""
    wanted: dict[str, set[str]] = {}
    for one in steps:
        wanted.setdefault(one.table_name, set()).add(one.row_id)
    for model in apps.get_models():
        if model._meta.db_table in wanted:
            yield from model._default_manager.in_bulk(list(wanted[model._meta.db_table])).values()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many accepted claims each of the most-cited claimants has about incidents of each month."""

    months: list[dt.date]
    rows: list[tuple[Organization, list[int]]]


def coverage(by: User) -> Coverage:
    """The latest twelve months of which there are incidents, by the ten claimants with most claims in them.

    Of what the person may see.
    """
    latest = Incident.objects.seen_by(by).published().aggregate(latest=Max("occurred_earliest"))["latest"]
    if latest is None:
        return Coverage([], [])
    months = [_months_before(latest.replace(day=1), back) for back in range(MONTHS - 1, -1, -1)]
    found = (
        Claim.objects.seen_by(by)
        .accepted()
        .filter(Q(incident__occurred_earliest__gte=months[0]) & Q(incident__occurred_earliest__lte=latest))
        .annotate(month=TruncMonth("incident__occurred_earliest"))
        .values_list("claimant", "month")
        .annotate(number=Count("pk"))
    )
    counted: dict[Any, dict[dt.date, int]] = {}
    for claimant, month, number in found:
        counted.setdefault(claimant, {})[month] = number
    most = sorted(counted, key=lambda key: (-sum(counted[key].values()), key))[:CLAIMANTS]
    known = Organization.objects.in_bulk(most)
    return Coverage(months, [(known[key], [counted[key].get(month, 0) for month in months]) for key in most])


def _months_before(month: dt.date, back: int) -> dt.date:
    number = month.year * 12 + month.month - 1 - back
    return dt.date(number // 12, number % 12 + 1, 1)


def last_day(month: dt.date) -> dt.date:
    """The last day of the month that begins on this one."""
    return _months_before(month, -1) - dt.timedelta(days=1)


def rows_of(steps: Sequence[Transition]) -> dict[tuple[str, str], list[Transition]]:
    """Steps by table and by what they led to, the latest first."""
    found: dict[tuple[str, str], list[Transition]] = {}
    for one in steps:
        found.setdefault((one.table_name, one.to_state), []).append(one)
    return found
