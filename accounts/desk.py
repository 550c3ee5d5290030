"""What a person keeps at their desk. Their own alone: no right is asked, and nobody writes another's."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import SavedList, User, Visit
from accounts.refusals import explained

MOST_KEPT = 30
"""How many lists a person keeps for one table."""


def save_list(*, by: User, list_name: str, name: str, query: str) -> SavedList:
    """Keep a list under a name. Raises ValidationError when the name is empty or taken, or the query too long."""
    saved = SavedList(user=by, list=list_name, name=name.strip(), query=tidy(query))
    saved.clean_fields(exclude=["user"])
    if SavedList.objects.filter(user=by, list=list_name).count() >= MOST_KEPT:
        raise ValidationError(_("You keep %d lists here: forget one first.") % MOST_KEPT)
    with explained(), transaction.atomic():
        saved.save(force_insert=True)
    return saved


def forget_list(*, by: User, key: int) -> None:
    """Keep it no longer; what is not this person's own stays."""
    SavedList.objects.filter(user=by, pk=key).delete()


def saved_lists(by: User, list_name: str) -> list[SavedList]:
    """The lists that this person keeps of one table, by name."""
    return list(SavedList.objects.filter(user=by, list=list_name).order_by("name")[:MOST_KEPT])


def tidy(query: str) -> str:
    """The query of an address without the page and without what is empty."""
    given = QueryDict(query, mutable=True)
    for name in list(given):
        kept = [value for value in given.getlist(name) if value.strip()]
        if name in {"p", "e", "all"} or not kept:
            del given[name]
        else:
            given.setlist(name, kept)
    return given.urlencode()


def look_in(by: User, at: dt.datetime) -> dt.datetime | None:
    """Note that this person looks in now; answer when they did before, None at the first time."""
    before = Visit.objects.filter(user=by).values_list("at", flat=True).first()
    Visit.objects.update_or_create(user=by, defaults={"at": at})
    return before
