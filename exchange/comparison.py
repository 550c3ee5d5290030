"""Exports of what claims come to: scopes with their figures, and how scopes stand to each other.

What is doubted on reading, and words, are made by the same code as the API's answers, so these rows are made here, in
batches, and not by one query.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from exchange.columns import Column, Type, of
from exchange.geometry import geometry, places_of, points
from incidents.models import Figure, FigureClaim, Population, Scope, ScopeState
from incidents.reconciliation.relations import Related
from incidents.scopes import reading
from incidents.scopes.reading import ScopeView
from incidents.scopes.words import differences
from places.models import Place
from sources.disclosure import Disclosure, Mask
from victims.scopes import with_named

BATCH = 500
"""Scopes, or incidents with all their scopes, that are read at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """A scope as an export shows it."""

    view: ScopeView
    mask: Mask
    root: str
    places: Mapping[int, Sequence[Place]]
    """Where the incidents happened, if that was asked for."""

    @property
    def scope(self) -> Scope:
        return self.view.scope

    @property
    def state(self) -> ScopeState:
        return self.view.state

    @property
    def figure(self) -> Figure | None:
        return self.view.figure

    @property
    def geometry(self) -> str | None:
        """Where it lies: its own place, else those of its incident."""
        return points([self.scope.place] if self.scope.place else self.places.get(self.scope.incident_id, ()))

    def uses(self, use: str) -> list[FigureClaim]:
        return [one for one in self.figure.rests_on.all() if one.use == use] if self.figure else []


@dataclass(frozen=True, slots=True)
class Made:
    """A column whose cells are made from a row."""

    column: Column
    value: Callable[[Any], Any]


def made(name: str, kind: Type, meaning: str, value: Callable[[Row], Any], hxl: str = "") -> Made:
    return Made(Column(name, "", kind, meaning, hxl), value)


def paired(name: str, kind: Type, meaning: str, value: Callable[["Pair"], Any], hxl: str = "") -> Made:
    return Made(Column(name, "", kind, meaning, hxl), value)


def _population(name: str) -> Made:
    value: Callable[[Row], Any] = lambda row: getattr(row.scope.population, name, None)  # noqa: E731  one of a row of columns
    return made(f"population_{name}", "code", of(Population, name), value)


def _place(name: str, kind: Type, hxl: str = "") -> Made:
    def value(row: Row) -> Any:
        found = getattr(row.scope.place, name, None)
        if isinstance(found, Decimal):
            return float(found)
        return row.mask.text(found) if isinstance(found, str) else found

    return made(f"place_{name}", kind, of(Place, name), value, hxl)


def _state(name: str, kind: Type, hxl: str = "") -> Made:
    return made(name, kind, of(ScopeState, name), lambda row: getattr(row.state, name), hxl)


def _figure(name: str, kind: Type, hxl: str = "") -> Made:
    return made(f"figure_{name}", kind, of(Figure, name), lambda row: getattr(row.figure, name, None), hxl)


