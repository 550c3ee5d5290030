"""Draws that follow from a seed. Only ``random`` itself is drawn on, whose sequence Python guarantees."""

import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Weighted(Generic[Value]):
    """Values with the share that each is drawn at; shares need not add up to one."""

    def __init__(self, shares: Mapping[Value, float]) -> None:
        self._values = tuple(shares)
        self._edges = tuple(accumulate(shares.values()))

    def draw(self, chance: "Chance") -> Value:
        edges = self._edges
        return self._values[min(bisect(edges, chance.fraction() * edges[-1]), len(edges) - 1)]


class Chance:
    """One reproducible sequence of draws."""

    def __init__(self, seed: str) -> None:
        self.fraction = random.Random(seed).random  # noqa: S311  reproducible on purpose

    def happens(self, share: float) -> bool:
        """True at this share of the draws, 0 to 1."""
        return self.fraction() < share

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.fraction() * (high - low + 1))

    def one_of(self, values: Sequence[Value]) -> Value:
        return values[int(self.fraction() * len(values))]

    def some_of(self, values: Sequence[Value], number: int) -> list[Value]:
        """At most this many different values, in the order drawn."""
        positions = dict.fromkeys(int(self.fraction() * len(values)) for _ in range(number))
        return [values[position] for position in positions]

    def skewed(self, smallest: int, largest: int) -> int:
        """Small numbers often and large ones seldom: the chance of n or more falls as 1/n."""
        return min(largest, int(smallest / (1.0 - self.fraction())))
