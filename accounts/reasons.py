"""Why something was changed: kept in English where the register itself says it, told in the reader's language."""

from django.utils.translation import gettext, gettext_noop

# What services write as the reason of what they do. What people write is theirs, and is told as it is.
REASONS = frozenset(
    {
        gettext_noop("accounts of the generator"),
        gettext_noop("assigned"),
        gettext_noop("citation added"),
        gettext_noop("claim recorded"),
        gettext_noop("comment"),
        gettext_noop("comment reopened"),
        gettext_noop("comment resolved"),
        gettext_noop("deleted"),
        gettext_noop("derivation added"),
        gettext_noop("draft changed"),
        gettext_noop("draft discarded"),
        gettext_noop("incident recorded"),
        gettext_noop("language chosen"),
        gettext_noop("logged in with a recovery code"),
        gettext_noop("name disclosure decided"),
        gettext_noop("new recovery codes"),
        gettext_noop("organization recorded"),
        gettext_noop("password set"),
        gettext_noop("person recorded"),
        gettext_noop("place recorded"),
        gettext_noop("reference tables"),
        gettext_noop("responsibility claim recorded"),
        gettext_noop("revision changed"),
        gettext_noop("second factor set up"),
        gettext_noop("source recorded"),
        gettext_noop("statement recorded"),
        gettext_noop("token made"),
    }
)


def told_reason(reason: str) -> str:
    """The reason in the reader's language, if it is one of the register's own."""
    return gettext(reason) if reason in REASONS else reason
