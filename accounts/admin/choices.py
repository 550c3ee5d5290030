"""What an autocomplete field offers: each row by all its names, so that any of them is recognised."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest
from django.urls import reverse

ALSO = ("name_ar", "label_ar", "title_ar", "acronym", "occurred")


class Choices(AutocompleteJsonView):
    """Django's view, with each row's names in both scripts and its short one."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """A row as the select box takes it."""
        more = [str(value) for name in ALSO if (value := getattr(obj, name, ""))]
        return {"id": str(getattr(obj, to_field_name)), "text": " · ".join([str(obj), *more])}


def chosen_from(request: HttpRequest) -> bool:
    """Whether the rows that are asked for are choices of a field, and not a list to be read."""
    return request.path == reverse("admin:autocomplete")
