"""From rows to what the pure rules take: the accepted claims of some incidents, for each level of disclosure.

A few statements whatever the number of incidents. What a claim, a citation or a derivation needs of a reader is read as
a number, the level from which on it is seen, so that one reading serves all levels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from incidents.reconciliation.claims import Claim, Derivation, Incident, Key, Span
from sources import edtf
from sources.disclosure import Disclosure

INCIDENTS = """
SELECT i.id, i.occurred, i.occurred_earliest, i.occurred_latest,
       array(SELECT place_id FROM incidents_incidentplace WHERE incident_id = i.id AND role = 'place')
FROM incidents_incident i WHERE i.id = ANY(%(incidents)s)
"""

_CLAIM = """
SELECT c.incident_id, c.id::text, greatest(c.disclosure, claimant.level), claimant.means, c.measure_id, c.unit_id,
       c.population_id, c.cause_id, c.place_id, c.basis, c.period, c.period_earliest, c.period_latest,
       c.since, c.since_earliest, c.since_latest, c.as_of, c.as_of_earliest, c.as_of_latest,
       c.minimum, c.best, c.maximum, c.quantifier, c.stance, current_claim(c.part_of_id)::text,
       -- A correction is of the moment at which the first of what it corrects was recorded: the mistake was ours.
       CASE WHEN c.corrects_id IS NULL THEN c.recorded_at ELSE (
           WITH RECURSIVE mistaken (corrects_id, recorded_at) AS (
               SELECT c.corrects_id, c.recorded_at
               UNION
               SELECT before.corrects_id, before.recorded_at
               FROM mistaken JOIN incidents_claim before ON before.id = mistaken.corrects_id)
           SELECT min(recorded_at) FROM mistaken) END
FROM incidents_claim c JOIN organization_meant claimant ON claimant.id = c.claimant_id
"""

CLAIMS = _CLAIM + "WHERE c.incident_id = ANY(%(incidents)s) AND c.status = 'accepted'"

# What claims rest on. A claim about another incident is seen outside as far as that incident is.
OTHERS = """
SELECT c.id::text, c.incident_id, claimant.means, greatest(c.disclosure, claimant.level),
       CASE WHEN i.status IN ('published', 'under_revision') THEN greatest(c.disclosure, claimant.level, i.disclosure)
            ELSE 2 END
FROM incidents_claim c JOIN organization_meant claimant ON claimant.id = c.claimant_id
JOIN incidents_incident i ON i.id = c.incident_id
WHERE c.id = ANY(%(claims)s::uuid[]) AND c.accepted_at IS NOT NULL
      AND c.status IN ('accepted', 'corrected', 'retracted', 'voided')
"""

CITATIONS = """
SELECT cit.claim_id::text, src.means::text, src.publisher, src.published, src.published_earliest, src.published_latest,
       greatest(src.level, (SELECT max(org.level) FROM incidents_relay relay
                            JOIN organization_meant org ON org.id = relay.organization_id
                            WHERE relay.citation_id = cit.id))
FROM incidents_citation cit JOIN source_meant src ON src.id = cit.source_id
WHERE cit.claim_id = ANY(%(claims)s::uuid[]) ORDER BY cit.claim_id, cit.position
"""

# Of these claims and of all that they rest on, over however many steps; what was corrected means its correction.
# OFFSET 0 keeps each step a look into an index.
DERIVATIONS = """
WITH RECURSIVE reached (claim) AS (
    SELECT unnest(%(claims)s::uuid[])
    UNION
    SELECT current_claim(step.rests_on_id) FROM reached CROSS JOIN LATERAL (
        SELECT rests_on_id FROM incidents_derivation
        WHERE claim_id = reached.claim AND rests_on_id IS NOT NULL OFFSET 0) step)
SELECT d.claim_id::text, d.strength, current_claim(d.rests_on_id)::text, org.means, org.level,
       src.publisher, src.means::text, src.level
FROM reached CROSS JOIN LATERAL (SELECT * FROM incidents_derivation WHERE claim_id = reached.claim OFFSET 0) d
LEFT JOIN organization_meant org ON org.id = d.organization_id
LEFT JOIN source_meant src ON src.id = d.source_id
ORDER BY d.claim_id, d.id
"""

# Who belongs to a collective, and from which level on both are seen.
MEMBERS = """
SELECT collective.means, member.means, greatest(collective.level, member.level)
FROM sources_organizationmembership link
JOIN organization_meant collective ON collective.id = link.collective_id
JOIN organization_meant member ON member.id = link.member_id
WHERE collective.means <> member.means ORDER BY 1, 2
"""

GRADES = """
SELECT DISTINCT ON (organization_id) organization_id, grade FROM sources_reliabilityassessment
WHERE period @> current_date AND organization_id = ANY(%(organizations)s) ORDER BY organization_id, id
"""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as far as reconciling needs it."""

    level: int
    document: str
    publisher: Key | None
    published: Span | None


