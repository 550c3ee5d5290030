"""Scopes as they are read: what speaks, what it comes to, what is doubted, the current figure. Queries for sets, not rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from incidents.counts import Quantifier, Stance, interval
from incidents.models import (
    Cause,
    Claim,
    Figure,
    FigureClaim,
    Incident,
    IncidentPart,
    IncidentPlace,
    PopulationBroader,
    Scope,
    ScopeClaim,
    ScopeState,
)
from incidents.querysets import PUBLISHED
from incidents.reconciliation.agreement import Envelope
from incidents.reconciliation.claims import Key, Span
from incidents.reconciliation.doubts import Code, Doubt
from incidents.reconciliation.relations import Reaches, Related, relation_between, relations
from incidents.reconciliation.scopes import ScopeKey
from incidents.reconciliation.situations import CountedUntil, Whole, above_situation
from sources.disclosure import Disclosure


@dataclass(slots=True)
class ScopeView:
    """A scope as readers of one level see it."""

    scope: Scope
    state: ScopeState
    speaking: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    warnings: list[Doubt] = field(default_factory=list)
    figure: Figure | None = None
    # Organizations by their keys, sources of which nobody knows who published them by their identifiers.
    roots: dict[str, frozenset[Key]] = field(default_factory=dict)

    @property
    def key(self) -> ScopeKey:
        """What it is of, as the pure rules know it."""
        return key_of(self.scope)

    @property
    def envelope(self) -> Envelope:
        """What its claims span."""
        return Envelope(self.state.low, self.state.high, self.state.open_ended, self.state.approximate)


def key_of(scope: Scope) -> ScopeKey:
    """A scope as the pure rules know it."""
    start = Span(scope.since_earliest, scope.since_latest) if scope.since else None
    return ScopeKey(
        scope.measure_id, scope.unit_id, scope.population_id, scope.cause_id, scope.place_id, scope.basis, start
    )


def of_incident(
    incident: Incident, level: Disclosure, figures: QuerySet[Figure], *, outside: bool = True
) -> list[ScopeView]:
    """The scopes of one incident, in the order in which they are told."""
    states = whole(ScopeState.objects.at(level).filter(incident=incident))
    return views(sorted(states, key=lambda state: told_in_order(state.scope)), level, figures, outside=outside)


def told_in_order(scope: Scope) -> tuple[Any, ...]:
    """Running totals and stocks beside counts of the event, the widest first."""
    return (
        scope.measure_id, scope.basis, scope.population_id or "", scope.cause_id or "", scope.place_id or 0, scope.unit_id,
        scope.since,
    )  # fmt: skip


def whole(states: QuerySet[ScopeState]) -> QuerySet[ScopeState]:
    """States with all that their scopes show."""
    return states.select_related(
        "scope__incident", "scope__measure", "scope__unit", "scope__population", "scope__cause", "scope__place"
    ).prefetch_related("scope__population__broader_links")


def views(
    states: Iterable[ScopeState], level: Disclosure, figures: QuerySet[Figure], *, outside: bool = True
) -> list[ScopeView]:
    """The scopes of these states for readers of the level; ``figures`` are those that they may see.

    ``outside`` only published situations are compared with their events.
    """
    found = {state.scope_id: ScopeView(state.scope, state) for state in states}
    standings = ScopeClaim.objects.at(level).filter(scope__in=found.keys()).order_by("scope", "position")
    for scope, claim, speaks, roots, sources in standings.values_list(
        "scope", "claim", "speaks", "roots", "root_sources"
    ):
        (found[scope].speaking if speaks else found[scope].history).append(str(claim))
        found[scope].roots[str(claim)] = frozenset([*roots, *map(str, sources)])
    claims = Claim.objects.visible_to(level) if outside else Claim.objects.seen_at(level)
    # What was set aside and is hidden by now is not named; a figure that used such a claim is not shown at all.
    uses = FigureClaim.objects.filter(Q(use="used") | Q(claim__in=claims.values("pk"))).order_by("claim")
    shown = figures.current().filter(scope__in=found.keys()).order_by("disclosure")  # type: ignore[attr-defined]  # a FigureQuerySet
    for figure in shown.select_related("decided_by").prefetch_related(Prefetch("rests_on", uses)):
        found[figure.scope_id].figure = figure  # the one made of the most that the reader may see comes last
    for view in found.values():
        view.warnings = [Doubt(Code(one["code"]), tuple(one["claims"]), one["values"]) for one in view.state.warnings]
    _doubt_by_situations(list(found.values()), level, outside=outside)
    return list(found.values())


def related(views_of_one: Sequence[ScopeView]) -> list[tuple[ScopeView, ScopeView, Related]]:
    """How the scopes of one incident stand to each other, each pair told from the broader side."""
    by_key = {view.key: view for view in views_of_one}
    if len(by_key) < 2:
        return []
    reaches = reaches_of([view.scope for view in views_of_one])[views_of_one[0].scope.incident_id]
    return [(by_key[one.a], by_key[one.b], one) for one in relations(list(by_key), reaches)]


def related_to(view: ScopeView, others: Iterable[ScopeView]) -> list[tuple[ScopeView, Related]]:
    """How the other scopes of the incident and measure stand to this one: each told as the other's relation to it."""
    same = [one for one in others if one.scope.measure_id == view.scope.measure_id and one.scope.pk != view.scope.pk]
    if not same:
        return []
    reaches = reaches_of([view.scope, *(one.scope for one in same)])[view.scope.incident_id]
    return [(one, relation_between(one.key, view.key, reaches)) for one in same]


