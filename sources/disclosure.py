"""What may leave the register, and under which name. Everything that leaves passes through here.

A row is visible to a reader of a level when its own disclosure, and that of everything it would reveal,
is at or below that level. Protected individuals leave under their public name at every level, also where
their name stands inside other text.
"""

import re
from typing import Self
from urllib.parse import unquote

from django.db import connection, models
from django.utils.translation import gettext_lazy as _


class Disclosure(models.IntegerChoices):
    """Who may see a row. Ordered: a reader of a level sees everything at or below it."""

    PUBLIC = 0, _("public")
    PARTNER = 1, _("partner")
    RESTRICTED = 2, _("restricted")

    @property
    def code(self) -> str:
        """The word used outside."""
        return self.name.lower()

    @classmethod
    def from_code(cls, code: str) -> "Disclosure":
        return cls[code.upper()]


def disclosure_field() -> "models.PositiveSmallIntegerField[int, int]":
    """Public unless said otherwise; the database default is the same."""
    return models.PositiveSmallIntegerField(
        _("disclosure"),
        choices=Disclosure.choices,
        default=Disclosure.PUBLIC,
        db_default=Disclosure.PUBLIC,
        help_text=_("Who may see this outside: public, partner or restricted."),
    )


def masked(expression: str) -> str:
    """SQL for a text column with every name of a protected individual replaced by the public one.

    Sources print names that the register protects, in titles and in quotations; those words are kept as they
    stand and leave only through this. The pattern is read once per statement; only texts that hold a name are
    rewritten.
    """
    return f"CASE WHEN {holds_name(expression)} THEN mask_protected({expression}) ELSE {expression} END"


def holds_name(*expressions: str) -> str:
    """SQL for whether any of these texts may hold the name of a protected individual: one look at all of them together.

    The hint, of the longest word of each name, is quick, and finds all that the pattern finds and more (``sources.0014``).
    """
    # The expressions are columns named in our own code, never values.
    text = expressions[0] if len(expressions) == 1 else f"concat_ws(chr(10), {', '.join(expressions)})"
    return (
        f"({text} ~* (SELECT coalesce(hint, '') FROM protected_pattern)"  # noqa: S608
        f" AND {text} ~* (SELECT pattern FROM protected_pattern))"
    )


def masked_where(holds: str, expression: str) -> str:
    """``masked`` for a text of which another column tells whether it may hold a name."""
    return f"CASE WHEN {holds} THEN {masked(expression)} ELSE {expression} END"


def masked_address(expression: str) -> str:
    """SQL for an address: empty where it holds the name of a protected individual, for half an address misleads."""
    # chr(37) is the percent sign, which drivers would take for a placeholder.
    return (
        f"CASE WHEN {holds_name(expression)}"
        f" OR strpos({expression}, chr(37)) > 0 AND {holds_name(f'url_decode({expression})')}"
        f" THEN '' ELSE {expression} END"
    )


class Masked(models.Func):
    """``masked`` for a column in the ORM."""

    template = f"({masked('%(expressions)s')})"
    output_field = models.TextField()


class Mask:
    """``masked`` for text that is already in Python: one reading of the names serves a whole answer."""

    REMEMBERED = 20_000
    """Texts whose masked form is kept: names and titles come again and again."""

    def __init__(self, names: list[tuple[re.Pattern[str], str]], hints: set[str]) -> None:
        self._names = names
        # Most texts hold no name at all, which one look tells, and the longest words of all names tell sooner.
        self._any = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in names) or r"(?!)", re.IGNORECASE)
        self._hint = re.compile("|".join(sorted(hints)) or r"(?!)", re.IGNORECASE)
        self._known: dict[str, str] = {}

    @classmethod
    def load(cls) -> Self:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pattern, whole_word, replacement, hint FROM protected_name ORDER BY weight DESC, id")
            rows = cursor.fetchall()
        return cls(
            [
                (re.compile(rf"\b(?:{pattern})\b" if whole_word else pattern, re.IGNORECASE), replacement)
                for pattern, whole_word, replacement, _hint in rows
            ],
            {hint for *_name, hint in rows},
        )

    def text(self, value: str) -> str:
        """The text with each name replaced by its public one, the most telling first."""
        if not value:
            return value
        masked = self._known.get(value)
        if masked is None:
            masked = self._replaced(value) if self._holds_name(value) else value
            if len(self._known) >= self.REMEMBERED:
                self._known.clear()
            self._known[value] = masked
        return masked

    def _holds_name(self, value: str) -> bool:
        return bool(self._hint.search(value) and self._any.search(value))

    def _replaced(self, value: str) -> str:
        for pattern, replacement in self._names:
            value = pattern.sub(lambda _, public=replacement: public, value)  # type: ignore[misc]  # a bound default
        return value

    def address(self, value: str) -> str:
        """Empty where the address holds such a name, also behind its percent signs."""
        if self._holds_name(value) or ("%" in value and self._holds_name(unquote(value))):
            return ""
        return value
