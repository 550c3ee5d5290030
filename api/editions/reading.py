"""Reading editions: what changed since a number, and what was outside at a time."""

from django.db.models import QuerySet

from api.models import Edition
from sources.disclosure import Disclosure


def since(number: int, level: Disclosure) -> QuerySet[Edition]:
    """The changes after a number, in their order."""
    return Edition.objects.filter(level=level, number__gt=number).order_by("number")
