"""From a clone to the first page, from outside."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import pytest

from config.embedded.cluster import answers
from tests.config.commands import CHECKOUT, manage, refusal, surroundings
from tests.config.ordinary_server import majors


@contextmanager
def serving(*arguments: str, **variables: str):
    """quickstart, from its first line to the one that says where it serves, until Ctrl-C."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "quickstart", "--port", str(_free_port()), *arguments],
        env=surroundings(**variables),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        told = []
        while not (told and told[-1].startswith("sijil: serving")):
            line = process.stdout.readline()
            assert line, "".join(told)
            told.append(line)
        try:
            yield "".join(told), re.search(r"http://\S+?:\d+", told[-1])[0], process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=60)


def status(url: str) -> int:
    with urlopen(url) as response:
        return response.status


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_the_first_page_comes_and_the_printed_password_opens_the_admin(data_dir):
    with serving() as (told, base, _):
        name, password = re.search(r"administrator: user (\S+), password (\S+)", told).groups()
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        with browser.open(f"{base}/admin/login/") as page:
            form = page.read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        fields = {"csrfmiddlewaretoken": token, "username": name, "password": password, "next": "/admin/"}
        with browser.open(f"{base}/admin/login/", urlencode(fields).encode()) as page:
            assert page.url == f"{base}/admin/"
        styles = re.findall(r'href="(/static/[^"]+\.css)"', form)
        assert styles
        assert [status(f"{base}{style}") for style in styles] == [200] * len(styles)
    assert not answers()


@pytest.fixture(scope="module")
def checked():
    """A data folder in which `quickstart --check` ran once, and what it said."""
    path = Path(tempfile.mkdtemp(prefix="sijil-test-"))
    path.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("SIJIL_OWNER_DATABASE_URL", raising=False)
        yield path / "data", manage("quickstart", "--check", SIJIL_DATA_DIR=path / "data")
    shutil.rmtree(path)


@pytest.fixture
def used(checked, monkeypatch):
    """That folder, in use again."""
    path, outcome = checked
    monkeypatch.setenv("SIJIL_DATA_DIR", str(path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("SIJIL_OWNER_DATABASE_URL", raising=False)
    return outcome


def test_check_asks_the_api_for_the_founding_case(used):
    assert used.returncode == 0, used.stdout + used.stderr
    assert "check passed" in used.stdout
    assert not answers()


def test_a_second_time_makes_no_second_administrator_and_stops_as_cleanly(used):
    assert "administrator: user admin" in used.stdout
    with serving() as (told, base, process):
        assert "password" not in told
        assert status(f"{base}/admin/login/") == 200
    assert process.returncode == 0
    assert not answers()


def test_check_fails_when_the_founding_case_is_not_there(used):
    command = (
        "import sys; sys.argv[0] = 'manage.py'\n"
        "from config import entry, founding_check\n"
        "founding_check.FEWEST = 100_000\n"
        "sys.exit(entry.run(sys.argv))"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", command, "quickstart", "--check"],
        env=surroundings(),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 1
    assert "check failed: " in outcome.stdout


def test_a_busy_port_is_named_before_anything_is_made(data_dir):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        said = refusal(manage("quickstart", "--port", str(port)))
    assert f"port {port} " in said
    assert "--port" in said
    assert not data_dir.exists()


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_a_port_that_cannot_be_is_refused(data_dir, port):
    assert f"--port is {port}" in refusal(manage("quickstart", f"--port={port}"))


# The oldest is enough; the newest is what the embedded database runs.
@pytest.mark.parametrize("server", majors()[:1], indirect=True)
def test_the_same_on_an_ordinary_server(data_dir, server):
    outcome = manage("quickstart", "--check", DATABASE_URL=server.url(server.make_database()))
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "check passed" in outcome.stdout
    assert not (data_dir / "postgres").exists()


def test_a_quickstart_that_is_terminated_leaves_nothing_running(used):
    with serving() as (_, base, process):
        process.terminate()
        process.wait(timeout=60)
        with pytest.raises(OSError, match="refused"):
            status(base)
        assert not answers()
