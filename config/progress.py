"""Lines that tell the person waiting what a long step is doing."""

import sys


def say(line: str) -> None:
    """One line to standard error, so that what a command writes to standard output stays clean."""
    sys.stderr.write(f"sijil: {line}\n")
    sys.stderr.flush()
