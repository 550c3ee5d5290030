"""The database that is measured: an embedded one of its own, so that nobody's register is touched."""

import os
import subprocess
import sys

from config import data_folder
from config.embedded import layout
from config.environment import CHECKOUT, SetupError

OWN = "-benchmark"
"""How the folder's name ends."""


def enter() -> None:
    """From here on, this process and those it starts use the benchmarks' own data folder and database."""
    for variable in ("DATABASE_URL", "SIJIL_OWNER_DATABASE_URL"):
        os.environ.pop(variable, None)
    register = data_folder.location()
    if not register.name.endswith(OWN):  # a process that another one of ours has started is there already
        os.environ["SIJIL_DATA_DIR"] = str(register.with_name(f"{register.name}{OWN}"))
    os.environ["SIJIL_PLAIN_HTTP"] = "1"

    import django

    from config import startup

    startup.prepare()
    django.setup()


def command(*arguments: str) -> list[str]:
    """A command of ``manage.py``, to be run as a person would, in a process of its own."""
    return [sys.executable, str(CHECKOUT / "manage.py"), *arguments]


def manage(*arguments: str) -> None:
    """Run it and wait. Raises SetupError when it fails, for a reason that it has told by then."""
    outcome = subprocess.run(command(*arguments), check=False, cwd=CHECKOUT)  # noqa: S603
    if outcome.returncode:
        raise SetupError(f"manage.py {arguments[0]} failed")


def make_empty() -> None:
    """The database as new, with tables, terms and places, and no claims but those of the founding case."""
    import psycopg
    from django.db import connections

    from config.databases import logins

    connections.close_all()
    server = logins().owner.parameters() | {"dbname": "postgres"}
    with psycopg.connect(**server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {layout.DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {layout.DATABASE} TEMPLATE template0")
    manage("migrate", "--verbosity=0")
    manage("seed", "--verbosity=0")