def reaches_of(scopes: Sequence[Scope]) -> dict[int, Reaches]:
    """What is part of what, for the scopes of some incidents: four statements."""
    incidents = {scope.incident_id for scope in scopes}
    located: dict[int, set[Key]] = {incident: set() for incident in incidents}
    places = IncidentPlace.objects.filter(incident__in=incidents, role=IncidentPlace.Role.PLACE)
    for incident, place in places.values_list("incident", "place"):
        located[incident].add(place)
    named = {scope.place_id for scope in scopes if scope.place_id is not None}
    within = places_above(named.union(*located.values()))
    populations = closed(PopulationBroader.objects.values_list("narrower", "broader"))
    tree = Cause.objects.filter(broader__isnull=False).values_list("code", "broader")
    causes = closed((code, broader) for code, broader in tree if broader is not None)
    return {incident: Reaches(populations, causes, within, frozenset(own)) for incident, own in located.items()}


def closed(links: Iterable[tuple[Key, Key]]) -> Mapping[Key, frozenset[Key]]:
    """Everything above each, at any distance, from links of the narrower to the broader without a cycle."""
    above: dict[Key, set[Key]] = {}
    for narrower, broader in links:
        above.setdefault(narrower, set()).add(broader)
    found: dict[Key, frozenset[Key]] = {}

    def climb(one: Key) -> frozenset[Key]:
        if one not in found:
            direct = above.get(one, set())
            found[one] = frozenset(direct).union(*(climb(upper) for upper in direct))
        return found[one]

    return {one: climb(one) for one in above}


def places_above(places: Iterable[Key]) -> Mapping[Key, frozenset[Key]]:
    """Every place in which each of these lies, at any distance."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE climb (place, node) AS (
                SELECT id, id FROM unnest(%s::bigint[]) AS asked (id)
                UNION
                SELECT place, upper_id FROM climb JOIN place_edge ON lower_id = node)
            SELECT place, array_agg(node) FROM climb WHERE node <> place GROUP BY place
            """,
            [list(places)],
        )
        return {place: frozenset(above) for place, above in cursor.fetchall()}


def _doubt_by_situations(found: Sequence[ScopeView], level: Disclosure, *, outside: bool) -> None:
    """Add what an event's scopes show to be wrong with those of its situations."""
    events = {view.scope.incident_id for view in found if view.scope.incident.incident_type == Incident.Type.EVENT}
    situations: dict[int, list[int]] = {}
    links = IncidentPart.objects.filter(part__in=events, situation__disclosure__lte=level)
    if outside:
        links = links.filter(situation__status__in=PUBLISHED)
    for event, situation in links.values_list("part", "situation"):
        situations.setdefault(event, []).append(situation)
    if not situations:
        return
    wholes = _wholes({one for several in situations.values() for one in several}, level)
    counted = [view for view in found if view.scope.incident_id in situations]
    known = [scope for one in wholes.values() for scope, _whole in one]
    reaches = reaches_of([*(view.scope for view in counted), *known])
    for view in counted:
        incident = view.scope.incident
        around = [
            replace(one, places=reaches[scope.incident_id].own_places)
            for situation in situations[incident.pk]
            for scope, one in wholes.get(situation, ())
        ]
        view.warnings += above_situation(
            view.key, view.envelope, view.speaking, incident.occurred_latest, around, reaches[incident.pk]
        )


def _wholes(situations: Iterable[int], level: Disclosure) -> dict[int, list[tuple[Scope, Whole]]]:
    states = ScopeState.objects.at(level).filter(incident__in=situations).select_related("scope")
    scopes = {state.scope_id: state.scope for state in states}
    speaking: dict[Any, list[CountedUntil]] = {key: [] for key in scopes}
    standings = ScopeClaim.objects.at(level).filter(scope__in=scopes.keys(), speaks=True)
    for one in standings.select_related("claim").order_by("scope", "position"):
        claim = one.claim
        asserted = None if claim.stance == Stance.DENIES.value else interval(claim.minimum, claim.maximum)
        approximate = claim.quantifier == Quantifier.ABOUT.value
        counted = CountedUntil(str(claim.pk), asserted, one.holds_until, claim.best, approximate)
        speaking[one.scope_id].append(counted)
    found: dict[int, list[tuple[Scope, Whole]]] = {}
    for key, scope in scopes.items():
        found.setdefault(scope.incident_id, []).append((scope, Whole(key_of(scope), speaking[key], frozenset())))
    return found
