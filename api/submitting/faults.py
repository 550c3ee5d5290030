"""What is wrong with what was sent: where, which value, and what was expected."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from api.v1 import shapes

MOST_OF_A_ROW = 20
"""Faults that are told of a row: who sends a thousand wrong rows is not answered with a million lines."""
LONGEST_SHOWN = 80

Path = tuple[str | int, ...]


def shown(value: Any) -> str:
    """A value as an error names it: as JSON, shortened, and of characters that every reader takes."""
    if isinstance(value, list | dict):
        return f"a list of {len(value)}" if isinstance(value, list) else "an object"
    told = value if isinstance(value, str) else json.dumps(value)
    told = told if len(told) <= LONGEST_SHOWN else f"{told[:LONGEST_SHOWN]}…"
    return told.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


@dataclass
class Faults:
    """The faults of one row, or of the request as a whole; ``prefix`` leads to it."""

    prefix: Path = ()
    told: list[shapes.FieldError] = field(default_factory=list)
    more: int = 0
    of_shape: bool = False
    """Whether it was not of the shape that the schema gives."""

    def add(self, path: Sequence[str | int], detail: str, code: str = "invalid") -> None:
        if len(self.told) < MOST_OF_A_ROW:
            attr = ".".join(shown(part) if isinstance(part, str) else str(part) for part in (*self.prefix, *path))
            self.told.append({"code": code, "detail": detail, "attr": attr or None})
        else:
            self.more += 1

    def refuse(self, path: Sequence[str | int], value: Any, expected: str, code: str = "invalid") -> None:
        """This value is none: what was expected."""
        self.add(path, f"{shown(value)}: expected {expected}.", code)

    def __bool__(self) -> bool:
        return bool(self.told)

    def all(self) -> list[shapes.FieldError]:
        """What is told of them."""
        if not self.more:
            return self.told
        attr = ".".join(map(str, self.prefix)) or None
        return [
            *self.told,
            {"code": "more", "detail": f"{self.more} more errors here; mend these first.", "attr": attr},
        ]


class Refused(Exception):  # noqa: N818  it is an answer
    """Nothing is recorded: the status and the errors that say why."""

    def __init__(self, status: int, errors: list[shapes.FieldError]) -> None:
        super().__init__(f"{status}: {len(errors)} errors")
        self.status, self.errors = status, errors
