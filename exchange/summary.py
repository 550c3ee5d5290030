"""The export of totals."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.choosing import Way, choosing
from exchange.columns import Column, Type, of
from exchange.comparison import Made, chosen
from incidents.models import Claim, Figure, ScopeState
from incidents.totals import Total, totals
from places.models import Place
from sources.disclosure import Disclosure, Mask


def _made(name: str, kind: Type, meaning: str, value: Any, hxl: str = "") -> Made:
    return Made(Column(name, "", kind, meaning, hxl), value)


COLUMNS: tuple[Made, ...] = (
    _made("month", "edtf", "When the events were; empty if not known to the month.", lambda row: month(row[0]), "#date+occurred"),
    _made("area_code", "code", of(Place, "code"), lambda row: row[1].code if row[1] else None, "#adm1+code"),
    _made("area_pcode", "code", of(Place, "pcode"), lambda row: row[1].pcode if row[1] else None, "#adm1+code"),
    _made("area_name", "text", "The first-level area; empty where events lie in several, or in none that is known.",
          lambda row: row[2].text(row[1].name) if row[1] else None, "#adm1+name"),
    _made("measure", "code", of(Claim, "measure"), lambda row: row[0].measure, "#indicator+code"),
    _made("unit", "code", of(Claim, "unit"), lambda row: row[0].unit),
    _made("population", "code", of(Claim, "population"), lambda row: row[0].population),
    _made("low", "integer", "The lows of the adopted figures, added; empty when there is none.", lambda row: row[0].low,
          "#indicator+num"),
    _made("best", "integer", "Their bests, added; empty unless every one of them names a best.", lambda row: row[0].best,
          "#indicator+num"),
    _made("high", "integer", "Their highs, added; empty when there is none.", lambda row: row[0].high, "#indicator+num"),
    _made("open_ended", "boolean", "Some of these figures has no highest count.", lambda row: row[0].open_ended),
    _made("approximate", "boolean", "Some of these figures is known only as about so many.", lambda row: row[0].approximate),
    _made("unknowns", "integer", "How many of the events have no adopted number of the whole; they count as unknown, never as 0.",
          lambda row: row[0].unknowns),
    _made("incidents", "integer", "How many events there are in all.", lambda row: row[0].incidents),
    _made("not_reviewed", "integer", "How many of the figures are not independently reviewed.", lambda row: row[0].not_reviewed),
    _made("stale", "integer", "How many of the figures would be others by the claims accepted since.", lambda row: row[0].stale),
)  # fmt: skip


def month(total: Total) -> str | None:
    """The month as EDTF."""
    return f"{total.month:%Y-%m}" if total.month else None


def areas(found: Sequence[Total]) -> dict[int, Place]:
    """The areas that some totals name, by their keys. One query."""
    return Place.objects.in_bulk({one.area for one in found if one.area is not None})


def rows(
    states: QuerySet[ScopeState], level: Disclosure, _root: str, columns: Sequence[Column]
) -> Iterator[Sequence[Any]]:
    """The cells of each total."""
    wanted = chosen(COLUMNS, columns)
    mask = Mask.load()
    with choosing(Way.WHOLE):
        found = totals(states, Figure.objects.visible_to(level))
    known = areas(found)
    for total in found:
        row = (total, known.get(total.area or 0), mask)
        yield [one.value(row) for one in wanted]
