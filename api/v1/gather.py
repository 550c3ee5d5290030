"""Fetching, set-wise, everything that an answer shows: a constant number of queries whatever the page's size."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from incidents.models import (
    Citation,
    Claim,
    Derivation,
    Incident,
    IncidentPart,
    IncidentPlace,
    Relay,
    ScopeClaim,
)
from incidents.querysets import CORRECTING
from places.models import PlaceCoverage, PlaceName
from sources.disclosure import Disclosure, Mask
from sources.merged import WHICH, meant, meant_id, with_merged
from sources.models import Organization, OrganizationMembership, OrganizationName, ReliabilityAssessment, Source
from victims.models import Link, PersonRecord, PersonRelay


@dataclass
class Gathered:
    """What the rows of one answer refer to, as far as the reader may see it."""

    level: Disclosure
    root: str
    mask: Mask
    grades: dict[int, str] = field(default_factory=dict)
    members: dict[int, set[str]] = field(default_factory=dict)
    visible: set[UUID] = field(default_factory=set)
    corrections: dict[UUID, UUID] = field(default_factory=dict)
    standings: dict[UUID, ScopeClaim] = field(default_factory=dict)

    @classmethod
    def start(cls, level: Disclosure, root: str) -> Self:
        """``root`` is the address under which the API's lists lie."""
        return cls(level=level, root=root, mask=Mask.load())

    def address(self, path: str) -> str:
        return f"{self.root}{path}"

    def with_grades(self, organizations: Iterable[int]) -> Self:
        """The Admiralty grade of each organization that holds today."""
        self.grades |= dict(
            ReliabilityAssessment.objects.filter(
                organization__in=set(organizations), period__contains=timezone.now().date()
            ).values_list("organization", "grade")
        )
        return self

    def with_members(self, organizations: Iterable[int]) -> Self:
        """The codes of the members of each collective, as far as the reader may see them."""
        seen = Organization.objects.visible_to(self.level).select_related("merged_into")
        rows = OrganizationMembership.objects.filter(
            collective__in=Organization.objects.visible_to(self.level).named_or_meant(set(organizations)),
            member__in=seen.values("pk"),
        )
        for row in rows.select_related("collective", "member__merged_into"):
            self.members.setdefault(meant_id(row.collective), set()).add(meant(row.member).outside_code)
        return self

    def with_claims(self, claims: Sequence[Any]) -> Self:
        """Grades of the claimants, what follows each claim, and which of the claims it names may be seen."""
        self.with_grades(meant_id(claim.claimant) for claim in claims)
        named = {claim.whole_id for claim in claims} | {claim.corrects_id for claim in claims}
        named |= {rest.rests_on_id for claim in claims for rest in claim.rests}
        related = Claim.objects.visible_to(self.level).filter(
            Q(pk__in=named - {None}) | Q(corrects__in=[claim.pk for claim in claims])
        )
        for key, corrects, status in related.values_list("pk", "corrects", "status"):
            self.visible.add(key)
            if status in CORRECTING and corrects is not None:
                self.corrections[corrects] = key
        for standing in ScopeClaim.objects.at(self.level).filter(claim__in=[claim.pk for claim in claims]):
            self.standings[standing.claim_id] = standing
        return self

    def visible_id(self, key: UUID | None) -> str | None:
        return str(key) if key in self.visible else None

    def sees(self, organization: Organization | None) -> bool:
        """Whether an organization, and what it was merged into, is within the reader's level; no organization is."""
        if organization is None:
            return True
        return max(organization.disclosure, meant(organization).disclosure) <= self.level

    def visible_source(self, source: Source | None) -> str | None:
        """The identifier of the source that this one means, if the reader may see both."""
        if source is None:
            return None
        means = meant(source)
        if not all(one.disclosure <= self.level and self.sees(one.publisher) for one in (source, means)):
            return None
        return str(means.pk)

    def superseded_by(self, claim: Claim) -> str | None:
        """The correction of a claim, or the claimant's next announcement in its series."""
        standing = self.standings.get(claim.pk)
        follower = self.corrections.get(claim.pk) or (standing.followed_by if standing else None)
        return str(follower) if follower else None

    def speaks(self, claim: Claim) -> bool:
        """Whether it is accepted, and its claimant's latest in its scope."""
        standing = self.standings.get(claim.pk)
        return standing is not None and standing.speaks

    def scope(self, claim: Claim) -> str | None:
        """The scope that an accepted claim is in."""
        standing = self.standings.get(claim.pk)
        return str(standing.scope_id) if standing else None

    def derivations(self, claim: Any) -> list[Derivation]:
        """What the claim rests on, as far as the reader may see it: a link to nothing visible is no link."""
        return [
            rest
            for rest in claim.rests
            if self.sees(rest.organization)
            and (rest.organization or self.visible_id(rest.rests_on_id) or self.visible_source(rest.source))
        ]


