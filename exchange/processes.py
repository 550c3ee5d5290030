"""Sharing work out to processes, so that Python and PostgreSQL use every processor at once."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess


class WorkerLostError(Exception):
    """A process ended without finishing its share, for example because memory ran out."""


def shared_out(task: Callable[[int], int], numbers: Sequence[int], processes: int) -> Iterator[int]:
    """Do the task for every number and yield the results as they come; the first error ends everything.

    The processes are forks: what they use of the parent, such as connections, must be closed before.
    """
    context = multiprocessing.get_context("fork")
    workers: dict[Connection, BaseProcess] = {}
    try:
        for first in range(processes):
            reader, writer = context.Pipe(duplex=False)
            share = numbers[first::processes]
            worker: BaseProcess = context.Process(target=_work, args=(task, share, writer), daemon=True)
            worker.start()
            writer.close()  # so that the reader notices when the worker has gone
            workers[reader] = worker
        yield from _results(dict(workers))
    finally:
        for worker in workers.values():
            worker.terminate()
            worker.join()


def _results(workers: dict[Connection, BaseProcess]) -> Iterator[int]:
    while workers:
        for reader in wait(list(workers)):
            assert isinstance(reader, Connection)  # noqa: S101  only these were given to wait
            try:
                outcome = reader.recv()
            except EOFError:
                worker = workers.pop(reader)
                worker.join()
                if worker.exitcode:
                    raise WorkerLostError(f"a process ended with code {worker.exitcode}") from None
                continue
            if isinstance(outcome, Exception):
                raise outcome
            yield outcome


def _work(task: Callable[[int], int], numbers: Sequence[int], writer: Connection) -> None:
    """Do one share. The parent decides when to stop: Ctrl-C is its business, and it ends us by SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = os.getppid()
    for number in numbers:
        if os.getppid() != parent:
            return  # it was killed, and nobody waits for the rest
        try:
            writer.send(task(number))
        except Exception as error:  # noqa: BLE001  it is the parent's to handle
            writer.send(error)
            return
