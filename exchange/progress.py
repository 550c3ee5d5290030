"""How far a long step has come: a bar that redraws itself on a terminal, a plain line now and then elsewhere."""

import time
from typing import TextIO

WIDTH = 30  # characters of the bar
REDRAW, TELL = 0.2, 10.0  # seconds between two states of the bar, between two lines


class Progress:
    """Counts up to ``total`` things, called ``what`` in the plural."""

    def __init__(self, total: int, what: str, stream: TextIO) -> None:
        self.total = total
        self._what, self._stream = what, stream
        self._on_terminal = stream.isatty()
        self._began = self._told = time.monotonic()
        self.done = 0

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began

    def advance(self, number: int) -> None:
        self.done += number
        now = time.monotonic()
        if now - self._told >= (REDRAW if self._on_terminal else TELL):
            self._told = now
            self._tell()

    def finish(self) -> None:
        """Leave the last state standing, with the cursor on a line of its own."""
        if self._on_terminal:
            self._tell()
            self._stream.write("\n")

    def _tell(self) -> None:
        share = min(1.0, self.done / self.total) if self.total else 1.0
        state = f"{self.done:,} of {self.total:,} {self._what}, {self.done / max(self.seconds, 0.001):,.0f}/s"
        if self._on_terminal:
            self._stream.write(f"\r\033[K{'█' * round(share * WIDTH):░<{WIDTH}} {share:4.0%}  {state}")
        else:
            self._stream.write(f"{state}\n")
        self._stream.flush()
