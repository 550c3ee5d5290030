"""The readable scenarios of fixtures/scenarios: read, run, and compared with what they expect.

Their format is explained in fixtures/scenarios/README.md. Nothing here knows a database.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from incidents.counts import Count, Quantifier, Stance, code
from incidents.reconciliation import (
    Claim,
    Derivation,
    Incident,
    Reaches,
    Reconciliation,
    Scope,
    Span,
    reconcile,
)
from incidents.reconciliation.claims import LONG_AGO
from incidents.reconciliation.situations import CountedUntil, Whole, above_situation, named_above
from sources import edtf

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "fixtures" / "scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))

TOP = {
    "title",
    "shows",
    "source",
    "incident",
    "incidents",
    "claims",
    "case",
    "populations",
    "causes",
    "places",
    "named",
    "collectives",
}
OF_INCIDENT = {"occurred", "places", "part_of"}
OF_CLAIM = {
    "id", "in", "by", "count", "best", "coded", "min", "max", "quantifier", "measure", "unit", "population", "cause",
    "place", "basis", "period", "since", "as_of", "published", "recorded", "documents", "part_of", "rests_on", "strength",
    "grade", "restricted", "elsewhere", "gone", "note",
}  # fmt: skip
EXPECTED = {"number_of_scopes", "in_order", "scopes", "between", "roots"}
GONE = {"corrected", "retracted", "voided", "rejected"}


class ScenarioError(ValueError):
    """A scenario that cannot be read; says what and why."""


@dataclass(frozen=True)
class Place:
    """An incident of a scenario: what the rules take, and the situations of which it is part."""

    incident: Incident
    part_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """A claim of a scenario, in which incident, and who may see it."""

    claim: Claim
    incident: str
    restricted: bool = False
    elsewhere: bool = False


@dataclass
class Scenario:
    """One file: what is claimed, and what it should come to."""

    name: str
    title: str
    shows: str
    source: str
    incidents: dict[str, Place]
    told: list[Told]
    reaches: Reaches
    named: int
    members: dict
    expect: dict
    expect_public: dict | None


@dataclass
class Outcome:
    """What a scenario came to."""

    incidents: dict[str, Place]
    results: dict[str, Reconciliation]
    reaches: Reaches
    named: int = 0
    _of: dict[str, tuple[str, Scope]] = field(default_factory=dict)

    def __post_init__(self):
        for incident, result in self.results.items():
            for scope in result.scopes:
                for claim in (*scope.speaking, *scope.history):
                    assert claim.key not in self._of, f"{claim.key} stands twice"
                    self._of[claim.key] = incident, scope

    @property
    def scopes(self):
        return [scope for result in self.results.values() for scope in result.scopes]

    def scope_of(self, claim):
        if claim not in self._of:
            raise ScenarioError(f"{claim} is no claim that is seen here")
        return self._of[claim][1]

    def roots_of(self, claim):
        incident, _ = self._of[claim]
        return sorted(map(str, self.results[incident].roots_of(claim)))

    def around(self, claim):
        """What is part of what, told from where a claim's incident was."""
        incident, _ = self._of[claim]
        own = self.incidents[incident].incident.places
        return Reaches(self.reaches.populations, self.reaches.causes, self.reaches.places, own)

    def warnings(self, claim):
        """The doubts about the scope of a claim, with those that need more than its own incident's claims."""
        incident, scope = self._of[claim]
        speaking = [one.key for one in scope.speaking]
        found = list(scope.warnings)
        found += named_above(scope.key, scope.envelope, speaking, self.named, "all")
        occurred = self.incidents[incident].incident.occurred
        for situation in self.incidents[incident].part_of:
            wholes = [
                Whole(
                    one.key,
                    [CountedUntil(c.key, c.asserted, c.until, c.best, c.approximate) for c in one.speaking],
                    self.incidents[situation].incident.places,
                )
                for one in self.results[situation].scopes
            ]
            ended = occurred.latest if occurred else None
            found += above_situation(scope.key, scope.envelope, speaking, ended, wholes, self.around(claim))
        return found


