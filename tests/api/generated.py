"""A generated register for the tests of a module, in a transaction that is undone: rows at every level, in every state."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, connections, transaction
from pytest_django import DjangoDbBlocker

from benchmarks import sampled


@contextmanager
def generated(blocker: DjangoDbBlocker, *, claims: int, seed: int) -> Iterator[None]:
    application = connections["default"]
    with blocker.unblock():
        connections["default"] = connections["owner"]
        try:
            with transaction.atomic():
                call_command("generate", f"--claims={claims}", f"--seed={seed}", verbosity=0)
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
                sampled.found.cache_clear()
                yield
                transaction.set_rollback(True)
        finally:
            sampled.found.cache_clear()
            connections["default"] = application
