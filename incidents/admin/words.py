"""Claims in the words of whoever reads: the admin's language, the claimant's name, the count as it is meant."""

from collections.abc import Iterable
from typing import Any, Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.seen import seen
from incidents import counts
from incidents.models import Claim, Figure, Incident, Revision, Scope
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


def number(value: int | None) -> str:
    """A number with its thousands apart; where there is none, a dash, which is no zero."""
    return "—" if value is None else f"{value:,}"


def span(low: int | None, high: int | None, *, open_ended: bool = False, approximate: bool = False) -> str:
    """From the lowest to the highest, in words that read the same in both directions of writing."""
    if low is None and high is None:
        return _("no number")
    if approximate:
        return _("about %(span)s") % {"span": span(low, high, open_ended=open_ended)}
    values = {"low": number(low), "high": number(high)}
    if high is None:
        return _("at least %(low)s") % values
    if low is None:
        return _("at most %(number)s") % {"number": values["high"]}
    if low == high:
        return _("at least %(low)s") % values if open_ended else values["low"]
    return (_("%(low)s to %(high)s or more") if open_ended else _("%(low)s to %(high)s")) % values


class Spanned(Protocol):
    """What claims or figures come to."""

    @property
    def low(self) -> int | None: ...

    @property
    def high(self) -> int | None: ...

    @property
    def open_ended(self) -> bool: ...

    @property
    def approximate(self) -> bool: ...


def spanned(row: Spanned) -> str:
    """What they come to, in words."""
    return span(row.low, row.high, open_ended=row.open_ended, approximate=row.approximate)


def change(least: int | None, most: int | None, *, approximate: bool = False) -> str:
    """By how much a number rose or fell, as far as both numbers say."""
    if least is None and most is None:
        return "—"
    if least is None:
        return _("at most %(number)s") % {"number": f"{most:+,}"}
    if most is None:
        return _("at least %(number)s") % {"number": f"{least:+,}"}
    if least != most:
        return _("%(low)s to %(high)s") % {"low": f"{least:+,}", "high": f"{most:+,}"}
    told = "0" if least == 0 else f"{least:+,}"
    return _("about %(number)s") % {"number": told} if approximate else told


def scope(row: Scope) -> str:
    """What a scope is of: measure, population, cause, place, basis, since. Reads all of them."""
    return " · ".join([named(row.measure), *within_measure(row)])


def within_measure(row: Scope) -> list[str]:
    """The same without the measure."""
    parts = [named(row.population)] if row.population else []
    if row.unit_id != row.measure.unit_id:
        parts.append(named(row.unit))
    if row.cause:
        parts.append(_("by %(cause)s") % {"cause": named(row.cause)})
    if row.place:
        parts.append(_("in %(place)s") % {"place": named(row.place)})
    if row.basis != Claim.Basis.EVENT:
        parts.append(basis(row))
    elif row.since:
        parts.append(_("during %(date)s") % {"date": date(row.since)})
    return parts


def basis(row: Any) -> str:
    """What time a claim or a scope covers, with its start where it has one of its own."""
    if row.basis == Claim.Basis.EVENT:
        return str(row.get_basis_display())
    running = row.basis == Claim.Basis.CUMULATIVE
    if not row.since:
        return _("running total") if running else _("number at one date")
    told = _("running total since %(date)s") if running else _("number at one date, counted since %(date)s")
    return told % {"date": date(row.since)}


def date(text: str) -> str:
    """An imprecise date in words."""
    return edtf.describe(edtf.parse(text), language()) if text else ""


def claim_label(claim: Claim) -> str:
    """A claim in one line. Reads claimant, measure and population."""
    parts = [named(claim.claimant), named(claim.measure), count(claim), named(claim.population)]
    return " · ".join(isolated(part) for part in parts if part)


def told(row: Any) -> str:
    """A row under review in one line, for whoever decided on it. Of a person only that there is a record."""
    if isinstance(row, Incident):
        return title(row)
    if isinstance(row, Revision):
        return title(row.incident)
    if isinstance(row, Claim):
        return claim_label(row)
    if isinstance(row, Figure):
        return f"{scope(row.scope)}: {span(row.low, row.high, open_ended=row.open_ended)}"
    said = getattr(row, "act", "") or getattr(row, "value", "") or str(row)
    return f"{isolated(named(row.claimant))}: {said}"


def isolated(text: str) -> str:
    """A name within a line of plain text, whose order it leaves as it is: in Arabic a Latin one would turn it about."""
    return f"\u2068{text}\u2069" if language() == "ar" else text


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
