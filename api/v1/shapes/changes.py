"""What became of a record."""

from typing import Annotated, TypedDict

from api.models import Edition
from api.v1.shapes.basic import one_of


class Change(TypedDict):
    """A record was created, updated, withdrawn, merged into another, or redacted, for readers of your level."""

    seq: int
    at: str
    kind: Annotated[str, one_of(*Edition.Kind.values)]
    id: str
    action: Annotated[str, one_of(*Edition.Action.values)]
    into: str | None
    reason: str
    url: str


class Changes(TypedDict):
    """Changes in the order of their numbers. Ask again from the last number you saw; ``latest`` is the last there is."""

    next: str | None
    previous: None
    latest: int
    results: list[Change]
