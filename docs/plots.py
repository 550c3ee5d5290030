"""The plots of docs/reconciliation.md: ``.venv/bin/python -m docs.plots`` writes docs/plots/*.svg.

A dot is an exact number, a hollow one an approximate; a bar is an interval, an arrow an open end. A band is an envelope or
a gap. Nothing is measured here: the numbers are those of the text.
"""

from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).resolve().parent / "plots"
WIDTH, LEFT, RIGHT, ROW = 640, 210, 24, 26
INK, SOFT, BAND, MARK = "#1f2933", "#7b8794", "#dbe7f3", "#b42318"


@dataclass(frozen=True)
class Row:
    """One line of a plot: a claim, or words where there is no number."""

    label: str
    low: int | None = None
    high: int | None = None
    is_open: bool = False
    approximate: bool = False
    best: int | None = None
    words: str = ""
    past: bool = False


@dataclass(frozen=True)
class Plot:
    """Claims on one scale, with bands behind them, each with its words."""

    title: str
    scale: tuple[int, int]
    rows: list[Row]
    bands: list[tuple[int, int, str]] = field(default_factory=list)

    def svg(self) -> str:
        """The whole picture."""
        height = 30 + ROW * len(self.rows) + 34
        parts = [self.band(*band, height) for band in self.bands]
        for at, row in enumerate(self.rows):
            parts += self.row(row, 44 + ROW * at)
        foot = height - 24
        parts.append(line(self.x(self.scale[0]), foot, self.x(self.scale[1]), foot, SOFT))
        low, high = self.scale
        for value in (low, (low + high) // 2, high):
            parts.append(text(self.x(value), height - 8, f"{value:,}", SOFT, "middle"))
        return picture(self.title, height, sorted_as_written(parts))

    def x(self, value: int) -> float:
        """Where a number stands."""
        low, high = self.scale
        return round(LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT), 1)

    def band(self, low: int, high: int, words: str, height: int) -> str:
        """A band over all rows, named above them."""
        x, wide = self.x(low), max(self.x(high) - self.x(low), 2)
        return (
            f'<rect x="{x}" y="26" width="{wide:.1f}" height="{height - 52}" fill="{BAND}"/>'
            f"{text(x + wide / 2, 20, words, SOFT, 'middle')}"
        )

    def row(self, row: Row, y: int) -> list[str]:
        """A claim: its label, its bar or dot, an arrow where it is open, a tick at its best."""
        ink = SOFT if row.past else INK
        parts = [text(12, y + 4, row.label, ink)]
        if row.low is None:
            return [*parts, text(LEFT, y + 4, row.words, MARK)]
        start = self.x(row.low)
        end = self.x(self.scale[1]) if row.is_open else self.x(row.high if row.high is not None else row.low)
        if end > start:
            parts.append(line(start, y, end, y, ink, 3))
            parts.append(line(start, y - 6, start, y + 6, ink, 2))
        if row.is_open:
            parts.append(f'<path d="M {end} {y} l -9 -5 v 10 z" fill="{ink}"/>')
        elif end > start:
            parts.append(line(end, y - 6, end, y + 6, ink, 2))
        else:
            fill = "white" if row.approximate else ink
            parts.append(f'<circle cx="{start}" cy="{y}" r="5" fill="{fill}" stroke="{ink}" stroke-width="2"/>')
        if row.best is not None:
            parts.append(f'<circle cx="{self.x(row.best)}" cy="{y}" r="5" fill="{MARK}"/>')
        if row.words:
            right = end < WIDTH - 160
            parts.append(text(end + 12 if right else start - 12, y + 4, row.words, MARK, "start" if right else "end"))
        return parts


@dataclass(frozen=True)
class Chain:
    """Who rests on whom: boxes in columns, claims on the left, roots on the right."""

    title: str
    boxes: dict[str, tuple[int, int]]
    arrows: list[tuple[str, str]]

    def svg(self) -> str:
        """The whole picture."""
        height = 40 + 40 * (1 + max(row for _, row in self.boxes.values()))
        where = {name: (20 + column * 205, 36 + row * 40) for name, (column, row) in self.boxes.items()}
        parts = []
        for of, to in self.arrows:
            (x, y), (x2, y2) = where[of], where[to]
            parts.append(line(x + 165, y, x2 - 6, y2, SOFT, 1.5))
            parts.append(f'<path d="M {x2} {y2} l -9 -4 v 8 z" fill="{SOFT}"/>')
        for name, (x, y) in where.items():
            parts.append(f'<rect x="{x}" y="{y - 14}" width="165" height="28" rx="4" fill="{BAND}"/>')
            parts.append(text(x + 82, y + 4, name, INK, "middle"))
        return picture(self.title, height, parts)


