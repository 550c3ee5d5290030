from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.counts import (
    CONSISTENT,
    EXPECTED,
    LARGEST,
    Count,
    CountError,
    Quantifier,
    Stance,
    code,
    describe,
    fits,
    numbers,
)

Q = Quantifier
NUMBERS = st.integers(0, LARGEST - 1)
ONE_NUMBER = (Q.EXACT, Q.AT_LEAST, Q.MORE_THAN, Q.AT_MOST, Q.FEWER_THAN, Q.ABOUT)


@st.composite
def counts(draw):
    """Any count that can be recorded, contradictory ones included."""
    quantifier = draw(st.sampled_from(Q))
    first = second = rule = None
    if quantifier in ONE_NUMBER:
        first = draw(st.integers(1, LARGEST - 1) if quantifier is Q.FEWER_THAN else NUMBERS)
    elif quantifier is Q.BETWEEN:
        first, second = draw(NUMBERS), draw(NUMBERS)
    elif quantifier is Q.VAGUE:
        first, second = draw(st.none() | NUMBERS), draw(st.none() | NUMBERS)
        rule = "dozens"
    bounded = first is not None or second is not None
    best = draw(st.none() | NUMBERS) if bounded else None
    return code(quantifier, first, second, best, stance=draw(st.sampled_from(Stance)), coding_rule=rule)


@pytest.mark.parametrize(
    ("quantifier", "first", "second", "minimum", "maximum"),
    [
        (Q.EXACT, 4, None, 4, 4),
        (Q.EXACT, 0, None, 0, 0),
        (Q.AT_LEAST, 4, None, 4, None),
        (Q.AT_LEAST, 0, None, 0, None),
        (Q.MORE_THAN, 1603, None, 1604, None),
        (Q.MORE_THAN, 0, None, 1, None),
        (Q.AT_MOST, 5, None, 0, 5),
        (Q.AT_MOST, 0, None, 0, 0),
        (Q.FEWER_THAN, 5, None, 0, 4),
        (Q.FEWER_THAN, 1, None, 0, 0),
        (Q.ABOUT, 200, None, 200, 200),
        (Q.BETWEEN, 3, 4, 3, 4),
        (Q.BETWEEN, 3, 3, 3, 3),
        (Q.BETWEEN, 9, 5, 9, 5),
        (Q.UNQUANTIFIED, None, None, None, None),
        (Q.VAGUE, None, None, None, None),
        (Q.EXACT, LARGEST, None, LARGEST, LARGEST),
        (Q.FEWER_THAN, LARGEST + 1, None, 0, LARGEST),
    ],
)
def test_quantifier_and_numbers_set_the_bounds_and_can_be_read_back(quantifier, first, second, minimum, maximum):
    count = code(quantifier, first, second)
    assert (count.minimum, count.maximum) == (minimum, maximum)
    assert numbers(count) == (first, second)


@pytest.mark.parametrize(("first", "second"), [(24, None), (24, 99), (None, 99)])
def test_a_vague_word_takes_the_bounds_of_its_coding_rule(first, second):
    count = code(Q.VAGUE, first, second, stated="dozens", coding_rule="dozens-en")
    assert (count.minimum, count.maximum) == (first, second)
    assert numbers(count) == (first, second)


def test_a_vague_word_has_no_bounds_without_a_coding_rule():
    with pytest.raises(CountError, match="coding_rule is None: expected the rule"):
        code(Q.VAGUE, 24)


def test_words_are_kept_as_stated():
    count = code(Q.VAGUE, stated="عشرات القتلى والجرحى", language="ar")
    assert (count.stated, count.language) == ("عشرات القتلى والجرحى", "ar")


