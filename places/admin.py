from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import RegisterAdmin
from accounts.admin.forms import ServiceForm, autocomplete, long_text, refusable, why_field
from places import services
from places.models import Place


class PlaceForm(ServiceForm):
    """A place with its other names and, for an area of our own, what it covers."""

    within = autocomplete(Place, "within", required=False)
    also_written = long_text(
        required=False, label=_("Also written"), help_text=_("Other names as sources write them, one a line.")
    )
    covering = autocomplete(
        Place, "covers", required=False, several=True, help_text=_("For an area of our own: the places it covers.")
    )
    why = why_field()

    class Meta:
        model = Place
        fields = (
            "code", "pcode", "name", "name_ar", "admin_level", "within", "latitude", "longitude", "precision",
            "is_own", "note",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.fields["code"].required = False
            self.fields["code"].help_text = _(
                "Permanent: the OCHA P-code where there is one. Left empty, it is made from the name."
            )
        else:
            self.initial["also_written"] = "\n".join(self.instance.names.values_list("name", flat=True))
            self.initial["covering"] = [row.pk for row in self.instance.covers.all()]

    def clean_also_written(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["also_written"].splitlines())
        names = list(dict.fromkeys(line for line in lines if line))
        for name in names:
            if len(name) > 200:
                raise forms.ValidationError(_("“%s…” is longer than 200 characters.") % name[:40])
        return names


@admin.register(Place)
class PlaceAdmin(RegisterAdmin):
    """The gazetteer, OCHA's areas and our own. Codes are permanent."""

    form = PlaceForm
    list_display = ("name", "name_ar", "code", "admin_level", "within", "precision", "is_own")
    list_display_links = ("name", "name_ar", "code")
    list_filter = ("admin_level", "precision", "is_own", "is_provisional")
    list_select_related = ("within",)
    ordering = ("name", "pk")
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": (("code", "pcode"), ("name", "name_ar"), "also_written")}),
        (
            _("Where"),
            {"fields": (("admin_level", "within"), ("latitude", "longitude", "precision"), "is_own", "covering")},
        ),
        (None, {"fields": ("note",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fieldsets
        if not self.has_change_permission(request, obj):
            return ((None, {"fields": (*PlaceForm.Meta.fields, "is_provisional")}),)
        return (*self.fieldsets, (_("Reason"), {"fields": ("why",)}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("code", "pcode")

    def save_model(self, request: HttpRequest, obj: Place, form: Any, change: Any) -> None:
        given = dict(form.cleaned_data)
        also_written, covers, why = given.pop("also_written"), given.pop("covering"), given.pop("why", "")
        context: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        with refusable(form):
            if change:
                seen = given.pop("version")
                services.change_place(
                    obj, why=why, also_written=also_written, covers=covers, changes=given, seen=seen, **context
                )
            else:
                given["pcode"] = given["pcode"] or None
                obj.pk = services.record_place(also_written=also_written, covers=covers, **given, **context).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Written with the place itself."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def kept_with(self, row: Place) -> Any:
        return (*row.names.all(), *row.coverages.all())
