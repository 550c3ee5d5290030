"""What pure modules say: the pattern apart from its values, so that it can be told in the reader's language.

Knows no Django. ``str`` gives the English; ``accounts.telling.tell`` gives what the reader's catalogue has.
The patterns are found by the command ``catalogue``, which knows ``phrase`` by its name.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern with ``%(name)s`` for each of its values; a value may be a phrase, or a tuple of them, itself."""

    pattern: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.pattern % {name: _plain(value) for name, value in self.values.items()}


def phrase(pattern: str, **values: Any) -> Phrase:
    """A phrase; the pattern is written out where it is called, or no translation of it is ever asked for."""
    return Phrase(pattern, values)


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
