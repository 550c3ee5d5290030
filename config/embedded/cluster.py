"""One cluster of the embedded database: made whole or not at all, started, stopped."""

import os
import re
import shlex
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.embedded import configuration, layout
from config.embedded.account import Account
from config.embedded.binaries import Binaries
from config.environment import SetupError
from config.progress import say

PATIENCE = 60.0  # seconds for a server to come up, crash recovery included
PAUSE = 0.05
RECENT = 4 * 2**20  # bytes of the log, which in a panic quotes the statement in full
LINGERING = re.compile(r'pre-existing shared memory block|lock file "\S+" already exists|could not bind')


@dataclass(frozen=True)
class Cluster:
    account: Account
    binaries: Binaries

    def create(self) -> None:
        """A new cluster with its roles and empty database, under its own name only once it is complete."""
        say(f"making a PostgreSQL {self.binaries.major} database in {layout.home()} (the first time only)")
        unfinished = layout.cluster().with_name("data.making")
        if unfinished.exists():
            shutil.rmtree(unfinished)  # by its name never finished, and the lock says nobody is at it
        try:
            self._initialise(unfinished)
            for name, content in configuration.files(self.account).items():
                self._write(unfinished / name, content)
            self._run_alone(unfinished, configuration.first_statements())
            unfinished.rename(layout.cluster())
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise

    def _initialise(self, folder: Path) -> None:
        outcome = self.account.run(
            [
                self.binaries.program("initdb"),
                *("--pgdata", folder, "--username", layout.SUPERUSER, "--encoding", "UTF8"),
                "--data-checksums",
                *("--auth-local", "peer", "--auth-host", "reject"),
                *configuration.locale_options(self.binaries.major),
            ]
        )
        if outcome.returncode:
            said = outcome.stderr or outcome.stdout
            raise SetupError(f"initdb could not make the database: {_reason(said)}")

    def _write(self, path: Path, content: str) -> None:
        """Replace a file that initdb made; it keeps its owner and mode."""
        with path.open("w", encoding="utf-8") as file:
            file.write(content)

    def _run_alone(self, folder: Path, statements: str) -> None:
        """Run SQL in single-user mode, while nobody can connect yet."""
        program = self.binaries.program("postgres")
        outcome = self.account.run([program, "--single", "-D", folder, "postgres"], stdin=statements)
        said = outcome.stdout + outcome.stderr
        if outcome.returncode or re.search(r"\b(ERROR|FATAL|PANIC):", said):
            raise SetupError(f"the new database could not be prepared: {_reason(said)}")

    def start(self) -> None:
        """Start the server, waiting out what a killed one left behind."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self._forget_reused_pid()
            said = self._try_to_start()
            if said is None or answers():
                return
            if time.monotonic() > deadline or not LINGERING.search(said):
                raise SetupError(f"the embedded database did not start: {_reason(said)} (see {layout.log()})")
            time.sleep(PAUSE)

    def _try_to_start(self) -> str | None:
        """None when it started, else what the server wrote in its log."""
        read_from = layout.log().stat().st_size if layout.log().exists() else 0
        options = [
            *("-c", f"unix_socket_directories={configuration.listed(layout.socket_folder())}"),
            *("-c", f"port={layout.PORT}"),
        ]
        outcome = self._control("start", "--log", layout.log(), "--options", shlex.join(options))
        if outcome == 0:
            return None
        try:
            with layout.log().open(encoding="utf-8", errors="replace") as log:
                log.seek(read_from)
                return log.read()
        except OSError as error:
            return f"FATAL: {error}"

    def stop(self) -> None:
        """With a checkpoint; or without, when it cannot be done, as on a full disk: recovery is as safe.

        A server that does not answer is recovering from a crash, and PostgreSQL 18 can then wait for ever.
        """
        if not answers() or self._control("stop", "--mode=fast") != 0:
            self._control("stop", "--mode=immediate")

    def _control(self, verb: str, *options: str | Path) -> int:
        wait = ("--wait", f"--timeout={PATIENCE:.0f}", "--pgdata", layout.cluster())
        return self.account.run([self.binaries.program("pg_ctl"), verb, *wait, *options], quiet=True).returncode

    def _forget_reused_pid(self) -> None:
        """Make way when the pid in a stale lock file now belongs to another program.

        PostgreSQL would take that program for its own server. The file is not removed, since it also names
        the shared memory that surviving backends may still use: only the pid is replaced, by ours, which
        PostgreSQL knows for its launcher's.
        """
        file = layout.cluster() / "postmaster.pid"
        try:
            first, *rest = file.read_text().splitlines(keepends=True)
            pid = int(first)
        except (OSError, ValueError):
            return
        if pid != os.getpid() and not _is_postgres(pid):
            handle = os.open(file, os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW)
            with os.fdopen(handle, "w") as lock:
                lock.write("".join([f"{os.getpid()}\n", *rest]))


def last_complaint() -> str:
    """Why the server went down, in its own words of just now; empty when it did not say."""
    try:
        with layout.log().open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - RECENT))
            recent = log.read().decode(errors="replace")
    except OSError:
        return ""
    panics = [line for line in recent.splitlines() if "PANIC:" in line]
    return _reason(panics[-1]) if panics else ""


def answers() -> bool:
    """Whether the server takes connections now."""
    try:
        psycopg.connect(
            host=str(layout.socket_folder()),
            port=layout.PORT,
            user=layout.APPLICATION,
            dbname=layout.DATABASE,
            connect_timeout=5,
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def _is_postgres(pid: int) -> bool:
    """Whether a live process is a PostgreSQL; where that cannot be told, it is taken for one."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


def _reason(said: str) -> str:
    """PostgreSQL's own words for what went wrong, in one line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    full = [line for line in lines if "No space left on device" in line]
    telling = full or [line for line in lines if re.search(r"\b(error|fatal|panic|could not)\b", line, re.IGNORECASE)]
    words = (telling or lines or ["no reason given"])[0]
    return re.sub(r"^.*?\b(ERROR|FATAL|PANIC|error):\s*", "", words)
