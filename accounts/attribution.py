"""Who writes, when and why: told to the database once per transaction, where its triggers read it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from accounts.models import User

_before_end: list[Callable[[], None]] = []
_after_commit: list[Callable[[], None]] = []
_depth: ContextVar[int] = ContextVar("depth", default=0)


def before_end(keep: Callable[[], None]) -> None:
    """Have this done before each attributed transaction ends, within it: what is derived from rows is kept with them."""
    _before_end.append(keep)


def after_commit(keep: Callable[[], None]) -> None:
    """Have this done once each attributed transaction is committed; what it raises is logged, and undoes nothing."""
    _after_commit.append(keep)


@contextmanager
def attributed(*, by: User | None, at: datetime, why: str = "", using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Run the block in one transaction whose history rows carry ``by`` and ``why``.

    ``at`` is the register's own time of the act and is kept with workflow transitions; the history's own
    time is always the database's. Nested blocks override and restore. What ``before_end`` names is done once, at the end of
    the outermost. Raises ValueError on a naive ``at``.
    """
    if at.tzinfo is None:
        raise ValueError(f"at={at.isoformat()} has no time zone; an aware datetime was expected.")
    with transaction.atomic(using=using):
        previous = _announce(using, str(by.pk) if by else "", at.isoformat(), why)
        outer = _depth.set(_depth.get() + 1)
        try:
            yield
            if _depth.get() == 1 and using == DEFAULT_DB_ALIAS:
                for keep in _before_end:
                    keep()
                noted = [entry[1] for entry in connections[using].run_on_commit]
                for later in _after_commit:
                    if later not in noted:  # once a transaction, however many acts it holds
                        transaction.on_commit(later, robust=True)
        finally:
            _depth.reset(outer)
        _announce(using, *previous)


def _announce(using: str, actor: str, at: str, why: str) -> tuple[str, str, str]:
    """Set the transaction's attribution; return what stood before."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('sijil.actor', true), ''),"
            " coalesce(current_setting('sijil.at', true), ''),"
            " coalesce(current_setting('sijil.reason', true), '')"
        )
        previous = cursor.fetchone()
        cursor.execute(
            "SELECT set_config('sijil.actor', %s, true), set_config('sijil.at', %s, true),"
            " set_config('sijil.reason', %s, true)",
            [actor, at, why],
        )
    assert previous is not None  # noqa: S101  a SELECT without FROM always answers one row
    return previous[0], previous[1], previous[2]
