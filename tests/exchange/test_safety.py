"""What spreadsheets would change is protected, the same by the database as here, and nothing else is touched."""

import re

import pytest
from django.db import connection

from exchange import safety
from exchange.columns import Column

TEXT, NUMBER = Column("x", "", "text", "A text."), Column("x", "", "integer", "A number.")

TAKEN_FOR_ELSE = [
    "=1+1", '=HYPERLINK("http://example.org")', "+97059", "-3", "@SUM(A1)", "\t=1", "\r=1", "\n", "  =1", "\u00a0-1", "＝1", "＋1",
    "3–4", "3-4", "3—4", "2018-04", "2018-04-21", "2018-04-19/2018-05-01", "1/2", "1 1/2", "12:30", "12:30:15", "1.2", "1,5", "3.4.2018",
    "21. 4. 2018", "007", "1234567890123456", "123456789012", "1E5", "12e34", "1.5e-3", "50%", "(5)", "$5", "£1,000", "33.47",
    "Apr-18", "apr 2018", "April 2018", "21 April 2018", "21 April 2018 12:30", "April 21, 2018", "21-Apr", "MARCH1", "SEPT2", "Sept. 2018",
    "3 PM", "3:15 pm", "٣-٤", "٣–٤", "2018-٠٤", "٠٠٧", "21 نيسان 2018", "نيسان 2018", "21 أبريل", "'quoted'", "'",
]  # fmt: skip
TAKEN_AS_IT_IS = [
    "", "0", "7", "21", "12345678901", "some 200", "at least four", "between 3 and 4", "3 to 4", "May", "march", "Augustus 3rd bn",
    "Mayadin", "1st Corps", "SJ-7K3QF2", "C1002", "SY03", "fec838a9-5ddb-509d-8d1f-6ab375346844", "12 | 13", "2018-04?", "201X", "2018-04-21~",
    "2018-04-21T12:00:00.000000Z", "https://example.org/2018/04", "ثلاثة", "بين ٣ و٤", "a=1", "a-b", "x\n=1", "شباط", "3 May Street", "#meta+id", "-x"[1:],
]  # fmt: skip


@pytest.mark.parametrize("cell", TAKEN_FOR_ELSE)
def test_what_a_spreadsheet_would_change_stands_behind_an_apostrophe(cell):
    assert safety.safe(TEXT, cell) == f"'{cell}"


@pytest.mark.parametrize("cell", TAKEN_AS_IT_IS)
def test_all_else_stays_as_it_is(cell):
    assert safety.safe(TEXT, cell) == cell


@pytest.mark.django_db
def test_the_database_protects_the_same(register):
    for cell in [
        *TAKEN_FOR_ELSE,
        *TAKEN_AS_IT_IS,
        *(chr(code) + "1" for code in range(32, 1800) if chr(code).isprintable()),
    ]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('test.cell', %s, true)", [cell])
            cursor.execute(safety.protected([TEXT], """SELECT current_setting('test.cell') AS "x\""""))
            assert cursor.fetchone()[0] == safety.safe(TEXT, cell), repr(cell)


@pytest.mark.django_db
def test_numbers_stay_numbers_and_nothing_stays_nothing():
    with connection.cursor() as cursor:
        cursor.execute(safety.protected([NUMBER], 'SELECT -3 AS "x"'))
        assert cursor.fetchone() == (-3,)
        cursor.execute(safety.protected([TEXT], 'SELECT NULL::text AS "x"'))
        assert cursor.fetchone() == (None,)
    assert safety.safe(NUMBER, "-3") == "-3"
    assert safety.safe(TEXT, None) is None


def test_one_apostrophe_taken_away_gives_back_what_was_there():
    for cell in [*TAKEN_FOR_ELSE, *TAKEN_AS_IT_IS]:
        assert safety.safe(TEXT, cell).removeprefix("'") == cell


def test_long_texts_are_judged_in_no_time():
    for cell in ("1" * 200_000 + "x", " " * 200_000 + "x", "-" + "1 " * 100_000, "1" * 50_000 + "e" * 50_000):
        assert safety.safe(TEXT, cell).removeprefix("'") == cell


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_only_ends_of_lines_become_those_of_windows(size):
    text = b'a,"b\nc"\n"""\n",d\n"x""\n""y",\r\n'
    blocks = [text[first : first + size] for first in range(0, len(text), size)]
    made = b"".join(safety.for_windows(blocks))
    assert made == safety.BOM + b'a,"b\nc"\r\n"""\n",d\r\n"x""\n""y",\r\r\n'


def test_the_pattern_is_one_that_both_read_alike():
    assert re.compile(safety.UNSAFE, re.IGNORECASE)
    assert "'" not in safety.UNSAFE.replace("^'", "")
