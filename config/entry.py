"""What `manage.py` does, step by step: environment, database, command; refusals in one line."""

import errno
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from config import bootstrap, serving
from config.environment import CHECKOUT, SetupError

# Commands that touch no database; every other one finds it running.
WITHOUT_DATABASE = {
    ("catalogue",),
    ("check",),
    ("collectstatic",),
    ("compilemessages",),
    ("diffsettings",),
    ("findstatic",),
    ("help",),
    ("makemessages",),
    ("release", "verify"),
    ("spectacular",),
    ("startapp",),
    ("version",),
}

LOST = re.compile(r"closed the connection|connection failed|connection is lost|terminating connection")

# They serve this machine only, without TLS.
ON_THIS_MACHINE = {"quickstart", "runserver"}


def run(argv: Sequence[str]) -> int:
    """Run one command line of `manage.py` and return its exit code."""
    return told_in_one_line(lambda: _run(argv))


def told_in_one_line(work: Callable[[], int]) -> int:
    """The exit code of `work`; what only the person at the keyboard can mend is one line, not a traceback."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    try:
        return work()
    except SetupError as error:
        told = str(error)
    except KeyboardInterrupt:
        sys.stderr.write("sijil: stopped\n")
        return 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        told = f"the disk is full: {error.filename or error.strerror}"
    except Exception as error:
        if not _is_databases_own(error):
            raise
        said = " ".join(str(error).split())
        told = f"the database: {(_complaint() if LOST.search(said) else '') or said}"
    sys.stderr.write(f"sijil: {told}\n")
    return 1


def _is_databases_own(error: Exception) -> bool:
    """Whether the database itself failed: gone, full, shut down; not what was asked of it.

    By name, since neither Django nor psycopg need be installed where this is asked.
    """
    return any(
        (kind.__module__, kind.__name__) in {("django.db.utils", "OperationalError"), ("psycopg", "OperationalError")}
        for kind in type(error).__mro__
    )


def _complaint() -> str:
    """What the embedded database wrote when it went down: more than its clients were told."""
    from config import databases
    from config.embedded import cluster

    return cluster.last_complaint() if databases.is_embedded() else ""


def _run(argv: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = argv[1] if len(argv) > 1 else "help"
    if command == "quickstart":
        serving.check_port(argv[2:])
    if command in ON_THIS_MACHINE:
        os.environ["SIJIL_PLAIN_HTTP"] = "1"
    if command == "test":
        bootstrap.ensure_environment("dev")
        os.chdir(CHECKOUT)
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *argv[2:]])  # noqa: S606
    bootstrap.ensure_environment("app")
    _hand_over(argv)
    return 0


def _hand_over(argv: Sequence[str]) -> None:
    """Everything below needs what `ensure_environment` has just seen to, hence the late imports."""
    from django.core.management import execute_from_command_line

    if needs_database(argv[1:]):
        from config import startup

        startup.prepare()
    execute_from_command_line(list(argv))


def needs_database(arguments: Sequence[str]) -> bool:
    if not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    if arguments[0] == "check" and "--database" in " ".join(arguments):
        return True
    return not {tuple(arguments[:1]), tuple(arguments[:2])} & WITHOUT_DATABASE


def _leave(signal_number: int, _frame: object) -> NoReturn:
    """Leave by way of `exit`, so that the last one out stops the embedded database."""
    sys.exit(128 + signal_number)
