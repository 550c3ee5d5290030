"""Totals of adopted figures, as the public reads them: the numbers of the API and of CSV."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget

from accounts.choosing import Way, choosing
from incidents.admin import words
from incidents.models import Figure, Measure, Population, ScopeState, Unit
from incidents.scopes.filters import SummaryRows
from incidents.totals import Total, totals
from places.models import Place
from sources.disclosure import Disclosure


class AskedForm(forms.Form):
    """Of what the totals are to be: the filters of the API."""

    measure = forms.ModelChoiceField(
        Measure.objects.order_by("code"), required=False, label=_("Measure"), widget=UnfoldAdminSelectWidget
    )
    population = forms.ModelChoiceField(
        Population.objects.order_by("code"), required=False, label=_("Population"), widget=UnfoldAdminSelectWidget
    )
    place = forms.ModelChoiceField(
        Place.objects.filter(admin_level=1).order_by("code"),
        required=False,
        label=_("Area"),
        widget=UnfoldAdminSelectWidget,
    )
    occurred_after = forms.DateField(required=False, label=_("From"), widget=UnfoldAdminDateWidget)
    occurred_before = forms.DateField(required=False, label=_("Until"), widget=UnfoldAdminDateWidget)

    def asked(self) -> QueryDict:
        """As the API takes it."""
        given = QueryDict(mutable=True)
        for name, value in self.cleaned_data.items():
            if value:
                given[name] = value.isoformat() if isinstance(value, dt.date) else value.code
        return given


@dataclass(frozen=True, slots=True)
class Line:
    """A total in the reader's words."""

    total: Total
    area: str
    measure: str
    unit: str
    population: str


def totals_view(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """The totals of what is public, by month, area, measure and population."""
    if not request.user.has_perm("incidents.view_incident"):
        raise PermissionDenied
    form = AskedForm(request.GET or None)
    asked = form.asked() if form.is_valid() else QueryDict()
    states = ScopeState.objects.visible_to(Disclosure.PUBLIC)
    try:
        states = SummaryRows(asked, states, level=Disclosure.PUBLIC).rows()
    except ValidationError as refused:
        form.add_error(None, refused)
    with choosing(Way.WHOLE):
        found = totals(states, Figure.objects.visible_to(Disclosure.PUBLIC))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Totals of adopted figures"),
        "form": form,
        "lines": _lines(found),
        "query": asked.urlencode(),
    }
    return TemplateResponse(request, "admin/incidents/totals.html", context)


def _lines(found: list[Total]) -> list[Line]:
    areas = Place.objects.in_bulk({one.area for one in found if one.area is not None})
    measures = Measure.objects.in_bulk({one.measure for one in found})
    units = Unit.objects.in_bulk({one.unit for one in found})
    populations = Population.objects.in_bulk({one.population for one in found if one.population is not None})
    return [
        Line(
            one,
            words.named(areas.get(one.area or 0)),
            words.named(measures[one.measure]),
            words.named(units[one.unit]),
            words.named(populations.get(one.population or "")),
        )
        for one in found
    ]
