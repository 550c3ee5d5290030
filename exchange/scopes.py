"""Looking again at the scopes of many incidents, on every processor at once."""

from collections.abc import Iterator, Sequence

from django.db import connections

from exchange.processes import shared_out
from incidents.scopes.keeping import refresh_batch

MOST_PROCESSES = 8


def refreshed(batches: Sequence[Sequence[int]], *, processes: int = 1) -> Iterator[int]:
    """Look at each batch in a transaction of its own; yields how many incidents it held.

    With more than one process this closes the connections of the calling one, for its children open their own.
    """
    processes = min(processes, MOST_PROCESSES, len(batches))
    if processes <= 1:
        yield from map(refresh_batch, batches)
        return
    connections.close_all()
    yield from shared_out(lambda number: refresh_batch(batches[number]), range(len(batches)), processes)
