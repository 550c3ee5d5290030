"""Filters on organizations and sources."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts import taking
from accounts.parameters import Rows, refuse, searched, words
from sources.merged import meant_id
from sources.models import Organization, OrganizationKind, SourceKind


class OrganizationRows(Rows):
    """Filters on organizations."""

    orders = {"name": (F("outside_name"), F("outside_code")), "code": (F("outside_code"), F("outside_code"))}

    kind = taking.Filter(
        taking.codes("organization-kinds"), method="by_kind", help_text="Kinds of organization, separated by commas."
    )
    search = taking.Filter(
        taking.SEARCHED, method="by_search", help_text="Text in a name, acronym or code, in either script."
    )

    def by_kind(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), OrganizationKind.objects.values_list("pk", flat=True), "kind")

    def by_search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.matching_outside(searched(name, value))


class SourceRows(Rows):
    """Filters on sources."""

    orders = {"recorded_at": (F("recorded_at"), F("id"))}

    kind = taking.Filter(
        taking.codes("source-kinds"), method="by_kind", help_text="Kinds of source, separated by commas."
    )
    publisher = taking.Filter(
        taking.code("organizations"), method="by_publisher", help_text="Code of the organization that prints it."
    )
    language = taking.Filter(
        taking.codes("languages"), method="by_language", help_text="BCP 47 tags, separated by commas."
    )
    search = taking.Filter(taking.SEARCHED, method="by_search", help_text="Text in the title or the publisher's names.")

    def by_kind(self, queryset: Any, name: str, value: str) -> Any:
        return self.one_of(queryset, name, words(value), SourceKind.objects.values_list("pk", flat=True), "kind")

    def by_language(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(language__in=words(value))

    def by_publisher(self, queryset: Any, name: str, value: str) -> Any:
        publisher = Organization.objects.visible_to(self.level).filter(outside_code=value).first()
        if publisher is None:
            raise refuse(name, value, _("no such organization; organizations/ lists their codes."))
        keys = Organization.objects.named_or_meant([meant_id(publisher)]).values_list("pk", flat=True)
        return queryset.filter(publisher__in=list(keys))

    def by_search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.matching_outside(searched(name, value))