def sorted_as_written(parts: list[str]) -> list[str]:
    """Bands first, so that claims lie above them."""
    return sorted(parts, key=lambda part: not part.startswith("<rect"))


def picture(title: str, height: int, parts: list[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'font-family="sans-serif" font-size="13">\n<title>{escape(title)}</title>\n'
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>\n{body}\n</svg>\n'
    )


def line(x: float, y: float, x2: float, y2: float, ink: str, wide: float = 1) -> str:
    return f'<line x1="{x}" y1="{y}" x2="{x2}" y2="{y2}" stroke="{ink}" stroke-width="{wide}"/>'


def text(x: float, y: float, words: str, ink: str, anchor: str = "start") -> str:
    return f'<text x="{round(x, 1)}" y="{y}" fill="{ink}" text-anchor="{anchor}">{escape(words)}</text>'


PLOTS = {
    "counts": Plot(
        "What words set as bounds",
        (0, 30),
        [
            Row("exactly 12", 12),
            Row("at least 12", 12, is_open=True),
            Row("at most 12", 0, 12),
            Row("about 20", 20, approximate=True),
            Row("21–25, best 23", 21, 25, best=23),
            Row("none", 0),
            Row("no number stated", words="no bounds"),
            Row("denied", words="no bounds; against any 1 or more"),
        ],
    ),
    "scopes": Plot(
        "21 April 2018: three numbers about three things",
        (0, 8),
        [
            Row("refugees, camp: at least 4", 4, is_open=True),
            Row("civilians, camp: 3–4", 3, 4),
            Row("civilians, city: 3", 3),
        ],
    ),
    "series": Plot(
        "Four announcements of one running total: the latest speaks",
        (3400, 4200),
        [
            Row("February 2017", 3443, past=True),
            Row("2018", 3894, past=True),
            Row("October 2019", 4002, past=True),
            Row("February 2022", 4116, words="speaks"),
        ],
    ),
    "tie": Plot(
        "Two bulletins of 5 March, from one import: both speak",
        (0, 10),
        [Row("monitor, 4 March: 2", 2, past=True), Row("monitor, 5 March: 3", 3), Row("monitor, 5 March: 5", 5)],
        [(3, 5, "low 3, high 5")],
    ),
    "deny": Plot(
        "“We deny that 25 were killed; three were”: both speak",
        (0, 30),
        [
            Row("ministry: 3", 3),
            Row("ministry denies 25", words="no bounds; against 25"),
            Row("newspaper: at least 1", 1, is_open=True),
            Row("monitor: 25", 25, words="conflict"),
        ],
    ),
    "agree": Plot(
        "3–8 and 6–12 share 6 to 8",
        (0, 15),
        [Row("monitor: 3–8", 3, 8), Row("network: 6–12", 6, 12)],
        [(6, 8, "can both be true")],
    ),
    "conflict": Plot(
        "Kafr Batna, 5 March 2018: a gap of 2",
        (18, 28),
        [Row("Airwars: 21–23", 21, 23), Row("UCDP: 25", 25)],
        [(23, 25, "gap 2")],
    ),
    "tolerance": Plot(
        "About 200 meets 215 and misses 225",
        (170, 240),
        [Row("about 200", 200, approximate=True), Row("215", 215), Row("225", 225, words="beyond")],
        [(180, 220, "a tenth either way")],
    ),
    "dates": Plot(
        "A running total does not fall: 100 by Monday bounds Friday from below",
        (0, 140),
        [
            Row("Monday, monitor: 100", 100),
            Row("Friday, must then be", 100, is_open=True),
            Row("Friday, ministry: 80", 80, words="conflict, gap 20"),
        ],
    ),
    "roots": Chain(
        "Five claimants, two roots, two independent groups",
        {
            "newspaper": (0, 0),
            "dataset": (0, 1),
            "network": (0, 2),
            "hospital": (0, 3),
            "monitor's claim": (1, 1),
            "monitor": (2, 1),
            "hospital itself": (2, 3),
        },
        [
            ("newspaper", "monitor's claim"),
            ("dataset", "monitor's claim"),
            ("network", "monitor's claim"),
            ("monitor's claim", "monitor"),
            ("hospital", "hospital itself"),
        ],
    ),
    "circle": Chain(
        "Two who quote each other rest on nobody else",
        {"newspaper's claim": (0, 0), "network": (1, 0), "network's claim": (0, 1), "newspaper": (1, 1)},
        [("newspaper's claim", "network"), ("network's claim", "newspaper")],
    ),
    "one-root": Chain(
        "Three claimants, one root: one independent group",
        {"newspaper": (0, 0), "broadcaster": (0, 1), "agency": (0, 2), "agency's claim": (1, 1), "monitor": (2, 1)},
        [
            ("newspaper", "agency's claim"),
            ("broadcaster", "agency's claim"),
            ("agency", "agency's claim"),
            ("agency's claim", "monitor"),
        ],
    ),
    "envelope": Plot(
        "The envelope spans all that is claimed, and stays open where one claim is",
        (0, 30),
        [Row("monitor: at least 10", 10, is_open=True), Row("network: 14–22", 14, 22), Row("ministry: 6", 6)],
        [(6, 22, "low 6, high 22, open")],
    ),
    "fall": Plot(
        "“At least 50” takes nothing of 100 back: 80 is a fall",
        (0, 140),
        [
            Row("1 June: 100", 100),
            Row("2 June: at least 50", 50, is_open=True),
            Row("3 June: 80", 80, words="fell from 100"),
        ],
    ),
    "jump": Plot(
        "1,164 held, then more than 1,603: a rise of 440 in 106 days",
        (1000, 2000),
        [Row("19 February 2017: 1,164", 1164), Row("5 June 2017: 1,604 or more", 1604, is_open=True)],
        [(1164, 1455, "up to a quarter more")],
    ),
    "parts": Plot(
        "A part above its total",
        (0, 20),
        [Row("killed: 12", 12), Row("of them children: 15", 15, words="above its total")],
    ),
    "part-fell": Plot(
        "Of hunger or lack of care: 196, then 195, while the total rose",
        (190, 200),
        [
            Row("4 June (total 3,506): 196", 196),
            Row("summer (total 3,542): 195", 195, words="a part fell"),
        ],
    ),
    "above": Plot(
        "A day of March above its siege, by the number that holds for April",
        (0, 20),
        [
            Row("siege, to 10 February: 5", 5, past=True),
            Row("siege, to 1 April: 7", 7),
            Row("the day, 5 March: 9–11", 9, 11, words="above its situation"),
        ],
    ),
    "named": Plot(
        "Thirteen named, eight to twelve counted",
        (0, 20),
        [Row("monitor: 8–12", 8, 12), Row("named: 13", 13, words="above the high")],
    ),
    "digits": Plot(
        "82 and 28: two digits that changed places",
        (0, 100),
        [Row("ministry: 82", 82), Row("newspaper: 28", 28, words="transposed?")],
    ),
    "totals": Plot(
        "Four events: three added, one unknown",
        (0, 60),
        [
            Row("figure of the count: 3–4", 3, 4),
            Row("of its running total: 41", 41),
            Row("at least 10", 10, is_open=True),
            Row("counted in one street only", words="unknown, and not 0"),
        ],
        [(54, 55, "54 to 55 or more")],
    ),
    "policies": Plot(
        "One scope, four policies: the red dot is the best",
        (0, 30),
        [
            Row("claim of Monday, graded B: 9", 9),
            Row("claim of Friday, C: 12–20", 12, 20),
            Row("range", 9, 20),
            Row("most reliable", 9, 20, best=9),
            Row("conservative", 9, 20, best=9),
            Row("latest", 12, 20),
        ],
    ),
}


def drawn() -> dict[str, str]:
    """Every plot by the name of its file."""
    return {f"{name}.svg": plot.svg() for name, plot in PLOTS.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, svg in drawn().items():
        (FOLDER / name).write_text(svg, "utf-8")
