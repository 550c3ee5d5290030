"""Claims in the words of whoever reads: the admin's language, the claimant's name, the count as it is meant."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.seen import seen
from incidents import counts
from incidents.models import Claim, Incident, Revision
from incidents.services.claims import check_count
from incidents.services.revisions import ROWS, new_values, published_values
from incidents.wording import Proposal
from sources import edtf
from sources.merged import meant


def language() -> edtf.Language:
    return "ar" if (get_language() or "en").startswith("ar") else "en"


def named(row: Any) -> str:
    """A term, organization or place by its name in the reader's language, where it has one.

    What was merged into another is called as the other is.
    """
    if row is None:
        return ""
    row = meant(row)
    attributes = ("label_ar", "name_ar") if language() == "ar" else ()
    for attribute in (*attributes, "label", "name"):
        value = getattr(row, attribute, "")
        if value:
            return str(value)
    return str(row)


def title(incident: Incident) -> str:
    """An incident by its reference and its title in the reader's language, where it has one."""
    written = incident.title_ar if language() == "ar" and incident.title_ar else incident.title
    return f"{incident.reference} {written}"


def listed(items: Iterable[str]) -> str:
    """Several in one line, with the comma of the language."""
    return ("، " if language() == "ar" else ", ").join(items)


def count(claim: Claim) -> str:
    """The count in words: "at least 4", "denied: 3"."""
    return counts.describe(check_count(claim), language())


def proposed(proposal: Proposal) -> str:
    """A proposal in words, as the register would say the count."""
    if proposal.coding_rule is not None:
        return f"“{proposal.words}” ({proposal.coding_rule})"
    coded = counts.code(
        proposal.quantifier, proposal.first, proposal.second, None, stance=proposal.stance, stated=proposal.words
    )
    return counts.describe(coded, language())


def date(text: str) -> str:
    """An imprecise date in words."""
    return edtf.describe(edtf.parse(text), language()) if text else ""


def claim_label(claim: Claim) -> str:
    """A claim in one line. Reads claimant, measure and population."""
    parts = [named(claim.claimant), named(claim.measure), count(claim), named(claim.population)]
    return " · ".join(part for part in parts if part)


def revised(revision: Revision, by: Any) -> list[tuple[str, str, str]]:
    """What a revision changes: the name of each field, as it is published, as it would become."""
    published = published_values(revision.incident)
    columns: dict[str, Any] = {column.name: column for column in Incident._meta.fields}
    rows: dict[str, dict[Any, Any]] = {}
    for name, model in ROWS.items():
        if name in revision.content:
            shown = seen(model._default_manager.all(), by)
            rows[name] = shown.in_bulk([*published[name], *revision.content[name]])

    def told(name: str, value: Any) -> str:
        if name in rows:
            return listed(named(rows[name].get(key)) or str(key) for key in value)
        if name == "occurred":
            return date(value)
        choices = dict(columns[name].flatchoices)
        return str(choices.get(value, value))

    labels = {"places": _("places"), "destinations": _("destinations"), "kinds": _("kinds"), "part_of": _("part of")}
    return [
        (
            str(labels.get(name) or columns[name].verbose_name),
            told(name, published[name]),
            told(name, value),
        )
        for name, value in new_values(revision).items()
    ]
