"""Axes begin at zero and have few round ticks."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.plots.axis import MOST_TICKS, across, axis, days


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (3, (0, 1, 2, 3)),
        (4, (0, 1, 2, 3, 4)),
        (6, (0, 2, 4, 6)),
        (25, (0, 5, 10, 15, 20, 25)),
        (26, (0, 10, 20, 30)),
        (120, (0, 50, 100, 150)),
        (4116, (0, 1000, 2000, 3000, 4000, 5000)),
        (350_209, (0, 100_000, 200_000, 300_000, 400_000)),
    ],
)
def test_ticks_are_round_and_few(highest: int, ticks: tuple[int, ...]) -> None:
    assert axis(highest).ticks == ticks


@given(st.integers(0, 2**63 - 1))
def test_everything_stands_on_the_axis_and_it_does_not_reach_far_beyond(highest: int) -> None:
    found = axis(highest)
    assert found.ticks[0] == 0
    assert found.ticks[-1] == found.top >= highest
    assert 2 <= len(found.ticks) <= MOST_TICKS + 1
    assert found.top - found.ticks[1] < max(highest, 1)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2018-04-19", "2018-04-22", ["2018-04-19", "2018-04-20", "2018-04-21", "2018-04-22"]),
        ("2018-04-01", "2018-04-30", ["2018-04-02", "2018-04-09", "2018-04-16", "2018-04-23", "2018-04-30"]),
        ("2018-01-15", "2018-05-15", ["2018-02", "2018-03", "2018-04", "2018-05"]),
        ("2017-11-20", "2019-02-01", ["2018-01", "2018-04", "2018-07", "2018-10", "2019-01"]),
        ("2011-03-15", "2023-06-01", ["2015", "2020"]),
        ("2018-04-21", "2018-04-21", ["2018-04-21"]),
    ],
)
def test_days_are_round_and_few(first: str, last: str, words: list[str]) -> None:
    found = days(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert [written for _day, written in found.ticks] == words


@given(st.dates(), st.dates())
def test_any_days_have_few_ticks_between_them(one: dt.date, other: dt.date) -> None:
    first, last = sorted((one, other))
    found = days(first, last)
    assert len(found.ticks) <= MOST_TICKS
    assert all(first <= day <= last and 0 <= found.share(day) <= 1 for day, _words in found.ticks)


def test_in_the_other_direction_zero_stands_where_a_line_begins() -> None:
    assert across(0, mirrored=False) == 2
    assert across(0, mirrored=True) == 98
    assert across(1, mirrored=False) == 90
