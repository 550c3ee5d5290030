"""Reading editions: what changed since a number, and what was outside at a time."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Func, JSONField, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from api.editions.version import program
from api.models import Edition, EditionText
from incidents.models import Claim, Incident, ResponsibilityClaim
from sources.disclosure import Disclosure, Mask
from sources.models import Organization, Source

Kind = Edition.Kind


def since(number: int, level: Disclosure) -> QuerySet[Edition]:
    """The changes after a number, in their order."""
    return Edition.objects.filter(level=level, number__gt=number).order_by("number")


ADDRESSED = frozenset({Kind.CLAIM, Kind.INCIDENT, Kind.FIGURE})
"""Kinds of record that say their own address."""
CURRENT = """
    SELECT edition."row", told.body FROM api_edition edition JOIN api_editiontext told USING (digest)
    WHERE edition.kind = %(kind)s AND edition.level = %(level)s AND edition."row" = ANY(%(rows)s) AND edition.until IS NULL
      AND NOT EXISTS (SELECT FROM api_editiondue)
      AND EXISTS (SELECT FROM api_editionclock WHERE day >= %(today)s AND program = %(program)s)
"""


def current(kind: Kind, rows: Sequence[str], level: Disclosure) -> dict[str, str]:
    """The texts that records have now, by their keys; of none, while anything is due to be looked at.

    That is told by the same look at the database, so a text is never older than what is committed.
    """
    asked: dict[str, Any] = {
        "kind": kind.value, "level": int(level), "rows": list(rows), "today": timezone.now().date(), "program": program(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CURRENT, asked)
        return dict(cursor.fetchall())


def addressed(kind: Kind, body: str, root: str) -> str:
    """A text with its record's address in full. Of what has one, it is the first: nothing that is named before it has any."""
    return body.replace('"url":"', f'"url":"{root}', 1) if kind in ADDRESSED else body


def standing_at(kind: Kind, level: Disclosure, moment: dt.datetime) -> QuerySet[Edition]:
    """The records of a kind that were outside at a time, each in the edition that it had then."""
    return Edition.objects.filter(
        Q(until__isnull=True) | Q(until__gt=moment), kind=kind, level=level, at__lte=moment, digest__isnull=False
    )


def saying(rows: QuerySet[Edition], path: Sequence[str], values: Iterable[str]) -> QuerySet[Edition]:
    """Those whose text has one of these values at a path of names."""
    words = [Value(name) for name in path]
    said = Func(Cast("body", JSONField()), *words, function="jsonb_extract_path_text", output_field=TextField())
    text = EditionText.objects.filter(digest=OuterRef("digest")).annotate(said=said)
    name = f"said_{'_'.join(path)}"
    return rows.annotate(**{name: Subquery(text.values("said")[:1])}).filter(**{f"{name}__in": list(values)})


@dataclass(frozen=True, slots=True)
class Then:
    """What was outside at a time: the shapes, and the keys of those that are told no longer."""

    shapes: list[dict[str, Any]]
    redacted: list[str]


def told(editions: Sequence[Edition], level: Disclosure, root: str) -> Then:
    """The texts of editions as they were, but for what has been restricted since: that is named, and told no longer.

    Names that are protected by now are masked by now.
    """
    mask = Mask.load()
    texts = EditionText.objects.in_bulk({one.digest for one in editions})
    bodies = [(one, json.loads(mask.text(texts[one.digest].body))) for one in editions]
    hidden = _hidden_now(bodies, level)
    shapes, redacted = [], []
    for edition, body in bodies:
        if edition.key in hidden:
            redacted.append(edition.key)
            continue
        if "url" in body and edition.kind != Kind.SOURCE:
            body["url"] = f"{root}{body['url']}"
        shapes.append(body)
    return Then(shapes, redacted)


def _hidden_now(bodies: Sequence[tuple[Edition, Any]], level: Disclosure) -> set[str]:
    """The keys of those that are above the level by now, or that name what is. A few queries."""
    named = {edition.key: _Named.of(edition, body) for edition, body in bodies}
    organizations = {code for one in named.values() for code in one.organizations}
    sources = {key for one in named.values() for key in one.sources}
    claims = {key for one in named.values() for key in one.claims}
    incidents = {reference for one in named.values() for reference in one.incidents}
    seen_organizations = set(
        Organization.objects.visible_to(level)
        .filter(outside_code__in=organizations)
        .values_list("outside_code", flat=True)
    )
    seen_sources = set(map(str, Source.objects.visible_to(level).filter(pk__in=sources).values_list("pk", flat=True)))
    seen_claims = {
        str(key)
        for model in (Claim, ResponsibilityClaim)
        for key in model.objects.seen_at(level).filter(pk__in=claims).values_list("pk", flat=True)
    }
    seen_incidents = set(
        Incident.objects.seen_at(level).filter(reference__in=incidents).values_list("reference", flat=True)
    )
    return {
        key
        for key, one in named.items()
        if not (
            one.organizations <= seen_organizations
            and one.sources <= seen_sources
            and one.claims <= seen_claims
            and one.incidents <= seen_incidents
        )
    }


@dataclass(frozen=True, slots=True)
class _Named:
    """What a text names."""

    organizations: frozenset[str]
    sources: frozenset[str]
    claims: frozenset[str]
    incidents: frozenset[str]

    @classmethod
    def of(cls, edition: Edition, body: Mapping[str, Any]) -> "_Named":
        found: dict[str, set[str]] = {"organization": set(), "source": set(), "claim": set()}
        for what, key in _names(body):
            found[what].add(key)
        if edition.kind in {Kind.ORGANIZATION, Kind.SOURCE}:
            found[edition.kind].add(edition.key)
        if edition.kind in {Kind.CLAIM, Kind.RESPONSIBILITY}:
            found["claim"].add(edition.key)
        if edition.kind == Kind.FIGURE:
            found["claim"].update((*body["speaking"], *body["history"]))
        return cls(
            frozenset(found["organization"]),
            frozenset(found["source"]),
            frozenset(found["claim"]),
            frozenset({edition.about} - {""}),
        )


def _names(part: Any) -> Iterator[tuple[str, str]]:
    """The organizations and sources that a part of a text names."""
    if isinstance(part, list):
        for one in part:
            yield from _names(one)
    elif isinstance(part, dict):
        if {"code", "name", "kind"} <= part.keys() and "pcode" not in part:
            yield "organization", part["code"]
        if {"id", "publisher", "archived_url"} <= part.keys():
            yield "source", part["id"]
        for one in part.values():
            yield from _names(one)


def in_order(rows: QuerySet[Edition], *, after: int, size: int) -> list[Edition]:
    """So many of them after a number, in the order of their numbers."""
    return list(rows.filter(number__gt=after).order_by(F("number"))[:size])