def load(path):
    """A scenario from its file. Raises ScenarioError for what it does not know."""
    data = yaml.safe_load(path.read_text("utf-8"))
    only(data, TOP | {"expect", "expect_public"}, path.name)
    if "case" in data:
        incidents, told = _case(ROOT / "seeds" / data["case"])
    else:
        given = data.get("incidents") or {"": data.get("incident") or {}}
        incidents = {name: _incident(row, path.name) for name, row in given.items()}
        told = [
            _told(row, data["claims"], incidents, path.name) for row in data["claims"] if not _is_gone(row, path.name)
        ]
    expect, public = data["expect"], data.get("expect_public")
    for one in (expect, public or {}):
        only(one, EXPECTED, f"{path.name}: expect")
    return Scenario(
        path.stem, data["title"], data["shows"], data["source"], incidents, told, _reaches(data), data.get("named", 0),
        {name: frozenset(members) for name, members in data.get("collectives", {}).items()}, expect, public,
    )  # fmt: skip


def only(row, known, where):
    """Refuses what is not known, so that a slip of the pen is no assertion lost."""
    unknown = set(row) - known
    if unknown:
        raise ScenarioError(f"{where}: {', '.join(sorted(unknown))} is not known; known are {', '.join(sorted(known))}")


def span(text):
    """The days that an EDTF text can mean; nothing where nothing is said."""
    if text is None:
        return None
    parsed = edtf.parse(str(text))
    return Span(parsed.earliest, parsed.latest)


def _start(text):
    return span(str(text).partition("/")[0]) if text is not None else None


def _incident(row, where):
    only(row, OF_INCIDENT, f"{where}: incident")
    occurred = row.get("occurred")
    places = frozenset(row.get("places", ["town"]))
    return Place(Incident(span(occurred), _start(occurred), places), tuple(row.get("part_of", ())))


NUMBER = r"(\d[\d,]*)"
COUNTS = {
    Quantifier.EXACT: re.compile(NUMBER),
    Quantifier.AT_LEAST: re.compile(f"at least {NUMBER}"),
    Quantifier.MORE_THAN: re.compile(f"more than {NUMBER}"),
    Quantifier.AT_MOST: re.compile(f"at most {NUMBER}"),
    Quantifier.FEWER_THAN: re.compile(f"fewer than {NUMBER}"),
    Quantifier.ABOUT: re.compile(f"about {NUMBER}"),
    Quantifier.BETWEEN: re.compile(f"(?:between )?{NUMBER}(?: and |–|-){NUMBER}"),
    Quantifier.UNQUANTIFIED: re.compile("no number"),
}


def count_of(text, best=None, coded=None):
    """A count from its words: "at least 4", "21–23", "about 200", "denies", "denies 20", "no number", "dozens"."""
    words = str(text)
    stance = Stance.ASSERTS
    if words == "denies" or words.startswith("denies "):
        words, stance = words.removeprefix("denies").strip() or "no number", Stance.DENIES
    for quantifier, shape in COUNTS.items():
        found = shape.fullmatch(words)
        if found:
            numbers = [int(number.replace(",", "")) for number in found.groups()]
            return code(quantifier, *numbers, best=best, stance=stance, stated=words)
    bounds = count_of(coded) if coded is not None else None
    low, high = (bounds.minimum, bounds.maximum) if bounds else (None, None)
    rule = "of the scenario" if bounds else None
    return code(Quantifier.VAGUE, low, high, best, stance=stance, stated=words, coding_rule=rule)


def _is_gone(row, where):
    """Whether a claim is not among the accepted ones: it was corrected, retracted or voided."""
    only({row.get("gone")} - {None}, GONE, f"{where}: {row.get('id')}: gone")
    return "gone" in row


def _count(row):
    if "quantifier" in row:
        return Count(row.get("min"), row.get("best"), row.get("max"), Quantifier(row["quantifier"]))
    return count_of(row["count"], row.get("best"), row.get("coded"))


