"""Filters on places."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts import taking
from accounts.parameters import Rows, refuse, searched, whole_number
from places.models import Place


class PlaceRows(Rows):
    """Filters on places."""

    orders = {"code": (F("code"), F("code")), "name": (F("name"), F("code"))}

    within = taking.Filter(
        taking.code("places"), method="by_subtree", help_text="Code of a place: it, and everything within it."
    )
    admin_level = taking.Filter(
        taking.NUMBER, method="by_level", help_text="0 country, 1 governorate, 2 district, 3 subdistrict."
    )
    search = taking.Filter(
        taking.SEARCHED, method="by_search", help_text="Text in a name or the code, in either script."
    )

    def by_subtree(self, queryset: Any, name: str, value: str) -> Any:
        if not Place.objects.filter(code=value).exists():
            raise refuse(name, value, _("no such place; places/ lists their codes."))
        return queryset.subtree(value)

    def by_level(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(admin_level=min(whole_number(name, value), 32767))

    def by_search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.matching(searched(name, value))
