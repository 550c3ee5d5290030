"""The admin action "Export as CSV" on incidents and claims: the selected rows, as far as they are public."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.export import EXPORTS, file_name, stream
from incidents.admin.claim import ClaimAdmin
from incidents.admin.incident import IncidentAdmin
from incidents.models import Claim, Incident
from sources.disclosure import Disclosure

EXPORTED = {Incident: "incidents", Claim: "claims"}


@admin.action(description=_("Export as CSV (only what is public)"), permissions=["view"])
def export_public(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | StreamingHttpResponse:
    """Send the public ones of the selected rows; say first how many stay behind, if any do."""
    kind = EXPORTS[EXPORTED[model_admin.model]]
    rows = kind.visible(Disclosure.PUBLIC).filter(pk__in=queryset.order_by().values("pk"))
    if "confirmed" not in request.POST:
        selected, public = queryset.count(), rows.count()
        if public < selected:
            return _tell(model_admin, request, public=public, withheld=selected - public)
    root = request.build_absolute_uri(reverse("v1:root"))
    response = StreamingHttpResponse(
        stream(kind, rows, level=Disclosure.PUBLIC, root=root), content_type="text/csv; charset=utf-8"
    )
    name = file_name(kind, QueryDict(), timezone.now().date())
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _tell(model_admin: Any, request: HttpRequest, *, public: int, withheld: int) -> HttpResponse:
    """A page that says what will be left out, with the same selection to be sent again."""
    again = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", "confirmed"}
        for value in values
    ]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Export as CSV"),
        "opts": model_admin.opts,
        "public": public,
        "withheld": withheld,
        "again": again,
        "back": model_admin.address("changelist"),
    }
    return TemplateResponse(request, "admin/exchange/export.html", context)


for exporting in (IncidentAdmin, ClaimAdmin):
    exporting.actions = (export_public,)