@dataclass(frozen=True, slots=True)
class Rest:
    """A derivation, and the level from which on it is seen by its organization or source."""

    strength: str
    claim: str | None
    organization: Key | None
    organization_level: int
    source: Key | None
    source_level: int


@dataclass(frozen=True, slots=True)
class Other:
    """A claim that claims rest on, and the level from which on it is seen beside its own incident, and beside others."""

    incident: int
    claimant: Key
    level: int
    level_elsewhere: int

    def level_beside(self, incident: int) -> int:
        """From which level on readers of an incident see it."""
        return self.level if incident == self.incident else self.level_elsewhere


@dataclass(slots=True)
class Loaded:
    """One incident and its accepted claims, as whoever may see everything sees them."""

    incident: Incident
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def levels(self) -> list[int]:
        return [row[2] for row in self.rows]


class Loading:
    """The claims of some incidents, read once, told for each level."""

    def __init__(self, incidents: Sequence[int], *, with_grades: bool = False) -> None:
        self.incidents: dict[int, Loaded] = {}
        self._cited: dict[str, list[Cited]] = {}
        self._rests: dict[str, list[Rest]] = {}
        self._others: dict[str, Other] = {}
        self._members: list[tuple[Key, Key, int]] = []
        self._membership_levels: dict[Key, set[int]] = {}
        self._grades: dict[Key, str] = {}
        with connection.cursor() as cursor:
            self._read(cursor, list(incidents), with_grades=with_grades)

    def _read(self, cursor: Any, incidents: list[int], *, with_grades: bool) -> None:
        def rows(statement: str, **values: Any) -> Iterable[tuple[Any, ...]]:
            cursor.execute(statement, {"incidents": incidents, **values})
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

        for key, text, earliest, latest, places in rows(INCIDENTS):
            occurred = Span(earliest, latest) if text else None
            self.incidents[key] = Loaded(Incident(occurred, _beginning(text, occurred), frozenset(places)))
        for row in rows(CLAIMS):
            self.incidents[row[0]].rows.append(row)
        asked = [row[1] for one in self.incidents.values() for row in one.rows]
        for row in rows(DERIVATIONS, claims=asked):
            claim, strength, rests_on, organization, level, publisher, source, source_level = row
            source_key = publisher if publisher is not None else source_key_of(source) if source else None
            rest = Rest(strength, rests_on, organization, level or 0, source_key, source_level or 0)
            self._rests.setdefault(claim, []).append(rest)
        named = {rest.claim for rests in self._rests.values() for rest in rests if rest.claim is not None}
        if named:
            self._others = {key: Other(*found) for key, *found in rows(OTHERS, claims=sorted(named))}
        asked += sorted(self._others.keys() - set(asked))
        for claim, document, publisher, text, earliest, latest, level in rows(CITATIONS, claims=asked):
            published = Span(earliest, latest) if text else None
            self._cited.setdefault(claim, []).append(Cited(level, document, publisher, published))
        for collective, member, level in rows(MEMBERS):
            self._members.append((collective, member, level))
            for one in (collective, member):
                self._membership_levels.setdefault(one, set()).add(level)
        if with_grades:
            claimants = sorted({row[3] for one in self.incidents.values() for row in one.rows})
            self._grades = dict(rows(GRADES, organizations=claimants))

    def changes_at(self, incident: int) -> list[int]:
        """The levels at which what is seen of an incident's claims differs from the level below, the lowest first."""
        levels = {int(Disclosure.PUBLIC)}
        for row in self.incidents[incident].rows:
            levels.add(row[2])
            levels |= self._membership_levels.get(row[3], set())
            self._note_levels(row[1], incident, levels)
        return sorted(levels)

    def _note_levels(self, claim: str, incident: int, levels: set[int]) -> None:
        """The levels at which anything that a claim shows, or rests on, comes into sight."""
        asked, noted = [claim], {claim}
        while asked:
            one = asked.pop()
            levels.update(cited.level for cited in self._cited.get(one, ()))
            if one in self._others:
                levels.add(self._others[one].level_beside(incident))
                levels |= self._membership_levels.get(self._others[one].claimant, set())
            for rest in self._rests.get(one, ()):
                levels.update((rest.organization_level, rest.source_level))
                for origin in (rest.organization, rest.source):
                    if origin is not None:
                        levels |= self._membership_levels.get(origin, set())
                if rest.claim is not None and rest.claim not in noted:
                    noted.add(rest.claim)
                    asked.append(rest.claim)

    def claims(self, incident: int, level: int) -> tuple[list[Claim], list[Claim]]:
        """The accepted claims of an incident that a reader of this level sees, and others that they rest on."""
        own = {
            row[1]: row for row in self.incidents[incident].rows if row[2] <= level and self._is_cited(row[1], level)
        }
        claims = [self._claim(row, level, own) for row in own.values()]
        others: dict[str, Claim] = {}
        asked = [rest.claim for key in own for rest in self._rests.get(key, ()) if rest.claim is not None]
        while asked:
            key = asked.pop()
            if key in own or key in others or not self._is_seen(key, incident, level):
                continue
            rests = self._derivations(key, incident, level, own)
            claimant = self._others[key].claimant
            others[key] = Claim(key, claimant, "", None, None, None, "unquantified", rests_on=rests)
            asked += [rest.claim for rest in rests if rest.claim is not None]
        return claims, list(others.values())

    def publishers(self, claim: str, level: int) -> set[Key]:
        """Who prints a claim, as far as a reader of this level sees its citations."""
        return {one.publisher for one in self._cited.get(claim, ()) if one.level <= level and one.publisher is not None}

    def members(self, level: int) -> dict[Key, frozenset[Key]]:
        """The members of each collective that a reader of this level knows of."""
        found: dict[Key, set[Key]] = {}
        for collective, member, seen_from in self._members:
            if seen_from <= level:
                found.setdefault(collective, set()).add(member)
        return {collective: frozenset(members) for collective, members in found.items()}

    def _is_cited(self, claim: str, level: int) -> bool:
        """Whether a reader sees a citation of a claim; without one it would stand without a source, and is not seen."""
        return any(cited.level <= level for cited in self._cited.get(claim, ()))

    def _is_seen(self, other: str, incident: int, level: int) -> bool:
        found = self._others.get(other)
        return found is not None and found.level_beside(incident) <= level and self._is_cited(other, level)

    def _derivations(self, claim: str, incident: int, level: int, own: Any) -> tuple[Derivation, ...]:
        """What a claim rests on as a reader of an incident sees it: a link to nothing that is seen is no link."""
        found = []
        for rest in self._rests.get(claim, ()):
            if rest.organization is not None and rest.organization_level > level:
                continue
            to = rest.claim if rest.claim in own or self._is_seen(rest.claim or "", incident, level) else None
            source = rest.source if rest.source_level <= level else None
            origin = rest.organization if rest.organization is not None else source
            if to is not None or origin is not None:
                found.append(Derivation(rest.strength, to, origin))
        return tuple(found)

    def _claim(self, row: tuple[Any, ...], level: int, own: Any) -> Claim:
        (incident, key, _level, claimant, measure, unit, population, cause, place, basis, period, period_earliest,
         period_latest, since, since_earliest, since_latest, as_of, as_of_earliest, as_of_latest, minimum, best,
         maximum, quantifier, stance, part_of, recorded) = row  # fmt: skip
        cited = [one for one in self._cited[key] if one.level <= level]
        return Claim(
            key=key,
            claimant=claimant,
            measure=measure,
            minimum=minimum,
            best=best,
            maximum=maximum,
            quantifier=quantifier,
            unit=unit,
            stance=stance,
            population=population,
            cause=cause,
            place=place,
            basis=basis,
            period=Span(period_earliest, period_latest) if period else None,
            since=Span(since_earliest, since_latest) if since else None,
            as_of=Span(as_of_earliest, as_of_latest) if as_of else None,
            published=next((one.published for one in cited if one.published is not None), None),
            recorded=recorded,
            documents=frozenset(one.document for one in cited),
            part_of=part_of,
            rests_on=self._derivations(key, incident, level, own),
            grade=self._grades.get(claimant, ""),
        )


PREFIX = "source "


def source_key_of(source: str) -> Key:
    """By what the pure rules know a source of which nobody knows who published it."""
    return f"{PREFIX}{source}"


def source_of(key: str) -> str:
    """The identifier of such a source."""
    return key.removeprefix(PREFIX)


def _beginning(text: str, occurred: Span | None) -> Span | None:
    """When an incident began, to the precision with which it is dated."""
    if "/" not in text:
        return occurred
    start = text.partition("/")[0]
    if start in {"", ".."}:
        return None
    parsed = edtf.parse(start)
    return Span(parsed.earliest, parsed.latest)
