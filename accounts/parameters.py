"""Reading parameters strictly: the shared parts of every filter, for API, exports and pages.

A parameter that is unknown, given twice, or has a value that means nothing is an error that names the parameter,
the value and what was expected. What a reader may not see is answered exactly like what does not exist.
"""

import datetime as dt
import re
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import django_filters as filters
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.telling import listed

LARGEST = 2**63 - 1


def words(value: str) -> list[str]:
    """The values of a parameter that takes several, separated by commas."""
    return [word for word in (part.strip() for part in value.split(",")) if word]


def refuse(parameter: str, value: object, expected: str) -> ValidationError:
    """What was expected, in the reader's language; the API's readers all read English."""
    given = {"parameter": parameter, "value": value, "expected": expected}
    return ValidationError({parameter: ValidationError("%(parameter)s=%(value)s: %(expected)s", "invalid", given)})


def known(parameter: str, given: Iterable[str], allowed: Iterable[str]) -> None:
    """Raise ValidationError unless every given value is allowed, naming the allowed ones while they are few."""
    allowed = sorted(allowed)
    for value in given:
        if value not in allowed:
            number = len(allowed)
            words = listed(allowed) if number <= 60 else _("one of %(number)d known codes") % {"number": number}
            raise refuse(parameter, value, _("not known; expected %s.") % words)


class Rows(filters.FilterSet):
    """A set of filters, read for a reader of one level of disclosure.

    ``orders`` names the orders a list may have: a sort expression and a unique tie-break each. ``unseen`` leaves out who may
    see what: then all rows are among them that the reader may see, and more, of which each has to be looked at.
    """

    orders: ClassVar[dict[str, tuple[Any, ...]]] = {}
    by_others: ClassVar[frozenset[str]] = frozenset()
    """Filters by other rows, of which each has to be visible as well."""
    by_sight: ClassVar[frozenset[str]] = frozenset()
    """Filters that choose more rows while it is not looked at who may see what."""

    def __init__(
        self, data: QueryDict, queryset: Any, *, level: Any, unseen: bool = False, found: dict[Any, Any] | None = None
    ) -> None:
        # Of what is given alone: a set copies each of its filters and makes a field of it, which takes longer than a page.
        self.base_filters = OrderedDict(item for item in type(self).base_filters.items() if item[0] in data)
        super().__init__(data=data, queryset=queryset)
        self.given = data
        self.level = level
        self.unseen = unseen
        self.found: dict[Any, Any] = {} if found is None else found

    def once(self, what: Any, find: Callable[[], Any]) -> Any:
        """What a parameter names; the same parameters may be read more than once for one page, with the same ``found``."""
        if what not in self.found:
            self.found[what] = find()
        return self.found[what]

    def looks_at_others(self) -> bool:
        """Whether rows are chosen by others, each of which has to be looked at."""
        return not self.by_others.isdisjoint(self.given)

    def has(self, *names: str) -> bool:
        """Whether one of these parameters chooses rows: one that is given with nothing in it does not."""
        return self.is_valid() and any(self.form.cleaned_data.get(name) for name in names)

    @property
    def sight(self) -> Any:
        """The level up to which what rows are chosen by has to be visible; None where that is looked at afterwards."""
        return None if self.unseen else self.level

    def rows(self) -> Any:
        """The filtered rows, in no particular order. Raises ValidationError."""
        if not self.is_valid():
            raise ValidationError({name: list(messages) for name, messages in self.errors.items()})
        return self.qs

    def one_of(self, queryset: Any, name: str, given: Iterable[str], allowed: Iterable[str], field: str) -> Any:
        given = list(given)
        known(name, given, allowed)
        return queryset.filter(**{f"{field}__in": given})


def day(parameter: str, value: str) -> dt.date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise refuse(parameter, value, _("expected a day as YYYY-MM-DD."))
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise refuse(parameter, value, _("there is no such day.")) from error


def moment(parameter: str, value: str) -> dt.datetime:
    """A point in time with its zone; a bare day begins at midnight UTC."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return dt.datetime.combine(day(parameter, value), dt.time(), tzinfo=dt.UTC)
    try:
        parsed = parse_datetime(value.replace(" ", "+"))
        parsed = None if parsed is None or timezone.is_naive(parsed) else parsed.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        parsed = None
    if parsed is None:
        raise refuse(parameter, value, _("expected a time with its zone, such as 2018-04-21T12:00:00Z."))
    return parsed


def whole_number(parameter: str, value: str) -> int:
    if not re.fullmatch(r"\d{1,19}", value, re.ASCII) or int(value) > LARGEST:
        raise refuse(parameter, value, _("expected a whole number, 0 or more."))
    return int(value)


FOLDED_AWAY = "\u0640ʿʾʼ"
"""Characters that count as letters and that folding takes away: tatweel, and the signs for ayn and hamza."""


def searched(parameter: str, value: str) -> str:
    """Text to search for: with a letter or digit in it, for without one it would match everything."""
    if not any(character.isalnum() and character not in FOLDED_AWAY for character in value):
        raise refuse(parameter, value, _("expected text with at least one letter or digit."))
    return value


def identifier(parameter: str, value: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except ValueError as error:
        raise refuse(
            parameter, value, _("expected an identifier such as 5b1a3c1e-7d0f-4c55-9a6e-2f3d8e0c7b41.")
        ) from error


def check_names(given: QueryDict, allowed: Iterable[str]) -> None:
    """Raise ValidationError for a parameter that is unknown, given twice, or not text that a database can hold."""
    allowed = sorted(allowed)
    for name, values in given.lists():
        if name not in allowed:
            raise ValidationError(
                {name: [f"{name}: " + _("there is no such parameter; expected %s.") % listed(allowed)]},
                code="unknown_parameter",
            )
        if len(values) > 1:
            raise refuse(name, ", ".join(values), _("given more than once; separate several values with commas."))
        if not values[0].replace(",", "").strip():
            # An empty filter must not become every row, as it does where a script's variable was not set.
            raise refuse(name, values[0], _("empty; leave it out, or give it a value."))
        if "\x00" in values[0]:
            raise refuse(name, values[0].replace("\x00", "\ufffd"), _("holds a NUL character, which no value does."))
