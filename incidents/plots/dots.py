"""The dot-range plot of a scope: each claim a row, those that rest in part on the same together, on one axis from zero."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from incidents.plots.axis import Axis, across, axis, edge
from incidents.plots.counts import Drawn, Shape

BESIDE = 5
"""Pixels above and below a mark in which the grid is drawn: it stands beside the marks, and not over their words."""
TOP, ROW, PAST, GROUP, GROUP_GAP, FOOT = 22, 38, 24, 22, 8, 26
"""Pixels: the words of the figure, a claim, an earlier one of the same claimant, the words over a group, between groups,
and the numbers below."""
MOST_PAST = 6
"""Earlier announcements of one claimant that are drawn; the rest are in the table."""


@dataclass(frozen=True, slots=True)
class Told:
    """One announcement: how many in words, and as it is drawn."""

    words: str
    drawn: Drawn


@dataclass(frozen=True, slots=True)
class Row:
    """One claimant's row: what speaks, on whom it rests in the end, and what it said before, the latest first."""

    name: str
    speaks: Told
    roots: frozenset[Hashable] = frozenset()
    past: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """What is adopted."""

    low: int
    high: int
    best: int | None = None
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One announcement on the page. ``line`` has its ends from the left; ``arrow`` is the tip of an open end."""

    name: str
    words: str
    text_y: int
    y: int
    shape: Shape | None = None
    at: float | None = None
    line: tuple[float, float] | None = None
    caps: tuple[float, ...] = ()
    arrow: float | None = None
    past: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows together: from where to where, and the roots that at least two of them share. ``whole``: they share all."""

    top: int
    bottom: int
    text_y: int
    shared: tuple[Hashable, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """The figure on the page: from where, how wide, its best, and from where it fades out, how wide."""

    x: float
    width: float
    ends: tuple[float, ...]
    best: float | None = None
    fade: tuple[float, float] | None = None
    arrow: float | None = None


@dataclass(frozen=True, slots=True)
class DotPlot:
    """Everything that is drawn."""

    height: int
    top: int
    bottom: int
    mirrored: bool
    ticks: tuple[tuple[float, int], ...]
    marks: list[Mark] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    band: Band | None = None

    @property
    def deep(self) -> int:
        """From the top to the axis."""
        return self.bottom - self.top

    @property
    def rails(self) -> list[tuple[int, int]]:
        """From where to where the lines of the grid are drawn: at each mark, and at the axis."""
        beside = [(mark.y - BESIDE, mark.y + BESIDE * (1 if mark.past else 2)) for mark in self.marks]
        return [*beside, (self.bottom - BESIDE, self.bottom)]


def dot_plot(rows: Sequence[Row], figure: Figure | None = None, *, mirrored: bool = False) -> DotPlot:
    """Where everything stands. Rows keep their order, but for those that rest in part on the same."""
    told = [one.drawn for row in rows for one in (row.speaks, *row.past[:MOST_PAST])]
    scale = axis(max([*(one.highest for one in told), figure.high if figure else 0], default=0))
    marks: list[Mark] = []
    found: list[Group] = []
    y = TOP
    for together in by_shared_roots(rows):
        begins = y
        shared, whole = shared_by(together)
        if shared:
            y += GROUP
        for row in together:
            marks.append(_mark(row.name, row.speaks, y, scale, mirrored=mirrored))
            y += ROW
            for one in row.past[:MOST_PAST]:
                marks.append(_mark("", one, y, scale, mirrored=mirrored, past=True))
                y += PAST
        if shared:
            found.append(Group(begins, y - GROUP_GAP // 2, begins + 14, shared, whole))
        y += GROUP_GAP
    ticks = tuple((across(scale.share(tick), mirrored=mirrored), tick) for tick in scale.ticks)
    band = _band(figure, scale, mirrored=mirrored) if figure else None
    return DotPlot(y + FOOT, TOP, y, mirrored, ticks, marks, found, band)


def by_shared_roots(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows, those together that a shared root connects, over whatever others; each group where its first row was."""
    of_root: dict[Hashable, int] = {}
    leads = list(range(len(rows)))

    def first(index: int) -> int:
        while leads[index] != index:
            index = leads[index]
        return index

    for index, row in enumerate(rows):
        for root in row.roots:
            one, other = sorted((first(of_root.setdefault(root, index)), first(index)))
            leads[other] = one
    groups: dict[int, list[Row]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(first(index), []).append(row)
    return list(groups.values())


def shared_by(rows: Iterable[Row]) -> tuple[tuple[Hashable, ...], bool]:
    """The roots on which at least two of the rows rest, in the order of the rows, and whether every row rests on them alone."""
    rows = list(rows)
    number: dict[Hashable, int] = {}
    for row in rows:
        for root in sorted(row.roots, key=str):
            number[root] = number.get(root, 0) + 1
    shared = tuple(root for root, times in number.items() if times > 1)
    return shared, bool(shared) and all(row.roots == frozenset(shared) for row in rows)


def _mark(name: str, told: Told, y: int, scale: Axis, *, mirrored: bool, past: bool = False) -> Mark:
    def place(value: int) -> float:
        return across(scale.share(value), mirrored=mirrored)

    drawn = told.drawn
    line: tuple[float, float] | None = None
    caps: tuple[float, ...] = ()
    arrow: float | None = None
    if drawn.bounds is not None:
        low, high = drawn.bounds
        arrow = edge(mirrored=mirrored) if high is None else None
        ends = [place(low), place(high) if high is not None else edge(mirrored=mirrored)]
        line = (min(ends), max(ends))
        caps = tuple(sorted(ends if high is not None else ends[:1]))
    at = place(drawn.at) if drawn.at is not None else None
    text, middle = (10, 17) if past else (13, 25)
    return Mark(name, told.words, y + text, y + middle, drawn.shape, at, line, caps, arrow, past)


def _band(figure: Figure, scale: Axis, *, mirrored: bool) -> Band:
    def place(value: int) -> float:
        return across(scale.share(value), mirrored=mirrored)

    low, high = place(figure.low), place(figure.high)
    best = place(figure.best) if figure.best is not None else None
    fade, arrow = None, None
    if figure.open_ended:
        arrow = edge(mirrored=mirrored)
        fade = (min(high, arrow), round(abs(arrow - high), 2))
    ends = (low,) if figure.open_ended else (low, high)
    return Band(min(low, high), round(abs(high - low), 2), ends, best, fade, arrow)
