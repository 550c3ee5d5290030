"""What the values of parameters look like, as JSON schemas: each filter says it, and the API's description shows it.

Lists are text with commas between, not arrays: programs that are made of the description then send them as they stand.
The format of a code says which list of the API has it.
"""

from typing import Any

import django_filters as filters

from accounts.parameters import LARGEST

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"anyOf": [{"type": "string", "format": "date-time"}, DAY]}
NUMBER: Schema = {"type": "integer", "minimum": 0, "maximum": LARGEST}
IDENTIFIER: Schema = {"type": "string", "format": "uuid"}
TRUTH: Schema = {"type": "boolean"}
REFERENCE = "SJ-[A-Z0-9]{6}"
REFERENCES: Schema = {"type": "string", "pattern": f"^{REFERENCE}(,{REFERENCE})*$"}
SEARCHED: Schema = TEXT | {"format": "searchable"}
"""With a letter or digit in it: no pattern says so of every script in all languages."""


def one_of(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


def several(*words: str) -> Schema:
    """One or several of these words, by commas."""
    choice = "|".join(words)
    return {"type": "string", "pattern": f"^({choice})(,({choice}))*$"}


def code(of: str) -> Schema:
    """A code of a list of the API, or of a table that it has no list of."""
    return {"type": "string", "format": f"code-of-{of}"}


def codes(of: str) -> Schema:
    """One or several codes, by commas."""
    return {"type": "string", "format": f"codes-of-{of}"}


class Filter(filters.CharFilter):
    """A parameter, with what it takes. Whatever comes is read by the method of its filters, strictly."""

    def __init__(self, takes: Schema, *, method: str, help_text: str) -> None:
        super().__init__(method=method, help_text=help_text)
        self.takes, self.meaning = takes, help_text
