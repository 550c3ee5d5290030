import calendar
from datetime import date, timedelta
from itertools import pairwise

import pytest
from edtf import parse_edtf
from hypothesis import example, given
from hypothesis import strategies as st

from sources.edtf import Edtf, EdtfError, describe, parse

DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
QUALIFIERS = st.sampled_from(["", "?", "~", "%"])
PLAIN = st.one_of(
    DAYS.map(date.isoformat),
    DAYS.map(lambda day: day.isoformat()[:7]),
    DAYS.map(lambda day: day.isoformat()[:4]),
)
SINGLE = st.one_of(
    PLAIN,
    st.builds("{:04}-{}".format, st.integers(1, 9998), st.integers(21, 24)),
    st.builds("{:03}X".format, st.integers(1, 999)),
    st.builds("{:02}XX".format, st.integers(1, 99)),
    st.builds("{:04}{}".format, st.integers(1, 9999), st.sampled_from(["-XX", "-XX-XX"])),
    DAYS.map(lambda day: day.isoformat()[:8] + "XX"),
)
QUALIFIED = st.builds("{}{}".format, SINGLE, QUALIFIERS)


def bounds(text):
    edtf = parse(text)
    return str(edtf.earliest), str(edtf.latest)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2018-04-19", "2018-04-19", "2018-04-19"),
        ("2018-04", "2018-04-01", "2018-04-30"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2018", "2018-01-01", "2018-12-31"),
        ("0001", "0001-01-01", "0001-12-31"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
        ("2018-04-19T12:00", "2018-04-19", "2018-04-19"),
        ("2018-04-19T12:00:59", "2018-04-19", "2018-04-19"),
        ("2018-04-19T23:30Z", "2018-04-19", "2018-04-19"),
        ("2018-04-19T23:30-05:00", "2018-04-19", "2018-04-19"),
        ("2018-04-19T01:30+03", "2018-04-19", "2018-04-19"),
        ("2017-21", "2017-03-01", "2017-05-31"),
        ("2017-22", "2017-06-01", "2017-08-31"),
        ("2017-23", "2017-09-01", "2017-11-30"),
        ("2017-24", "2017-12-01", "2018-02-28"),
        ("2015-24", "2015-12-01", "2016-02-29"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("20XX", "2000-01-01", "2099-12-31"),
        ("2018-XX", "2018-01-01", "2018-12-31"),
        ("2018-04-XX", "2018-04-01", "2018-04-30"),
        ("2018-XX-XX", "2018-01-01", "2018-12-31"),
        ("2018-04-19/2018-04-21", "2018-04-19", "2018-04-21"),
        ("2018-04/2019", "2018-04-01", "2019-12-31"),
        ("2018-04-20/2018", "2018-04-20", "2018-12-31"),
        ("2018/2018-04-20", "2018-01-01", "2018-04-20"),
        ("2018-04-19/..", "2018-04-19", "None"),
        ("../2018", "None", "2018-12-31"),
        ("2018/", "2018-01-01", "None"),
        ("/2018", "None", "2018-12-31"),
        ("2017-22/2017-23~", "2017-06-01", "2017-11-30"),
    ],
)
def test_a_date_falls_between_its_first_and_last_possible_day(text, earliest, latest):
    assert bounds(text) == (earliest, latest)


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("2024-01", False, False),
        ("2024-01~", True, False),
        ("2024-01?", False, True),
        ("2024-01%", True, True),
        ("2024-01/2024-02~", True, False),
        ("2024-01?/2024-02", False, True),
        ("2024-01?/2024-02~", True, True),
        ("2024-01?/..", False, True),
        ("2024-01-XX~", True, False),
        ("2024-21?", False, True),
    ],
)
def test_a_qualifier_marks_the_date(text, approximate, uncertain):
    edtf = parse(text)
    assert (edtf.approximate, edtf.uncertain) == (approximate, uncertain)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("2018/..", (False, True, False, False)),
        ("../2018", (True, False, False, False)),
        ("2018/", (False, False, False, True)),
        ("/2018", (False, False, True, False)),
        ("2018/2019", (False, False, False, False)),
        ("2018", (False, False, False, False)),
    ],
)
def test_an_open_end_is_not_an_unknown_one(text, ends):
    edtf = parse(text)
    assert (edtf.open_start, edtf.open_end, edtf.unknown_start, edtf.unknown_end) == ends


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("", 1, "such as 2018-04-19"),
        ("last week", 1, "such as 2018-04-19"),
        ("2018-4-1", 5, "nothing more"),
        ("20180419", 5, "nothing more"),
        (" 2018", 1, "such as"),
        ("2018\n", 5, "nothing more"),
        ("2018-13", 6, "a month from 01 to 12"),
        ("2018-00", 6, "a month from 01 to 12"),
        ("2018-20", 6, "a season from 21 to 24"),
        ("2018-25", 6, "a season from 21 to 24"),
        ("2018-1X", 6, "or XX"),
        ("2018-02-29", 9, "a day from 01 to 28"),
        ("2018-04-31", 9, "a day from 01 to 30"),
        ("2018-04-00", 9, "a day from 01 to 30"),
        ("2018-04-1X", 9, "or XX"),
        ("2018-XX-01", 9, "XX, because the month is XX"),
        ("2018-22-01", 9, "nothing after a season"),
        ("201X-04", 6, "nothing after a year"),
        ("2XXX", 1, "such as 201X or 20XX"),
        ("20X8", 1, "such as 201X or 20XX"),
        ("XXXX", 1, "such as 201X or 20XX"),
        ("0000", 1, "a year from 0001 to 9999"),
        ("000X", 1, "a year from 0001 to 9999"),
        ("00XX", 1, "a year from 0001 to 9999"),
        ("-0044", 1, "a year from 0001 to 9999"),
        ("Y170000", 1, "a year from 0001 to 9999"),
        ("Y-17E7", 1, "a year from 0001 to 9999"),
        ("2018/Y170000", 6, "a year from 0001 to 9999"),
        ("9999-24", 1, "a winter ending in the year 9999"),
        ("٢٠١٨", 1, "the digits 0 to 9"),
        ("2018-٠٤", 6, "the digits 0 to 9"),
        ("2018-04T12:00", 8, "nothing more"),
        ("2018-04-XXT12:00", 9, "a whole date before a time"),
        ("2018-04-19T24:00", 12, "an hour from 00 to 23"),
        ("2018-04-19T12:60", 15, "a minute from 00 to 59"),
        ("2018-04-19T12:00:60", 18, "a second from 00 to 59"),
        ("2018-04-19T12:00+24", 17, "a zone such as"),
        ("2018-04-19T12:00+03:60", 17, "a zone such as"),
        ("2018-04-19T12:00~", 17, "no qualifier after a time"),
        ("2018-04-19T12:00/..", 11, "no time in an interval"),
        ("2018/2018-04-19T12:00", 16, "no time in an interval"),
        ("~2018", 1, "such as"),
        ("2018~-04", 6, "nothing more"),
        ("2018??", 6, "nothing more"),
        ("[2018,2019]", 1, "such as"),
        ("/", 1, "at least one known end"),
        ("../..", 1, "at least one known end"),
        ("../", 1, "at least one known end"),
        ("2018/2017", 6, "an end not before the start, 2018"),
        ("2018-04-21/2018-04-19", 12, "an end not before the start, 2018-04-21"),
        ("2018/2019/2020", 10, "nothing more"),
        ("2018/2019-13", 11, "a month from 01 to 12"),
    ],
)
def test_a_refusal_names_the_value_the_place_and_what_was_expected(text, position, expected):
    with pytest.raises(EdtfError) as refusal:
        parse(text)
    assert refusal.value.position == position
    assert repr(text) in str(refusal.value)
    assert expected in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "english", "arabic"),
    [
        ("2018-04-19", "19 April 2018", "19 نيسان/أبريل 2018"),
        ("2018-04~", "about April 2018", "نحو نيسان/أبريل 2018"),
        ("2018?", "2018 (uncertain)", "2018 (غير مؤكد)"),
        ("2018-06%", "about June 2018 (uncertain)", "نحو حزيران/يونيه 2018 (غير مؤكد)"),
        ("2017-22", "summer 2017", "صيف 2017"),
        ("2017-24", "winter 2017–2018", "شتاء 2017–2018"),
        ("201X", "a year from 2010 to 2019", "إحدى السنوات من 2010 إلى 2019"),
        ("2018-XX", "an unknown month of 2018", "شهر غير معروف من عام 2018"),
        ("2018-04-XX", "an unknown day of April 2018", "يوم غير معروف من نيسان/أبريل 2018"),
        ("2018-XX-XX", "an unknown day of 2018", "يوم غير معروف من عام 2018"),
        ("2018-04-19T12:00", "19 April 2018, 12:00", "19 نيسان/أبريل 2018، الساعة 12:00"),
        ("2018-04-19T12:00:30Z", "19 April 2018, 12:00:30 UTC", "19 نيسان/أبريل 2018، الساعة 12:00:30 UTC"),
        (
            "2018-04-19T12:00+03:00",
            "19 April 2018, 12:00 UTC+03:00",
            "19 نيسان/أبريل 2018، الساعة 12:00 UTC+03:00",
        ),
        ("2018-04-19/2018-04-21", "19 to 21 April 2018", "من 19 إلى 21 نيسان/أبريل 2018"),
        (
            "2018-04-19/2018-05-02",
            "19 April to 2 May 2018",
            "من 19 نيسان/أبريل إلى 2 أيار/مايو 2018",
        ),
        (
            "2017-12-31/2018-01-01",
            "31 December 2017 to 1 January 2018",
            "من 31 كانون الأول/ديسمبر 2017 إلى 1 كانون الثاني/يناير 2018",
        ),
        ("2018-04/2018-06", "April to June 2018", "من نيسان/أبريل إلى حزيران/يونيه 2018"),
        ("2011/2015", "2011 to 2015", "من 2011 إلى 2015"),
        ("2018-04-19/2018", "19 April 2018 to 2018", "من 19 نيسان/أبريل 2018 إلى 2018"),
        (
            "2018-04~/2018-05",
            "from about April 2018 to May 2018",
            "من نحو نيسان/أبريل 2018 إلى أيار/مايو 2018",
        ),
        ("2018-04-19/..", "from 19 April 2018, still open", "من 19 نيسان/أبريل 2018، ولا يزال مستمراً"),
        ("2018/", "from 2018, end unknown", "من 2018، والنهاية غير معروفة"),
        ("../2018", "until 2018, start open", "حتى 2018، والبداية مفتوحة"),
        ("/2018", "until 2018, start unknown", "حتى 2018، والبداية غير معروفة"),
    ],
)
def test_a_date_is_described_in_both_languages(text, english, arabic):
    assert describe(parse(text)) == english
    assert describe(parse(text), "ar") == arabic


