"""The tables of terms that the API lists."""

from collections.abc import Sequence
from typing import Any

from api.v1 import represent, shapes
from api.v1.gather import Gathered
from api.v1.lists import PublicLists
from incidents.models import Cause, Measure, Population
from sources.models import Party


class MeasureLists(PublicLists):
    """What can be counted."""

    shape = shapes.Measure

    def rows(self) -> Any:
        return Measure.objects.all()

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        return [represent.measure(row) for row in rows]


class PopulationLists(PublicLists):
    """Who can be counted."""

    shape = shapes.Population

    def rows(self) -> Any:
        return Population.objects.all()

    def fetched(self, rows: Any) -> Any:
        return rows.prefetch_related("broader_links")

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        return [represent.population(row) for row in rows]


class CauseLists(PublicLists):
    """How it can have happened."""

    shape = shapes.Cause

    def rows(self) -> Any:
        return Cause.objects.all()

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        return [represent.cause(row) for row in rows]


class PartyLists(PublicLists):
    """To whom acts are ascribed."""

    shape = shapes.Party

    def rows(self) -> Any:
        return Party.objects.all()

    def represented(self, rows: Sequence[Any], gathered: Gathered) -> Sequence[Any]:
        return [represent.party(row, gathered) for row in rows]
