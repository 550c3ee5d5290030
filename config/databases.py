"""Which database, and as whom: the addresses in the environment, or the embedded one.

Two logins to one database: `default`, the application role, and `owner`, which owns every table and runs the
migrations. Reading them connects to nothing; `config.startup` checks what they lead to.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from config import data_folder, environment
from config.embedded import layout
from config.environment import SetupError

EXAMPLE = "postgresql://user:password@host:5432/name"
SCHEMES = ("postgres://", "postgresql://")
CONNECT_TIMEOUT = 10  # seconds
KEEP_CONNECTION = 60  # seconds a serving thread keeps its connection between requests


@dataclass(frozen=True)
class Login:
    """Where and as whom to connect. `repr` and error messages never show the password."""

    variable: str
    host: str
    port: str
    user: str
    name: str
    password: str = field(default="", repr=False)
    options: dict[str, str] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return f"{self.user or 'the default user'} at {self.server}/{self.name}"

    @property
    def server(self) -> str:
        host = self.host or "the local socket"
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def parameters(self) -> dict[str, Any]:
        """As psycopg takes them."""
        given = {"host": self.host, "port": self.port, "user": self.user, "password": self.password}
        return {
            "connect_timeout": CONNECT_TIMEOUT,
            **self.options,
            **{key: value for key, value in given.items() if value},
            "dbname": self.name,
        }

    def connect(self) -> psycopg.Connection:
        """A connection that commits each statement; why it cannot be had is told in one line."""
        try:
            return psycopg.connect(**self.parameters(), client_encoding="UTF8", autocommit=True)
        except psycopg.Error as error:
            raise SetupError(f"{self.variable}: cannot connect as {self}: {self._reason(error)}") from None

    def _reason(self, error: psycopg.Error) -> str:
        said = " ".join(str(error).split())
        said = re.split(r"failed: (?:FATAL: +)?", said)[-1].strip() or "no reason given"
        return said.replace(self.password, "…") if self.password else said


@dataclass(frozen=True)
class Logins:
    application: Login
    owner: Login

    @property
    def are_one(self) -> bool:
        """Only DATABASE_URL is given and nothing tells yet which of the two it is."""
        return self.application == self.owner


def logins() -> Logins:
    application = environment.text("DATABASE_URL")
    owner = environment.text("SIJIL_OWNER_DATABASE_URL")
    if owner and not application:
        raise SetupError("SIJIL_OWNER_DATABASE_URL is set without DATABASE_URL; expected both, or the latter alone")
    if not application:
        return Logins(_embedded(layout.APPLICATION), _embedded(layout.OWNER))
    given = parse("DATABASE_URL", application)
    if owner:
        return Logins(given, parse("SIJIL_OWNER_DATABASE_URL", owner))
    return Logins(kept_application_login(given) or given, given)


def is_embedded() -> bool:
    return not environment.text("DATABASE_URL")


def parse(variable: str, url: str) -> Login:
    """Read an address as libpq does: percent-encoding, IPv6, sockets by `?host=`, TLS by `?sslmode=`."""
    if not url.startswith(SCHEMES):
        raise SetupError(f"{variable} does not begin with postgresql://; expected {EXAMPLE}")
    try:
        found = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError:  # its message may quote the password
        raise SetupError(
            f"{variable} cannot be read; expected {EXAMPLE}, with special characters written %40 for @, "
            "%2F for /, %3A for :, %25 for %"
        ) from None
    port = found.pop("port", "5432")
    if not all(each.isdecimal() and 0 < int(each) < 65536 for each in port.split(",")):
        raise SetupError(f"{variable} has no number for its port; in a password, write / as %2F, @ as %40, : as %3A")
    name = found.pop("dbname", "")
    if not name:
        raise SetupError(f"{variable} names no database; expected {EXAMPLE}")
    return Login(
        variable=variable,
        host=found.pop("host", ""),
        port=port,
        user=found.pop("user", ""),
        password=found.pop("password", ""),
        name=name,
        options=found,
    )


def _embedded(user: str) -> Login:
    return Login(
        variable="the embedded database",
        host=str(layout.socket_folder()),
        port=str(layout.PORT),
        user=user,
        name=layout.DATABASE,
    )


def kept_application_login(owner: Login) -> Login | None:
    """The application login that was made for a database whose owner alone is given."""
    kept = _kept().get(_key(owner))
    return application_login(owner, **kept) if kept else None


def application_login(owner: Login, user: str, password: str) -> Login:
    return Login(owner.variable, owner.host, owner.port, user, owner.name, password, owner.options)


def keep_application_login(owner: Login, login: Login) -> None:
    kept = _kept() | {_key(owner): {"user": login.user, "password": login.password}}
    data_folder.keep(data_folder.APPLICATION_LOGINS, json.dumps(kept, indent=1))


def _kept() -> dict[str, dict[str, str]]:
    content = data_folder.read(data_folder.APPLICATION_LOGINS)
    try:
        return dict(json.loads(content)) if content else {}
    except ValueError as error:
        path = data_folder.location() / data_folder.APPLICATION_LOGINS
        raise SetupError(f"{path} is damaged; remove it, and a new application login is made") from error


def _key(owner: Login) -> str:
    return f"{owner.user}@{owner.server}/{owner.name}"


def django_databases() -> dict[str, dict[str, Any]]:
    """Django's DATABASES."""
    both = logins()
    return {
        "default": _django(both.application, keep=KEEP_CONNECTION),
        "owner": _django(both.owner, keep=0),
    }


PLANNING = (
    "-c join_collapse_limit=12 -c from_collapse_limit=12 -c geqo_threshold=16 -c max_parallel_workers_per_gather=0"
)
"""A list of the admin joins what its columns name to what chooses its rows; the best order may begin with either. With the
usual limit of 8 the list of one publisher's claims among a million took 1.1 s for 0.1 s. Starting helpers for a statement takes
some 20 ms, which is more than a page takes without them."""


def _django(login: Login, *, keep: int) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": login.host,
        "PORT": login.port,
        "USER": login.user,
        "PASSWORD": login.password,
        "NAME": login.name,
        "OPTIONS": {
            "connect_timeout": CONNECT_TIMEOUT,
            **login.options,
            "options": f"{PLANNING} {login.options.get('options', '')}".strip(),
        },
        "CONN_MAX_AGE": keep,
        "CONN_HEALTH_CHECKS": True,
    }
