"""What an autocomplete field offers: each row by all its names, so that any of them is recognised."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest
from django.urls import reverse

from accounts.admin.forms import with_public_name

ALSO = ("name_ar", "label_ar", "title_ar", "acronym", "publisher", "published", "occurred")
"""By what else a row is told apart from others of its name; of those that its model has."""
REFERS = ("publisher",)


class Choices(AutocompleteJsonView):
    """Django's view, with each row's names in both scripts, its short one, and where and when it was printed."""

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        columns = {field.name for field in rows.model._meta.fields}
        related = columns.intersection(REFERS)
        return rows.select_related(*related) if related else rows

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
