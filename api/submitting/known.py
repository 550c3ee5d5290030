"""What the rows of a submission name, looked up for all of them at once, as far as the submitter may see it.

What they may not see is not looked up at all, so that it is answered like what does not exist.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django.db import connection
from django.db.models import Q

from accounts.telling import listed
from api.submitting.faults import Faults, Path
from incidents.models import Cause, Claim, CodingRule, Incident, Measure, Population, Unit
from incidents.workflow import IncidentState
from places.models import Place
from sources.disclosure import Disclosure
from sources.merged import WHICH, meant
from sources.models import Organization, Source, SourceKind
from sources.models.source import AddressKey

FEW = 60


@dataclass
class Table:
    """Rows by what they are called outside, and why some that are there cannot be named."""

    no_such: str
    rows: Mapping[str, Any] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def find(self, key: str | None, path: Path, faults: Faults) -> Any:
        """The row, or None where none is asked for, or there is none, which is then a fault."""
        if key is None:
            return None
        if key in self.refused:
            faults.refuse(path, key, self.refused[key], "closed")
            return None
        row = self.rows.get(key)
        if row is None:
            faults.refuse(path, key, self.no_such, "unknown")
        return row


def terms(rows: Iterable[Any]) -> Table:
    """A table of terms, which everybody may read; the codes are told while they are few."""
    found = {row.code: row for row in rows}
    return Table(f"one of {listed(sorted(found)) if len(found) <= FEW else 'the codes that the API lists'}", found)


@dataclass
class Known:
    """Everything that the rows name."""

    incidents: Table
    organizations: Table
    places: Table
    sources: Table
    claims: Table
    measures: Table
    units: Table
    populations: Table
    causes: Table
    kinds: Table
    rules: Table
    by_hash: dict[str, Source]
    by_address: dict[str, Source]
    by_archive: dict[str, Source]
    address_keys: dict[str, str]

    @classmethod
    def of(cls, rows: Sequence[dict[str, Any]], level: Disclosure) -> Self:
        """Looked up in a number of queries that does not grow with the rows."""
        cited = [citation for row in rows for citation in row["citations"]]
        given = [citation["source"] for citation in cited]
        derived = [one for row in rows for one in row.get("derived_from", ())]
        codes = _named([row["claimant"] for row in rows], [one.get("publisher") for one in given])
        codes |= _named(relay_code(relay) for citation in cited for relay in citation.get("relays", ()))
        codes |= _named(one.get("organization") for one in derived)
        keys = _address_keys(_named(one.get("url") for one in given))
        seen = Source.objects.visible_to(level).select_related(*WHICH)
        return cls(
            incidents=_incidents({row["incident"] for row in rows}, level),
            organizations=_organizations(codes, level),
            places=_places(_named(row.get("place") for row in rows)),
            sources=_sources(_named((one.get("id") for one in given), (one.get("source") for one in derived)), seen),
            claims=_claims(_named(one.get("claim") for one in derived), level),
            measures=terms(Measure.objects.select_related("unit")),
            units=terms(Unit.objects.all()),
            populations=terms(Population.objects.all()),
            causes=terms(Cause.objects.all()),
            kinds=terms(SourceKind.objects.all()),
            rules=terms(CodingRule.objects.all()),
            by_hash=_first(seen, lambda row: row.content_hash, content_hash__in=_named(_all(given, "content_hash"))),
            by_address=_first(
                seen.exclude(url="").annotate(address=AddressKey("url")),
                lambda row: row.address,
                address__in=set(keys.values()),
            ),
            by_archive=_first(seen, lambda row: row.archived_url, archived_url__in=_named(_all(given, "archived_url"))),
            address_keys=keys,
        )

    def matching(self, given: Mapping[str, Any]) -> Source | None:
        """The source that is meant: of this hash, else at this address, else with this lasting copy."""
        by_hash = self.by_hash.get(given.get("content_hash") or "")
        by_address = self.by_address.get(self.address_keys.get(given.get("url") or "", ""))
        return by_hash or by_address or self.by_archive.get(given.get("archived_url") or "")


def relay_code(relay: Any) -> str:
    """The code of a link of a chain, which is given alone or in an object."""
    return str(relay["organization"] if isinstance(relay, dict) else relay)


def _all(given: Iterable[Mapping[str, Any]], name: str) -> list[Any]:
    return [one.get(name) for one in given]


def _named(*given: Iterable[Any]) -> set[Any]:
    return {one for some in given for one in some if one}


def _incidents(references: set[str], level: Disclosure) -> Table:
    visible = Incident.objects.visible_to(level).filter(reference__in=references)
    table = Table(
        "the reference of a published incident; incidents/ lists them", {row.reference: row for row in visible}
    )
    missing = references - set(table.rows)
    if missing:
        merged = Incident.objects.filter(reference__in=missing, status=IncidentState.MERGED)
        for reference in merged.values_list("reference", flat=True):
            survivor = Incident.objects.survivor_of(reference, level)
            if survivor is not None:
                table.refused[reference] = f"{survivor.reference}, into which this incident was merged"
        withdrawn = Incident.objects.withdrawn_from(level).filter(reference__in=missing)
        for reference in withdrawn.values_list("reference", flat=True):
            table.refused[reference] = "an incident that stands; this one was withdrawn"
    return table


def _organizations(codes: set[str], level: Disclosure) -> Table:
    rows = Organization.objects.visible_to(level).filter(outside_code__in=codes).select_related("merged_into")
    table = Table("the code of an organization; organizations/ lists them", {row.outside_code: row for row in rows})
    for code, row in table.rows.items():
        if row.withdrawn_reason:
            table.refused[code] = "another organization; this one was withdrawn"
        elif row.merged_into is not None:
            table.refused[code] = f"{row.merged_into.outside_code}, into which this organization was merged"
    return table


def _sources(keys: set[str], seen: Any) -> Table:
    keys = {key.lower() for key in keys}
    table = Table("the id of a source; sources/ lists them", {str(row.pk): row for row in seen.filter(pk__in=keys)})
    for key, row in table.rows.items():
        if row.withdrawn_reason:
            table.refused[key] = "another source; this one was withdrawn"
        elif row.merged_into is not None:
            table.refused[key] = f"{row.merged_into_id}, into which this source was merged"
    return table


def _claims(keys: set[str], level: Disclosure) -> Table:
    rows = Claim.objects.visible_to(level).filter(pk__in=keys)
    return Table("the id of a claim; claims/ lists them", {str(row.pk): row for row in rows})


def _places(codes: set[str]) -> Table:
    rows = list(Place.objects.filter(Q(code__in=codes) | Q(pcode__in=codes)))
    found = {row.pcode: row for row in rows if row.pcode} | {row.code: row for row in rows}
    return Table("the code or P-code of a place; places/ lists them", found)


def _address_keys(addresses: set[str]) -> dict[str, str]:
    """What the register knows addresses by, however they are written."""
    if not addresses:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT given, address_key(given) FROM unnest(%s::text[]) AS given", [list(addresses)])
        return dict(cursor.fetchall())


def _first(seen: Any, name: Callable[[Any], str], **condition: Any) -> dict[str, Source]:
    """The sources of which this holds, by name; of several the one that was recorded first. A merged one means its survivor."""
    if not next(iter(condition.values())):
        return {}
    found: dict[str, Source] = {}
    for row in seen.filter(withdrawn_reason="", **condition).order_by("recorded_at", "pk"):
        found.setdefault(name(row), meant(row))
    return found
