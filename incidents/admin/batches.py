"""Deciding on many claims from their list, as after an import."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.admin import verbs
from incidents.services import batch


@admin.action(description=_("Accept the selected claims"), permissions=["review"])
def accept_selected(_: Any, request: HttpRequest, queryset: Any) -> None:
    """Accept what this person may; of the rest, say why it was not."""
    keys = list(queryset.order_by().values_list("pk", flat=True))
    try:
        outcome = batch.accept_all(queryset.model, keys, by=request.user, at=timezone.now())  # type: ignore[arg-type]  # logged in
    except (ValidationError, PermissionDenied) as refused:
        messages.error(request, verbs.told(refused))
    else:
        verbs.tell(request, outcome)
