"""Telling records of a batch: here, or in several processes that all see what the numbering one sees."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

from django.db import connection, connections, transaction

from api.editions.states import State, states
from sources.disclosure import Disclosure


@dataclass(frozen=True, slots=True)
class Share:
    """Records of one kind, to be told to readers of one level."""

    kind: str
    rows: Sequence[str]
    level: Disclosure

    def told(self) -> dict[str, State]:
        return states(self.kind, self.rows, self.level)


Teller = Callable[[Sequence[Share]], Iterator[dict[str, State]]]
"""What each of the shares comes to, in their order, as the calling transaction sees the register."""


def here(shares: Sequence[Share]) -> Iterator[dict[str, State]]:
    return (share.told() for share in shares)


@contextmanager
def in_processes(number: int) -> Iterator[Teller]:
    """A teller that has so many processes. It closes the connections of the calling one, for they are forked from it."""
    if number <= 1:
        yield here
        return
    connections.close_all()
    with ProcessPoolExecutor(number, mp_context=get_context("fork")) as pool:
        pool.submit(int).result()  # forks them all, before there is a connection

        def tell(shares: Sequence[Share]) -> Iterator[dict[str, State]]:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_export_snapshot()")
                (snapshot,) = cursor.fetchone()
            return pool.map(_told, shares, [snapshot] * len(shares))

        yield tell


def _told(share: Share, snapshot: str) -> dict[str, State]:
    """In a process of its own, with the eyes of the one that numbers."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
        return share.told()
