"""What the embedded cluster is told: who may log in, how it tunes itself, which roles it begins with."""

import locale
from pathlib import Path

from config.embedded import layout
from config.embedded.account import Account

# For a machine of two cores that now loads in bulk and mostly answers queries. fsync, synchronous_commit and
# full_page_writes stay as PostgreSQL ships them: what was acknowledged survives a power cut.
SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "4GB",
    "min_wal_size": "80MB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "100",
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "lc_messages": "'C'",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",  # a refused statement may hold a name; it is not for the log
    "password_encryption": "'scram-sha-256'",
}


def files(account: Account) -> dict[str, str]:
    """The configuration files of a new cluster, by name."""
    return {
        "postgresql.conf": "".join(f"{name} = {value}\n" for name, value in SETTINGS.items()),
        "pg_hba.conf": "# Only the operating system's word for who is calling; no passwords, no network.\n"
        "local all all peer map=sijil\n",
        "pg_ident.conf": _identities(account),
    }


def _identities(account: Account) -> str:
    """Only the account that runs Sijil becomes a database role; root too, when it handed the server over."""
    people = [account.name] if account.ours else [account.name, "root"]
    roles = [layout.OWNER, layout.APPLICATION, layout.SUPERUSER]
    return "".join(f'sijil "{person}" {role}\n' for person in people for role in roles)


def first_statements() -> str:
    """One statement a line, as single-user mode reads them."""
    return (
        f"CREATE ROLE {layout.OWNER} LOGIN CREATEDB;\n"
        f"CREATE ROLE {layout.APPLICATION} LOGIN;\n"
        f"CREATE DATABASE {layout.DATABASE} OWNER {layout.OWNER};\n"
    )


def locale_options(major: int) -> list[str]:
    """Unicode without depending on the machine's locales, as far as the version allows.

    LC_CTYPE must not be C whatever the provider: pg_trgm would then see no letters in Arabic.
    """
    if major < 17:
        return ["--locale", "C.UTF-8"]
    return [
        *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
        *("--locale", "C", "--lc-ctype", _unicode_locale()),
    ]


def _unicode_locale() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def listed(folder: Path) -> str:
    """A folder as an entry of one of PostgreSQL's lists, where commas and spaces have to be quoted."""
    return '"' + str(folder).replace('"', '""') + '"'
