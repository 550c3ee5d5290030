from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReferenceAdmin, TabularRows, display
from incidents.models import Cause, CodingRule, IncidentKind, Measure, Population, PopulationBroader, Unit


@admin.register(Unit, IncidentKind)
class TermAdmin(ReferenceAdmin):
    list_display = ("code", "label", "label_ar", "definition")
    ordering = ("code",)


@admin.register(Measure)
class MeasureAdmin(ReferenceAdmin):
    """What is counted."""

    list_display = ("code", "label", "label_ar", "unit", "counts_people", "usual_basis")
    list_filter = ("counts_people", "usual_basis", "unit")
    list_select_related = ("unit",)
    autocomplete_fields = ("unit",)
    ordering = ("code",)


class BroaderRows(TabularRows):
    """The populations that this one is a part of."""

    model = PopulationBroader
    fk_name = "narrower"
    autocomplete_fields = ("broader",)
    verbose_name_plural = _("part of")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(
            request.user.has_perm("incidents.change_population") or request.user.has_perm("incidents.add_population")
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)


@admin.register(Population)
class PopulationAdmin(ReferenceAdmin):
    """Who is counted."""

    inlines = (BroaderRows,)
    list_display = (
        "code",
        "label",
        "label_ar",
        "civil_status",
        "sex",
        "age_band",
        "group",
        "affiliation",
        "broader_codes",
    )
    list_filter = ("civil_status", "sex")
    ordering = ("code",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("broader_links")

    @display(_("part of"))
    def broader_codes(self, obj: Population) -> str:
        return ", ".join(sorted(link.broader_id for link in obj.broader_links.all()))

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: Any) -> None:
        """A dimension left empty is not restricted, which is null and no empty word."""
        for name in ("civil_status", "sex", "age_band", "group", "occupation", "affiliation"):
            setattr(obj, name, getattr(obj, name) or None)
        super().save_model(request, obj, form, change)

    def kept_with(self, row: Population) -> Any:
        return row.broader_links.all()


@admin.register(Cause)
class CauseAdmin(ReferenceAdmin):
    """How it happened: a tree."""

    list_display = ("code", "label", "label_ar", "broader")
    list_select_related = ("broader",)
    autocomplete_fields = ("broader",)
    ordering = ("code",)


@admin.register(CodingRule)
class CodingRuleAdmin(ReferenceAdmin):
    """Which bounds a vague word has, by which published rule."""

    list_display = ("code", "language", "covered", "minimum", "maximum")
    list_filter = ("language",)
    folded_search = ("code", "citation")
    ordering = ("code",)

    @display(_("words"))
    def covered(self, obj: CodingRule) -> str:
        return ", ".join(obj.words)
