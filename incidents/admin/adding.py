"""Adding to an incident that is there already, whatever its state: rows for claims, responsibility and statements on a
page of their own, empty or taken over from the form of an incident that turned out to be this one."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.admin.base import RegisterAdmin
from accounts.admin.forms import ServiceForm
from incidents.admin import words
from incidents.admin.reading import IncidentPage
from incidents.models import Incident

CLOSED = {Incident.Status.WITHDRAWN, Incident.Status.MERGED}
"""About which nothing more is recorded."""
TAKE = "_take"
"""What the form of a new incident sends when its rows are to be added to one that is there."""
TYPED = "typed"
"""What was typed of the new incident itself, carried along to be read and copied."""


class NothingOfItsOwn(ServiceForm):
    """The form of an incident to which rows are added: none of its own fields, and so no version of them."""

    class Meta:
        model = Incident
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("version", None)


class AddingAdmin(RegisterAdmin):
    """An incident's admin, whose rows can also be added on their own: on requests that ``rows_view`` has marked."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if adds(request):
            kwargs |= {"form": NothingOfItsOwn, "fields": ()}
        return super().get_form(request, obj, change=change, **kwargs)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Rows that were taken over stand as they were typed, whatever is wrong with them."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        taken = getattr(request, "taken", None)
        return kwargs | {"data": taken.copy()} if taken is not None else kwargs

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if not adds(request):
            return super().response_change(request, obj)
        messages.success(request, _("Added to %s as drafts: submit them when they are ready.") % obj)
        return redirect(self.address("rows" if "_continue" in request.POST else "change", obj.pk))


def adds(request: HttpRequest) -> bool:
    """Whether rows alone are added on this request."""
    return bool(getattr(request, "adds", False))


def rows_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Rows about an incident: empty, as they were typed for another one, or sent to be recorded."""
    incident: Incident | None = model_admin.get_object(request, object_id)
    if incident is None:
        raise Http404
    if not request.user.has_perm("incidents.add_claim"):
        raise PermissionDenied
    sent = request.method == "POST"
    if incident.status in CLOSED and not sent:  # what was sent comes back, with the refusal in words
        messages.error(request, _("Nothing is recorded about an incident that is %s.") % incident.get_status_display())
        return redirect(model_admin.address("change", incident.pk))
    told: Any = request
    typed = request.POST.getlist(TYPED)
    if sent and TAKE in request.POST:
        typed = _typed(model_admin.get_form(request)(request.POST))
        told.taken = request.POST
        request.method = "GET"  # shown, and nothing is recorded
    told.adds = True
    context = {
        "adding": True,
        "page": IncidentPage.of(incident, request.user),
        "typed": [(line, *line.partition("\t")[::2]) for line in typed],
        "title": _("Add to an incident"),
        "show_save_and_add_another": False,
        "show_delete": False,
    }
    return cast("HttpResponse", model_admin.changeform_view(request, str(incident.pk), "", context))


def _typed(form: forms.BaseForm) -> list[str]:
    """What somebody typed into a form, a line a field: its name, a tab, what stands in it."""
    form.is_valid()
    found = []
    for name in form.changed_data:
        value = form.cleaned_data.get(name, form[name].value())
        if name != "despite" and value not in (None, "", []):
            found.append(f"{form[name].label}\t{_said(form.fields[name], value)}")
    return found


def _said(field: forms.Field, value: Any) -> str:
    """What was typed into a field, as its page shows it."""
    if isinstance(value, models.Model):
        return words.named(value)
    if isinstance(value, list | tuple | models.QuerySet):
        return words.listed(_said(field, one) for one in value)
    choices: Any = getattr(field, "choices", ()) if isinstance(field, forms.ChoiceField) else ()
    return str({str(key): label for key, label in choices}.get(str(value), value))
