"""Whether rows that fit are taken to be few or many decides how they are found, and never which they are."""

import pytest

from accounts import choosing
from tests.api.client import results

FILTERS = [
    "root=agps",
    "root=agps,sana",
    "claimant=sana",
    "publisher=sohr",
    "minimum_gte=1",
    "minimum_gte=2&claimant=agps",
    "root=agps&minimum_gte=1",
    "measure=killed&claimant=agps",
    "minimum_gte=1000000",
]


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("rows", ["citations", "figures"])
def test_the_same_rows_are_found_either_way(db, monkeypatch, rows, filters):
    asked = []
    monkeypatch.setattr(choosing, "_in_sample", lambda number, table: asked.append(table))
    few = results(f"{rows}/", **dict(one.split("=") for one in filters.split("&")))
    by_keys = "root" in filters or "publisher" in filters  # of which no sample need be asked
    assert asked == ([] if by_keys else ["incidents_claim"])
    monkeypatch.setattr(choosing, "_in_sample", lambda number, table: 1)
    monkeypatch.setattr(choosing, "MANY", 0)
    assert results(f"{rows}/", **dict(one.split("=") for one in filters.split("&"))) == few
    assert bool(few) is (filters != "minimum_gte=1000000")


def test_how_many_of_a_sample_stand_for_many(db):
    assert choosing._in_sample(5_000, "incidents_claim") is None  # of so small a table nothing is asked
    some, twice = (choosing._in_sample(number, "pg_proc") for number in (500, 1_000))  # it has some thousands of rows
    assert 0 < some < twice <= 2 * some < 2 * choosing.PROBED
