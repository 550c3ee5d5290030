"""Edges of rules that claims made up by chance seldom reach: denied numbers, ties of grades, open dates, best numbers."""

import datetime as dt
from itertools import permutations

from incidents.reconciliation import Claim, Incident, Policy, Span, propose, reconcile
from incidents.reconciliation.agreement import Relation, is_denied, relation
from incidents.reconciliation.policies import Weighed, weighed

NOON = dt.datetime(2018, 5, 1, 12, tzinfo=dt.UTC)


def april(first, last=None):
    return Span(dt.date(2018, 4, first), dt.date(2018, 4, last or first))


def claim(minimum, maximum, *, key="a", claimant="A", denies=False, recorded=0, **told):
    return Claim(
        key=key, claimant=claimant, measure="killed", minimum=minimum, best=told.pop("best", None), maximum=maximum,
        quantifier=told.pop("quantifier", "between"), stance="denies" if denies else "asserts",
        recorded=NOON + dt.timedelta(hours=recorded), **told,
    )  # fmt: skip


def speaking(*claims):
    [scope] = reconcile(Incident(), claims).scopes
    return {one.key for one in scope.speaking}


def test_a_number_is_denied_where_it_lies_wholly_within_the_number_denied():
    for asserted, denied, expected in (
        ((25, 25), (25, 25), True),
        ((24, 24), (25, 25), False),
        ((26, 26), (25, 25), False),
        ((25, 26), (25, 26), True),
        ((24, 26), (25, 26), False),
        ((25, 27), (25, 26), False),
        ((25, None), (25, 26), False),
        ((25, None), (25, None), True),
        ((30, 31), (25, None), True),
        ((24, None), (25, None), False),
        ((None, None), (25, 25), False),
        ((25, 25), (None, None), False),
        ((0, 25), (0, 25), True),
    ):
        assert is_denied(claim(*asserted), claim(*denied, denies=True)) is expected, (asserted, denied)


def test_a_denial_stands_against_any_one_of_several_numbers():
    zero, five = claim(0, 5, key="zero", claimant="B"), claim(5, 5, key="five", claimant="C")
    denial = claim(None, None, denies=True)
    assert relation([zero, five, denial], "event") == (Relation.CONFLICT, None)
    assert relation([zero, denial], "event") == (Relation.AGREE, None)


def test_a_running_total_is_bounded_by_the_highest_that_had_ended_in_whatever_order_they_came():
    long = claim(5, 5, key="long", claimant="B", as_of=april(1, 20))
    high = claim(10, 10, key="high", claimant="C", as_of=april(2))
    later = claim(3, 3, key="later", as_of=april(10))
    for order in permutations((long, high, later)):
        assert relation(order, "cumulative") == (Relation.CONFLICT, 7)


def test_what_bounds_a_running_total_is_the_highest_as_compared():
    about = claim(100, 100, key="about", claimant="B", as_of=april(1), quantifier="about")
    exact = claim(95, 95, key="exact", claimant="C", as_of=april(1))
    after = claim(92, 92, key="after", as_of=april(10))
    assert relation([about, after], "cumulative")[0] == Relation.DIFFERENT_DATES
    # 95 and 92 cannot both be true; the gap is of what is stated, and that is told as 100 against 92.
    assert relation([about, exact, after], "cumulative") == (Relation.CONFLICT, 8)


def test_what_is_said_beside_a_denied_number_speaks_and_nothing_before_a_denial_of_everything():
    counted, denied = claim(3, 3, key="counted"), claim(25, 25, key="denied", denies=True, recorded=1)
    assert speaking(counted, denied) == {"counted", "denied"}
    silent = claim(None, None, key="silent")
    denied = claim(25, 25, key="denied", denies=True, recorded=1)
    assert speaking(silent, denied) == {"silent", "denied"}
    denied_first = claim(25, 25, key="denied", denies=True)
    silent_after = claim(None, None, key="silent", recorded=1)
    assert speaking(denied_first, silent_after) == {"silent", "denied"}
    everything = claim(None, None, key="everything", denies=True)
    assert speaking(everything, claim(3, 3, key="three"), claim(4, 4, key="four", recorded=1)) == {"four"}
    both = (claim(None, None, key="all", denies=True, recorded=1), claim(25, 25, key="one", denies=True, recorded=1))
    assert speaking(claim(3, 3, key="three"), *both) == {"all", "one"}


def test_the_day_of_a_date_that_is_open_is_the_end_that_is_known():
    assert claim(1, 1, published=Span(dt.date(2018, 4, 1), None)).out == dt.date(2018, 4, 1)
    assert claim(1, 1, published=Span(None, dt.date(2018, 4, 2))).out == dt.date(2018, 4, 2)
    assert claim(1, 1, published=april(1, 3)).out == dt.date(2018, 4, 3)


def test_nothing_is_compared_where_nothing_is_stated_not_even_approximately():
    assert claim(None, None, quantifier="about").compared is None
    assert claim(100, 100, quantifier="about").compared == (90, 110)


def test_a_policy_sees_the_days_between_which_a_claim_holds():
    assert weighed(claim(1, 1, as_of=april(1, 3))).holds == april(1, 3)
    assert weighed(claim(1, 1)).holds is None


def test_the_latest_is_what_was_kept_without_an_end():
    """Of claims no such date is made (``Claim.until``); figures adopted before that rule keep it."""
    open_ended = Weighed("open", 3, None, 3, holds=Span(dt.date(2018, 4, 1), None))
    dated = Weighed("dated", 5, None, 5, holds=april(30))
    assert propose(Policy.LATEST, [open_ended, dated]).used == ("open",)


def test_whoever_cannot_be_judged_comes_after_everybody_assessed():
    for last, first in (("F", "E"), ("", "E"), ("E", "D"), ("B", "A")):
        assessed = [Weighed("one", 3, None, 3, grade=first), Weighed("other", 9, None, 9, grade=last)]
        assert propose(Policy.MOST_RELIABLE, assessed).best == 3
    assert (
        propose(Policy.MOST_RELIABLE, [Weighed("one", 3, None, 3, grade="F"), Weighed("other", 9, None, 9)]).best
        is None
    )


def test_a_denial_of_another_number_takes_nothing_from_a_count_and_one_of_this_number_does():
    for denied, best in (
        ((25, 25), 3), ((4, None), 3), ((0, 2), 3), ((3, 3), None), ((2, 4), None), ((3, None), None), ((None, None), None),
    ):  # fmt: skip
        heard = [
            Weighed("count", 3, None, 3, grade="A"),
            Weighed("denial", denied[0], None, denied[1], denies=True, grade="A"),
        ]
        assert propose(Policy.MOST_RELIABLE, heard).best == best, denied
    silent = [Weighed("count", 3, None, 3, grade="A"), Weighed("silent", None, None, None, grade="A")]
    assert propose(Policy.MOST_RELIABLE, silent).best is None


def test_no_number_told_is_not_told_approximately():
    about = Weighed("about", 10, None, 12, approximate=True)
    exact = Weighed("exact", 10, 11, 12)
    assert propose(Policy.RANGE, [about, exact]).approximate is False
