"""The export of claims as one would make it first: a resource of django-import-export, with the same rows fetched at once.

Its columns are those of our CSV as far as they are fields of the claim, of what it names, and of its first citation; it leaves
out what takes thought (masks, merged records, grades, what supersedes what, links that a reader may not see).
"""

from typing import Any

from django.db.models import Prefetch
from import_export.fields import Field
from import_export.resources import Resource

from incidents.models import Citation, Claim, Derivation, Relay

OWN = (
    "id", "measure_id", "unit_id", "population_stated", "cause_id", "period", "basis", "since", "since_earliest",
    "since_latest", "minimum", "best", "maximum", "quantifier", "stance", "stated", "language", "method", "part_of_id", "as_of",
    "as_of_earliest", "as_of_latest", "status", "reviewed", "disclosure", "corrects_id", "recorded_at", "accepted_at",
)  # fmt: skip
NAMED = (
    "incident__reference", "population__code", "population__label", "population__civil_status", "population__sex",
    "population__age_band", "population__group", "population__occupation", "population__affiliation", "place__code",
    "place__pcode", "place__name", "place__name_ar", "place__admin_level", "place__latitude", "place__longitude",
    "place__precision", "coding_rule__code", "claimant__code", "claimant__name", "claimant__kind_id",
)  # fmt: skip
OF_SOURCE = (
    "id", "title", "kind_id", "url", "archived_url", "published", "published_earliest", "published_latest",
    "published_inferred", "language",
)  # fmt: skip


class PlainClaims(Resource):  # type: ignore[type-arg]  # generic in its stubs alone
    """Claims, one row each."""

    publisher = Field(column_name="source_publisher")
    relays = Field(column_name="relays")
    derived_from = Field(column_name="derived_from")

    class Meta:
        chunk_size = 20_000  # of its own accord it asks for a hundred at a time, from the start of the list each time

    def get_queryset(self) -> Any:
        relays = Relay.objects.select_related("organization").order_by("position")
        cited = Citation.objects.select_related("source__publisher").order_by("position")
        rests = Derivation.objects.select_related("organization").order_by("pk")
        named = ("incident", "population", "place", "claimant", "coding_rule")
        return Claim.objects.select_related(*named).prefetch_related(
            Prefetch("citations", cited.prefetch_related(Prefetch("relays", relays))), Prefetch("derivations", rests)
        )

    def dehydrate_publisher(self, claim: Claim) -> str:
        publisher = claim.citations.all()[0].source.publisher
        return publisher.code if publisher else ""

    def dehydrate_relays(self, claim: Claim) -> str:
        return " | ".join(relay.organization.code for relay in claim.citations.all()[0].relays.all())

    def dehydrate_derived_from(self, claim: Claim) -> str:
        return " | ".join(str(one.organization or one.rests_on_id or one.source_id) for one in claim.derivations.all())


class OfSource(Field):
    """A field of the source that is cited first."""

    def get_value(self, instance: Any) -> Any:
        return getattr(instance.citations.all()[0].source, str(self.attribute))


for name in (*OWN, *NAMED):
    PlainClaims.fields[name] = Field(attribute=name, column_name=name)
for name in OF_SOURCE:
    PlainClaims.fields[f"source_{name}"] = OfSource(attribute=name, column_name=f"source_{name}")
