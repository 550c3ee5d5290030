"""The founding case, as analysts would enter it: through the services, recorded by one account and accepted and
published by another. Rows are known by identifiers derived from their keys in the files, so loading again adds nothing.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from exchange.seeding.files import load, take
from exchange.seeding.identity import identifier, reference
from incidents.counts import Count, Quantifier, Stance
from incidents.models import (
    Cause,
    Claim,
    Incident,
    IncidentKind,
    Measure,
    Population,
    ResponsibilityClaim,
    Statement,
)
from incidents.services import claims, incidents, review, statements
from incidents.services.citations import CitationInput, DerivationInput, RelayInput
from places.models import Place
from sources.models import Organization, OrganizationKind, Party, Source, SourceKind
from sources.services import record_organization, record_source

FOLDER = "founding_case"
Clock = Callable[[], datetime]


class FoundingCase:
    """One loading of the case. ``recorder`` records and submits, ``reviewer`` accepts and publishes."""

    def __init__(self, *, recorder: User, reviewer: User, clock: Clock) -> None:
        self.recorder, self.reviewer, self.clock = recorder, reviewer, clock
        self.places = {place.code: place for place in Place.objects.all()}

    def load(self) -> dict[str, int]:
        """Add what is missing, in the order in which it refers to itself; return how many rows each file added."""
        added = {}
        for name in ("organizations", "sources", "incidents", "claims", "responsibility", "statements"):
            added[name] = getattr(self, f"_load_{name}")(load(FOLDER, name))
        self._publish()
        return added

    def _load_organizations(self, rows: list[dict[str, Any]]) -> int:
        known = set(Organization.objects.values_list("code", flat=True))
        kinds, parties = OrganizationKind.objects.in_bulk(), {party.name: party for party in Party.objects.all()}
        added = [row for row in rows if row["code"] not in known]
        # Those with members after those who may be members.
        for row in sorted(added, key=lambda row: bool(row.get("members"))):
            record_organization(
                by=self.recorder,
                at=self.clock(),
                kind=kinds[row["kind"]],
                aligned_with=parties[row["aligned_with"]] if "aligned_with" in row else None,
                also_written=row.get("also_written", ()),
                members=list(Organization.objects.filter(name__in=row.get("members", ()))),
                is_protected=row.get("protected", False),
                **take(
                    row, code="code", name="name", name_ar="name_ar", acronym="acronym", country="country",
                    based_in="based_in", role="role", public_name="public_name", public_code="public_code",
                    note="note",
                ),
            )  # fmt: skip
        self.organizations = {organization.code: organization for organization in Organization.objects.all()}
        return len(added)

    def _load_sources(self, rows: dict[str, dict[str, Any]]) -> int:
        kinds = SourceKind.objects.in_bulk()
        identifiers = {key: identifier("source", key) for key in rows}
        known = Source.objects.in_bulk(identifiers.values())
        for key, row in rows.items():
            if identifiers[key] not in known:
                known[identifiers[key]] = record_source(
                    by=self.recorder,
                    at=self.clock(),
                    id=identifiers[key],
                    kind=kinds[row["kind"]],
                    publisher=self.organizations[row["publisher"]] if row["publisher"] else None,
                    published_inferred=row.get("inferred", False),
                    **take(row, title="title", language="language", published="published", url="url", note="note"),
                )
                rows[key]["added"] = True
        self.sources = {key: known[identifiers[key]] for key in rows}
        return sum("added" in row for row in rows.values())

    def _load_incidents(self, rows: dict[str, dict[str, Any]]) -> int:
        kinds = IncidentKind.objects.in_bulk()
        references = {key: reference(key) for key in rows}
        known = {row.reference: row for row in Incident.objects.filter(reference__in=references.values())}
        added = 0
        for key, row in rows.items():
            if references[key] not in known:
                known[references[key]] = incidents.record_incident(
                    by=self.recorder,
                    at=self.clock(),
                    reference=references[key],
                    incident_type=row["type"],
                    title=row["title"],
                    occurred=row["occurred"],
                    places=[self.places[code] for code in row["places"]],
                    destinations=[self.places[code] for code in row.get("destinations", ())],
                    kinds=[kinds[code] for code in row.get("kinds", ())],
                    part_of=[known[references[whole]] for whole in row.get("part_of", ())],
                )
                added += 1
        self.incidents = {key: known[references[key]] for key in rows}
        return added

    def _load_claims(self, rows: list[dict[str, Any]]) -> int:
        identifiers = {row["id"]: identifier("claim", row["id"]) for row in rows}
        known = Claim.objects.in_bulk(identifiers.values())
        measures = {measure.code: measure for measure in Measure.objects.select_related("unit")}
        populations, causes = Population.objects.in_bulk(), Cause.objects.in_bulk()
        added = 0
        for row in rows:
            if identifiers[row["id"]] in known:
                continue
            claim = claims.record_claim(
                id=identifiers[row["id"]],
                incident=self.incidents[row["incident"]],
                claimant=self.organizations[row["claimant"]],
                measure=measures[row["measure"]],
                population=populations[row["population"]] if row["population"] else None,
                cause=causes[row["cause"]] if "cause" in row else None,
                place=self.places[row["place"]] if "place" in row else None,
                part_of=known[identifiers[row["part_of"]]] if "part_of" in row else None,
                count=Count(
                    minimum=row["min"],
                    best=row.get("best"),
                    maximum=row["max"],
                    quantifier=Quantifier(row["quantifier"]),
                    stance=Stance(row.get("stance", "asserts")),
                    stated=row["stated"],
                    language=self.sources[row["source"]].language,
                ),
                citations=self._citations(row, stated=row["stated"]),
                derivations=[
                    DerivationInput(
                        organization=self.organizations[code], strength=row.get("strength", "stated")
                    )
                    for code in row.get("derived_from", ())
                ],
                by=self.recorder,
                at=self.clock(),
                **take(
                    row, population_stated="population_stated", basis="basis", since="since", as_of="as_of",
                    note="note",
                ),
            )  # fmt: skip
            known[claim.pk] = self._through_review(claim)
            added += 1
        return added

    def _load_responsibility(self, rows: list[dict[str, Any]]) -> int:
        parties = {party.name: party for party in Party.objects.all()}
        keys = self._missing(ResponsibilityClaim, "responsibility", rows)
        for key, row in keys.items():
            claim = statements.record_responsibility(
                id=key,
                incident=self.incidents[row["incident"]],
                party=parties[row["party"]],
                claimant=self.organizations[row["claimant"]],
                citations=self._citations(row),
                by=self.recorder,
                at=self.clock(),
                **take(row, act="act", standing="standing", note="note"),
            )
            self._through_review(claim)
        return len(keys)

    def _load_statements(self, rows: list[dict[str, Any]]) -> int:
        keys = self._missing(Statement, "statement", rows)
        for key, row in keys.items():
            statement = statements.record_statement(
                id=key,
                incident=self.incidents[row["incident"]],
                claimant=self.organizations[row["claimant"]],
                citations=self._citations(row),
                by=self.recorder,
                at=self.clock(),
                **take(row, kind="kind", value="value", meaning="meaning", when="when", note="note"),
            )
            self._through_review(statement)
        return len(keys)

    def _missing(self, model: Any, kind: str, rows: list[dict[str, Any]]) -> dict[uuid.UUID, dict[str, Any]]:
        """The rows that are not there yet, by identifier; a row without a key of its own is known by its place."""
        keyed = {identifier(kind, str(number)): row for number, row in enumerate(rows, start=1)}
        known = set(model.objects.filter(pk__in=keyed).values_list("pk", flat=True))
        return {key: row for key, row in keyed.items() if key not in known}

    def _citations(self, row: dict[str, Any], *, stated: str = "") -> Sequence[CitationInput]:
        relays = [RelayInput(self.organizations[code]) for code in row.get("relays", ())]
        return [CitationInput(self.sources[row["source"]], row.get("locator", ""), stated, relays)]

    def _through_review(self, assertion: review.AssertionType) -> review.AssertionType:
        submitted = review.submit(assertion, by=self.recorder, at=self.clock())
        return review.accept(submitted, by=self.reviewer, at=self.clock())

    def _publish(self) -> None:
        for incident in self.incidents.values():
            if incident.status == Incident.Status.DRAFT:
                submitted = incidents.submit(incident, by=self.recorder, at=self.clock())
                incidents.publish(submitted, by=self.reviewer, at=self.clock())
