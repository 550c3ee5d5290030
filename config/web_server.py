"""gunicorn, run from within quickstart on a socket that is already bound."""

import socket
from typing import Any

from django.db import connections
from gunicorn.app.base import BaseApplication

SETTINGS = {
    "worker_class": "gthread",
    "workers": 2,
    "threads": 4,
    "preload_app": True,  # loaded once, and forked: the first page comes sooner
    "control_socket_disable": True,
    "proc_name": "sijil",
    "loglevel": "warning",
    "timeout": 120,
    "graceful_timeout": 10,
}


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Serves `config.wsgi` on `listener` until the process is told to stop."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        super().__init__()

    def load_config(self) -> None:
        for name, value in {"bind": f"fd://{self.listener.fileno()}", **SETTINGS}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from config.wsgi import application  # a server's entry point, run on import

        connections.close_all()  # workers must not share the parent's
        return application
