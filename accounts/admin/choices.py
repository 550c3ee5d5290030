"""What an autocomplete field offers: each row by all its names, so that any of them is recognised."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Length
from django.http import HttpRequest
from django.urls import reverse

from accounts.admin.forms import with_public_name
from accounts.folding import Fold

NAMES = ("label", "label_ar", "name", "name_ar", "acronym")
"""What terms, places and organizations are called; of those that the model has. Sources and incidents are too many to be
ordered by how near they come: theirs are titles, and the latest comes first."""
ALSO = ("name_ar", "label_ar", "title_ar", "acronym", "within", "publisher", "published", "occurred")
"""By what else a row is told apart from others of its name; of those that its model has."""
REFERS = ("publisher", "within")


def nearest_first(rows: Any, text: str) -> Any:
    """What is called so, then what begins so, then what holds it; of each the shortest name first.

    Whoever types "women" and takes the first means women, and not civilian women.
    """
    names = [field.name for field in rows.model._meta.fields if field.name in NAMES]
    if not names or not text:
        return rows
    wanted = Fold(Value(text))
    called, begins = Q(), Q()
    for name in names:
        called |= Q(**{f"folded_{name}": wanted})
        begins |= Q(**{f"folded_{name}__startswith": wanted})
    nearness = Case(When(called, then=0), When(begins, then=1), default=2)
    folded = {f"folded_{name}": Fold(name) for name in names}
    return rows.annotate(**folded).order_by(nearness, Length(names[0]), *rows.query.order_by)


class Choices(AutocompleteJsonView):
    """Django's view, with each row's names in both scripts, its short one, and where and when it was printed."""

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        columns = {field.name for field in rows.model._meta.fields}
        related = columns.intersection(REFERS)
        return nearest_first(rows.select_related(*related) if related else rows, self.term.strip())

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """A row as the select box takes it."""
        more = [with_public_name(value, str(value)) for name in ALSO if (value := getattr(obj, name, ""))]
        return {
            "id": str(getattr(obj, to_field_name)),
            "text": with_public_name(obj, " · ".join([str(obj), *more])),
        }


def chosen_from(request: HttpRequest) -> bool:
    """Whether the rows that are asked for are choices of a field, and not a list to be read."""
    return request.path == reverse("admin:autocomplete")
