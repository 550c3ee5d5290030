"""What is drawn of each count, and where: the cases of the design's section on counts."""

from typing import Any

import pytest

from incidents.plots.counts import Drawn, Shape
from incidents.plots.dots import Figure, Row, Told, by_shared_roots, dot_plot, shared_by

CASES = {
    "exact": (Drawn(4, 4), Shape.DOT, 4, None),
    "zero": (Drawn(0, 0), Shape.DOT, 0, None),
    "approximate": (Drawn(4, 4, approximate=True), Shape.HOLLOW, 4, None),
    "at least": (Drawn(4, None), Shape.DOT, 4, (4, None)),
    "at least, with a best": (Drawn(4, None, best=6), Shape.DOT, 6, (4, None)),
    "at most": (Drawn(0, 4), None, None, (0, 4)),
    "between": (Drawn(3, 5), None, None, (3, 5)),
    "between, with a best": (Drawn(3, 5, best=4), Shape.DOT, 4, (3, 5)),
    "between, with a best outside": (Drawn(3, 5, best=9), Shape.DOT, 9, (3, 5)),
    "no number": (Drawn(), None, None, None),
    "denied": (Drawn(denied=True), Shape.CROSS, 0, None),
    "denied number": (Drawn(3, 3, denied=True), Shape.CROSS, 3, None),
    "denied, at least": (Drawn(3, None, denied=True), Shape.CROSS, 3, None),
}


@pytest.mark.parametrize("case", CASES)
def test_a_count_is_drawn_as_it_was_put(case: str) -> None:
    drawn, shape, at, bounds = CASES[case]
    assert (drawn.shape, drawn.at, drawn.bounds) == (shape, at, bounds)


def row(name: str, drawn: Drawn, roots: str = "", *past: Drawn) -> Row:
    return Row(name, Told("", drawn), frozenset(roots.split()), tuple(Told("", one) for one in past))


def placed(*rows: Row, **given: Any) -> dict[str, Any]:
    return {mark.name: mark for mark in dot_plot(rows, **given).marks}


def test_every_row_stands_on_one_axis_from_zero() -> None:
    plot = dot_plot([row("a", Drawn(25, 25)), row("b", Drawn(21, 23)), row("c", Drawn(0, 0))])
    assert [tick for _x, tick in plot.ticks] == [0, 5, 10, 15, 20, 25]
    a, b, c = plot.marks
    assert a.at == plot.ticks[-1][0]
    assert c.at == plot.ticks[0][0]
    assert b.at is None
    assert b.line == b.caps
    assert plot.ticks[-2][0] < b.line[0] < b.line[1] < plot.ticks[-1][0]
    assert a.y < b.y < c.y < plot.bottom < plot.height


def test_an_open_end_is_an_arrow_beyond_the_axis() -> None:
    (mark,) = dot_plot([row("a", Drawn(4, None))]).marks
    assert mark.arrow == 97
    assert mark.line == (mark.at, 97)
    assert mark.caps == (mark.at,)


def test_what_states_no_number_has_its_words_and_no_mark() -> None:
    found = placed(row("a", Drawn()), row("b", Drawn(3, 3)))
    assert (found["a"].shape, found["a"].at, found["a"].line) == (None, None, None)
    assert found["b"].shape is Shape.DOT


def test_mirrored_everything_is_as_far_from_the_other_side() -> None:
    rows = [row("a", Drawn(4, None)), row("b", Drawn(2, 9, best=5)), row("c", Drawn(denied=True))]
    figure = Figure(2, 9, 5, open_ended=True)
    plain, mirrored = dot_plot(rows, figure), dot_plot(rows, figure, mirrored=True)
    for one, other in zip(plain.marks, mirrored.marks, strict=True):
        assert one.at is None or other.at == pytest.approx(100 - one.at)
        assert one.arrow is None or other.arrow == pytest.approx(100 - one.arrow)
        assert one.line is None or other.line == pytest.approx((100 - one.line[1], 100 - one.line[0]))
    assert plain.band is not None
    assert mirrored.band is not None
    assert mirrored.band.x + mirrored.band.width == pytest.approx(100 - plain.band.x)
    assert sum(mirrored.band.fade) == pytest.approx(100 - plain.band.fade[0])


def test_what_a_claimant_said_before_stands_smaller_below_it_and_not_without_end() -> None:
    plot = dot_plot([row("a", Drawn(120, 120), "", *[Drawn(60, 60)] * 9), row("b", Drawn(1, 1))])
    assert [mark.past for mark in plot.marks] == [False, *[True] * 6, False]
    assert [mark.y for mark in plot.marks] == sorted(mark.y for mark in plot.marks)


def test_the_figure_is_a_band_with_its_best_as_a_line() -> None:
    band = dot_plot([row("a", Drawn(10, 20))], Figure(10, 20, 15)).band
    assert band is not None
    assert band.ends == (band.x, band.x + band.width)
    assert band.best == pytest.approx(band.x + band.width / 2)
    assert (band.fade, band.arrow) == (None, None)


def test_an_open_ended_figure_fades_out() -> None:
    band = dot_plot([row("a", Drawn(10, None))], Figure(10, 10, None, open_ended=True)).band
    assert band is not None
    assert band.arrow == 97
    assert band.fade == (band.x, pytest.approx(97 - band.x))
    assert band.ends == (band.x,)


GROUPS = {
    "nothing shared": ({"a": "1", "b": "2"}, [["a"], ["b"]]),
    "one root": ({"a": "1", "b": "1"}, [["a", "b"]]),
    "over a third": ({"a": "1", "b": "2", "c": "1 2"}, [["a", "b", "c"]]),
    "apart in between": ({"a": "1", "b": "2", "c": "1"}, [["a", "c"], ["b"]]),
    "without roots": ({"a": "", "b": ""}, [["a"], ["b"]]),
}


@pytest.mark.parametrize("case", GROUPS)
def test_rows_that_a_shared_root_connects_stand_together(case: str) -> None:
    rows, expected = GROUPS[case]
    found = by_shared_roots([row(name, Drawn(1, 1), roots) for name, roots in rows.items()])
    assert [[one.name for one in group] for group in found] == expected


@pytest.mark.parametrize(
    ("roots", "shared", "whole"),
    [(["1", "1"], ("1",), True), (["1 2", "1"], ("1",), False), (["1 2", "2 3", "3"], ("2", "3"), False), (["1"], (), False)],
)  # fmt: skip
def test_it_is_told_on_whom_a_group_rests(roots: list[str], shared: tuple[str, ...], whole: bool) -> None:
    assert shared_by([row(str(at), Drawn(1, 1), one) for at, one in enumerate(roots)]) == (shared, whole)


def test_nothing_at_all_is_a_plot_without_rows() -> None:
    assert dot_plot([]).marks == []
