"""Who starts the embedded database and who stops it: the first in, the last out.

Every process that uses it holds a shared lock on `users.lock`. Starting and stopping are serialised by a lock on
the data folder itself. A process killed outright lets go of its locks and leaves the server running; the next
one attaches to it.
"""

import atexit
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import data_folder
from config.embedded import binaries, layout
from config.embedded.account import Account, server_account
from config.embedded.cluster import PATIENCE, Cluster, answers
from config.environment import SetupError
from config.progress import say

USERS_LOCK = "users.lock"
PAUSE = 0.05
TELL_AFTER = 1.0

_held: list[int] = []  # the descriptor of our shared lock, once attached


def attach() -> None:
    """Have the embedded database running, and keep it running for as long as this process lives."""
    if _held:
        return
    account = server_account(layout.cluster())
    _require_way_to(account, data_folder.location())
    folder = data_folder.make()
    with _starting(folder):
        _hand_over(account, folder)
        users = _open_lock(folder / USERS_LOCK)
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            if not answers():
                _start(account, folder)
        except BaseException:
            os.close(users)
            raise
    _held.append(users)
    atexit.register(_leave, os.getpid(), account, folder)


def _start(account: Account, folder: Path) -> None:
    _make_private(layout.home(), account)
    _make_private(layout.socket_folder(), account)
    if layout.cluster().exists():
        _require_own(layout.cluster(), account)
        major = _major_of(layout.cluster())
        Cluster(account, binaries.find(account, keep_copy_in=folder, major=major)).start()
    else:
        cluster = Cluster(account, binaries.find(account, keep_copy_in=folder))
        cluster.create()
        cluster.start()


def _leave(pid: int, account: Account, folder: Path) -> None:
    """Stop the server if nobody else uses it. A forked child that ends is not its parent leaving."""
    if pid != os.getpid() or not _held:
        return
    users = _held.pop()
    try:
        with _starting(folder):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            major = _major_of(layout.cluster())
            Cluster(account, binaries.find(account, keep_copy_in=folder, major=major)).stop()
    except (BlockingIOError, FileNotFoundError):
        pass  # others are still at it, or the folder has been taken away
    except SetupError as error:
        say(str(error))
    finally:
        os.close(users)


@contextmanager
def _starting(folder: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    began, told = time.monotonic(), False
    try:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waited = time.monotonic() - began
            if waited > 2 * PATIENCE:
                raise SetupError(f"another command is starting or stopping the database in {folder}, too long")
            if waited > TELL_AFTER and not told:
                say("another command is starting or stopping the database; waiting for it")
                told = True
            time.sleep(PAUSE)
        yield
    finally:
        os.close(lock)


def _open_lock(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise SetupError(f"cannot open {path}: {error.strerror}") from error


def _require_way_to(account: Account, folder: Path) -> None:
    """As root: the account must get to where the folder is, and nothing on the way is opened up for it."""
    way = [parent for parent in reversed(folder.parents) if parent.exists()]
    if account.ours or account.can_enter(way[-1]):
        return
    closed = next((parent for parent in way if not account.can_enter(parent)), way[-1])
    raise _unreachable(account, closed)


def _hand_over(account: Account, folder: Path) -> None:
    """As root: the folder itself becomes the account's, modes unchanged, if it holds nothing of anybody else's."""
    if account.ours or account.can_enter(folder):
        return
    ours = {path.name for path in folder.iterdir()} <= {*data_folder.KEPT, USERS_LOCK}
    if not ours or folder.stat().st_uid != 0:
        raise _unreachable(account, folder)
    os.chown(folder, account.uid, account.gid)


def _unreachable(account: Account, closed: Path) -> SetupError:
    return SetupError(
        f"PostgreSQL runs as the account {account.name}, which cannot enter {closed}; "
        "name a folder it can reach in SIJIL_DATA_DIR, or none for one under /var/lib/sijil"
    )


def _make_private(folder: Path, account: Account) -> None:
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError as error:
        raise SetupError(f"cannot make {folder}: {error.strerror}") from error
    else:
        if not account.ours:
            os.chown(folder, account.uid, account.gid)
    if not data_folder.is_private(folder, account.uid):
        raise SetupError(f"{folder} is not a folder that only {account.name} can enter; it is not used")


def _require_own(cluster: Path, account: Account) -> None:
    owner = cluster.stat().st_uid
    if owner != account.uid:
        raise SetupError(
            f"the database in {cluster} belongs to {data_folder.account_name(owner)}; run as that account, "
            "or name another folder in SIJIL_DATA_DIR"
        )


def _major_of(cluster: Path) -> int:
    try:
        return int((cluster / "PG_VERSION").read_text())
    except ValueError as error:
        raise SetupError(f"{cluster / 'PG_VERSION'} holds no version; the folder is damaged") from error
    except PermissionError as error:
        raise SetupError(f"cannot read {error.filename}: {error.strerror}") from error
