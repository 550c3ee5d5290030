"""Whom the server runs as: ourselves, or as root an unprivileged account. PostgreSQL refuses to be root."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.environment import SetupError
from config.progress import say

ACCOUNTS = ("postgres", "sijil")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int
    ours: bool  # the account this very process runs as

    def run(
        self, command: Sequence[str | Path], *, stdin: str | None = None, quiet: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, in English, with nothing of our surroundings passed on.

        `quiet` is for programs that leave a server behind: it would hold our pipes open for ever.
        """
        output = subprocess.DEVNULL if quiet else subprocess.PIPE
        return subprocess.run(  # noqa: S603
            [str(part) for part in command],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            stdout=output,
            stderr=output,
            text=True,
            check=False,
            cwd="/",
            umask=0o077,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            user=None if self.ours else self.uid,
            group=None if self.ours else self.gid,
            extra_groups=None if self.ours else [],
        )

    def can_enter(self, folder: Path) -> bool:
        try:
            return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder]).returncode == 0
        except OSError:
            return False


def server_account(cluster: Path) -> Account:
    """The account for the server of `cluster`: once it exists, the one it belongs to."""
    if os.geteuid() != 0:
        return _ourselves()
    try:
        return _of_existing(cluster)
    except FileNotFoundError:
        pass
    for name in ACCOUNTS:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    return _made()


def _ourselves() -> Account:
    try:
        entry = pwd.getpwuid(os.geteuid())
    except KeyError as error:
        raise SetupError(
            f"user id {os.geteuid()} has no account name on this machine, which PostgreSQL needs; "
            "give it one, or set DATABASE_URL"
        ) from error
    return Account(name=entry.pw_name, uid=os.geteuid(), gid=os.getegid(), ours=True)


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, ours=False)


def _of_existing(cluster: Path) -> Account:
    uid = cluster.stat().st_uid
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        entry = None
    if entry is None or entry.pw_name not in ACCOUNTS:
        name = entry.pw_name if entry else f"user {uid}"
        raise SetupError(
            f"the database in {cluster} belongs to {name}; run as that account, "
            "or name another folder in SIJIL_DATA_DIR"
        )
    return _account(entry)


def _made() -> Account:
    name = ACCOUNTS[-1]
    useradd = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    if useradd is None:
        raise SetupError(
            f"PostgreSQL does not run as root, and there is no useradd to make an account for it; "
            f"make a system account named {name}, run as an ordinary user, or set DATABASE_URL"
        )
    say(f"making the system account {name}: PostgreSQL does not run as root")
    command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    outcome = subprocess.run(  # noqa: S603
        [*command, "--shell", "/usr/sbin/nologin", name], capture_output=True, text=True, check=False
    )
    if outcome.returncode:
        raise SetupError(f"useradd could not make the account {name}: {' '.join(outcome.stderr.split())}")
    return _account(pwd.getpwnam(name))
