"""How the made rows lie in tables and columns, and as the text that COPY reads."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from exchange.generator.dates import bounds
from exchange.generator.identity import Identities
from exchange.generator.organizations import ASSESSED_SINCE
from exchange.generator.reference import People
from exchange.generator.rows import Batch
from incidents.workflow import IncidentState

Values = tuple[Any, ...]

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its columns, and a batch's rows for it. ``numbered``: the id is the row's number in the batch."""

    name: str
    columns: str
    rows: Callable[[Batch, People], Iterable[Values]]
    numbered: bool = False

    @property
    def statement(self) -> str:
        columns = ", ".join(["id"] * self.numbered + self.columns.split())
        return f"COPY {self.name} ({columns}) FROM STDIN"

    def text(self, batch: Batch, people: People, identities: Identities) -> str:
        """The batch's rows as COPY's text format has them; empty when there are none."""
        rows = self.rows(batch, people)
        if self.numbered:
            rows = ((identities.number(position), *row) for position, row in enumerate(rows))
        return "".join(["\t".join(map(_cell, row)) + "\n" for row in rows])


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    text = str(value)
    return text if text.isalnum() else text.translate(_ESCAPED)


def _organizations(batch: Batch, _: People) -> Iterator[Values]:
    for row in batch.organizations:
        yield (
            row.id, row.code, row.name, row.name_ar, row.acronym, row.country, "", row.role, bool(row.public_name),
            row.public_name, row.public_code, int(row.disclosure), "", row.kind, row.aligned_with,
        )  # fmt: skip


def _assessments(batch: Batch, people: People) -> Iterator[Values]:
    for row in batch.organizations:
        yield row.grade, "Generated for measurement.", f"[{ASSESSED_SINCE},)", batch.at, people.reviewer, row.id


def _sources(batch: Batch, people: People) -> Iterator[Values]:
    for row in batch.sources:
        retrieved_at = row.recorded_at if row.content_hash else None
        yield (
            row.id, row.title, row.language, row.url, row.archived_url, row.published, *bounds(row.published),
            row.published_inferred, retrieved_at, row.content_hash, int(row.disclosure), "", row.recorded_at,
            row.publisher, people.analyst, row.kind,
        )  # fmt: skip


def _incidents(batch: Batch, people: People) -> Iterator[Values]:
    for row in batch.incidents:
        draft = row.status == IncidentState.DRAFT
        reason = "Generated as withdrawn." if row.status == IncidentState.WITHDRAWN else ""
        yield (
            row.id, row.reference, "situation" if row.is_situation else "event", row.title, row.title_ar,
            row.occurred, *bounds(row.occurred), row.summary, row.grade, row.status, int(row.disclosure), "", reason,
            row.recorded_at, row.published_at or row.recorded_at, row.published_at, people.analyst,
            people.reviewer if row.published_at else None, people.analyst, None if draft else people.analyst,
        )  # fmt: skip


def _revisions(batch: Batch, people: People) -> Iterator[Values]:
    """What is to become of each incident under revision: a summary, as far as it is written."""
    for row in batch.incidents:
        if row.status == IncidentState.UNDER_REVISION:
            reason = "Generated as under revision."
            yield "draft", reason, '{"summary": "Rewritten."}', "", row.recorded_at, people.analyst, row.id


def _places(batch: Batch, _: People) -> Iterator[Values]:
    for row in batch.incidents:
        for role, places in (("place", row.places), ("destination", row.destinations)):
            for position, place in enumerate(places, start=1):
                yield role, position, row.id, place


