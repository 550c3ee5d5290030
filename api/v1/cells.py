"""From shapes to the cells of their export's columns: the names in JSON, joined by underscores, are the columns' names.

The files of now are made by the database (``exchange``); these are for what has only its text, such as what was public then.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from exchange.columns import Column
from sources import edtf

Shape = Mapping[str, Any]


def _cited(name: str) -> Callable[[Shape], Any]:
    """Of the first citation, which is the one that the export of claims shows."""
    return lambda shape: found(shape["citations"][0], name)


def _since(which: str) -> Callable[[Shape], Any]:
    def bound(shape: Shape) -> Any:
        day = getattr(edtf.parse(shape["since"]), which) if shape["since"] else None
        return day.isoformat() if day else None

    return bound


OTHERWISE: Mapping[str, Mapping[str, Callable[[Shape], Any]]] = {
    "claims": {
        "since_earliest": _since("earliest"),
        "since_latest": _since("latest"),
        "relays": _cited("relays_organization_code"),
        "locator": _cited("locator"),
        "citation_stated": _cited("stated"),
        "citation_count": lambda shape: len(shape["citations"]),
        "derived_from": lambda shape: [
            one["organization"]["code"] if one["organization"] else one["claim"] or one["source"]
            for one in shape["derived_from"]
        ],
    },
    "figures": {"warnings_claims": lambda shape: [" ".join(one["claims"]) for one in shape["warnings"]]},
}
"""Columns that are no name of the shape."""
OF_THE_FIRST_SOURCE = "source_"
"""How columns of claims begin that tell of the source of the first citation."""


def maker(export: str, columns: Sequence[Column], root: str) -> Callable[[Shape], list[Any]]:
    """How to get the cells of these columns of an export from a shape. ``root`` is the API's address."""
    makers = [_made(export, column.name, root) for column in columns]
    return lambda shape: [_cell(make(shape)) for make in makers]


def _made(export: str, name: str, root: str) -> Callable[[Shape], Any]:
    special = OTHERWISE.get(export, {}).get(name)
    if special is not None:
        return special
    if export == "claims" and name.startswith(OF_THE_FIRST_SOURCE):
        return _cited(name)
    if (export, name) == ("organizations", "url"):
        return lambda shape: f"{root}organizations/{shape['code']}/"
    if (export, name) == ("sources", "record_url"):
        return lambda shape: f"{root}sources/{shape['id']}/"
    return lambda shape: found(shape, name)


def found(value: Any, name: str) -> Any:
    """What stands in a shape under names joined by underscores; of each, where there are several."""
    if value is None:
        return None
    if isinstance(value, list):
        return [found(one, name) for one in value]
    if name in value:
        return value[name]
    fitting = [key for key in value if name.startswith(f"{key}_")]
    key = max(fitting, key=len)
    return found(value[key], name[len(key) + 1 :])


def _cell(value: Any) -> Any:
    """As the database writes it: numbers without needless zeros, and in a list nothing for what is not known."""
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    if isinstance(value, list):
        return ["" if one is None else _cell(one) for one in value]
    return value
