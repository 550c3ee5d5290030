"""Filters on victims: a victim is chosen by its records, every parameter holding for one and the same record."""

from typing import Any

from django.db.models import F

from accounts import taking
from accounts.parameters import searched, words
from incidents.filters import AssertionRows
from incidents.models import Cause, Population
from victims.models import PersonRecord
from victims.models.record import AgeBand, Fate


class PersonRows(AssertionRows):
    """Filters on person records."""

    # Of claims alone: outside, a victim has accepted records and no others.
    status = None  # type: ignore[assignment]  # django-filter's way to leave a filter out
    modified_since = None  # type: ignore[assignment]  # as above

    fate = taking.Filter(
        taking.several(*Fate.values),
        method="by_word",
        help_text="killed, died_in_detention, missing …, separated by commas.",
    )
    sex = taking.Filter(
        taking.several(*Population.Sex.values),
        method="by_word",
        help_text="female, male or unknown, separated by commas.",
    )
    civil_status = taking.Filter(
        taking.several(*Population.CivilStatus.values),
        method="by_word",
        help_text="civilian, combatant or unknown, separated by commas.",
    )
    age_band = taking.Filter(
        taking.several(*AgeBand.values), method="by_word", help_text="child or adult, as the source says it."
    )
    cause = taking.Filter(taking.code("causes"), method="by_cause", help_text="Code of a cause; those below it count.")
    search = taking.Filter(
        taking.SEARCHED,
        method="by_search",
        help_text="Text in a name that you may see, in either script; no other name matches.",
    )

    WORDS = {
        "fate": Fate.values,
        "sex": Population.Sex.values,
        "civil_status": Population.CivilStatus.values,
        "age_band": AgeBand.values,
    }

    def by_word(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), self.WORDS[name], name)

    def by_cause(self, queryset: Any, name: str, value: str) -> Any:
        self.one_of(queryset, name, [value], Cause.objects.values_list("pk", flat=True), "cause")
        return queryset.filter(cause__in=Cause.objects.narrower_or_equal(value))

    def by_search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.matching_names(searched(name, value), self.level)


class VictimRows(PersonRows):
    """The same filters, choosing victims. Ordered by what says nothing: a reference."""

    orders = {"reference": (F("reference"), F("reference"))}

    def rows(self) -> Any:
        if not any(self.given.get(name) for name in PersonRows.base_filters):
            return self.queryset
        records = PersonRows(self.given, PersonRecord.objects.visible_to(self.level), level=self.level).rows()
        victims: Any = self.queryset
        return victims.with_record(records)
