"""What must hold between rows and no single constraint can say: looked for, and listed when broken.

Guards of the database keep all of it as it is written. These rules find what got past them: by an owner who switched a
trigger off, by a restore in part, by a mistake of ours.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection

Found = tuple[int | None, str, str]
"""What breaks a rule: the incident it concerns, if one, its table, its key."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule over several rows, and what finds that which breaks it, up to a limit.

    ``quick`` rules look into indexes and are asked for a page; the others read whole tables.
    """

    code: str
    label: Any
    find: Callable[[Any, int], Iterator[Found]]
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """A row that breaks a rule."""

    rule: Rule
    incident: int | None
    table: str
    key: str


def sql(statement: str) -> Callable[[Any, int], Iterator[Found]]:
    """What a statement finds: incident, table and key."""

    def find(cursor: Any, limit: int) -> Iterator[Found]:
        cursor.execute(f"{statement} LIMIT %s", [limit])
        yield from cursor.fetchall()

    return find


def breaches(*, limit: int, quick: bool = False) -> Iterator[Breach]:
    """What breaks a rule, at most ``limit`` rows of each; of the quick rules alone, if so asked."""
    from incidents.integrity.rules import RULES  # they are made of what stands above

    with connection.cursor() as cursor:
        for rule in RULES:
            if rule.quick or not quick:
                yield from broken(rule, cursor, limit=limit)


def broken(rule: Rule, cursor: Any, *, limit: int) -> Iterator[Breach]:
    """What breaks one rule, at most ``limit`` rows of it."""
    for incident, table, key in islice(rule.find(cursor, limit), limit):
        yield Breach(rule, incident, table, key)