def _claims(batch: Batch, people: People) -> Iterator[Values]:
    for row in batch.claims:
        count = row.count
        yield (
            row.id, row.status, int(row.disclosure), row.correction_reason, "", row.recorded_at, row.submitted_at,
            row.accepted_at, row.decision_note, row.population_stated, row.period, *bounds(row.period), row.basis,
            row.since, *bounds(row.since), row.as_of, *bounds(row.as_of), count.minimum, count.best, count.maximum,
            count.quantifier, count.stance, count.stated, count.language, row.method,
            people.reviewer if row.accepted_at else None, row.cause, row.claimant, row.corrects, row.part_of,
            row.place, people.analyst, people.analyst if row.submitted_at else None, row.coding_rule, row.incident,
            row.measure, row.population, row.unit,
        )  # fmt: skip


def _citations(batch: Batch, people: People) -> Iterator[Values]:
    for row in batch.citations:
        yield (
            row.id, row.position, row.locator, row.stated, len(row.relays), row.recorded_at, people.analyst,
            row.source, row.claim,
        )  # fmt: skip


def _relays(batch: Batch, _: People) -> Iterator[Values]:
    for row in batch.citations:
        for position, organization in enumerate(row.relays, start=1):
            yield position, "", "", row.id, organization


# In the order of loading. Parts of situations come last: whoever adds them holds a lock that makes others wait.
TABLES = (
    Table(
        "sources_organization",
        "id code name name_ar acronym country based_in role is_protected public_name public_code disclosure note"
        " kind_id aligned_with_id",
        _organizations,
    ),
    Table(
        "sources_organizationname",
        "organization_id name",
        lambda batch, _: ((row.organization, row.name) for row in batch.names),
        numbered=True,
    ),
    Table(
        "sources_organizationmembership",
        "collective_id member_id",
        lambda batch, _: ((row.collective, row.member) for row in batch.memberships),
        numbered=True,
    ),
    Table(
        "sources_reliabilityassessment",
        "grade basis period assessed_at assessed_by_id organization_id",
        _assessments,
        numbered=True,
    ),
    Table(
        "sources_source",
        "id title language url archived_url published published_earliest published_latest published_inferred"
        " retrieved_at content_hash disclosure note recorded_at publisher_id recorded_by_id kind_id",
        _sources,
    ),
    Table(
        "incidents_incident",
        "id reference incident_type title title_ar occurred occurred_earliest occurred_latest summary grade status"
        " disclosure note withdrawn_reason recorded_at modified_at published_at modified_by_id published_by_id"
        " recorded_by_id submitted_by_id",
        _incidents,
    ),
    Table(
        "incidents_incident_kinds",
        "incident_id incidentkind_id",
        lambda batch, _: ((row.id, kind) for row in batch.incidents for kind in row.kinds),
        numbered=True,
    ),
    Table(
        "incidents_revision",
        "status reason content decision_note opened_at opened_by_id incident_id",
        _revisions,
        numbered=True,
    ),
    Table("incidents_incidentplace", "role position incident_id place_id", _places, numbered=True),
    Table(
        "incidents_claim",
        "id status disclosure correction_reason note recorded_at submitted_at accepted_at decision_note"
        " population_stated period period_earliest period_latest basis since since_earliest since_latest as_of"
        " as_of_earliest as_of_latest minimum best maximum quantifier stance stated language method accepted_by_id"
        " cause_id claimant_id corrects_id part_of_id place_id recorded_by_id submitted_by_id coding_rule_id"
        " incident_id measure_id population_id unit_id",
        _claims,
    ),
    Table(
        "incidents_citation",
        "id position locator stated relay_count recorded_at recorded_by_id source_id claim_id",
        _citations,
    ),
    Table("incidents_relay", "position medium stated citation_id organization_id", _relays, numbered=True),
    Table(
        "incidents_derivation",
        "claim_id organization_id rests_on_id source_id strength",
        lambda batch, _: (
            (row.claim, row.organization, row.rests_on, row.source, row.strength) for row in batch.derivations
        ),
        numbered=True,
    ),
    Table(
        "incidents_incidentpart",
        "part_id situation_id",
        lambda batch, _: ((row.id, whole) for row in batch.incidents for whole in row.part_of),
        numbered=True,
    ),
)