# What many rows name in common is fetched once for all of them, and not joined to each. Where there may be several, they are
# put into a list: asking a relation for all its rows makes a query of them each time, also of those that are there already.


def chains(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Citations with their sources and relays."""
    relays = Relay.objects.select_related("organization__merged_into").order_by("position")
    return rows.select_related(*with_merged("source", WHICH)).prefetch_related(
        Prefetch("relays", relays, to_attr="chain")
    )


def citations(level: Disclosure) -> Any:
    """The visible citations of an assertion, in order, with their chains."""
    return Prefetch("citations", chains(Citation.objects.visible_to(level)).order_by("position"), to_attr="cited")


def assertions(rows: QuerySet[Any], level: Disclosure) -> QuerySet[Any]:
    """Responsibility claims or statements with all that their shapes show, in the order of recording."""
    return rows.select_related("claimant__merged_into").prefetch_related(citations(level)).order_by("recorded_at", "pk")


def claims(rows: Any, level: Disclosure) -> QuerySet[Any]:
    """Claims with all that their shape shows."""
    rests = Derivation.objects.select_related("organization__merged_into", *with_merged("source", WHICH)).order_by("pk")
    whole: QuerySet[Any] = (
        rows.with_whole()
        .select_related("incident", "claimant__merged_into", "population", "place", "coding_rule")
        .prefetch_related(
            "population__broader_links", citations(level), Prefetch("derivations", rests, to_attr="rests")
        )
    )
    return whole


def incidents(rows: QuerySet[Any], level: Disclosure) -> QuerySet[Any]:
    """Incidents with all that their summary shows; parts and wholes only as far as the reader may see them."""
    seen = Incident.objects.visible_to(level)
    return rows.prefetch_related(
        "kinds",
        Prefetch("located", IncidentPlace.objects.select_related("place").order_by("role", "position")),
        Prefetch("part_links", IncidentPart.objects.filter(situation__in=seen).select_related("situation")),
        Prefetch("whole_links", IncidentPart.objects.filter(part__in=seen).select_related("part")),
    )


def victims(rows: QuerySet[Any], level: Disclosure) -> QuerySet[Any]:
    """Victims with their accepted records that may be seen; of these, names only as far as they may be read."""
    seen = PersonRecord.objects.visible_to(level).accepted()
    shown = (
        PersonRecord.objects.with_names(level)
        .defer("stated", "description", "note", "correction_reason", "decision_note")
        .select_related("incident", "claimant__merged_into", *with_merged("source", WHICH), "place")
        .prefetch_related(
            Prefetch("relays", PersonRelay.objects.select_related("organization__merged_into").order_by("position"))
        )
    )
    links = Link.objects.filter(record__in=seen.values("pk")).order_by("record__recorded_at", "record")
    return rows.prefetch_related(Prefetch("links", links), Prefetch("links__record", shown))


def organizations(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("aligned_with").prefetch_related(Prefetch("names", OrganizationName.objects.all()))


def places(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("within").prefetch_related(
        Prefetch("names", PlaceName.objects.all()),
        Prefetch("coverages", PlaceCoverage.objects.select_related("covered")),
    )
