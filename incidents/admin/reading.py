"""What the pages of incidents and claims show to readers: claims side by side, each with its whole chain."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.reasons import told_reason
from accounts.seen import seen, sees_all
from accounts.versions import with_version
from incidents.admin import words
from incidents.models import (
    Citation,
    Claim,
    Derivation,
    Incident,
    IncidentPart,
    IncidentPlace,
    Relay,
    ResponsibilityClaim,
    ScopeClaim,
    Statement,
    Transition,
)
from sources.clearance import clearance
from sources.merged import WHICH, meant, with_merged


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation as a reader follows it."""

    citation: Citation
    through: list[str]

    @property
    def source(self) -> Any:
        return meant(self.citation.source)

    @property
    def kind(self) -> str:
        return words.named(self.citation.source.kind)

    @property
    def publisher(self) -> str:
        return words.named(self.source.publisher)

    @property
    def published(self) -> str:
        return words.date(self.source.published)


@dataclass(frozen=True, slots=True)
class Correction:
    """A row that puts another right, beside it: what it says, and its page."""

    row: Any
    said: str

    @property
    def address(self) -> str:
        return reverse(f"admin:incidents_{self.row._meta.model_name}_change", args=[self.row.pk])


@dataclass(slots=True)
class Line:
    """One assertion in a table. ``superseded`` when the same claimant announced something later about the same."""

    row: Any
    citations: list[Cited]
    superseded: bool = False
    actions: list[tuple[Any, str]] = field(default_factory=list)
    corrections: list["Correction"] = field(default_factory=list)

    @property
    def folded(self) -> bool:
        """Whether it has had its say: kept, and folded away."""
        return self.superseded or self.row.status in {"corrected", "rejected", "retracted", "voided"}

    @property
    def claimant(self) -> str:
        return words.named(self.row.claimant)

    @property
    def outside(self) -> str:
        """The name under which a protected claimant is known outside; empty for any other."""
        return str(self.row.claimant.public_name) if self.row.claimant.is_protected else ""

    @property
    def basis(self) -> str:
        return words.basis(self.row)

    @property
    def count(self) -> str:
        return words.count(self.row)

    @property
    def measure(self) -> str:
        return words.named(self.row.measure)

    @property
    def population(self) -> str:
        return words.named(self.row.population)

    @property
    def as_of(self) -> str:
        return words.date(self.row.as_of)

    @property
    def since(self) -> str:
        return words.date(self.row.since)

    @property
    def period(self) -> str:
        return words.date(self.row.period)

    @property
    def when(self) -> str:
        return words.date(self.row.when)

    @property
    def rests_on(self) -> list[tuple[str, list[str]]]:
        """What it rests on, by how sure that is."""
        found: dict[str, list[str]] = {}
        for link in self.row.derivations.all():
            found.setdefault(str(link.get_strength_display()), []).append(_thing(link))
        return list(found.items())

    @property
    def place(self) -> str:
        return words.named(self.row.place)

    @property
    def cause(self) -> str:
        return words.named(self.row.cause)


@dataclass(slots=True)
class Group:
    """The claims of one measure about one population."""

    measure: str
    population: str
    lines: list[Line] = field(default_factory=list)

    @property
    def standing(self) -> list[Line]:
        return [line for line in self.lines if not line.folded]

    @property
    def folded(self) -> list[Line]:
        return [line for line in self.lines if line.folded]


@dataclass(frozen=True, slots=True)
class Step:
    """One transition, in words."""

    at: Any
    person: str
    was: str
    becomes: str
    note: str


def _thing(link: Any) -> str:
    if not link.shown:
        return _("withheld")
    named = [words.named(link.organization)] if link.organization else []
    if link.rests_on:
        named.append(f"{words.named(link.rests_on.claimant)}: “{link.rests_on.stated}”")
    if link.source:
        named.append(str(meant(link.source)))
    return " – ".join(named)


def with_chains(rows: QuerySet[Any], by: Any) -> QuerySet[Any]:
    """Assertions that the person may see, with claimants, and with those citations, sources, publishers and relays."""
    relays = Prefetch("relays", Relay.objects.select_related("organization__merged_into").order_by("position"))
    cited = (
        Citation.objects.seen_by(by)
        .select_related(*with_merged("source", WHICH), "source__kind")
        .prefetch_related(relays)
    )
    shown: QuerySet[Any] = with_version(seen(rows, by))
    return shown.select_related("claimant__merged_into").prefetch_related(
        Prefetch("citations", cited.order_by("position"))
    )


def whole_claims(rows: Any, by: Any) -> QuerySet[Any]:
    """Claims that the person may see, with all that a page shows of them."""
    shown = Exists(Derivation.objects.seen_by(by).filter(pk=OuterRef("pk")))
    rests = (
        Derivation.objects.annotate(shown=shown)
        .select_related("organization__merged_into", "source__merged_into", "rests_on__claimant__merged_into")
        .order_by("pk")
    )
    return with_chains(
        rows.with_whole().select_related("measure", "unit", "population", "cause", "place", "coding_rule", "incident"),
        by,
    ).prefetch_related(Prefetch("derivations", rests))


