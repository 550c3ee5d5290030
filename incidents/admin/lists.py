"""The search above the lists of incidents and claims, by the filters that the API has too."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from accounts.admin.forms import autocomplete
from accounts.models import User
from accounts.parameters import Rows
from incidents.admin.discussion import colleagues
from incidents.desk import DeskClaims, DeskIncidents
from incidents.models import Claim, Incident, Measure, Population, ScopeState
from incidents.models.review import ClaimStatus
from sources.clearance import clearance
from sources.models import Source

ORGANIZATIONS = ("claimant", "publisher", "root")
"""What is asked for by the code of an organization."""


def _day(label: Any) -> forms.CharField:
    """A day; whether there is such a day is for the filter to say."""
    widget = UnfoldAdminTextInputWidget(attrs={"dir": "ltr", "placeholder": "2018-04-21", "inputmode": "numeric"})
    return forms.CharField(required=False, label=label, widget=widget)


def _terms(rows: Any, label: Any) -> Any:
    return forms.ModelChoiceField(rows, required=False, label=label, widget=UnfoldAdminSelectWidget)


class SearchForm(forms.Form):
    """What both lists are searched by. The names are those of the API's filters."""

    statuses: ClassVar[Any] = ()

    claimant = autocomplete(Claim, "claimant", required=False, help_text="")
    publisher = autocomplete(Source, "publisher", required=False, help_text="")
    place = autocomplete(Claim, "place", required=False, label=_("Place, and within"), help_text="")
    measure = _terms(Measure.objects.order_by("code"), _("Measure"))
    population = _terms(Population.objects.order_by("code"), _("Population, and narrower"))
    occurred_after = _day(_("Occurred on or after"))
    occurred_before = _day(_("Occurred on or before"))
    certainty = forms.ChoiceField(
        required=False, label=_("Imprecise dates"), widget=UnfoldAdminSelectWidget,
        choices=[("", _("when they possibly fit")), ("certain", _("only when they certainly fit"))],
    )  # fmt: skip
    status = forms.ChoiceField(required=False, label=_("Status"), widget=UnfoldAdminSelectWidget)
    assignee = _terms(User.objects.none(), _("Assigned to"))
    root = autocomplete(Claim, "claimant", required=False, label=_("Rests in the end on"), help_text="")
    relation = forms.ChoiceField(
        required=False, label=_("Beside other claims of the same"), widget=UnfoldAdminSelectWidget,
        choices=[("", _("any")), *ScopeState.Relation.choices],
    )  # fmt: skip
    has_conflict = forms.BooleanField(
        required=False, label=_("Sources disagree"), widget=UnfoldBooleanSwitchWidget,
        help_text=_("Claims of different claimants about the same that cannot all be true."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["assignee"].queryset = colleagues()
        fields["status"].choices = [("", _("any")), *self.statuses]

    def parameters(self) -> QueryDict:
        """What was chosen, as the filters are asked. Of a valid form only."""
        given = QueryDict(mutable=True)
        for name, value in self.cleaned_data.items():
            if not value:
                continue
            names = {"place": "code", "assignee": "username"} | dict.fromkeys(ORGANIZATIONS, "outside_code")
            said = getattr(value, names[name]) if name in names else getattr(value, "pk", value)
            given[name] = "true" if said is True else str(said)
        return given


class IncidentSearch(SearchForm):
    statuses = Incident.Status.choices


class ClaimSearch(SearchForm):
    statuses = ClaimStatus.choices


class Search(admin.ListFilter):
    """All of it as one filter of the list, which is shown above it and not at its side."""

    title = _("search")
    template = "admin/sijil/nothing.html"
    form: ClassVar[type[SearchForm]]
    rows: ClassVar[type[Rows]]

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        names = self.form.base_fields
        given = QueryDict(mutable=True)
        for name in names:
            values = params.pop(name, None)
            if values:
                given.setlist(name, values if isinstance(values, list) else [values])
        self.searched = self.form(given)
        request.search = self.searched  # type: ignore[attr-defined]  # where the page finds it
        self.used_parameters = {name: str(given[name]) for name in given}

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Any:
        return ()

    def expected_parameters(self) -> list[str | None]:
        return list(self.form.base_fields)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """The rows that are left; none, with the reason beside the field, when something asked for means nothing."""
        if not self.searched.is_valid():
            return queryset.none()
        asked = self.searched.parameters()
        if not asked:
            return queryset
        try:
            return self.rows(asked, queryset, level=clearance(request.user)).rows()
        except ValidationError as refused:
            for name, errors in refused.error_dict.items():
                field = name if name in self.searched.fields else None
                for error in errors:
                    # Beside its field, what was expected is enough.
                    expected = (error.params or {}).get("expected") if field else None
                    self.searched.add_error(field, expected or error)
            return queryset.none()


class SearchIncidents(Search):
    form, rows = IncidentSearch, DeskIncidents


class SearchClaims(Search):
    form, rows = ClaimSearch, DeskClaims