@pytest.mark.parametrize(
    ("text", "after", "before", "certainly", "possibly"),
    [
        ("2018-04", date(2018, 4, 1), date(2018, 4, 30), True, True),
        ("2018-04", date(2018, 4, 2), date(2018, 4, 30), False, True),
        ("2018-04", date(2018, 4, 30), None, False, True),
        ("2018-04", None, date(2018, 4, 1), False, True),
        ("2018-04", date(2018, 5, 1), None, False, False),
        ("2018-04", None, date(2018, 3, 31), False, False),
        ("2018-04", None, None, True, True),
        ("2018-04-19/..", date(2018, 4, 19), None, True, True),
        ("2018-04-19/..", None, date(2030, 1, 1), False, True),
        ("2018-04-19/..", None, date(2018, 4, 18), False, False),
        ("/2018", None, date(2018, 12, 31), True, True),
        ("/2018", date(1900, 1, 1), None, False, True),
        ("/2018", date(2019, 1, 1), None, False, False),
        ("2018", date(2018, 6, 2), date(2018, 6, 1), False, False),
        ("2018-04-19/..", date(2018, 6, 2), date(2018, 6, 1), False, False),
    ],
)
def test_a_date_lies_certainly_or_possibly_within_limits(text, after, before, certainly, possibly):
    edtf = parse(text)
    assert edtf.certainly_within(after, before) is certainly
    assert edtf.possibly_within(after, before) is possibly


