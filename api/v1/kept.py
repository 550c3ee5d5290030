"""Lists that answer with the texts of editions: what is current need not be read together anew from a dozen tables."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpResponse, HttpResponseBase

from api.editions import reading, states
from api.models import Edition
from api.v1 import fields
from api.v1.lists import PublicLists
from sources.disclosure import Disclosure

Kind = Edition.Kind
ONLY_ALONE = {Kind.INCIDENT: ("statements",)}
"""Of a kind of record, what an edition has and a list does not."""


class Kept(PublicLists):
    """A list of records of which there are editions: rows are chosen as ever, and each is told as its current edition tells it.

    While anything is due to be looked at, or for who reads more than there are editions for, as any other list.
    """

    kind: ClassVar[Kind]

    @property
    def is_kept(self) -> bool:
        return not self.is_behind and self.level in states.LEVELS

    def keys(self, rows: Any) -> Any:
        """As well what their texts are found by."""
        return rows.only("pk", states.TOLD[self.kind].row)

    def texts(self, rows: Sequence[Any]) -> list[str] | None:
        """What each row says, as JSON; None where that of some row is not known."""
        keys = [states.row_key(self.kind, row) for row in rows]
        known = reading.current(self.kind, keys, Disclosure(self.level))
        if len(known) < len(set(keys)):
            return None
        root, names = self.root, self.named()
        told = [reading.addressed(self.kind, known[key], root) for key in keys]
        apart = ONLY_ALONE.get(self.kind, ())
        if names is None and not apart:
            return told
        return [states.written(fields.selected(_without(apart, json.loads(one)), names)) for one in told]

    def joined(self, body: dict[str, Any], texts: Sequence[str], headers: dict[str, str]) -> HttpResponseBase:
        """The page of these texts, byte for byte what ``Response`` would have made of what they stand for."""
        head = json.dumps(body, ensure_ascii=False, separators=(",", ":"))[:-1]
        page = f'{head},"results":[{",".join(texts)}]}}'
        for ends_a_line in (0x2028, 0x2029):  # in JavaScript of old, also within texts; DRF writes them so
            page = page.replace(chr(ends_a_line), f"\\u{ends_a_line:x}")
        return HttpResponse(page, content_type="application/json", headers=headers)


def _without(names: Sequence[str], shape: dict[str, Any]) -> dict[str, Any]:
    for name in names:
        shape.pop(name, None)
    return shape