def through(relays: Iterable[Any], by: Any) -> list[str]:
    """The names of those who passed it on; of whom the person may not see, that they are withheld."""
    level = clearance(by)
    return [
        words.named(one.organization)
        if max(one.organization.disclosure, meant(one.organization).disclosure) <= level
        else _("withheld")
        for one in relays
    ]


def line(row: Any, by: Any) -> Line:
    """A fetched assertion as a line."""
    return Line(row, [Cited(one, through(one.relays.all(), by)) for one in row.citations.all()])


def groups(claims: Iterable[Claim], *, by: Any, superseded: Collection[Any] = ()) -> list[Group]:
    """Claims by measure and population, each group in the order of as-of."""
    found: dict[tuple[str, str | None], Group] = {}
    ordered = sorted(
        claims,
        key=lambda claim: (
            claim.measure_id, claim.population_id or "", claim.basis, claim.as_of, claim.recorded_at, str(claim.pk),
        ),
    )  # fmt: skip
    for claim in ordered:
        key = (claim.measure_id, claim.population_id)
        group = found.setdefault(key, Group(words.named(claim.measure), words.named(claim.population)))
        one = line(claim, by)
        one.superseded = claim.pk in superseded
        group.lines.append(one)
    _with_corrections(one for group in found.values() for one in group.lines)
    return list(found.values())


def _with_corrections(lines: Iterable[Line]) -> list[Line]:
    """Lines of one table, each with those among them that correct it: rows are there with what they correct."""
    lines = list(lines)
    known = {line.row.pk: line for line in lines}
    for one in lines:
        mistaken = known.get(one.row.corrects_id)
        if mistaken is not None and one.row.status not in {"rejected", "voided"}:
            said = one.count if isinstance(one.row, Claim) else str(one.row)
            mistaken.corrections.append(Correction(one.row, said))
    return lines


def superseded_in(incident: Incident, by: Any) -> set[Any]:
    """The accepted claims of an incident after which the same claimant announced another about the same."""
    standings = ScopeClaim.objects.at(clearance(by)).superseded().filter(scope__incident=incident)
    return set(standings.values_list("claim", flat=True))


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """An incident with everything that is claimed about it, as far as a person may see it."""

    incident: Incident
    occurred: str
    places: list[str]
    destinations: list[str]
    kinds: list[str]
    wholes: list[Incident]
    parts: list[Incident]
    groups: list[Group]
    responsibility: list[Line]
    statements: list[Line]
    steps: list[Step]

    @classmethod
    def of(cls, incident: Incident, by: Any) -> "IncidentPage":
        located = list(IncidentPlace.objects.filter(incident=incident).select_related("place").order_by("position"))
        wholes = IncidentPart.objects.seen_by(by).filter(part=incident).select_related("situation")
        parts = IncidentPart.objects.seen_by(by).filter(situation=incident).select_related("part")
        said = ResponsibilityClaim.objects.filter(incident=incident).select_related("party").order_by("recorded_at")
        statements = Statement.objects.filter(incident=incident).order_by("kind", "recorded_at")
        return cls(
            incident=incident,
            occurred=words.date(incident.occurred),
            places=[words.named(one.place) for one in located if one.role == IncidentPlace.Role.PLACE],
            destinations=[words.named(one.place) for one in located if one.role == IncidentPlace.Role.DESTINATION],
            kinds=[words.named(kind) for kind in incident.kinds.all()],
            wholes=[link.situation for link in wholes],
            parts=[link.part for link in parts],
            groups=groups(
                whole_claims(Claim.objects.filter(incident=incident), by),
                by=by,
                superseded=superseded_in(incident, by),
            ),
            responsibility=_with_corrections(line(row, by) for row in with_chains(said, by)),
            statements=_with_corrections(line(row, by) for row in with_chains(statements, by)),
            steps=steps_of(incident),
        )


def steps_of(row: Any) -> list[Step]:
    """What review did with a row, oldest first."""
    states = dict(type(row)._meta.get_field("status").flatchoices)
    found = Transition.objects.filter(table_name=row._meta.db_table, row_id=str(row.pk))
    return [
        Step(
            one.at,
            one.actor.get_username() if one.actor else "",
            str(states.get(one.from_state, one.from_state)),
            str(states.get(one.to_state, one.to_state)),
            told_reason(one.note),
        )
        for one in found.select_related("actor").order_by("pk")
    ]


def partly_withheld(assertion: Any, by: Any) -> bool:
    """Whether something of where it stands or what it rests on is withheld: then it is read, and not written over."""
    if sees_all(by):
        return False
    citations = Citation.objects.filter(pk__in=assertion.citations.values("pk"))
    relays = Relay.objects.filter(citation__in=citations.values("pk"))
    rests = Derivation.objects.filter(claim=assertion) if isinstance(assertion, Claim) else Derivation.objects.none()
    parts: tuple[QuerySet[Any], ...] = (citations, relays, rests)
    return any(rows.count() > seen(rows, by).count() for rows in parts)