@given(st.builds("{}{}".format, QUALIFIED, st.sampled_from(["", "/..", "/"])))
def test_the_text_stays_as_entered_and_the_bounds_in_order(text):
    edtf = parse(text)
    assert edtf.text == text
    assert edtf.earliest is not None
    assert edtf.latest is None or edtf.earliest <= edtf.latest


@given(SINGLE, QUALIFIERS)
def test_a_qualifier_does_not_widen_the_bounds(text, qualifier):
    assert bounds(text + qualifier) == bounds(text)


@given(st.integers(1, 9999), st.integers(1, 12))
def test_a_month_is_exactly_its_days(year, month):
    edtf = parse(f"{year:04}-{month:02}")
    assert edtf.earliest.day == 1
    assert (edtf.latest - edtf.earliest).days + 1 == calendar.monthrange(year, month)[1]


@given(st.integers(1, 9997))
def test_the_seasons_of_a_year_follow_each_other_without_a_gap(year):
    seasons = [parse(f"{year:04}-{number}") for number in range(21, 25)] + [parse(f"{year + 1:04}-21")]
    for season, following in pairwise(seasons):
        assert season.latest + timedelta(days=1) == following.earliest


@given(QUALIFIED, QUALIFIED)
def test_an_interval_spans_its_ends_or_is_refused_as_reversed(first, second):
    start, end = parse(first), parse(second)
    text = f"{first}/{second}"
    if start.earliest > end.latest:
        with pytest.raises(EdtfError, match="not before the start"):
            parse(text)
    else:
        edtf = parse(text)
        assert (edtf.earliest, edtf.latest) == (start.earliest, end.latest)
        assert edtf.approximate is (start.approximate or end.approximate)
        assert edtf.uncertain is (start.uncertain or end.uncertain)