@pytest.mark.parametrize(
    ("quantifier", "first", "second", "best", "field"),
    [
        (Q.EXACT, None, None, None, "first"),
        (Q.BETWEEN, 3, None, None, "second"),
        (Q.BETWEEN, None, 3, None, "first"),
        (Q.EXACT, 3, 4, None, "second"),
        (Q.UNQUANTIFIED, 3, None, None, "first"),
        (Q.UNQUANTIFIED, None, 3, None, "second"),
        (Q.UNQUANTIFIED, None, None, 3, "best"),
        (Q.VAGUE, None, None, 3, "best"),
        (Q.FEWER_THAN, 0, None, None, "first"),
        (Q.EXACT, -1, None, None, "first"),
        (Q.EXACT, True, None, None, "first"),
        (Q.EXACT, 4.0, None, None, "first"),
        (Q.EXACT, "4", None, None, "first"),
        (Q.BETWEEN, 4, -5, None, "second"),
        (Q.EXACT, 4, None, -4, "best"),
        (Q.EXACT, 4, None, False, "best"),
        (Q.EXACT, LARGEST + 1, None, None, "minimum"),
        (Q.MORE_THAN, LARGEST, None, None, "minimum"),
        (Q.AT_MOST, LARGEST + 1, None, None, "maximum"),
        (Q.EXACT, 4, None, LARGEST + 1, "best"),
    ],
)
def test_a_refusal_names_the_field_and_the_value(quantifier, first, second, best, field):
    with pytest.raises(CountError) as refusal:
        code(quantifier, first, second, best)
    assert refusal.value.field == field
    assert repr(refusal.value.value) in str(refusal.value)
    assert "expected" in str(refusal.value)


# Every quantifier against every pattern of bounds: the patterns it allows, all others being refused.
# Each pattern is (minimum, maximum).
PATTERNS = [(None, None), (0, None), (3, None), (None, 0), (None, 3), (0, 0), (3, 3), (0, 3), (3, 5), (5, 3)]
ALLOWED = {
    Q.EXACT: {(0, 0), (3, 3)},
    Q.AT_LEAST: {(0, None), (3, None)},
    Q.MORE_THAN: {(3, None)},
    Q.AT_MOST: {(0, 0), (0, 3)},
    Q.FEWER_THAN: {(0, 0), (0, 3)},
    Q.ABOUT: {(0, 0), (3, 3)},
    Q.BETWEEN: {(0, 0), (3, 3), (0, 3), (3, 5), (5, 3)},
    Q.UNQUANTIFIED: {(None, None)},
}


@pytest.mark.parametrize("quantifier", ALLOWED)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_bounds_fit_their_quantifier_or_are_refused(quantifier, pattern):
    minimum, maximum = pattern
    allowed = pattern in ALLOWED[quantifier]
    assert fits(quantifier, minimum, None, maximum) is allowed
    assert not fits(quantifier, minimum, None, maximum, by_rule=True)
    if not allowed:
        with pytest.raises(CountError, match=f"because the count is {quantifier}".replace("_", " ")):
            Count(minimum, None, maximum, quantifier)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_vague_count_has_bounds_exactly_when_a_rule_gives_them(pattern):
    minimum, maximum = pattern
    assert fits(Q.VAGUE, minimum, None, maximum, by_rule=True)
    assert fits(Q.VAGUE, minimum, None, maximum) is (pattern == (None, None))


def test_only_a_vague_count_names_a_coding_rule():
    with pytest.raises(CountError, match="coding_rule is 'dozens-en': expected none"):
        code(Q.EXACT, 24, coding_rule="dozens-en")


def test_every_quantifier_has_its_rule_and_its_words():
    assert set(CONSISTENT) == set(EXPECTED) == set(Quantifier)
    assert set(ALLOWED) | {Q.VAGUE} == set(Quantifier)


