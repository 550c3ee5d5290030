"""Rows by where their incident happened."""

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.choosing import Looked, among, among_many


def places_in(code: str) -> QuerySet[Any, Any]:
    """The keys of a place and of every one within it."""
    places: QuerySet[Any, Any] = apps.get_model("places", "Place")._default_manager.all()
    return places.filter(pk__in=RawSQL("SELECT place_subtree(%s)", [code])).values("pk")


FEW_PLACES = 500
"""Places up to which it is quicker to name them all than to have them looked up for each row."""


def keys_of_places_in(code: str) -> Any:
    """The keys of a place and of every one within it, as a list where they are few."""
    found = list(places_in(code).values_list("pk", flat=True)[: FEW_PLACES + 1])
    return found if len(found) <= FEW_PLACES else RawSQL("SELECT place_subtree(%s)", [code])


def incidents_in(code: str) -> QuerySet[Any, Any]:
    """The keys of the incidents that happened at a place within this one."""
    return incidents_at(RawSQL("SELECT place_subtree(%s)", [code]))


def incidents_at(places: Any) -> QuerySet[Any, Any]:
    """The keys of the incidents that happened at one of these places."""
    links: QuerySet[Any, Any] = apps.get_model("incidents", "IncidentPlace")._default_manager.all()
    return links.filter(role="place", place__in=places).values("incident")


def located_in(code: str, column: str) -> Q | Exists:
    """Rows whose incident, the key of which is in this column, happened at a place within this one."""
    found = incidents_in(code)
    return among(column, found, Looked(found.filter(incident=OuterRef(column))))


def or_located_in(code: str, column: str) -> Q | Exists:
    """The same where it is one of two ways to fit, of which the other is not found by keys."""
    return or_located_at(RawSQL("SELECT place_subtree(%s)", [code]), column)


def or_located_at(places: Any, column: str) -> Q | Exists:
    """As ``or_located_in``, of these places."""
    found = incidents_at(places)
    return among_many(column, found, Looked(found.filter(incident=OuterRef(column))))
