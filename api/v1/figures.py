"""figures/: every scope of what is published, with the figure adopted, if one is."""

from collections.abc import Sequence
from typing import Any

from accounts.choosing import Way, choosing
from api.v1 import comparing, shapes
from api.v1.gather import Gathered
from api.v1.lists import PublicLists
from exchange.summary import areas
from incidents.models import Figure, ScopeState
from incidents.scopes import reading
from incidents.scopes.filters import ScopeRows, SummaryRows
from incidents.totals import totals


class FigureLists(PublicLists):
    """Every scope, whether a figure is adopted or not: what is claimed in it, and what the register holds to be so."""

    filters = ScopeRows
    default_order = "incident"
    shape = shapes.Scope
    export = "figures"
    key = "scope"
    key_type = "uuid"

    def rows(self) -> Any:
        return ScopeState.objects.visible_to(self.level)

    def fetched(self, rows: Any) -> Any:
        return reading.whole(rows)

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        return comparing.scopes(reading.views(rows, self.level, Figure.objects.visible_to(self.level)), gathered)


class SummaryLists(PublicLists):
    """Totals by month, first-level area, measure, unit and population, from the figures adopted for events. Whole: no pages."""

    filters = SummaryRows
    shape = shapes.Total
    export = "summary"
    paged = False
    key = ""

    def rows(self) -> Any:
        return ScopeState.objects.visible_to(self.level)

    def all(self, filtered: Any, gathered: Gathered) -> Sequence[Any]:
        with choosing(Way.WHOLE):
            found = totals(filtered, Figure.objects.visible_to(self.level))
        known = areas(found)
        return [comparing.total(one, known.get(one.area or 0), gathered) for one in found]
