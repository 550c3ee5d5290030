"""What a record is now for readers of a level: its text, or what became of it. Set-wise; nothing is written."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.models import Edition
from api.v1 import gather, represent, terms, views
from api.v1.figures import FigureLists
from api.v1.gather import Gathered
from api.v1.lists import PublicLists
from incidents.models import Incident, Scope, Statement
from sources.disclosure import Disclosure
from sources.merged import meant
from sources.models import Organization, Source

Kind = Edition.Kind
LEVELS = (Disclosure.PUBLIC, Disclosure.PARTNER)
"""For whom there are editions: what is restricted leaves for nobody."""


@dataclass(frozen=True, slots=True)
class State:
    """A record as it is: by what it is known, and its text; or, without one, whether it was merged into another."""

    key: str
    body: str | None = None
    about: str = ""
    into: str | None = None
    reason: str = ""

    @property
    def digest(self) -> UUID | None:
        """By which its text is known."""
        if self.body is None:
            return None
        return UUID(bytes=hashlib.blake2b(self.body.encode(), digest_size=16).digest())


@dataclass(frozen=True, slots=True)
class Told:
    """How a kind of record is read: by which list, which column is its key here, and by what it is known outside."""

    lists: type[PublicLists]
    row: str = "pk"
    known_by: str = "pk"
    gone: Callable[[Sequence[str], Disclosure], dict[str, State]] = lambda rows, level: {}  # noqa: ARG005
    more: Callable[[Sequence[Any], Gathered], list[dict[str, Any]]] | None = None


def states(kind: str, rows: Sequence[str], level: Disclosure) -> dict[str, State]:
    """The records with these keys that a reader of the level sees, or saw and is told something of."""
    told = TOLD[Kind(kind)]
    lists = told.lists.at(level)
    found = list(lists.fetched(lists.listed(lists.rows())).filter(**{f"{told.row}__in": rows}))
    gathered = Gathered.start(level, root="")
    shapes: Sequence[Any] = lists.represented(found, gathered)
    if told.more is not None:
        shapes = [{**shape, **more} for shape, more in zip(shapes, told.more(found, gathered), strict=True)]
    seen = {
        str(_value(row, told.row)): State(
            str(_value(row, told.known_by)), written(shape), str(shape.get("incident") or shape.get("reference") or "")
        )
        for row, shape in zip(found, shapes, strict=True)
    }
    missing = [row for row in rows if row not in seen]
    return {**told.gone(missing, level), **seen} if missing else seen


def row_key(kind: Kind, row: Any) -> str:
    """By which the editions of a row are found."""
    return str(_value(row, TOLD[kind].row))


def written(shape: Any) -> str:
    """A shape as its text."""
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":"))


def _value(row: Any, name: str) -> Any:
    return row.pk if name == "pk" else getattr(row, f"{name}_id" if name == "scope" else name)


def with_statements(incidents: Sequence[Incident], gathered: Gathered) -> list[dict[str, Any]]:
    """What is stated about incidents, which has no list of its own."""
    rows = Statement.objects.visible_to(gathered.level).accepted().filter(incident__in=[one.pk for one in incidents])
    said: dict[int, list[Any]] = {}
    for statement in gather.assertions(rows, gathered.level):
        said.setdefault(statement.incident_id, []).append(statement)
    gathered.with_grades(meant(one.claimant).pk for several in said.values() for one in several)
    return [{"statements": [represent.statement(one, gathered) for one in said.get(row.pk, ())]} for row in incidents]


def _gone_incidents(rows: Sequence[str], level: Disclosure) -> dict[str, State]:
    found: dict[str, State] = {}
    mask = Gathered.start(level, root="").mask
    withdrawn = Incident.objects.withdrawn_from(level)
    for row in withdrawn.filter(pk__in=rows):
        found[str(row.pk)] = State(row.reference, reason=mask.text(row.withdrawn_reason))
    for row in Incident.objects.filter(pk__in=rows, status="merged"):
        survivor = Incident.objects.survivor_of(row.reference, level)
        if survivor is not None:
            found[str(row.pk)] = State(row.reference, into=survivor.reference)
    return found


def _gone_of(model: Any, known_by: str) -> Callable[[Sequence[str], Disclosure], dict[str, State]]:
    def gone(rows: Sequence[str], level: Disclosure) -> dict[str, State]:
        mask = Gathered.start(level, root="").mask
        known = model.objects.visible_to(level).select_related("merged_into").filter(pk__in=rows)
        return {
            str(row.pk): State(
                str(getattr(row, known_by)),
                into=str(getattr(meant(row), known_by)) if row.merged_into_id else None,
                reason=mask.text(row.withdrawn_reason),
            )
            for row in known
        }

    return gone


TOLD: dict[Kind, Told] = {
    Kind.PLACE: Told(views.PlaceLists, known_by="code"),
    Kind.MEASURE: Told(terms.MeasureLists),
    Kind.POPULATION: Told(terms.PopulationLists),
    Kind.CAUSE: Told(terms.CauseLists),
    Kind.PARTY: Told(terms.PartyLists, known_by="code"),
    Kind.ORGANIZATION: Told(
        views.OrganizationLists, known_by="outside_code", gone=_gone_of(Organization, "outside_code")
    ),
    Kind.SOURCE: Told(views.SourceLists, gone=_gone_of(Source, "pk")),
    Kind.INCIDENT: Told(views.IncidentLists, known_by="reference", gone=_gone_incidents, more=with_statements),
    Kind.CLAIM: Told(views.ClaimLists),
    Kind.RESPONSIBILITY: Told(views.ResponsibilityLists),
    Kind.FIGURE: Told(FigureLists, row="scope", known_by="scope"),
    Kind.VICTIM: Told(views.VictimLists, known_by="reference"),
}
RANK = {kind: rank for rank, kind in enumerate(Kind)}
"""What a record names comes before it."""


def rows_after(kind: Kind, last: str, limit: int) -> list[str]:
    """The keys of the next rows of a kind, whether anybody sees them or not; ``last`` is empty before the first."""
    rows = _model(kind)._default_manager.order_by("pk")
    if last:
        rows = rows.filter(pk__gt=last)
    return [str(key) for key in rows.values_list("pk", flat=True)[:limit]]


def count_of(kind: Kind) -> int:
    """How many rows there are of a kind."""
    return int(_model(kind)._default_manager.count())


def _model(kind: Kind) -> Any:
    return Scope if kind is Kind.FIGURE else TOLD[kind].lists.at(LEVELS[0]).rows().model
