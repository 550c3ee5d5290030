"""One claimant's series as a table: each announcement beside the one before it."""

import datetime as dt

from incidents.reconciliation.announcements import Announcement, Move, moves

FIRST = dt.date(2018, 4, 1)
HALF_A_YEAR = 183  # days, over which a rise is judged
NOON = dt.datetime(2018, 5, 1, 12, tzinfo=dt.UTC)


def said(asserted, *, day=None, recorded=0, approximate=False):
    """An announcement for so many days after the first, recorded so many hours after noon."""
    return Announcement(
        asserted=asserted,
        holds=None if day is None else FIRST + dt.timedelta(days=day),
        recorded=NOON + dt.timedelta(hours=recorded),
        approximate=approximate,
    )


def change(before, after):
    """The second line's least and most, of two announcements recorded one after the other."""
    first, second = moves([said(before), said(after, recorded=1)])
    assert (first.least, first.most, first.days) == (None, None, None)
    return second.least, second.most


def test_nothing_is_told_of_no_announcement_and_the_first_has_nothing_before_it():
    assert moves([]) == []
    assert moves([said((10, 10), day=0)]) == [Move()]


def test_the_change_lies_between_the_bounds_of_both():
    for before, after, expected in (
        ((10, 10), (12, 12), (2, 2)),
        ((10, 10), (7, 7), (-3, -3)),
        ((10, 12), (11, 15), (-1, 5)),
        ((10, None), (12, 13), (None, 3)),
        ((10, 10), (12, None), (2, None)),
        ((10, None), (12, None), (None, None)),
        ((0, 0), (0, 0), (0, 0)),
        (None, (12, 12), (None, None)),
        ((10, 10), None, (None, None)),
    ):
        assert change(before, after) == expected, (before, after)


def test_each_is_beside_the_one_before_it_not_the_first():
    told = moves([said((1, 1), day=0), said((5, 5), day=3, recorded=1), said((6, 6), day=10, recorded=2)])
    assert [(one.least, one.most, one.days) for one in told] == [(None, None, None), (4, 4, 3), (1, 1, 7)]


def test_a_gap_is_more_days_than_a_rise_is_judged_over():
    for days, gap in ((HALF_A_YEAR - 1, False), (HALF_A_YEAR, False), (HALF_A_YEAR + 1, True)):
        [_first, second] = moves([said((1, 1), day=0), said((2, 2), day=days, recorded=1)])
        assert (second.days, second.gap) == (days, gap)
    for undated in ((None, 5), (5, None), (None, None)):
        [_first, second] = moves([said((1, 1), day=undated[0]), said((2, 2), day=undated[1], recorded=1)])
        assert (second.days, second.gap) == (None, False)


def test_a_change_is_approximate_where_either_number_is():
    exact, about = said((1, 1)), said((2, 2), recorded=1, approximate=True)
    assert [one.approximate for one in moves([exact, about])] == [False, True]
    assert [one.approximate for one in moves([about, exact])] == [True, True]
    assert [one.approximate for one in moves([exact, exact])] == [False, False]


def test_what_was_recorded_after_a_later_announcement_is_a_backfill():
    assert [one.backfill for one in moves([said((1, 1), recorded=at) for at in (0, 1, 2)])] == [False, False, False]
    assert [one.backfill for one in moves([said((1, 1), recorded=at) for at in (0, 0)])] == [False, False]
    assert [one.backfill for one in moves([said((1, 1), recorded=at) for at in (2, 3, 1)])] == [True, True, False]
    assert [one.backfill for one in moves([said((1, 1), recorded=at) for at in (2, 1, 3)])] == [True, False, False]
