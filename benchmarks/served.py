"""The site on a port, by the web server of ``quickstart``, with limits on requests that nobody reaches.

Run as ``python -m benchmarks.served``; it prints its port.
"""

import socket

from benchmarks import register

UNREACHED = 10**9


def lift_limits() -> None:
    """Requests are counted as ever, and never refused."""
    from django.conf import settings

    settings.REQUESTS_PER_MINUTE = dict.fromkeys(settings.REQUESTS_PER_MINUTE, UNREACHED)


def main() -> None:
    register.enter()
    lift_limits()
    from config.web_server import WebServer

    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)  # noqa: T201  whoever started it reads it
        WebServer(listener).run()


if __name__ == "__main__":
    main()
