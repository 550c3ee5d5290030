"""Data folders and database servers made for one test or one module."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import layout
from tests.config.ordinary_server import OrdinaryServer, majors


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that the account PostgreSQL runs as can enter too; pytest's own it cannot, as root."""
    path = Path(tempfile.mkdtemp(prefix="sijil-test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def data_dir(reachable: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where there is no database yet; for this process too, so that `layout` speaks of it."""
    path = reachable / "data"
    monkeypatch.setenv("SIJIL_DATA_DIR", str(path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("SIJIL_OWNER_DATABASE_URL", raising=False)
    return path


@pytest.fixture
def postmaster():
    """The pid that the running server of `data_dir` has written down."""
    return lambda: int((layout.cluster() / "postmaster.pid").read_text().splitlines()[0])


@pytest.fixture(scope="session", params=majors(), ids=lambda major: f"PostgreSQL {major}")
def server(request: pytest.FixtureRequest) -> Iterator[OrdinaryServer]:
    """A server with passwords and a port, such as DATABASE_URL names; one of each version there is."""
    path = Path(tempfile.mkdtemp(prefix="sijil-server-"))
    path.chmod(0o711)
    with OrdinaryServer.running(path, request.param) as running:
        yield running
    shutil.rmtree(path)


PYTHON = sys.executable

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can")
