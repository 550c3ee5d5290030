"""What the surroundings may tell Sijil, read in one place and refused in one line when malformed.

Standard library only: `manage.py` uses it before anything is installed.
"""

import os
import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}
HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")


class SetupError(Exception):
    """Something only the person at the keyboard can mend; shown as one line, never as a traceback."""


def text(name: str, default: str = "") -> str:
    """The variable as given, or `default` when it is unset or blank."""
    return os.environ.get(name, "").strip() or default


def required(name: str, purpose: str) -> str:
    value = text(name)
    if not value:
        raise SetupError(f"{name} is not set; expected {purpose}")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value not in YES | NO:
        raise SetupError(f"{name} is {value!r}; expected 1, true, yes, on, or 0, false, no, off")
    return value in YES


def choice(name: str, choices: tuple[str, ...], default: str) -> str:
    value = text(name, default)
    if value not in choices:
        raise SetupError(f"{name} is {value!r}; expected {' or '.join(choices)}")
    return value


def hosts(name: str, default: tuple[str, ...]) -> list[str]:
    """Host names separated by commas, as Django's ALLOWED_HOSTS takes them."""
    values = [part.strip() for part in text(name).split(",") if part.strip()]
    for value in values:
        if not HOST.fullmatch(value):
            raise SetupError(
                f"{name} holds {value!r}; expected host names separated by commas, no scheme, port or path"
            )
    return values or list(default)


def folder(name: str, default: Path) -> Path:
    """A folder, which need not exist yet; something else in its place is refused."""
    path = Path(text(name, str(default))).expanduser()
    path = path if path.is_absolute() else Path.cwd() / path
    if path.exists() and not path.is_dir():
        raise SetupError(f"{name} is {str(path)!r}; expected a folder")
    return path
