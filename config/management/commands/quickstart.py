"""From a clone to the first page: migrate, seed, make an administrator, serve."""

import os
import secrets
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.models import User
from config import founding_check, serving
from config.web_server import WebServer


class Command(BaseCommand):
    help = "Sets everything up and serves admin, API and pages on this machine. Running it again is safe."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        serving.add_options(parser)

    def handle(self, *, port: int | None, check: bool, **_options: Any) -> None:
        listener = serving.listen(port, check=check)
        self.base = f"http://{serving.HOST}:{listener.getsockname()[1]}"
        self._step("database: bringing the tables up to date", "migrate", verbosity=0)
        self._step("seed: reference tables and the founding case", "seed")
        self._administrator()
        if check:
            sys.exit(self._check(listener))
        self._tell(f"serving {self.base}/ (admin: {self.base}/admin/, API: {self.base}/api/v1/); Ctrl-C stops")
        WebServer(listener).run()

    def _step(self, what: str, command: str, **options: Any) -> None:
        began = time.monotonic()
        self._tell(what)
        call_command(command, stdout=self.stdout, **options)
        self._tell(f"  done in {time.monotonic() - began:.1f} s")

    def _administrator(self) -> None:
        users = User.objects
        if users.filter(is_superuser=True, is_active=True).exists():
            return
        taken = set(users.values_list("username", flat=True))
        name = next(name for name in ("admin", *(f"admin{n}" for n in range(2, 10_000))) if name not in taken)
        password = secrets.token_urlsafe(12)
        users.create_superuser(username=name, email="", password=password)
        self._tell(f"administrator: user {name}, password {password}  (shown this once)")

    def _check(self, listener: socket.socket) -> int:
        """Serve from a child as usual, ask over HTTP as anybody would, and stop the child."""
        self.stdout.flush()
        server = os.fork()
        if server == 0:
            WebServer(listener).run()
        try:
            for line in founding_check.ask(self.base):
                self._tell(f"check: {line}")
        except founding_check.CheckFailedError as failure:
            self._tell(f"check failed: {failure}")
            return 1
        finally:
            os.kill(server, signal.SIGTERM)
            os.waitpid(server, 0)
        self._tell("check passed")
        return 0

    def _tell(self, line: str) -> None:
        self.stdout.write(f"sijil: {line}")
        self.stdout.flush()
