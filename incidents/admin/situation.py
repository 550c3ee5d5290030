"""A situation's own scopes beside what the figures of its events add up to; the two are never added together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from incidents.admin import words
from incidents.admin.comparing import OfMeasure, ScopeTold
from incidents.models import Incident, Measure, Population, Unit
from incidents.totals import Total, added_up, seen_totals
from sources.clearance import clearance


@dataclass(slots=True)
class Beside:
    """What is counted: the situation's own scopes of it, and the events' figures together."""

    what: str
    own: list[ScopeTold] = field(default_factory=list)
    events: Total | None = None

    @property
    def span(self) -> str:
        """What the events' figures add up to; where none has a number, that nothing is known."""
        if self.events is None:
            return "—"
        told = words.spanned(self.events)
        if self.events.best is None:
            return told
        return _("%(span)s, best %(best)s") % {"span": told, "best": words.number(self.events.best)}


def beside_events(situation: Incident, parts: Sequence[Incident], own: Sequence[OfMeasure], by: Any) -> list[Beside]:
    """A row for each measure, unit and population that the situation or its events count. A few queries."""
    if situation.incident_type != Incident.Type.SITUATION or not parts:
        return []
    rows: dict[tuple[str, str, str | None], Beside] = {}
    for measure in own:
        for told in measure.scopes:
            scope = told.view.scope
            key = (scope.measure_id, scope.unit_id, scope.population_id)
            named = [words.named(scope.measure), words.named(scope.population), words.named(scope.unit)]
            rows.setdefault(key, Beside(" · ".join(filter(None, named)))).own.append(told)
    totals = added_up(seen_totals([one.pk for one in parts], clearance(by)))
    measures = Measure.objects.in_bulk({one.measure for one in totals})
    populations = Population.objects.in_bulk({one.population for one in totals if one.population})
    units = Unit.objects.in_bulk({one.unit for one in totals})
    for one in totals:
        key = (one.measure, one.unit, one.population)
        if key not in rows:
            named = [words.named(measures[one.measure]), words.named(populations.get(one.population or ""))]
            named.append(words.named(units[one.unit]))
            rows[key] = Beside(" · ".join(filter(None, named)))
        rows[key].events = one
    return [rows[key] for key in sorted(rows, key=lambda key: (key[0], key[2] or "", key[1]))]
