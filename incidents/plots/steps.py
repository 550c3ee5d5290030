"""One claimant's successive announcements over time: a step at each, as high as what it counts at the least."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from incidents.plots.axis import EDGE, Axis, across, axis, days
from incidents.plots.counts import Drawn, Shape

TOP, HEIGHT, FOOT = 18, 150, 22
"""Pixels: above the highest number, the plot itself, the days below."""
FIRST = 9.0
"""Where the first day stands, in percent: beside the numbers, which stand where a line begins."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What was announced of a day."""

    day: dt.date
    drawn: Drawn


@dataclass(frozen=True, slots=True)
class Point:
    """One announcement on the page; ``bar`` from its highest to its lowest bound, ``arrow`` the tip of an open end."""

    x: float
    y: float
    shape: Shape | None
    bar: tuple[float, float] | None = None
    arrow: float | None = None


@dataclass(frozen=True, slots=True)
class StepPlot:
    """Everything that is drawn."""

    height: int
    bottom: int
    mirrored: bool
    levels: tuple[tuple[float, int], ...]
    days: tuple[tuple[float, str], ...]
    lines: tuple[tuple[float, float, float, float], ...]
    points: tuple[Point, ...]


def step_plot(series: Sequence[Announced], *, mirrored: bool = False) -> StepPlot | None:
    """Where everything stands; None unless numbers of at least two days are to be compared."""
    ordered = sorted((one for one in series if one.drawn.shape or one.drawn.bounds), key=lambda one: one.day)
    numbers = [one for one in ordered if one.drawn.has_number and not one.drawn.denied]
    if len({one.day for one in numbers}) < 2:
        return None
    scale = axis(max(one.drawn.highest for one in ordered))
    calendar = days(ordered[0].day, ordered[-1].day)

    def x(day: dt.date) -> float:
        return across(calendar.share(day), mirrored=mirrored, begins=FIRST, ends=EDGE)

    lines: list[tuple[float, float, float, float]] = []
    for before, after in pairwise(numbers):
        here, there = _y(scale, _height(before.drawn)), _y(scale, _height(after.drawn))
        lines += [(x(before.day), here, x(after.day), here), (x(after.day), here, x(after.day), there)]
    return StepPlot(
        height=TOP + HEIGHT + FOOT,
        bottom=TOP + HEIGHT,
        mirrored=mirrored,
        levels=tuple((_y(scale, tick), tick) for tick in scale.ticks),
        days=tuple((x(day), words) for day, words in calendar.ticks),
        lines=tuple(line for line in lines if line[:2] != line[2:]),
        points=tuple(_point(one, x(one.day), scale) for one in ordered),
    )


def _height(drawn: Drawn) -> int:
    """How high the step stands: at the claimant's own best, else at the least that is claimed. Nothing is averaged."""
    return drawn.at if drawn.at is not None else drawn.low or 0


def _y(scale: Axis, value: int) -> float:
    return round(TOP + HEIGHT * (1 - scale.share(value)), 2)


def _point(one: Announced, x: float, scale: Axis) -> Point:
    drawn = one.drawn
    bar = arrow = None
    if drawn.bounds is not None:
        low, high = drawn.bounds
        arrow = max(_y(scale, low) - 20, 2.0) if high is None else None
        bar = (arrow if arrow is not None else _y(scale, high or 0), _y(scale, low))
    return Point(x, _y(scale, _height(drawn)), drawn.shape, bar, arrow)
