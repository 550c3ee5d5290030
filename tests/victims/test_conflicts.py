"""Where records of one victim cannot all be right; and what a name's letters tell."""

import datetime as dt

import pytest

from victims.conflicts import conflicting
from victims.names import script_of

DAY = dt.date(2018, 4, 21)

CASES = [
    ([], []),
    ([{"sex": "male"}], []),
    ([{"sex": "male"}, {"sex": "female"}], ["sex"]),
    ([{"sex": "male"}, {"sex": "unknown"}, {"sex": ""}], []),
    ([{"age": (30, "years")}, {"age": (31, "years")}], ["age"]),
    ([{"age": (2, "years")}, {"age": (30, "months")}], []),
    ([{"age": (7, "months")}, {"age": (8, "months")}], ["age"]),
    ([{"age": (30, "years")}, {"age_band": "child"}], ["age_band"]),
    ([{"age": (12, "years")}, {"age_band": "child"}], []),
    ([{"occupation": "Baker"}, {"occupation": "baker "}], []),
    ([{"fate": "missing"}, {"fate": "killed"}], ["fate"]),
    ([{"fate_date": (DAY, DAY)}, {"fate_date": (dt.date(2018, 4, 1), dt.date(2018, 4, 30))}], []),
    ([{"fate_date": (DAY, DAY)}, {"fate_date": (dt.date(2018, 4, 22), None)}], ["fate_date"]),
    ([{"born": (None, DAY)}, {"born": (DAY, None)}, {"born": None}], []),
]  # fmt: skip


@pytest.mark.parametrize(("records", "expected"), CASES, ids=str)
def test_conflicts(records, expected):
    assert conflicting(records) == expected


@pytest.mark.parametrize(
    ("text", "script"),
    [("زيد المثال", "Arab"), ("Zayd", "Latn"), ("Зайд", "Cyrl"), ("زيد (Zd)", "Arab"), ("12", ""), ("", ""), ("Ζ", "")],
)
def test_the_script_of_a_name(text, script):
    assert script_of(text) == script
