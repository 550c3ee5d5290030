"""What a correction changes: each field in which it differs from the row that it puts right, before and after."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from incidents.admin import words
from incidents.admin.forms import claims_of
from incidents.admin.reading import Line, line, whole_claims, with_chains
from incidents.models import Claim

CHOSEN = ("language", "stance", "quantifier", "method", "standing", "kind", "disclosure")
"""Columns that hold one of a few words, or words that are told as they are."""
WRITTEN = ("stated", "population_stated", "act", "value", "meaning", "note")


def corrected_lines(rows: Iterable[Any], by: Any) -> dict[Any, Line]:
    """The rows that some of these correct, by their keys, as far as the person may see them. A fixed number of queries."""
    wanted: dict[type[Any], set[Any]] = {}
    for row in rows:
        if row.corrects_id is not None:
            wanted.setdefault(type(row), set()).add(row.corrects_id)
    found: dict[Any, Line] = {}
    for model, keys in wanted.items():
        mistaken = model.objects.filter(pk__in=keys)
        shown = whole_claims(mistaken, by) if model is Claim else with_chains(mistaken, by)
        found |= {row.pk: line(row, by) for row in shown}
    return found


def changes(mistaken: Line, now: Line, by: Any) -> list[tuple[str, str, str]]:
    """The name of each field that differs, as it was, as it would become."""
    before, after = _told(mistaken), _told(now)
    found = [(name, before[name], after[name]) for name in after if before[name] != after[name]]
    wholes = [getattr(one.row, "whole_id", None) for one in (mistaken, now)]
    if wholes[0] != wholes[1]:
        known = claims_of(now.row.incident_id, by).in_bulk([key for key in wholes if key])
        was, becomes = (words.claim_label(known[key]) if key in known else "" for key in wholes)
        found.append((_("part of"), was, becomes))
    return found


def _told(one: Line) -> dict[str, str]:
    """A row field by field, as it is read; by the names of the fields in the order of the form."""
    row = one.row
    columns = {column.name: column for column in row._meta.fields}
    told = {str(columns["claimant"].verbose_name): one.claimant}

    def tell(name: str, text: Any) -> None:
        if name in columns:
            told[str(columns[name].verbose_name)] = str(text or "")

    if isinstance(row, Claim):
        told[_("count")] = one.count
        tell("best", words.number(row.best))
        tell("basis", one.basis)
        for name in ("measure", "population", "as_of", "period", "place", "cause"):
            tell(name, getattr(one, name))
        tell("coding_rule", row.coding_rule)
    else:
        tell("party", words.named(getattr(row, "party", None)))
        tell("when", words.date(getattr(row, "when", "")))
    for name in WRITTEN:
        tell(name, getattr(row, name, ""))
    for name in CHOSEN:
        display = getattr(row, f"get_{name}_display", None)
        tell(name, display() if display is not None else getattr(row, name, ""))
    told[_("source")] = "; ".join(_cited(cited) for cited in one.citations)
    if isinstance(row, Claim):
        told[_("rests on")] = "; ".join(f"{words.listed(things)} ({strength})" for strength, things in one.rests_on)
    return told


def _cited(cited: Any) -> str:
    """A citation in one line: the source, where in it, in which words, through whom."""
    stated = f"“{cited.citation.stated}”" if cited.citation.stated else ""
    parts = [str(cited.source), cited.publisher, cited.citation.locator, stated, words.listed(cited.through)]
    return " · ".join(part for part in parts if part)
