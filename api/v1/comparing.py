"""Scopes and figures as they leave: what ``incidents.scopes.reading`` gathered, in the shapes of the contract."""

from collections.abc import Sequence

from api.v1 import shapes
from api.v1.gather import Gathered
from api.v1.represent import instant, place_ref, population_ref
from exchange.summary import month
from incidents.models import Figure, FigureClaim, Incident
from incidents.scopes import reading
from incidents.scopes.reading import ScopeView
from incidents.scopes.words import differences
from incidents.totals import Total
from places.models import Place
from sources.disclosure import Disclosure
from victims.scopes import with_named


def of_incident(row: Incident, gathered: Gathered) -> shapes.Comparison:
    """The scopes of an incident, and the relations between them."""
    figures = Figure.objects.visible_to(gathered.level)
    found = reading.of_incident(row, gathered.level, figures)
    with_named(found, gathered.level)
    return {
        "scopes": [scope(view, gathered) for view in found],
        "scope_relations": [
            {
                "a": str(a.scope.pk),
                "b": str(b.scope.pk),
                "relation": related.relation.value,
                "detail": gathered.mask.text("; ".join(map(str, differences(a.scope, b.scope, related)))),
            }
            for a, b, related in reading.related(found)
        ],
    }


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
        "approximate": state.approximate,
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
        "approximate": row.approximate,
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


def scopes(views: Sequence[ScopeView], gathered: Gathered) -> list[shapes.Scope]:
    """Scopes of many incidents."""
    return [scope(view, gathered) for view in with_named(views, gathered.level)]


def total(row: Total, area: Place | None, gathered: Gathered) -> shapes.Total:
    return {
        "month": month(row),
        "area": place_ref(area, gathered.mask) if area else None,
        "measure": row.measure,
        "unit": row.unit,
        "population": row.population,
        "low": row.low,
        "best": row.best,
        "high": row.high,
        "open_ended": row.open_ended,
        "approximate": row.approximate,
        "unknowns": row.unknowns,
        "incidents": row.incidents,
        "not_reviewed": row.not_reviewed,
        "stale": row.stale,
    }
