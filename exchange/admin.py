"""The admin action "Export as CSV" on incidents and claims: the selected rows, as far as they are public."""

from contextlib import closing
from io import BytesIO
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.desk import tidy
from exchange.export import EXPORTS, cells, stream
from exchange.forms import FORMS, file_name
from exchange.spreadsheet import workbook
from incidents.admin.claim import ClaimAdmin
from incidents.admin.incident import IncidentAdmin
from incidents.models import Claim, Incident
from sources.admin import OrganizationAdmin, SourceAdmin
from sources.disclosure import Disclosure
from sources.models import Organization, Source

EXPORTED = {Incident: "incidents", Claim: "claims", Organization: "organizations", Source: "sources"}


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
    name = file_name(kind.name, (), timezone.now().date())
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


FORMATS = ("csv", "csv-safe", "xlsx")


def export_listed(model_admin: Any, request: HttpRequest, listed: Any, form: str) -> HttpResponseBase:
    """What a list shows, over all its pages, as far as it is public; how many stay behind is said first."""
    kind = EXPORTS[EXPORTED[model_admin.model]]
    rows = kind.visible(Disclosure.PUBLIC).filter(pk__in=listed.order_by().values("pk"))
    withheld = listed.order_by().exclude(pk__in=kind.visible(Disclosure.PUBLIC).values("pk"))
    if "confirmed" not in request.GET and withheld.exists():
        return _tell_of_list(model_admin, request)
    root = request.build_absolute_uri(reverse("v1:root"))
    chosen = FORMS[form]
    blocks = stream(kind, rows, level=Disclosure.PUBLIC, root=root, safe=form == "csv-safe")
    if form == "xlsx":
        whole = BytesIO()
        try:
            with closing(blocks):
                workbook(kind.columns, cells(blocks), whole, title=kind.name)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(f"{model_admin.address('changelist')}?{tidy(request.META.get('QUERY_STRING', ''))}")
        response: HttpResponseBase = HttpResponse(whole.getvalue(), content_type=chosen.content_type)
    else:
        response = StreamingHttpResponse(blocks, content_type=chosen.content_type)
    name = file_name(kind.name, (), timezone.now().date(), chosen)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _tell_of_list(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """A page that says that not all of it is public, and leads on."""
    query = request.GET.copy()
    query["confirmed"] = "yes"
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Export what is listed"),
        "opts": model_admin.opts,
        "onward": f"?{query.urlencode()}",
        "back": f"{model_admin.address('changelist')}?{tidy(request.META.get('QUERY_STRING', ''))}",
    }
    return TemplateResponse(request, "admin/exchange/export_listed.html", context)


for exporting in (IncidentAdmin, ClaimAdmin):
    exporting.actions = (*exporting.actions, export_public)
for exporting in (IncidentAdmin, ClaimAdmin, OrganizationAdmin, SourceAdmin):
    exporting.export_listed = export_listed
    exporting.export_formats = FORMATS
