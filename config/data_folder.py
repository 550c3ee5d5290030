"""The folder for the embedded database and kept files; private to whoever runs Sijil."""

import hashlib
import os
import pwd
import secrets
import stat
from pathlib import Path

from config import environment
from config.environment import CHECKOUT, SetupError

ROOTS_FOLDER = Path("/var/lib/sijil")
SECRET_KEY = "secret_key"  # noqa: S105  a file name
APPLICATION_LOGINS = "application_logins.json"
KEPT = {SECRET_KEY, APPLICATION_LOGINS}


def location() -> Path:
    """Where the folder is or will be; for root where an unprivileged account reaches it too."""
    digest = hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:8]
    usual = ROOTS_FOLDER / f"{CHECKOUT.name}-{digest}" if os.geteuid() == 0 else CHECKOUT / ".sijil"
    return environment.folder("SIJIL_DATA_DIR", usual)


def make() -> Path:
    """The folder, made 0700 if there is none; somebody else's is refused, an existing one left as it is."""
    path = location()
    try:
        if path.parent == ROOTS_FOLDER and not ROOTS_FOLDER.exists():
            ROOTS_FOLDER.mkdir(exist_ok=True)
            ROOTS_FOLDER.chmod(0o755)  # ours, just made; whatever the umask, other accounts pass through it
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = path.stat().st_uid
    except OSError as error:
        raise SetupError(f"cannot make the data folder {path}: {error.strerror}; see SIJIL_DATA_DIR") from error
    if owner != os.geteuid() != 0:
        raise SetupError(
            f"the data folder {path} belongs to {account_name(owner)}; run as that account, "
            "or name another folder in SIJIL_DATA_DIR"
        )
    return path


def account_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def read(name: str) -> str | None:
    """A kept secret, or None. A file that somebody else put there is not believed."""
    path = location() / name
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SetupError(f"cannot read {path}: {error.strerror}") from error
    with os.fdopen(handle) as file:
        if os.fstat(handle).st_uid != os.geteuid():
            raise SetupError(f"{path} belongs to {account_name(os.fstat(handle).st_uid)}; it is not believed")
        return file.read()


def keep(name: str, content: str) -> None:
    """Keep a secret where only the account running Sijil reads it; all of it, or none."""
    path = make() / name
    unfinished = path.with_name(f".{name}-{secrets.token_hex(4)}")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise SetupError(f"cannot keep {path}: {error.strerror}") from error


def is_private(path: Path, uid: int) -> bool:
    """Whether `path` itself, not what a link there leads to, is a folder only `uid` may enter."""
    found = path.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == uid and not found.st_mode & 0o077
