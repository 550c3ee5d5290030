"""Scopes and figures as they leave: what ``incidents.scopes.reading`` gathered, in the shapes of the contract."""

from collections.abc import Sequence

from api.v1 import shapes
from api.v1.gather import Gathered
from api.v1.represent import instant, place_ref, population_ref
from incidents.models import Figure, FigureClaim, Incident
from incidents.reconciliation.relations import Related, ScopeRelation
from incidents.reconciliation.situations import named_above
from incidents.scopes import reading
from incidents.scopes.reading import ScopeView
from sources.disclosure import Disclosure
from victims.models import Victim

EVERYBODY = "all"
"""The population of whom everybody is a part."""


def of_incident(row: Incident, gathered: Gathered) -> shapes.Comparison:
    """The scopes of an incident, and the relations between them."""
    figures = Figure.objects.visible_to(gathered.level)
    found = with_named(reading.of_incident(row, gathered.level, figures), gathered.level)
    return {
        "scopes": [scope(view, gathered) for view in found],
        "scope_relations": [
            {
                "a": str(a.scope.pk),
                "b": str(b.scope.pk),
                "relation": related.relation.value,
                "detail": gathered.mask.text(detail(a, b, related)),
            }
            for a, b, related in reading.related(found)
        ],
    }


def with_named(views: list[ScopeView], level: Disclosure) -> list[ScopeView]:
    """With what is to be doubted because more victims are named, to this reader, than are counted."""
    named = Victim.objects.named_dead_at(level, {view.scope.incident_id for view in views})
    for view in views:
        number = named.get(view.scope.incident_id, 0)
        if number:
            view.warnings += named_above(view.key, view.envelope, view.speaking, number, EVERYBODY)
    return views


def scope(view: ScopeView, gathered: Gathered) -> shapes.Scope:
    row, state = view.scope, view.state
    return {
        "id": str(row.pk),
        "url": gathered.address(f"figures/{row.pk}/"),
        "incident": row.incident.reference,
        "measure": row.measure_id,
        "unit": row.unit_id,
        "population": population_ref(row.population) if row.population else None,
        "cause": row.cause_id,
        "place": place_ref(row.place, gathered.mask) if row.place else None,
        "basis": row.basis,
        "since": row.since or None,
        "relation": state.relation,
        "low": state.low,
        "high": state.high,
        "open_ended": state.open_ended,
        "gap": state.gap,
        "documents": state.documents,
        "claimants": state.claimants,
        "roots": state.roots,
        "independent_groups": state.independent_groups,
        "speaking": view.speaking,
        "history": view.history,
        "warnings": [
            {"code": one.code.value, "detail": str(one.said), "claims": list(one.claims)} for one in view.warnings
        ],
        "figure": figure(view.figure, gathered) if view.figure else None,
    }


def figure(row: Figure, gathered: Gathered) -> shapes.Figure:
    uses = list(row.rests_on.all())
    assert row.decided_at is not None  # noqa: S101  only what is adopted leaves
    return {
        "low": row.low,
        "best": row.best,
        "high": row.high,
        "open_ended": row.open_ended,
        "policy": row.policy,
        "policy_version": row.policy_version,
        "reason": gathered.mask.text(row.reason),
        "adopted_by": (row.decided_by.pseudonym if row.decided_by else "") or "reviewer",
        "adopted_at": instant(row.decided_at),
        "stale": row.stale,
        "reviewed": row.reviewed,
        "disclosure": Disclosure(row.disclosure).code,
        "used": [str(one.claim_id) for one in uses if one.use == FigureClaim.Use.USED],
        "set_aside": [
            {"claim": str(one.claim_id), "reason": gathered.mask.text(one.reason)}
            for one in uses
            if one.use == FigureClaim.Use.SET_ASIDE
        ],
    }


WORDS = {
    ScopeRelation.DIFFERENT_UNIT: "counted in another unit",
    ScopeRelation.DIFFERENT_BASIS: "counted on another basis",
    ScopeRelation.DIFFERENT_PERIOD: "counted over another time",
    ScopeRelation.DIFFERENT_PLACE: "in another place",
    ScopeRelation.BROADER_PLACE: "in a wider place",
    ScopeRelation.NARROWER_PLACE: "in a place within it",
    ScopeRelation.DIFFERENT_POPULATION: "another population",
    ScopeRelation.BROADER_POPULATION: "a broader population",
    ScopeRelation.NARROWER_POPULATION: "a part of the population",
    ScopeRelation.DIFFERENT_CAUSE: "by another cause",
    ScopeRelation.PART_OF_CAUSE: "by a part of the causes",
    ScopeRelation.WHOLE_OF_CAUSE: "by more causes",
}


def detail(a: ScopeView, b: ScopeView, related: Related) -> str:
    """In what a differs from b, with both sides' words."""
    return "; ".join(
        f"{WORDS[one]}: {_side(a, one)} beside {_side(b, one)}" for one in (related.relation, *related.also)
    )


def _side(view: ScopeView, what: ScopeRelation) -> str:
    row = view.scope
    return {
        "unit": row.unit_id,
        "basis": row.basis,
        "period": row.since or "the incident's own time",
        "place": row.place.name if row.place else "the incident's own place",
        "population": row.population.label if row.population else "no population",
        "cause": row.cause.label if row.cause else "every cause",
    }[what.value.rpartition("_")[2]]


def scopes(views: Sequence[ScopeView], gathered: Gathered) -> list[shapes.Scope]:
    """Scopes of many incidents."""
    return [scope(view, gathered) for view in with_named(list(views), gathered.level)]
