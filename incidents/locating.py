"""Rows by where their incident happened."""

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from accounts.choosing import Looked, among


def located_in(code: str, column: str) -> Q | Exists:
    """Rows whose incident, the key of which is in this column, happened at a place within this one."""
    links = apps.get_model("incidents", "IncidentPlace")._default_manager.filter(
        role="place", place__in=RawSQL("SELECT place_subtree(%s)", [code])
    )
    return among(column, links.values_list("incident", flat=True), Looked(links.filter(incident=OuterRef(column))))
