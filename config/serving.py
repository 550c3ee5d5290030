"""Where quickstart serves, settled before its long steps. Standard library only."""

import argparse
import socket
from collections.abc import Sequence

from config.environment import SetupError

HOST = "127.0.0.1"
PORT = 8000


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help=f"where to serve on {HOST} (default {PORT}; a free one with --check)")
    parser.add_argument(
        "--check", action="store_true", help="ask the API for the founding case, then stop; exit code 0 or 1"
    )


def check_port(arguments: Sequence[str]) -> None:
    """Refuse a busy port now rather than after the environment and the database have been made."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    add_options(parser)
    try:
        options, _ = parser.parse_known_args(list(arguments))
    except argparse.ArgumentError:
        return  # the command itself will say so
    listen(options.port, check=options.check).close()


def listen(port: int | None, *, check: bool) -> socket.socket:
    """The socket to serve on, already ours when the long steps begin."""
    number = port if port is not None else 0 if check else PORT
    if not 0 <= number < 65536:
        raise SetupError(f"--port is {number}; expected a number from 1 to 65535")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, number))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise SetupError(
            f"port {number} on {HOST} cannot be used ({error.strerror}); name another with --port"
        ) from error
    return listener
