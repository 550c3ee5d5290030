"""How long steps show how far they have come."""

import io

import pytest

from exchange.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_progress_is_a_bar_that_ends_its_line() -> None:
    terminal = Terminal()
    progress = Progress(200, "claims", terminal)
    progress.advance(100)
    progress.finish()
    assert "50%" in terminal.getvalue()
    assert "100 of 200 claims" in terminal.getvalue()
    assert terminal.getvalue().endswith("\n")


def test_elsewhere_the_progress_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, clock = io.StringIO(), iter([0.0, 5.0, 11.0, 11.0, 12.0])
    monkeypatch.setattr("exchange.progress.time.monotonic", lambda: next(clock))
    progress = Progress(200, "claims", stream)
    progress.advance(50)
    progress.advance(60)
    assert stream.getvalue() == "110 of 200 claims, 10/s\n"
