"""Claims in the words of whoever reads: the admin's language, the claimant's name, the count as it is meant."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language

from incidents import counts
from incidents.models import Claim
from incidents.services.claims import check_count
from sources import edtf


def language() -> edtf.Language:
    return "ar" if (get_language() or "en").startswith("ar") else "en"


def named(row: Any) -> str:
    """A term, organization or place by its name in the reader's language, where it has one."""
    if row is None:
        return ""
    attributes = ("label_ar", "name_ar") if language() == "ar" else ()
    for attribute in (*attributes, "label", "name"):
        value = getattr(row, attribute, "")
        if value:
            return str(value)
    return str(row)


def listed(items: Iterable[str]) -> str:
    """Several in one line, with the comma of the language."""
    return ("، " if language() == "ar" else ", ").join(items)


def count(claim: Claim) -> str:
    """The count in words: "at least 4", "denied: 3"."""
    return counts.describe(check_count(claim), language())


def date(text: str) -> str:
    """An imprecise date in words."""
    return edtf.describe(edtf.parse(text), language()) if text else ""


def claim_label(claim: Claim) -> str:
    """A claim in one line. Reads claimant, measure and population."""
    parts = [named(claim.claimant), named(claim.measure), count(claim), named(claim.population)]
    return " · ".join(part for part in parts if part)
