"""The environment: made from the hashed requirements when what is needed cannot be imported.

Standard library only. A marker says that an environment is being made and in the end, with the digest of the
requirements file, that it is whole; one whose making was interrupted is never taken for a finished one.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from config.environment import CHECKOUT, SetupError
from config.progress import say

Level = Literal["app", "dev"]

NEEDED: dict[Level, tuple[str, ...]] = {
    "app": ("django", "psycopg", "rest_framework", "unfold"),
    "dev": ("django", "psycopg", "rest_framework", "unfold", "pytest", "pytest_django"),
}
VENV = CHECKOUT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
MARKER = VENV / ".sijil-requirements"
MAKING = "making\n"
STARTED_AGAIN = "SIJIL_STARTED_AGAIN"
OFFLINE = re.compile(r"ConnectionError|name resolution|Max retries|timed? ?out|ProxyError", re.I)


def ensure_environment(level: Level) -> None:
    """Return when this interpreter has what `level` needs, else make `.venv` and start again inside it."""
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    started_again = os.environ.pop(STARTED_AGAIN, "")
    by_hand = inside and not _recorded()
    if (by_hand or not inside) and _importable(level):
        return
    if not _up_to_date(level):
        _make(level)
    elif inside:
        return
    elif started_again:
        raise SetupError(f"{VENV} is damaged; remove it, and it is made anew")
    os.environ[STARTED_AGAIN] = "1"
    sys.stdout.flush()
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.orig_argv[1:]])  # noqa: S606


def _importable(level: Level) -> bool:
    return all(importlib.util.find_spec(module) for module in NEEDED[level])


def _requirements(level: Level) -> Path:
    return CHECKOUT / "requirements" / f"{level}.txt"


def _mark(level: Level) -> str:
    return f"{level} {hashlib.sha256(_requirements(level).read_bytes()).hexdigest()}\n"


def _recorded() -> str:
    try:
        return MARKER.read_text()
    except OSError:
        return ""


def _up_to_date(level: Level) -> bool:
    levels: tuple[Level, ...] = ("app", "dev") if level == "app" else ("dev",)
    return VENV_PYTHON.exists() and _recorded() in {_mark(each) for each in levels}


def _make(level: Level) -> None:
    try:
        with _alone():
            if _up_to_date(level):
                return
            if _recorded().startswith("dev "):
                level = "dev"  # once the tools for tests are in, keep them in step too
            _require_venv_module()
            VENV.mkdir(exist_ok=True)
            if _recorded() == MAKING or not _runs(VENV_PYTHON, "import pip"):
                _make_venv(clear=_recorded() == MAKING)
            MARKER.write_text(MAKING)
            _install(level)
            MARKER.write_text(_mark(level))
    except OSError as error:
        raise SetupError(f"cannot make the environment {VENV}: {error.strerror} {error.filename}") from error


@contextmanager
def _alone() -> Iterator[None]:
    """Two first starts at once make one environment, the second waiting for the first, whatever each is to hold."""
    with _requirements("app").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another command is making the environment; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _require_venv_module() -> None:
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise SetupError(f"this Python has no {module} module; install it (on Debian: apt install python3-venv)")


def _runs(python: Path, code: str) -> bool:
    try:
        return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def _make_venv(*, clear: bool) -> None:
    """`clear` when an installation was cut short: pip would take a package half unpacked for whole."""
    say(f"making the environment {VENV}" + (" anew: it was left unfinished" if clear else ""))
    if VENV_PYTHON.is_symlink() and not VENV_PYTHON.exists():
        VENV_PYTHON.unlink()  # its interpreter has gone; venv would leave the dead link in place
    python = getattr(sys, "_base_executable", sys.executable)
    command = [python, "-m", "venv", *(["--clear"] if clear else []), str(VENV)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if outcome.returncode:
        raise SetupError(f"python -m venv failed: {_reason(outcome.stdout + outcome.stderr)}")


def _install(level: Level) -> None:
    requirements = _requirements(level)
    total = sum(1 for line in requirements.read_text().splitlines() if re.match(r"[A-Za-z0-9]", line))
    say(f"installing {total} packages from requirements/{level}.txt (the first time this takes a minute)")
    command = [
        str(VENV_PYTHON), "-m", "pip", "install", "--require-hashes", "--requirement", str(requirements),
        "--no-input", "--disable-pip-version-check", "--progress-bar", "off",
        "--retries", "2",
    ]  # fmt: skip
    settings = {**os.environ, "PIP_USER": "0", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=settings
    ) as pip:
        tail = _follow(pip.stdout or (), total)
    if pip.returncode:
        raise SetupError(f"pip could not install requirements/{level}.txt: {_reason(tail)}")


def _follow(lines: Iterator[str] | Sequence[str], total: int) -> str:
    """Pass on pip's progress, sparingly, and return its last words in case it fails."""
    tail: list[str] = []
    collected = 0
    for line in lines:
        tail = [*tail[-30:], line]
        if line.startswith("Collecting "):
            collected += 1
            if collected % 10 == 0:
                say(f"  {collected} of {total}: {line.split()[1].partition('==')[0]}")
        elif line.startswith("Installing collected packages"):
            say("  unpacking them")
    return "".join(tail)


def _reason(output: str) -> str:
    """The one line of a tool's output that says why it failed."""
    if "No space left on device" in output:
        return "the disk is full (No space left on device)"
    if OFFLINE.search(output):
        return "the package index cannot be reached; check the network or pip's settings, and run again"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(error|fatal)\b", line, re.I)]
    return (errors or lines or ["it gave no reason"])[-1]
