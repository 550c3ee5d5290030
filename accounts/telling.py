"""Phrases of pure modules in the language of whoever reads."""

from typing import Any

from django.utils.translation import get_language, gettext

from accounts.phrases import Phrase


def tell(said: Any) -> str:
    """A phrase, or several one after the other, in the reader's language; anything else as it is."""
    if isinstance(said, Phrase):
        return gettext(said.pattern) % {name: tell(value) for name, value in said.values.items()}
    return listed(tell(one) for one in said) if isinstance(said, tuple) else str(said)


def listed(words: Any) -> str:
    """Words one after the other, with the comma of the reader's script."""
    return ("، " if (get_language() or "").startswith("ar") else ", ").join(words)
