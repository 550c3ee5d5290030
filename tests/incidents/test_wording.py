"""Words that carry a count are read, in English and Arabic, and what is proposed can always be recorded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents import counts
from incidents.counts import Quantifier, Stance
from incidents.wording import propose

Q = Quantifier
VAGUE = {
    "dozens": "dozens-en",
    "tens of thousands": "tens-of-thousands-en",
    "thousands": "thousands-en",
    "عشرات": "tens-ar",
}

READ = [
    ("four", Q.EXACT, 4, None),
    ("at least four", Q.AT_LEAST, 4, None),
    ("At least 4 Palestinian refugees were killed", Q.AT_LEAST, 4, None),
    ("four people at least", Q.AT_LEAST, 4, None),
    ("some 200", Q.ABOUT, 200, None),
    ("more than 1,603", Q.MORE_THAN, 1603, None),
    ("no fewer than twenty-one", Q.AT_LEAST, 21, None),
    ("up to two hundred and fifty", Q.AT_MOST, 250, None),
    ("fewer than a hundred", Q.FEWER_THAN, 100, None),
    ("between 21 and 23 civilians", Q.BETWEEN, 21, 23),
    ("21–23", Q.BETWEEN, 21, 23),
    ("from three to five", Q.BETWEEN, 3, 5),
    ("two million", Q.EXACT, 2_000_000, None),
    ("three hundred and fifty thousand two hundred and nine", Q.EXACT, 350_209, None),
    ("12 thousand", Q.EXACT, 12_000, None),
    ("50+", Q.AT_LEAST, 50, None),
    ("100 or more", Q.AT_LEAST, 100, None),
    ("1 234 567", Q.EXACT, 1_234_567, None),
    ("أربعة على الأقل", Q.AT_LEAST, 4, None),
    ("أربعة مدنيين على الأقل", Q.AT_LEAST, 4, None),
    ("ما لا يقل عن ٢٣ مدنياً", Q.AT_LEAST, 23, None),
    ("أكثر من ١٬٦٠٣", Q.MORE_THAN, 1603, None),
    ("نحو مئتين", Q.ABOUT, 200, None),
    ("حوالي 200 شخص", Q.ABOUT, 200, None),
    ("بين ٢١ و٢٣", Q.BETWEEN, 21, 23),
    ("بين ثلاثة وخمسة", Q.BETWEEN, 3, 5),
    ("خمسة وعشرون", Q.EXACT, 25, None),
    ("ثلاثة عشر", Q.EXACT, 13, None),
    ("ثلاثمئة وخمسون ألفاً", Q.EXACT, 350_000, None),
    ("ألفان", Q.EXACT, 2000, None),
    ("أقل من عشرين", Q.FEWER_THAN, 20, None),
    ("لا يزيد عن ۱۲", Q.AT_MOST, 12, None),
    ("none", Q.EXACT, 0, None),
    ("no one was killed", Q.EXACT, 0, None),
    ("more than a dozen", Q.MORE_THAN, 12, None),
    ("four to five thousand", Q.BETWEEN, 4000, 5000),
    ("a million", Q.EXACT, 1_000_000, None),
    ("two dozen", Q.EXACT, 24, None),
    ("On April 21, at least four refugees", Q.AT_LEAST, 4, None),
    ("21 people, at least 4 of them children", Q.AT_LEAST, 4, None),
    ("0", Q.EXACT, 0, None),
]


@pytest.mark.parametrize(("text", "quantifier", "first", "second"), READ)
def test_words_are_read(text: str, quantifier: Quantifier, first: int, second: int | None) -> None:
    found = propose(text, VAGUE)[0]
    assert (found.quantifier, found.first, found.second) == (quantifier, first, second)


@pytest.mark.parametrize(
    ("text", "code"),
    [("dozens killed", "dozens-en"), ("tens of thousands", "tens-of-thousands-en"), ("عشرات القتلى", "tens-ar")],
)
def test_a_vague_word_names_its_rule(text: str, code: str) -> None:
    found = propose(text, VAGUE)
    assert [(one.quantifier, one.first, one.coding_rule) for one in found] == [(Q.VAGUE, None, code)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "2.5 killed",
        "2.5 million",
        "half a million",
        "٣٫٥ مليون",
        "at 7:30",
        "50% of them",
        "a 22-year-old",
        "civilians were killed",
        "في السوق",
        "someone",
        "ألوان",
    ],
)
def test_where_there_is_no_count_nothing_is_proposed(text: str) -> None:
    assert propose(text, VAGUE) == []


def test_a_denial_is_proposed_as_one() -> None:
    for text in ("SANA denied it", "نفت سانا ذلك"):
        assert [(one.quantifier, one.stance) for one in propose(text)] == [(Q.UNQUANTIFIED, Stance.DENIES)]


def test_a_date_is_no_count_and_the_words_are_those_of_the_text() -> None:
    assert propose("killed in April 2018") == []
    found = propose("On 21 April 2018 at least four refugees and 17 others")
    assert [(one.quantifier, one.first, one.words) for one in found] == [
        (Q.AT_LEAST, 4, "at least four"), (Q.EXACT, 17, "17"),
    ]  # fmt: skip


@given(st.text(max_size=80))
def test_whatever_is_typed_what_is_proposed_can_be_recorded(text: str) -> None:
    for found in propose(text, VAGUE):
        assert found.words
        counts.code(found.quantifier, found.first, found.second, None, stance=found.stance, stated=text or "-")


NUMBERS = st.integers(min_value=1, max_value=9_999_999)


@given(
    quantifier=st.sampled_from([Q.EXACT, Q.AT_LEAST, Q.MORE_THAN, Q.AT_MOST, Q.FEWER_THAN, Q.ABOUT, Q.BETWEEN]),
    first=NUMBERS, second=NUMBERS, language=st.sampled_from(["en", "ar"]),
)  # fmt: skip
def test_what_the_register_says_in_words_is_read_back(
    quantifier: Quantifier, first: int, second: int, language: counts.Language
) -> None:
    given_second = second if quantifier is Q.BETWEEN else None
    words = counts.describe(counts.code(quantifier, first, given_second, None, stated="-"), language)
    found = propose(words)[0]
    assert (found.quantifier, found.first, found.second) == (quantifier, first, given_second)
