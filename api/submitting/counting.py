"""The count that was sent: its number in the claimant's words, or its bounds as answers have them."""

from typing import Any

from accounts.phrases import phrase
from accounts.telling import tell
from api.submitting.faults import Faults
from incidents import counts
from incidents.counts import Count, CountError, Quantifier, Stance
from incidents.models import CodingRule

BOUNDS = ("minimum", "maximum")
WITHOUT_VALUE = {Quantifier.BETWEEN, Quantifier.VAGUE, Quantifier.UNQUANTIFIED}


def counted(given: dict[str, Any], rule: CodingRule | None, faults: Faults) -> Count | None:
    """The count, or None with what is wrong with it in ``faults``."""
    quantifier = Quantifier(given["quantifier"])
    try:
        count = _count(quantifier, given, rule)
    except CountError as error:
        _tell(error, faults)
        return None
    for name in BOUNDS:
        if given.get(name) not in (None, getattr(count, name)):
            meant = getattr(count, name)
            faults.refuse(
                ("count", name), given[name], f"{'null' if meant is None else meant}, which the rest of the count means"
            )
    if given.get("approximate", count.is_approximate) != count.is_approximate:
        told = "true" if count.is_approximate else "false"
        faults.refuse(
            ("count", "approximate"), given["approximate"], f"{told}, because the count is {quantifier.value}"
        )
    return count


def _count(quantifier: Quantifier, given: dict[str, Any], rule: CodingRule | None) -> Count:
    value, best = given.get("value"), given.get("best")
    words = {
        "stance": Stance(given.get("stance", Stance.ASSERTS)),
        "stated": given["stated"].strip(),
        "language": given.get("language", "").strip(),
        "coding_rule": rule.code if rule is not None else None,
    }
    if rule is not None and quantifier is Quantifier.VAGUE:
        return Count(rule.minimum, best, rule.maximum, quantifier, **words)
    if value is not None and quantifier not in WITHOUT_VALUE:
        return counts.code(quantifier, value, best=best, **words)
    if value is not None:
        raise CountError("value", value, phrase("null, and the bounds instead"))
    return Count(given.get("minimum"), best, given.get("maximum"), quantifier, **words)


def _tell(error: CountError, faults: Faults) -> None:
    """An error of the count, under the key that it is about."""
    expected = tell(error.expected)
    if isinstance(error.value, tuple):  # both bounds
        low, high = ("null" if one is None else one for one in error.value)
        faults.add(("count", "minimum"), f"minimum {low}, maximum {high}: expected {expected}.")
        return
    name = {"first": "value"}.get(error.field, error.field)
    faults.refuse(("count", name), error.value, expected)
