"""Making, cloning and clearing away databases for tests, as the owner."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import psycopg
from django.db import connections
from psycopg import sql

from config import roles

ALIASES = ("default", "owner")
PREFIX = "sijil_test_"
LOCKS = 730_119_002  # the advisory locks by which a run shows that its databases are still in use


@dataclass(frozen=True)
class TestDatabase:
    """One run's database and the template it is cloned from."""

    __test__ = False

    name: str
    server: psycopg.Connection  # the owner's, to the database the run was started with
    application: psycopg.Connection  # the application's, to the same

    @property
    def template(self) -> str:
        return f"{self.name}_template"

    @classmethod
    @contextmanager
    def made(cls, run: str) -> Iterator[Self]:
        """An empty template; both databases are gone at the end, and so are those of runs that crashed."""
        given = {alias: connections[alias].settings_dict["NAME"] for alias in ALIASES}
        for alias in ALIASES:
            connections[alias].close()
        with (
            psycopg.connect(**owner_parameters(), autocommit=True) as server,
            psycopg.connect(**application_parameters(), autocommit=True) as application,
        ):
            database = cls(f"{PREFIX}{run}", server, application)
            server.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [LOCKS, database.name])
            database._drop_leftovers()
            try:
                database._create(database.template)
                yield database
            finally:
                database._drop(database.name)
                database._drop(database.template)
                _point_at(given)

    @contextmanager
    def template_in_use(self) -> Iterator[None]:
        """Both logins lead to the template within, and nobody is connected to it afterwards."""
        _point_at(dict.fromkeys(ALIASES, self.template))
        try:
            yield
        finally:
            for alias in ALIASES:
                connections[alias].close()

    def clone(self) -> None:
        """The database as the template has it, whatever was committed and whoever is still connected."""
        for alias in ALIASES:
            connections[alias].close()
        self._drop(self.name)
        self.server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(self.name), sql.Identifier(self.template)
            )
        )
        roles.apply_database_grants(self.server, self.name, application_parameters()["user"])
        _point_at(dict.fromkeys(ALIASES, self.name))

    def _create(self, name: str) -> None:
        """From template0, with the encoding and locale of the database that the run was started with."""
        row = self.server.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()
        assert row is not None
        self.server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}").format(
                sql.Identifier(name), *(sql.Literal(value) for value in row)
            )
        )

    def _drop(self, name: str) -> None:
        """Whoever is still connected, each role ends its own: WITH (FORCE) would need to be a superuser."""
        for connection in (self.server, self.application):
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = %s AND usename = current_user",
                [name],
            )
        self.server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))

    def _drop_leftovers(self) -> None:
        """Whatever no living run holds the lock of."""
        found = self.server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
            " AND pg_has_role(current_user, datdba, 'MEMBER')",
            [PREFIX],
        ).fetchall()
        for (name,) in found:
            run = name.removesuffix("_template")
            if run == self.name or self._lock_is_free(run):
                self._drop(name)

    def _lock_is_free(self, run: str) -> bool:
        row = self.server.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCKS, run]).fetchone()
        if row == (True,):
            self.server.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCKS, run])
        return row == (True,)


def owner_parameters() -> dict[str, Any]:
    return _parameters("owner")


def application_parameters() -> dict[str, Any]:
    return _parameters("default")


def _parameters(alias: str) -> dict[str, Any]:
    """Where Django would connect now, without Django's adaptations."""
    given = connections[alias].get_connection_params()
    return {key: value for key, value in given.items() if key not in {"context", "cursor_factory", "prepare_threshold"}}


def _point_at(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].settings_dict["NAME"] = name