@given(QUALIFIED, st.none() | DAYS, st.none() | DAYS)
def test_what_is_certainly_within_is_possibly_within(text, after, before):
    edtf = parse(text)
    assert edtf.possibly_within(after, before) or not edtf.certainly_within(after, before)


@given(st.text() | st.text(alphabet="0123456789X-/.~?%T:Z+Y "))
@example("2018-04-19T")
@example("2018-04-19T12")
@example("9999-24/..")
@example("²018")
def test_any_text_is_a_date_or_refused_as_one(text):
    try:
        edtf = parse(text)
    except EdtfError as refusal:
        position, message = refusal.position, str(refusal)
    else:
        assert isinstance(edtf, Edtf)
        assert describe(edtf)
        assert describe(edtf, "ar")
        return
    assert repr(text) in message
    assert 1 <= position <= len(text) + 1


@given(PLAIN)
def test_plain_dates_mean_what_the_edtf_package_says(text):
    oracle = parse_edtf(text)
    earliest, latest = oracle.lower_strict(), oracle.upper_strict()
    assert bounds(text) == (
        f"{earliest.tm_year:04}-{earliest.tm_mon:02}-{earliest.tm_mday:02}",
        f"{latest.tm_year:04}-{latest.tm_mon:02}-{latest.tm_mday:02}",
    )
