"""Between scopes: why two numbers about the same measure are no conflict, and which is part of which."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

from incidents.reconciliation.claims import Key
from incidents.reconciliation.scopes import ScopeKey


class ScopeRelation(StrEnum):
    """How scope a stands to scope b of the same measure."""

    SAME = "same"
    DIFFERENT_UNIT = "different_unit"
    DIFFERENT_BASIS = "different_basis"
    DIFFERENT_PERIOD = "different_period"
    DIFFERENT_PLACE = "different_place"
    BROADER_PLACE = "broader_place"
    NARROWER_PLACE = "narrower_place"
    DIFFERENT_POPULATION = "different_population"
    BROADER_POPULATION = "broader_population"
    NARROWER_POPULATION = "narrower_population"
    DIFFERENT_CAUSE = "different_cause"
    WHOLE_OF_CAUSE = "whole_of_cause"
    PART_OF_CAUSE = "part_of_cause"


R = ScopeRelation

# What makes two numbers incomparable comes before what makes one a part of the other.
_RANK = {
    relation: rank
    for rank, relation in enumerate(
        (
            R.DIFFERENT_UNIT, R.DIFFERENT_BASIS, R.DIFFERENT_PERIOD, R.DIFFERENT_PLACE, R.DIFFERENT_POPULATION,
            R.DIFFERENT_CAUSE, R.BROADER_PLACE, R.NARROWER_PLACE, R.BROADER_POPULATION, R.NARROWER_POPULATION,
            R.WHOLE_OF_CAUSE, R.PART_OF_CAUSE,
        )
    )
}  # fmt: skip

_TURNED = {
    R.BROADER_PLACE: R.NARROWER_PLACE,
    R.BROADER_POPULATION: R.NARROWER_POPULATION,
    R.WHOLE_OF_CAUSE: R.PART_OF_CAUSE,
}
_TURNED |= {after: before for before, after in _TURNED.items()}

Broader = Mapping[Key, frozenset[Key]]
"""Everything that a place or a term is a part of, at any distance; nothing for what is missing."""


@dataclass(frozen=True, slots=True)
class Reaches:
    """What is part of what, and where the incident was."""

    populations: Broader = field(default_factory=dict)
    causes: Broader = field(default_factory=dict)
    places: Broader = field(default_factory=dict)
    own_places: frozenset[Key] = frozenset()


@dataclass(frozen=True, slots=True)
class Related:
    """Two scopes of one measure. ``relation`` is a's to b; ``also`` is in what else they differ."""

    a: ScopeKey
    b: ScopeKey
    relation: ScopeRelation
    also: tuple[ScopeRelation, ...] = ()


def relation_between(a: ScopeKey, b: ScopeKey, reaches: Reaches) -> Related:
    """How two scopes of one measure stand to each other. Raises ValueError for two measures."""
    if a.measure != b.measure:
        raise ValueError(f"{a.measure} and {b.measure} are different measures: only scopes of one are related")
    found = sorted(_differences(a, b, reaches), key=_RANK.__getitem__)
    return Related(a, b, found[0], tuple(found[1:])) if found else Related(a, b, R.SAME)


def broader_first(related: Related) -> Related:
    """The same, told from the broader side where one is a part of the other; part of a cause from the part's."""
    if related.relation not in {R.NARROWER_PLACE, R.NARROWER_POPULATION, R.WHOLE_OF_CAUSE}:
        return related
    also = tuple(_TURNED.get(one, one) for one in related.also)
    return Related(related.b, related.a, _TURNED[related.relation], also)


def relations(keys: Sequence[ScopeKey], reaches: Reaches) -> Iterator[Related]:
    """Every pair of scopes of one measure, told from the broader side."""
    by_measure: dict[str, list[ScopeKey]] = {}
    for key in keys:
        by_measure.setdefault(key.measure, []).append(key)
    for same in by_measure.values():
        for a, b in combinations(same, 2):
            yield broader_first(relation_between(a, b, reaches))


def _differences(a: ScopeKey, b: ScopeKey, reaches: Reaches) -> Iterator[ScopeRelation]:
    if a.unit != b.unit:
        yield R.DIFFERENT_UNIT
    if a.basis != b.basis:
        yield R.DIFFERENT_BASIS
    if a.start != b.start:
        yield R.DIFFERENT_PERIOD
    if a.place != b.place:
        here, there = _located(a, reaches), _located(b, reaches)
        yield _parts(covers(here, there, reaches.places), covers(there, here, reaches.places), _PLACE)
    if a.population != b.population:
        yield _parts(
            is_above(a.population, b.population, reaches.populations),
            is_above(b.population, a.population, reaches.populations),
            _POPULATION,
        )
    if a.cause != b.cause:
        yield _parts(
            a.cause is None or is_above(a.cause, b.cause, reaches.causes),
            b.cause is None or is_above(b.cause, a.cause, reaches.causes),
            _CAUSE,
        )


_PLACE = (R.BROADER_PLACE, R.NARROWER_PLACE, R.DIFFERENT_PLACE)
_POPULATION = (R.BROADER_POPULATION, R.NARROWER_POPULATION, R.DIFFERENT_POPULATION)
_CAUSE = (R.WHOLE_OF_CAUSE, R.PART_OF_CAUSE, R.DIFFERENT_CAUSE)


def _parts(above: bool, below: bool, words: tuple[ScopeRelation, ...]) -> ScopeRelation:
    """The word for: a covers b, b covers a, or neither nor both of it can be said."""
    broader, narrower, different = words
    return different if above == below else broader if above else narrower


def _located(key: ScopeKey, reaches: Reaches) -> frozenset[Key]:
    return reaches.own_places if key.place is None else frozenset({key.place})


def covers(these: Iterable[Key], those: Iterable[Key], broader: Broader) -> bool:
    """Whether each of those places lies in one of these; nothing is said to lie nowhere."""
    these, those = set(these), list(those)
    return bool(those) and all(one in these or broader.get(one, frozenset()) & these for one in those)


def is_above(upper: Key | None, lower: Key | None, broader: Broader) -> bool:
    """Whether the one is broader than the other, at any distance."""
    return lower is not None and upper in broader.get(lower, frozenset())
