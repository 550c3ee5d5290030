"""What a parameter should have been is said in the language of whoever reads, each time."""

import re
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import override

from accounts import parameters
from incidents.filters import ClaimRows, references
from incidents.models import Claim
from places.filters import PlaceRows
from places.models import Place
from sources.disclosure import Disclosure
from sources.filters import SourceRows
from sources.models import Source


def asked(rows: type[parameters.Rows], query: str) -> Callable[[], object]:
    models = {ClaimRows: Claim, PlaceRows: Place, SourceRows: Source}
    return lambda: rows(
        QueryDict(query), models[rows]._default_manager.visible_to(Disclosure.PUBLIC)
        if rows is not PlaceRows else Place.objects.all(), level=Disclosure.PUBLIC,
    ).rows()  # fmt: skip


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: parameters.day("p", "soon"), "expected a day"),
    (lambda: parameters.day("p", "2018-02-31"), "no such day"),
    (lambda: parameters.moment("p", "soon"), "expected a time"),
    (lambda: parameters.whole_number("p", "-1"), "expected a whole number"),
    (lambda: parameters.searched("p", "!"), "expected text"),
    (lambda: parameters.identifier("p", "x"), "expected an identifier"),
    (lambda: parameters.known("p", ["x"], ["a", "b"]), "not known; expected a, b."),
    (lambda: parameters.known("p", ["x"], map(str, range(61))), "one of 61 known codes"),
    (lambda: parameters.check_names(QueryDict("x=1"), ["p"]), "no such parameter"),
    (lambda: parameters.check_names(QueryDict("p=1&p=2"), ["p"]), "more than once"),
    (lambda: parameters.check_names(QueryDict("p="), ["p"]), "empty"),
    (lambda: parameters.check_names(QueryDict("p=%00"), ["p"]), "holds a NUL"),
    (lambda: references("p", "x"), "expected a reference"),
    (asked(ClaimRows, "place=nowhere"), "no such place"),
    (asked(ClaimRows, "claimant=nobody"), "no such organization"),
    (asked(PlaceRows, "within=nowhere"), "no such place"),
    (asked(SourceRows, "publisher=nobody"), "no such organization"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("read", "english"), REFUSED, ids=lambda given: given if isinstance(given, str) else "")
def test_it_is_said_in_english_and_in_arabic(read: Callable[[], object], english: str) -> None:
    told = {}
    for language in ("en", "ar"):
        with override(language), pytest.raises(ValidationError) as refused:
            read()
        (told[language],) = refused.value.messages
    assert english in told["en"]
    assert re.search("[\u0621-\u064a]", told["ar"])
    assert english not in told["ar"]