@pytest.mark.parametrize(
    ("count", "zero", "number", "open_ended", "denial"),
    [
        (code(Q.EXACT, 0), True, True, False, False),
        (code(Q.UNQUANTIFIED), False, False, False, False),
        (code(Q.VAGUE, stated="thousands"), False, False, False, False),
        (code(Q.AT_LEAST, 0), False, True, True, False),
        (code(Q.AT_LEAST, 4), False, True, True, False),
        (code(Q.AT_MOST, 5), False, True, False, False),
        (code(Q.UNQUANTIFIED, stance=Stance.DENIES), False, False, False, True),
        (code(Q.EXACT, 40, stance=Stance.DENIES), False, True, False, True),
        (code(Q.EXACT, 0, stance=Stance.DENIES), False, True, False, True),
    ],
)
def test_zero_not_stated_open_ended_and_denied_are_different(count, zero, number, open_ended, denial):
    assert (count.is_zero, count.has_number) == (zero, number)
    assert (count.is_open_ended, count.is_denial) == (open_ended, denial)


@pytest.mark.parametrize(
    ("count", "interval", "contradictions"),
    [
        (code(Q.BETWEEN, 5, 9, 7), (5, 9), ()),
        (code(Q.BETWEEN, 5, 9, 5), (5, 9), ()),
        (code(Q.BETWEEN, 5, 9, 9), (5, 9), ()),
        (code(Q.BETWEEN, 9, 5), (5, 9), ("bounds_reversed",)),
        (code(Q.BETWEEN, 9, 5, 7), (5, 9), ("bounds_reversed",)),
        (code(Q.BETWEEN, 9, 5, 10), (5, 9), ("bounds_reversed", "best_outside")),
        (code(Q.BETWEEN, 5, 9, 4), (5, 9), ("best_outside",)),
        (code(Q.BETWEEN, 5, 9, 10), (5, 9), ("best_outside",)),
        (code(Q.AT_LEAST, 5, best=4), (5, None), ("best_outside",)),
        (code(Q.AT_LEAST, 5, best=500), (5, None), ()),
        (code(Q.EXACT, 0, best=1), (0, 0), ("best_outside",)),
        (code(Q.VAGUE, None, 99, coding_rule="dozens-en"), (0, 99), ()),
        (code(Q.UNQUANTIFIED), None, ()),
    ],
)
def test_contradictory_numbers_are_kept_and_flagged(count, interval, contradictions):
    assert count.interval() == interval
    assert count.contradictions() == contradictions


@pytest.mark.parametrize(
    ("count", "tolerance", "interval"),
    [
        (code(Q.ABOUT, 200), Fraction(1, 10), (180, 220)),
        (code(Q.ABOUT, 25), Fraction(1, 10), (22, 28)),
        (code(Q.ABOUT, 1), Fraction(1, 10), (0, 2)),
        (code(Q.ABOUT, 0), Fraction(1, 10), (0, 0)),
        (code(Q.ABOUT, 200), Fraction(0), (200, 200)),
        (code(Q.ABOUT, 200), Fraction(1), (0, 400)),
        (code(Q.ABOUT, 10**18), Fraction(1, 10), (9 * 10**17, 11 * 10**17)),
        (code(Q.EXACT, 200), Fraction(1, 10), (200, 200)),
        (code(Q.AT_LEAST, 200), Fraction(1, 10), (200, None)),
        (code(Q.UNQUANTIFIED), Fraction(1, 10), None),
    ],
)
def test_only_an_approximate_count_is_widened_for_comparison(count, tolerance, interval):
    assert count.comparison_interval(tolerance) == interval


@pytest.mark.parametrize("tolerance", [Fraction(-1, 10), Fraction(11, 10)])
def test_a_tolerance_is_a_fraction(tolerance):
    with pytest.raises(CountError, match="expected a fraction from 0 to 1"):
        code(Q.ABOUT, 5).comparison_interval(tolerance)


