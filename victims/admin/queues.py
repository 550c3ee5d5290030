"""What waits in the room of persons, beside the queues of incidents."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents import waiting
from incidents.admin import verbs
from incidents.admin.queues import QUEUES, Queue, Row, gathered
from incidents.models import Incident
from victims.models import PersonRecord
from victims.services import review


def _to_review(user: Any, limit: int) -> list[Row]:
    found = waiting.proposed_by_others(user, limit=limit, models=(PersonRecord,))
    return gathered(user, found, lambda n: _("%d persons proposed") % n)


QUEUES.insert(
    1,
    Queue(
        "persons",
        _("persons waiting for my review"),
        _("Person records that others proposed; the longest wait comes first."),
        lambda user: user.has_perm(review.REVIEW),
        _to_review,
    ),
)


def _submit(*, incident: Incident, by: Any, at: dt.datetime) -> int:
    drafts = list(PersonRecord.objects.seen_by(by).filter(incident=incident, status="draft"))
    for record in drafts:
        review.submit(record, by=by, at=at)
    return len(drafts)


verbs.SUBMITTED[PersonRecord] = ("victims.add_personrecord", _submit)
