"""Who may see what is restricted in the admin: a right, and the rows that it opens."""

from typing import Any, Self

from django.db import models

from accounts.seen import sees_all
from sources.disclosure import Disclosure


def clearance(user: Any) -> Disclosure:
    """How far a person's reading in the admin goes: to what partners see, and with the right to everything."""
    return Disclosure.RESTRICTED if sees_all(user) else Disclosure.PARTNER


class SeenQuerySet(models.QuerySet[Any]):
    """Of rows that may be restricted, or that name what is."""

    def seen_by(self, user: Any) -> Self:
        """Those that this person may see in the admin, drafts and all."""
        level = clearance(user)
        return self.all() if level is Disclosure.RESTRICTED else self.seen_at(level)

    def seen_at(self, level: Disclosure) -> Self:
        """Those of which nothing is above the level, whatever their state."""
        raise NotImplementedError