FIGURES: tuple[Made, ...] = (
    made("id", "identifier", "The scope's permanent identifier.", lambda row: row.scope.pk, "#meta+id"),
    made("url", "url", "The scope's permanent address.", lambda row: f"{row.root}figures/{row.scope.pk}/", "#meta+url"),
    made("incident", "code", "The incident that it is about.", lambda row: row.scope.incident.reference, "#event+code"),
    made("measure", "code", "What is counted.", lambda row: row.scope.measure_id, "#indicator+code"),
    made("unit", "code", "What one of the counted things is.", lambda row: row.scope.unit_id),
    _population("code"),
    made("population_label", "text", of(Population, "label"), lambda row: getattr(row.scope.population, "label", None)),
    made("population_broader", "list", of(Population, "broader"), lambda row: (
        sorted(link.broader_id for link in row.scope.population.broader_links.all()) if row.scope.population else None)),
    *(_population(name) for name in ("civil_status", "sex", "age_band", "group", "occupation", "affiliation")),
    made("cause", "code", "How it happened, where the scope is restricted to it.", lambda row: row.scope.cause_id, "#cause+code"),
    _place("code", "code", "#loc+code"),
    _place("pcode", "code", "#loc+code"),
    _place("name", "text", "#loc+name+en"),
    _place("name_ar", "text", "#loc+name+ar"),
    _place("admin_level", "integer"),
    _place("latitude", "number", "#geo+lat"),
    _place("longitude", "number", "#geo+lon"),
    _place("precision", "code"),
    made("basis", "code", of(Scope, "basis"), lambda row: row.scope.basis),
    made("since", "edtf", of(Scope, "since"), lambda row: row.scope.since or None),
    _state("relation", "code"),
    _state("low", "integer", "#indicator+num"),
    _state("high", "integer", "#indicator+num"),
    _state("open_ended", "boolean"),
    _state("approximate", "boolean"),
    _state("gap", "integer"),
    _state("documents", "integer"),
    _state("claimants", "integer"),
    _state("roots", "integer"),
    _state("independent_groups", "integer"),
    made("speaking", "list", "The claims that speak, by identifier.", lambda row: row.view.speaking),
    made("history", "list", "Earlier announcements of the same claimants, by identifier.", lambda row: row.view.history),
    made("warnings_code", "list", "What to look at again, by code.", lambda row: [one.code.value for one in row.view.warnings]),
    made("warnings_detail", "list", "The same in words.", lambda row: [str(one.said) for one in row.view.warnings]),
    made("warnings_claims", "list", "The claims that each is about, by identifier, with a space between them, in the same order.",
         lambda row: [" ".join(one.claims) for one in row.view.warnings]),
    _figure("low", "integer"),
    _figure("best", "integer"),
    _figure("high", "integer"),
    _figure("open_ended", "boolean"),
    _figure("approximate", "boolean"),
    _figure("policy", "code"),
    _figure("policy_version", "integer"),
    made("figure_reason", "text", of(Figure, "reason"), lambda row: row.mask.text(row.figure.reason) if row.figure else None),
    made("figure_adopted_by", "text", "The role, or the chosen pseudonym, of whoever adopted it.", lambda row: (
        (row.figure.decided_by.pseudonym if row.figure.decided_by else "") or "reviewer" if row.figure else None)),
    made("figure_adopted_at", "timestamp", of(Figure, "decided_at"), lambda row: (
        f"{row.figure.decided_at:%Y-%m-%dT%H:%M:%S.%fZ}" if row.figure else None)),
    _figure("stale", "boolean"),
    _figure("reviewed", "boolean"),
    made("figure_disclosure", "code", of(Figure, "disclosure"), lambda row: (
        Disclosure(row.figure.disclosure).code if row.figure else None)),
    made("figure_used", "list", "The claims it used, by identifier.", lambda row: [one.claim_id for one in row.uses("used")]),
    made("figure_set_aside_claim", "list", "The claims that it set aside, by identifier.", lambda row: (
        [one.claim_id for one in row.uses("set_aside")])),
    made("figure_set_aside_reason", "list", "Why, in the same order.", lambda row: (
        [row.mask.text(one.reason) for one in row.uses("set_aside")])),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """Two scopes of one incident and measure."""

    a: ScopeView
    b: ScopeView
    related: Related
    mask: Mask


RELATIONS: tuple[Made, ...] = (
    paired("incident", "code", "The incident that both are about.", lambda pair: pair.a.scope.incident.reference, "#event+code"),
    paired("measure", "code", "What is counted in both.", lambda pair: pair.a.scope.measure_id, "#indicator+code"),
    paired("a", "identifier", "The one scope; see the figures export.", lambda pair: pair.a.scope.pk),
    paired("b", "identifier", "The other scope.", lambda pair: pair.b.scope.pk),
    paired("relation", "code", "How a stands to b.", lambda pair: pair.related.relation.value),
    paired("detail", "text", "In words, with all in which they differ.", lambda pair: (
        pair.mask.text("; ".join(map(str, differences(pair.a.scope, pair.b.scope, pair.related)))))),
    paired("a_speaking", "list", "The claims that speak in a.", lambda pair: pair.a.speaking),
    paired("b_speaking", "list", "The claims that speak in b.", lambda pair: pair.b.speaking),
)  # fmt: skip


GEOMETRY = Made(geometry(), lambda row: row.geometry)


def chosen(made: Sequence[Made], columns: Sequence[Column]) -> list[Made]:
    """Of these columns, those that are asked for."""
    known = {one.column.name: one for one in made}
    return [known[column.name] for column in columns]


def figures(
    states: QuerySet[ScopeState], level: Disclosure, root: str, columns: Sequence[Column]
) -> Iterator[Sequence[Any]]:
    """The cells of each scope, in the order of incidents."""
    wanted = chosen((*FIGURES, GEOMETRY), columns)
    mask, shown = Mask.load(), Figure.objects.visible_to(level)
    keys = list(states.order_by("incident", "scope").values_list("scope", flat=True))
    for first in range(0, len(keys), BATCH):
        # Chosen anew, by what stays the same: what was withdrawn or restricted since the first row goes out no more.
        batch = reading.whole(states.filter(scope__in=keys[first : first + BATCH]))
        views = reading.views(batch.order_by("incident", "scope"), level, shown)
        places = places_of(view.scope.incident_id for view in views) if GEOMETRY in wanted else {}
        for view in with_named(views, level):
            row = Row(view, mask, root, places)
            yield [one.value(row) for one in wanted]


def relations(
    states: QuerySet[ScopeState], level: Disclosure, _root: str, columns: Sequence[Column]
) -> Iterator[Sequence[Any]]:
    """The cells of each pair of the chosen scopes that are of one incident and measure."""
    wanted = chosen(RELATIONS, columns)
    mask, none = Mask.load(), Figure.objects.none()
    incidents = list(states.order_by("incident").values_list("incident", flat=True).distinct())
    for first in range(0, len(incidents), BATCH):
        batch = reading.whole(states.filter(incident__in=incidents[first : first + BATCH]))
        views = reading.views(batch, level, none)
        views.sort(key=lambda view: (view.scope.incident_id, reading.told_in_order(view.scope)))
        for _incident, several in groupby(views, key=lambda view: view.scope.incident_id):
            for a, b, related in reading.related(list(several)):
                pair = Pair(a, b, related, mask)
                yield [one.value(pair) for one in wanted]
