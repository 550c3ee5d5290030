"""The page of claims as one would write it first: nested ModelSerializers, with the same rows fetched in the same way.

It leaves out what takes thought (masks, merged records, grades, what supersedes what, links that a reader may not see).
"""

from typing import Any

from django.db.models import Prefetch
from django.urls import include, path
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.serializers import ModelSerializer, SlugRelatedField

from incidents.models import Citation, Claim, Derivation, Incident, Population, Relay
from places.models import Place
from sources.disclosure import Disclosure
from sources.models import Organization, Source


class PlainOrganization(ModelSerializer[Organization]):
    class Meta:
        model = Organization
        fields = ["code", "name", "kind"]


class PlainPlace(ModelSerializer[Place]):
    class Meta:
        model = Place
        fields = ["code", "pcode", "name", "name_ar", "admin_level", "latitude", "longitude", "precision"]


class PlainPopulation(ModelSerializer[Population]):
    class Meta:
        model = Population
        fields = ["code", "label", "civil_status", "sex", "age_band", "group", "occupation", "affiliation"]


class PlainSource(ModelSerializer[Source]):
    publisher = PlainOrganization()

    class Meta:
        model = Source
        fields = [
            "id", "title", "kind", "publisher", "url", "archived_url", "published", "published_earliest", "published_latest",
            "published_inferred", "language",
        ]  # fmt: skip


class PlainRelay(ModelSerializer[Relay]):
    organization = PlainOrganization()

    class Meta:
        model = Relay
        fields = ["organization", "medium", "stated"]


class PlainCitation(ModelSerializer[Citation]):
    source = PlainSource()  # type: ignore[assignment]  # a serializer has an attribute of this name
    relays = PlainRelay(many=True)

    class Meta:
        model = Citation
        fields = ["source", "relays", "locator", "stated"]


class PlainDerivation(ModelSerializer[Derivation]):
    organization = PlainOrganization()

    class Meta:
        model = Derivation
        fields = ["organization", "rests_on", "source", "strength"]


class PlainClaim(ModelSerializer[Claim]):
    incident = SlugRelatedField[Incident](slug_field="reference", read_only=True)
    population = PlainPopulation()
    place = PlainPlace()
    claimant = PlainOrganization()
    citations = PlainCitation(many=True)
    derivations = PlainDerivation(many=True)

    class Meta:
        model = Claim
        fields = [
            "id", "incident", "measure", "unit", "population", "population_stated", "cause", "place", "period", "basis", "since",
            "minimum", "best", "maximum", "quantifier", "approximate", "stance", "stated", "language", "coding_rule", "claimant",
            "citations", "derivations", "method", "part_of", "as_of", "as_of_earliest", "as_of_latest", "status", "reviewed",
            "disclosure", "corrects", "recorded_at", "accepted_at",
        ]  # fmt: skip


class Pages(CursorPagination):
    page_size = 100
    ordering = ("recorded_at", "id")


class PlainClaims(ListAPIView[Claim]):
    serializer_class = PlainClaim
    pagination_class = Pages

    def get_queryset(self) -> Any:
        level = Disclosure.PUBLIC
        chains = Citation.objects.visible_to(level).select_related("source__publisher").order_by("position")
        relays = Relay.objects.select_related("organization").order_by("position")
        rests = Derivation.objects.select_related("organization").order_by("pk")
        return (
            Claim.objects.visible_to(level)
            .accepted()
            .select_related("incident", "claimant", "population", "place")
            .prefetch_related(
                Prefetch("citations", chains.prefetch_related(Prefetch("relays", relays))),
                Prefetch("derivations", rests),
            )
        )


urlpatterns = [path("plain/claims/", PlainClaims.as_view()), path("", include("config.urls"))]
