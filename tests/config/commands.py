"""Running Sijil as its users do: from outside, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent

HOLD = "from config import startup; startup.prepare(); print('ready', flush=True); input()"


def surroundings(**variables: str | Path) -> dict[str, str]:
    """This process's environment, in which `data_dir` has set what commands should see, and `variables`."""
    return os.environ | {name: str(value) for name, value in variables.items()}


def run(command: list[str], *, timeout: float = 120, **variables: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env=surroundings(**variables),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def manage(*arguments: str, **variables: str | Path) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "manage.py", *arguments], **variables)


def python(code: str, **variables: str | Path) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "-c", code], **variables)


def attach(**variables: str | Path) -> subprocess.CompletedProcess[str]:
    """What every command does first, and nothing after it."""
    return python(
        "import sys\n"
        "from config import startup\n"
        "from config.environment import SetupError\n"
        "try: startup.prepare()\n"
        "except SetupError as error: sys.exit(f'sijil: {error}')",
        **variables,
    )


@contextmanager
def holding(**variables: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A process that uses the database until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env=surroundings(**variables),
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.communicate("\n", timeout=60)


def refusal(outcome: subprocess.CompletedProcess[str]) -> str:
    """The one line of a command that refused; anything more is a failure."""
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    lines = outcome.stderr.strip().splitlines()
    assert len(lines) == 1, outcome.stderr
    assert lines[0].startswith("sijil: ")
    return lines[0].removeprefix("sijil: ")