def _told(row, rows, incidents, where):
    only(row, OF_CLAIM, f"{where}: {row.get('id')}")
    known = {one["id"] for one in rows}
    count = _count(row)
    unit = row.get("unit", Claim.unit)
    recorded = row.get("recorded")
    claim = Claim(
        key=row["id"],
        claimant=row["by"],
        measure=row.get("measure", "killed"),
        minimum=count.minimum,
        best=count.best,
        maximum=count.maximum,
        quantifier=count.quantifier.value,
        unit=unit,
        stance=count.stance.value,
        population=row.get("population", "all" if unit == "persons" else None),
        cause=row.get("cause"),
        place=row.get("place"),
        basis=row.get("basis", "event"),
        period=span(row.get("period")),
        since=span(row.get("since")),
        as_of=span(row.get("as_of")),
        published=span(row.get("published")),
        recorded=dt.datetime.combine(recorded, dt.time(), dt.UTC) if recorded else LONG_AGO,
        documents=frozenset(row.get("documents", [f"document of {row['id']}"])),
        part_of=row.get("part_of"),
        rests_on=tuple(_rests(to, row.get("strength", "stated"), known) for to in row.get("rests_on", ())),
        grade=row.get("grade", Claim.grade),
    )
    restricted, elsewhere = row.get("restricted", False), row.get("elsewhere", False)
    return Told(claim, row.get("in", next(iter(incidents))), restricted, elsewhere)


def _rests(to, strength, known):
    if isinstance(to, dict):
        [(to, strength)] = to.items()
    return Derivation(strength, claim=to) if to in known else Derivation(strength, origin=to)


@cache
def _yaml(*parts):
    path = ROOT.joinpath("seeds", *parts)
    return yaml.safe_load(path.with_suffix(".yaml").read_text("utf-8"))[parts[-1]]


def _case(folder):
    """The claims of a case that is kept as seeds, each in its incident."""
    incidents, sources = _yaml(folder.name, "incidents"), _yaml(folder.name, "sources")
    places = {
        name: Place(
            Incident(span(row["occurred"]), _start(row["occurred"]), frozenset(row["places"])),
            tuple(row.get("part_of", ())),
        )
        for name, row in incidents.items()
    }
    units = {row["code"]: row["unit"] for row in _yaml("reference", "measures")}
    told = []
    for row in _yaml(folder.name, "claims"):
        claim = Claim(
            key=row["id"],
            claimant=row["claimant"],
            measure=row["measure"],
            minimum=row["min"],
            best=row.get("best"),
            maximum=row["max"],
            quantifier=row["quantifier"],
            unit=units[row["measure"]],
            stance=row.get("stance", "asserts"),
            population=row["population"],
            cause=row.get("cause"),
            place=row.get("place"),
            basis=row.get("basis", "event"),
            since=span(row.get("since")),
            as_of=span(row.get("as_of")),
            published=span(sources[row["source"]].get("published")),
            documents=frozenset([row["source"]]),
            part_of=row.get("part_of"),
            rests_on=tuple(
                Derivation(row.get("strength", "stated"), origin=organization)
                for organization in row.get("derived_from", ())
            ),
        )
        told.append(Told(claim, row["incident"]))
    return places, told


def _reaches(data):
    """What is part of what: the register's own tables, and what the scenario adds."""
    populations = [(row["code"], row.get("broader", [])) for row in _yaml("reference", "populations")]
    causes = [(row["code"], [row["broader"]] if "broader" in row else []) for row in _yaml("reference", "causes")]
    places = [(row["code"], [row["within"]] if "within" in row else []) for row in _yaml("reference", "places")]
    places += [(one, [row["code"]]) for row in _yaml("reference", "places") for one in row.get("covers", ())]
    for table, name in ((populations, "populations"), (causes, "causes")):
        table += [(key, row.get("broader", [])) for key, row in data.get(name, {}).items()]
    for key, row in data.get("places", {}).items():
        places.append((key, [row["within"]] if "within" in row else []))
        places += [(one, [key]) for one in row.get("covers", ())]
    return Reaches(_closed(populations), _closed(causes), _closed(places))


def _closed(links):
    above = {}
    for key, broader in links:
        above.setdefault(key, set()).update(broader)

    def climb(key):
        direct = above.get(key, set())
        return frozenset(direct).union(*(climb(one) for one in direct))

    return {key: climb(key) for key in above}


def run(scenario, *, public=False, order=lambda told: told):
    """What the claims come to, in any order, for whoever may see everything or for the public."""
    seen = [one for one in order(list(scenario.told)) if not (public and one.restricted)]
    others = [one.claim for one in seen if one.elsewhere]
    results = {
        name: reconcile(
            place.incident,
            [one.claim for one in seen if one.incident == name and not one.elsewhere],
            others,
            scenario.members,
        )
        for name, place in scenario.incidents.items()
    }
    return Outcome(scenario.incidents, results, scenario.reaches, scenario.named)
