"""How two scopes stand to each other, in words."""

from accounts.phrases import Phrase, phrase
from incidents.models import Scope
from incidents.reconciliation.relations import Related, ScopeRelation

R = ScopeRelation

WORDS: dict[ScopeRelation, Phrase] = {
    R.DIFFERENT_UNIT: phrase("counted in another unit"),
    R.DIFFERENT_BASIS: phrase("counted on another basis"),
    R.DIFFERENT_PERIOD: phrase("counted over another time"),
    R.DIFFERENT_PLACE: phrase("in another place"),
    R.BROADER_PLACE: phrase("in a wider place"),
    R.NARROWER_PLACE: phrase("in a place within it"),
    R.DIFFERENT_POPULATION: phrase("another population"),
    R.BROADER_POPULATION: phrase("a broader population"),
    R.NARROWER_POPULATION: phrase("a part of the population"),
    R.DIFFERENT_CAUSE: phrase("by another cause"),
    R.PART_OF_CAUSE: phrase("by a part of the causes"),
    R.WHOLE_OF_CAUSE: phrase("by more causes"),
}


def differences(a: Scope, b: Scope, related: Related) -> list[Phrase]:
    """In what a differs from b, with the words of both sides; what decides comes first."""
    return [
        phrase("%(how)s: %(one)s beside %(other)s", how=WORDS[one], one=_side(a, one), other=_side(b, one))
        for one in (related.relation, *related.also)
    ]


def _side(scope: Scope, what: ScopeRelation) -> Phrase | str:
    if what is R.DIFFERENT_UNIT:
        return scope.unit_id
    if what is R.DIFFERENT_BASIS:
        return scope.basis
    if what is R.DIFFERENT_PERIOD:
        return scope.since or phrase("the incident's own time")
    if what in {R.DIFFERENT_PLACE, R.BROADER_PLACE, R.NARROWER_PLACE}:
        return scope.place.name if scope.place else phrase("the incident's own place")
    if what in {R.DIFFERENT_POPULATION, R.BROADER_POPULATION, R.NARROWER_POPULATION}:
        return scope.population.label if scope.population else phrase("no population")
    return scope.cause.label if scope.cause else phrase("every cause")
