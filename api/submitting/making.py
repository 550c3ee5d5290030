"""From the rows that were sent to claims that can be recorded, each with what is wrong with it."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import User
from api.submitting.counting import counted
from api.submitting.faults import Faults, Path
from api.submitting.known import Known, relay_code
from incidents.services.citations import CitationInput, DerivationInput, RelayInput
from incidents.services.claims import NewClaim, new_claim
from sources import edtf
from sources.disclosure import Disclosure
from sources.models import Source
from sources.services import new_source

ADDING_SOURCES = "sources.add_source"
TEXTS = ("url", "archived_url", "content_hash", "title", "language")
"""What is told of a source in text."""
WHERE: dict[str, Path] = {name: ("count", name) for name in ("minimum", "best", "maximum", "stated", "language")}
"""Where what a service calls so stands in what was sent; all else under its own name."""


@dataclass
class Making:
    """Who submits, when, and what the rows name; and the sources that are new, each once."""

    known: Known
    by: User
    at: dt.datetime
    level: Disclosure
    new: dict[str, Source] = field(default_factory=dict)

    def claim(self, row: dict[str, Any], faults: Faults) -> NewClaim | None:
        """The claim that a row of the right shape is, or None with what is wrong with it in ``faults``."""
        known = self.known
        rule = known.rules.find(row["count"].get("coding_rule"), ("count", "coding_rule"), faults)
        fields = {
            "incident": known.incidents.find(row["incident"], ("incident",), faults),
            "claimant": known.organizations.find(row["claimant"], ("claimant",), faults),
            "measure": known.measures.find(row["measure"], ("measure",), faults),
            "unit": known.units.find(row.get("unit"), ("unit",), faults),
            "population": known.populations.find(row.get("population"), ("population",), faults),
            "population_stated": row.get("population_stated", "").strip(),
            "cause": known.causes.find(row.get("cause"), ("cause",), faults),
            "place": known.places.find(row.get("place"), ("place",), faults),
            "count": counted(row["count"], rule, faults),
            "coding_rule": rule,
            "as_of": self._date(row.get("as_of"), ("as_of",), faults),
            "since": self._date(row.get("since"), ("since",), faults),
            "period": self._period(row.get("period"), faults),
            "basis": row.get("basis", "event"),
            "method": row.get("method", "unstated"),
            "note": row.get("note", "").strip(),
            "disclosure": self._disclosure(row.get("disclosure", "public"), faults),
            "citations": [self._citation(one, at, row, faults) for at, one in enumerate(row["citations"])],
            "derivations": self._derivations(row.get("derived_from", ()), faults),
        }
        if faults:
            return None
        try:
            return new_claim(by=self.by, at=self.at, **fields)
        except ValidationError as error:
            tell_of(error, faults)
            return None

    def _disclosure(self, code: str, faults: Faults) -> Disclosure:
        level = Disclosure.from_code(code)
        if level > self.level:
            faults.refuse(("disclosure",), code, "public: this token reads no more, and you would not see it again")
        return level

    def _date(self, text: str | None, path: Path, faults: Faults) -> str:
        try:
            return edtf.parse(text).text if text else ""
        except edtf.EdtfError as error:
            faults.add(path, f"{error.said}.", "edtf")
            return ""

    def _period(self, given: dict[str, str | None] | None, faults: Faults) -> str:
        """The interval of its two ends; one date, if they are the same."""
        if given is None:
            return ""
        start, end = given["from"] or "", given["to"] or ""
        return self._date(start if start == end and start else f"{start}/{end}", ("period",), faults)

    def _citation(self, given: dict[str, Any], at: int, row: dict[str, Any], faults: Faults) -> CitationInput:
        path: Path = ("citations", at)
        relays = [
            RelayInput(
                self.known.organizations.find(relay_code(relay), (*path, "relays", place), faults),
                **{name: relay.get(name, "") for name in ("medium", "stated")} if isinstance(relay, dict) else {},
            )
            for place, relay in enumerate(given.get("relays", ()))
        ]
        source: Any = self._source(given["source"], row.get("disclosure", "public"), (*path, "source"), faults)
        return CitationInput(source, given.get("locator", ""), given.get("stated", ""), relays)

    def _source(self, given: dict[str, Any], disclosure: str, path: Path, faults: Faults) -> Source | None:
        """The source that is meant: named, there already, or new; a new one once for all rows."""
        if "id" in given:
            if len(given) > 1:
                faults.add(path, "With an id nothing else is given: the register has the rest.")
                return None
            found: Source | None = self.known.sources.find(given["id"].lower(), (*path, "id"), faults)
            return found
        names = {name: (given.get(name) or "").strip() for name in TEXTS}
        if not any(value for name, value in names.items() if name != "language"):
            told = "Nothing to know it by; expected an id, or an url, archived_url, content_hash or title."
            faults.add(path, told, "required")
            return None
        # Also of a source that is there already: whether a code is known does not depend on what others recorded.
        fields = {
            "kind": self.known.kinds.find(given.get("kind"), (*path, "kind"), faults),
            "publisher": self.known.organizations.find(given.get("publisher"), (*path, "publisher"), faults),
            "published": self._date(given.get("published"), (*path, "published"), faults),
        }
        there = self.known.matching(given)
        if there is not None:
            return there
        keys = self._keys(names, given, disclosure)
        made = next((self.new[key] for key in keys if key in self.new), None)
        if made is None:
            made = self._made(fields | names, given, disclosure, path, faults)
        if made is not None:
            self.new |= dict.fromkeys(keys, made)
        return made

    def _keys(self, names: dict[str, str], given: dict[str, Any], disclosure: str) -> list[str]:
        """By what rows that name the same new source are known."""
        address = self.known.address_keys.get(names["url"], "")
        keys = [("hash", names["content_hash"]), ("address", address), ("archive", names["archived_url"])]
        if not any(value for _kind, value in keys):
            keys = [("all", json.dumps(given, sort_keys=True))]
        # What is for partners alone must not become public by a row beside it, nor the other way round.
        return [f"{disclosure} {kind} {value}" for kind, value in keys if value]

    def _made(
        self, fields: dict[str, Any], given: dict[str, Any], disclosure: str, path: Path, faults: Faults
    ) -> Source | None:
        if given.get("kind") is None:
            faults.add((*path, "kind"), "It is missing; the source is new, and needs one.", "required")
        if not self.by.has_perm(ADDING_SOURCES):
            told = f"The source is new, and you may not add any: the right {ADDING_SOURCES} is needed."
            faults.add(path, told, "denied")
        if faults:
            return None
        try:
            return new_source(by=self.by, at=self.at, disclosure=Disclosure.from_code(disclosure), **fields)
        except ValidationError as error:
            tell_of(error, faults, path)
            return None

    def _derivations(self, given: Iterable[dict[str, Any]], faults: Faults) -> list[DerivationInput]:
        found: list[DerivationInput] = []
        for at, one in enumerate(given):
            path: Path = ("derived_from", at)
            claim, source = ((one.get(name) or "").lower() or None for name in ("claim", "source"))
            if not (one.get("organization") or claim or source):
                faults.add(path, "Nothing that it rests on; expected an organization, a claim or a source.", "required")
            made = DerivationInput(
                self.known.organizations.find(one.get("organization"), (*path, "organization"), faults),
                self.known.claims.find(claim, (*path, "claim"), faults),
                self.known.sources.find(source, (*path, "source"), faults),
                one["strength"],
            )
            if any((made.organization, made.claim, made.source) == (o.organization, o.claim, o.source) for o in found):
                faults.add(
                    path, "The claim rests on this by an entry before it; expected each thing once.", "duplicate"
                )
            found.append(made)
        return found


def tell_of(error: ValidationError, faults: Faults, path: Path = ()) -> None:
    """What a service refused, under the keys that were sent."""
    if not hasattr(error, "error_dict"):
        for message in error.messages:
            faults.add(path, message, error.code if hasattr(error, "code") and error.code else "invalid")
        return
    for name, errors in error.error_dict.items():
        where = () if name == "__all__" else path + (WHERE.get(name, (name,)) if not path else (name,))
        for single in errors:
            for message in single.messages:
                faults.add(where, message, str(single.code or "invalid"))
