"""A series over time: a step at each announcement, nothing averaged, denials and open ends as they are."""

import datetime as dt

import pytest

from incidents.plots.counts import Drawn, Shape
from incidents.plots.steps import Announced, step_plot


def at(day: str, *bounds: int | None, **more: object) -> Announced:
    low, high = (bounds * 2)[:2] if bounds else (None, None)
    return Announced(dt.date.fromisoformat(day), Drawn(low, high, **more))


def test_each_announcement_is_a_step() -> None:
    plot = step_plot([at("2018-03-01", 120), at("2018-01-01", 60)])
    assert plot is not None
    first, second = plot.points
    assert first.x < second.x
    assert first.y > second.y
    assert plot.lines == ((first.x, first.y, second.x, first.y), (second.x, first.y, second.x, second.y))
    assert [tick for _y, tick in plot.levels] == [0, 50, 100, 150]
    assert plot.levels[0][0] == plot.bottom


def test_what_does_not_change_goes_on_level() -> None:
    plot = step_plot([at("2018-01-01", 5), at("2018-02-01", 5)])
    assert plot is not None
    assert len(plot.lines) == 1


def test_between_two_bounds_the_step_follows_the_least_and_the_bounds_are_a_bar() -> None:
    plot = step_plot([at("2018-01-01", 10), at("2018-02-01", 10, 20)])
    assert plot is not None
    first, second = plot.points
    assert (second.shape, second.y) == (None, first.y)
    assert second.bar is not None
    assert second.bar[0] < second.bar[1] == first.y


def test_an_open_end_points_up_and_what_is_approximate_is_hollow() -> None:
    plot = step_plot([at("2018-01-01", 10, None), at("2018-02-01", 10, approximate=True)])
    assert plot is not None
    assert plot.points[0].arrow is not None
    assert plot.points[0].arrow < plot.points[0].y
    assert [point.shape for point in plot.points] == [Shape.DOT, Shape.HOLLOW]


def test_a_denial_is_a_cross_and_no_step() -> None:
    plot = step_plot([at("2018-01-01", 10), at("2018-02-01", denied=True), at("2018-03-01", 10)])
    assert plot is not None
    assert plot.points[1].shape is Shape.CROSS
    assert len(plot.lines) == 1


@pytest.mark.parametrize(
    "series",
    [[], [at("2018-01-01", 5)], [at("2018-01-01", 5), at("2018-01-01", 6)], [at("2018-01-01", 5), at("2018-02-01")]],
)
def test_numbers_of_one_day_are_no_series(series: list[Announced]) -> None:
    assert step_plot(series) is None


def test_mirrored_time_runs_the_other_way() -> None:
    plot = step_plot([at("2018-01-01", 5), at("2018-02-01", 6)], mirrored=True)
    assert plot is not None
    assert plot.points[0].x > plot.points[1].x
