"""What is drawn of one count: a dot, a line between its bounds, an open end; hollow, a cross, or nothing."""

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """The mark at a number. What states no number has none."""

    DOT = "dot"
    HOLLOW = "hollow"
    CROSS = "cross"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A count as it is drawn. ``low`` None is no number; ``high`` None beside a low is an open end."""

    low: int | None = None
    high: int | None = None
    best: int | None = None
    approximate: bool = False
    denied: bool = False

    @property
    def has_number(self) -> bool:
        return self.low is not None

    @property
    def shape(self) -> Shape | None:
        """The mark at its number, if it has one; a denial without a number stands at none."""
        if self.denied:
            return Shape.CROSS
        if self.at is None:
            return None
        return Shape.HOLLOW if self.approximate else Shape.DOT

    @property
    def at(self) -> int | None:
        """Where the mark stands: at the claimant's own best, else at the one number stated; between two bounds nowhere."""
        if self.denied:
            return self.low or 0
        if self.best is not None:
            return self.best
        return self.low if self.high is None or self.low == self.high else None

    @property
    def bounds(self) -> tuple[int, int | None] | None:
        """The ends of its line, if it is more than one number."""
        if self.low is None or self.denied or self.low == self.high:
            return None
        return self.low, self.high

    @property
    def highest(self) -> int:
        """The largest number that is drawn of it."""
        return max(number or 0 for number in (self.low, self.high, self.best))
