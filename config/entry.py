"""What `manage.py` does, step by step: environment, database, command; refusals in one line."""

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from config import bootstrap, serving
from config.environment import CHECKOUT, SetupError

# Commands that touch no database; every other one finds it running.
WITHOUT_DATABASE = {
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


def run(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    try:
        return _run(argv)
    except SetupError as error:
        sys.stderr.write(f"sijil: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("sijil: stopped\n")
        return 130


def _run(argv: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = argv[1] if len(argv) > 1 else "help"
    if command == "quickstart":
        serving.check_port(argv[2:])
        os.environ["SIJIL_PLAIN_HTTP"] = "1"
    if command == "runserver":
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
