"""Addresses of version 1."""

from typing import Any

from django.urls import path, re_path

from api.models import Edition
from api.v1 import terms, views
from api.v1.changes import ChangeLists
from api.v1.figures import FigureLists, SummaryLists
from api.v1.site import CodebookView, DocsView, RootView, SchemaView, UnknownView
from api.v1.submitting import SubmissionLists, also_submitting
from api.v1.then import also_as_of

Kind = Edition.Kind

LISTS = {
    "organizations": also_as_of(views.OrganizationLists, Kind.ORGANIZATION),
    "sources": also_as_of(views.SourceLists, Kind.SOURCE),
    "places": views.PlaceLists,
    "measures": terms.MeasureLists,
    "populations": terms.PopulationLists,
    "causes": terms.CauseLists,
    "parties": terms.PartyLists,
    "incidents": also_as_of(views.IncidentLists, Kind.INCIDENT),
    "claims": also_as_of(also_submitting(views.ClaimLists), Kind.CLAIM),
    "citations": views.CitationLists,
    "responsibility": also_as_of(views.ResponsibilityLists, Kind.RESPONSIBILITY),
    "figures": also_as_of(FigureLists, Kind.FIGURE),
    "victims": views.VictimLists,
}

WHOLE = {"summary": SummaryLists, "changes": ChangeLists, "submissions": SubmissionLists}
"""Lists of what has no address of its own."""

app_name = "v1"


def verbs(view: Any) -> dict[str, str]:
    """What can be done with a list: it is read, and to some of them can be submitted."""
    return {"get": "list", **({"post": "create"} if hasattr(view, "create") else {})}


urlpatterns = [
    path("", RootView.as_view(), name="root"),
    *(path(f"{name}/", view.as_view(verbs(view)), name=f"{name}-list") for name, view in LISTS.items()),
    *(
        path(f"{name}/<{view.key_type}:key>/", view.as_view({"get": "retrieve"}), name=name)
        for name, view in LISTS.items()
    ),
    *(path(f"{name}/", view.as_view({"get": "list"}), name=f"{name}-list") for name, view in WHOLE.items()),
    path("codebook/", CodebookView.as_view(), name="codebook"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path("", UnknownView.as_view()),
]
