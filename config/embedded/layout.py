"""Names and places of the embedded database; computed, so that settings can know them before it runs."""

import hashlib
import os
from pathlib import Path

from config import data_folder

DATABASE = "sijil"
OWNER = "sijil_owner"
APPLICATION = "sijil_app"
SUPERUSER = "sijil_superuser"
PORT = 5432  # only names the socket; nothing listens on the network

LONGEST_SOCKET_PATH = 103  # bytes; 107 on Linux, 103 on macOS


def home() -> Path:
    """Everything the server touches; belongs to the account it runs as."""
    return data_folder.location() / "postgres"


def cluster() -> Path:
    return home() / "data"


def log() -> Path:
    return home() / "server.log"


def socket_folder() -> Path:
    """Beside the cluster, or under /tmp when that path is too long for a socket's address."""
    usual = home() / "run"
    if len(os.fsencode(usual / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
        return usual
    return Path("/tmp") / f"sijil-{hashlib.sha256(os.fsencode(home())).hexdigest()[:16]}"  # noqa: S108  # checked to be private
