"""What the latest whole check found, for those who have no shell."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from incidents.integrity import Breach
from incidents.models import IntegrityCheck

KEPT = 1000


def keep(found: Sequence[Breach], *, at: dt.datetime) -> IntegrityCheck:
    """Keep what a check of every rule found, in place of what the one before did."""
    with transaction.atomic():
        IntegrityCheck.objects.all().delete()
        return IntegrityCheck.objects.create(
            at=at,
            number=len(found),
            breaches=[[one.rule.code, one.incident, one.table, one.key] for one in found[:KEPT]],
        )


def latest() -> IntegrityCheck | None:
    """The latest check of every rule, if there ever was one."""
    return IntegrityCheck.objects.order_by("-at").first()
