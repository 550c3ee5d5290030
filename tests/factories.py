"""A made-up register for tests: two people with their roles, made-up organizations and persons, and short ways to
enter what a test is about through the services."""

import datetime as dt
import itertools
from typing import Any

from django.contrib.auth.models import Group

from accounts.models import User
from incidents import counts
from incidents.models import Claim, Incident, Measure, Population
from incidents.services import claims, incidents, review
from incidents.services.citations import CitationInput, DerivationInput, RelayInput
from places.models import Place
from sources.models import Organization, OrganizationKind, Source, SourceKind
from sources.services import record_organization, record_source

NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)


class Register:
    """The people and the things of one test."""

    def __init__(self) -> None:
        self.analyst = self.person("Aya Example", "analyst")
        self.reviewer = self.person("Bilal Example", "reviewer", "publisher")
        self.numbers = itertools.count(1)

    @staticmethod
    def person(name: str, *roles: str) -> User:
        user, made = User.objects.get_or_create(
            username=name.lower().replace(" ", "-"),
            defaults={"first_name": name.split()[0], "last_name": name.split()[1]},
        )
        if made:
            user.groups.set(Group.objects.filter(name__in=roles))
        return User.objects.get(pk=user.pk)

    def organization(self, code: str = "", **fields: Any) -> Organization:
        number = next(self.numbers)
        code = code or f"organization-{number}"
        existing = Organization.objects.filter(code=code).first()
        if existing is not None:
            return existing
        given = {"name": f"Organization {number}", "kind": OrganizationKind.objects.get(code="ngo")} | fields
        return record_organization(by=self.analyst, at=NOON, code=code, **given)

    def source(self, **fields: Any) -> Source:
        number = next(self.numbers)
        given = {"title": f"Document {number}", "kind": SourceKind.objects.get(code="news_article")} | fields
        return record_source(by=self.analyst, at=NOON, **given)

    def incident(self, **fields: Any) -> Incident:
        number = next(self.numbers)
        given = {
            "title": f"Incident {number}",
            "incident_type": "event",
            "occurred": "2025-03-01",
            "places": [Place.objects.get(code="SY07")],
        } | fields
        return incidents.record_incident(by=self.analyst, at=NOON, **given)

    def published(self, **fields: Any) -> Incident:
        submitted = incidents.submit(self.incident(**fields), by=self.analyst, at=NOON)
        return incidents.publish(submitted, by=self.reviewer, at=NOON)

    def draft(self, incident: Incident, **fields: Any) -> Claim:
        """A draft claim: three civilians killed, recorded at noon, unless said otherwise."""
        count = fields.pop("count", None) or counts.code(counts.Quantifier.EXACT, 3, stated="three")
        sources = fields.pop("sources", None) or [self.source()]
        relays = fields.pop("relays", ())
        given = {
            "claimant": fields.pop("claimant", None) or self.organization(),
            "measure": Measure.objects.select_related("unit").get(code=fields.pop("measure", "killed")),
            "citations": [
                CitationInput(source, stated=count.stated, relays=[RelayInput(relay) for relay in relays])
                for source in sources
            ],
            "derivations": [DerivationInput(organization=origin) for origin in fields.pop("rests_on", ())],
        }
        if given["measure"].counts_people:
            given["population"] = Population.objects.get(code=fields.pop("population", "civilians"))
        at = fields.pop("at", NOON)
        return claims.record_claim(incident=incident, count=count, by=self.analyst, at=at, **given, **fields)

    def proposed(self, incident: Incident, **fields: Any) -> Claim:
        return review.submit(self.draft(incident, **fields), by=self.analyst, at=NOON)

    def accepted(self, incident: Incident, **fields: Any) -> Claim:
        return review.accept(self.proposed(incident, **fields), by=self.reviewer, at=NOON)
