"""A PostgreSQL as an administrator would run it: reached by TCP, logins with passwords."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.embedded import binaries
from config.embedded.account import server_account
from config.environment import SetupError

NOWHERE = Path("/nonexistent")


def majors() -> list[int]:
    """The newest and the oldest PostgreSQL that can be run here."""
    account = server_account(NOWHERE)
    found = []
    for major in range(binaries.OLDEST, 30):
        try:
            found.append(binaries.find(account, keep_copy_in=NOWHERE, major=major).major)
        except SetupError:
            continue
    return sorted({*found[:1], *found[-1:]})


@dataclass(frozen=True)
class OrdinaryServer:
    major: int
    port: int
    password: str

    @classmethod
    @contextmanager
    def running(cls, folder: Path, major: int) -> Iterator[Self]:
        account = server_account(NOWHERE)
        programs = binaries.find(account, keep_copy_in=folder, major=major)
        server = cls(major=major, port=_free_port(), password=secrets.token_urlsafe(8))
        home = folder / "server"
        home.mkdir(mode=0o700)
        (home / "password").write_text(server.password)
        for path in (home, home / "password"):
            if not account.ours:
                path.chmod(0o700)
                os.chown(path, account.uid, account.gid)
        initialised = account.run(
            [
                *(programs.program("initdb"), "-D", home / "data", "-U", "postgres", "-N"),
                *("--locale=C.UTF-8", "--encoding=UTF8", "--auth=scram-sha-256"),
                f"--pwfile={home / 'password'}",
            ]
        )
        assert initialised.returncode == 0, initialised.stderr
        control = [programs.program("pg_ctl"), "-D", home / "data", "-w", "-l", home / "log"]
        options = f"-c port={server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        started = account.run([*control, "-o", options, "start"], quiet=True)
        assert started.returncode == 0, (home / "log").read_text()
        try:
            yield server
        finally:
            account.run([*control, "-m", "immediate", "stop"], quiet=True)

    def url(self, name: str, user: str = "postgres", password: str | None = None) -> str:
        word = quote(self.password if password is None else password, safe="")
        return f"postgresql://{quote(user, safe='')}:{word}@127.0.0.1:{self.port}/{quote(name, safe='')}"

    def execute(self, statement: str, *names: str, database: str = "postgres") -> list[tuple]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))
            return cursor.fetchall() if cursor.description else []

    def make_login(self, name: str, password: str, rights: str = "") -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(
                sql.SQL(f"CREATE ROLE {{}} LOGIN PASSWORD {{}} {rights}").format(
                    sql.Identifier(name), sql.Literal(password)
                )
            )

    @staticmethod
    def fresh() -> str:
        """Part of a name that nothing else has."""
        return secrets.token_hex(4)

    def make_database(self, owner: str = "postgres") -> str:
        name = f"register_{self.fresh()}"
        self.execute("CREATE DATABASE {} OWNER {}", name, owner)
        return name


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
