"""Plots for whoever reads: what stands where comes from ``incidents.plots``, the words are made here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents import counts
from incidents.admin import words
from incidents.admin.reading import Line
from incidents.models import Claim, Figure
from incidents.plots import dots, steps
from incidents.plots.counts import Drawn
from incidents.reconciliation.claims import Key
from incidents.scopes.reading import ScopeView
from sources.merged import meant


@dataclass(frozen=True, slots=True)
class Over:
    """What stands over rows that rest in part on the same."""

    group: dots.Group
    words: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A dot-range plot with its words. ``key`` tells its parts apart from those of other plots on the page."""

    key: str
    title: str
    description: str
    drawn: dots.DotPlot
    ticks: list[tuple[float, str]]
    groups: list[Over]
    figure: str


@dataclass(frozen=True, slots=True)
class Course:
    """A step plot with its words."""

    key: str
    title: str
    description: str
    drawn: steps.StepPlot
    levels: list[tuple[float, str]]


def drawn(claim: Claim) -> Drawn:
    """A claim as it is drawn."""
    low, high = counts.interval(claim.minimum, claim.maximum) or (None, None)
    return Drawn(
        low,
        high,
        claim.best if low is not None else None,
        approximate=claim.quantifier == counts.Quantifier.ABOUT.value,
        denied=claim.stance == counts.Stance.DENIES.value,
    )


def is_mirrored() -> bool:
    """Whether the reader's script runs from right to left."""
    return words.language() == "ar"


def figure_words(figure: Figure) -> str:
    """A figure in words: from the lowest to the highest, and its best where it names one."""
    if figure.low is None and figure.high is None and figure.best is not None:
        return _("best %(best)s") % {"best": words.number(figure.best)}
    told = words.spanned(figure)
    if figure.best is None or figure.best == figure.low == figure.high:
        return told
    return _("%(span)s, best %(best)s") % {"span": told, "best": words.number(figure.best)}


def of_scope(view: ScopeView, lines: Mapping[str, Line], roots: Mapping[Key, str]) -> Plot:
    """The dot-range plot of a scope; ``lines`` are its claims by their keys, ``roots`` the names of those they rest on."""
    speaking = [(key, lines[key]) for key in view.speaking if key in lines]
    past: dict[Any, list[dots.Told]] = {}
    for key in view.history:
        if key in lines:
            past.setdefault(claimant_of(lines[key]), []).insert(0, _told(lines[key], dated=True))
    rows = [
        dots.Row(
            line.claimant,
            _told(line),
            frozenset(view.roots.get(key, ())),
            tuple(past.pop(claimant_of(line), ())),
        )
        for key, line in speaking
    ]
    found = dots.dot_plot(rows, drawn_figure(view.figure), mirrored=is_mirrored())
    told = figure_words(view.figure) if view.figure else ""
    return Plot(
        key=f"plot-{view.scope.pk}",
        title=words.scope(view.scope),
        description=_described(rows, told),
        drawn=found,
        ticks=[(x, words.number(value)) for x, value in found.ticks],
        groups=[Over(group, _rests(group, roots)) for group in found.groups],
        figure=_("adopted: %(figure)s") % {"figure": told} if told else "",
    )


def of_series(key: str, title: str, series: Sequence[Line]) -> Course | None:
    """The step plot of one claimant's announcements, where there is anything to compare."""
    announced = [steps.Announced(day, drawn(line.row)) for line in series if (day := holds(line)) is not None]
    found = steps.step_plot(announced, mirrored=is_mirrored())
    if found is None:
        return None
    told = "; ".join(f"{holds_words(line)}: {line.count}" for line in series)
    levels = [(y, words.number(value)) for y, value in found.levels]
    return Course(f"course-{key}", title, told, found, levels)


def holds(line: Line) -> Any:
    """The latest day that an announcement can hold for; inferred from its first dated source where it is not stated."""
    if line.row.as_of:
        return line.row.as_of_latest or line.row.as_of_earliest
    cited = next((one.source for one in line.citations if one.source.published), None)
    return (cited.published_latest or cited.published_earliest) if cited is not None else None


def holds_words(line: Line) -> str:
    """The same in words."""
    return line.as_of or next((one.published for one in line.citations if one.published), "—")


def claimant_of(line: Line) -> Any:
    """Whose announcement it is: what was merged into another is the other's."""
    return meant(line.row.claimant).pk


def _told(line: Line, *, dated: bool = False) -> dots.Told:
    said = f"{holds_words(line)}: {line.count}" if dated else line.count
    return dots.Told(said, drawn(line.row))


def drawn_figure(figure: Figure | None) -> dots.Figure | None:
    """From end to end; of one that names but one end, or a best alone, as far as that says."""
    if figure is None:
        return None
    stated = [number for number in (figure.low, figure.best, figure.high) if number is not None]
    if not stated:
        return None
    low = figure.low if figure.low is not None else 0 if figure.high is not None else stated[0]
    is_open = figure.open_ended or (figure.high is None and figure.low is not None)
    return dots.Figure(low, stated[-1], figure.best, is_open)


def _rests(group: dots.Group, roots: Mapping[Key, str]) -> str:
    named = words.listed(roots[one] for one in group.shared if isinstance(one, int | str) and one in roots)
    told = _("rest on the same: %(roots)s") if group.whole else _("rest in part on the same: %(roots)s")
    return told % {"roots": named}


def _described(rows: Sequence[dots.Row], figure: str) -> str:
    """What the picture shows, for those who hear it; the table beside it says the same."""
    names = {row.name for row in rows}
    number = ngettext("%(number)d claimant", "%(number)d claimants", len(names)) % {"number": len(names)}
    told = [f"{row.name}: {row.speaks.words}" for row in rows]
    if figure:
        told.append(_("adopted: %(figure)s") % {"figure": figure})
    return "; ".join([number, *told])