@pytest.mark.parametrize(
    ("count", "english", "arabic"),
    [
        (code(Q.EXACT, 3443), "3,443", "3,443"),
        (code(Q.EXACT, 0), "0", "0"),
        (code(Q.AT_LEAST, 4), "at least 4", "4 على الأقل"),
        (code(Q.MORE_THAN, 1603), "more than 1,603", "أكثر من 1,603"),
        (code(Q.AT_MOST, 5), "at most 5", "5 على الأكثر"),
        (code(Q.FEWER_THAN, 5), "fewer than 5", "أقل من 5"),
        (code(Q.ABOUT, 200), "about 200", "نحو 200"),
        (code(Q.BETWEEN, 3, 4), "between 3 and 4", "بين 3 و4"),
        (code(Q.BETWEEN, 9, 5), "between 9 and 5", "بين 9 و5"),
        (code(Q.BETWEEN, 3, 9, 5), "between 3 and 9, best 5", "بين 3 و9، وأفضل تقدير 5"),
        (code(Q.EXACT, 3, best=3), "3", "3"),
        (code(Q.EXACT, 3, best=4), "3, best 4", "3، وأفضل تقدير 4"),
        (code(Q.VAGUE, stated="عشرات"), "“عشرات”", "«عشرات»"),
        (code(Q.VAGUE), "a number not stated exactly", "عدد غير محدد بدقة"),
        (
            code(Q.VAGUE, 24, stated="dozens", coding_rule="dozens-en"),
            "“dozens”, counted as at least 24",
            "«dozens»، محسوبة على أنها 24 على الأقل",
        ),
        (
            code(Q.VAGUE, 24, 99, stated="dozens", coding_rule="dozens-en"),
            "“dozens”, counted as between 24 and 99",
            "«dozens»، محسوبة على أنها بين 24 و99",
        ),
        (
            code(Q.VAGUE, None, 99, stated="dozens", coding_rule="dozens-en"),
            "“dozens”, counted as at most 99",
            "«dozens»، محسوبة على أنها 99 على الأكثر",
        ),
        (code(Q.UNQUANTIFIED), "no number stated", "لم يُذكر عدد"),
        (code(Q.UNQUANTIFIED, stance=Stance.DENIES), "denied", "نفي"),
        (code(Q.AT_LEAST, 4, stance=Stance.DENIES), "denied: at least 4", "نفي: 4 على الأقل"),
    ],
)
def test_a_count_is_described_in_both_languages(count, english, arabic):
    assert describe(count) == english
    assert describe(count, "ar") == arabic


@given(counts())
def test_the_stated_numbers_give_the_same_count_again(count):
    first, second = numbers(count)
    again = code(count.quantifier, first, second, count.best, stance=count.stance, coding_rule=count.coding_rule)
    assert again == count


@given(counts())
def test_an_interval_is_in_order_and_contains_both_bounds(count):
    interval = count.interval()
    if interval is None:
        assert not count.has_number
        return
    low, high = interval
    assert high is None or low <= high
    for bound in (count.minimum, count.maximum):
        assert bound is None or (low <= bound and (high is None or bound <= high))


@given(counts(), st.fractions(0, 1))
def test_comparison_never_narrows_a_count_and_widens_only_an_approximate_one(count, tolerance):
    interval, widened = count.interval(), count.comparison_interval(tolerance)
    if not count.is_approximate:
        assert widened == interval
        return
    assert widened[0] <= interval[0] <= interval[1] <= widened[1]
    assert widened[0] > count.minimum * (1 - tolerance) - 1
    assert widened[1] < count.minimum * (1 + tolerance) + 1


@given(counts())
def test_zero_open_ended_not_stated_and_denied_exclude_each_other(count):
    not_stated = not count.has_number and not count.is_denial
    assert count.is_zero + (count.is_open_ended and not count.is_denial) + not_stated + count.is_denial <= 1


@given(counts())
def test_every_count_can_be_described(count):
    assert describe(count)
    assert describe(count, "ar")


@given(st.sampled_from(Q), *[st.none() | st.integers(-1, 4)] * 3, st.booleans())
def test_a_count_can_be_made_exactly_when_its_parts_fit(quantifier, minimum, best, maximum, by_rule):
    natural = all(number is None or number >= 0 for number in (minimum, best, maximum))
    possible = natural and fits(quantifier, minimum, best, maximum, by_rule=by_rule)
    try:
        Count(minimum, best, maximum, quantifier, coding_rule="rule" if by_rule else None)
    except CountError:
        assert not possible
    else:
        assert possible
