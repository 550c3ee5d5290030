"""What can be told of a name from its letters alone. No ORM; finding the same person by machine has its room here."""

import unicodedata

SCRIPTS = {
    "ARABIC": "Arab",
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "HEBREW": "Hebr",
    "ARMENIAN": "Armn",
    "SYRIAC": "Syrc",
}


def script_of(text: str) -> str:
    """The script (ISO 15924) in which most letters of a name are written; empty when none is known."""
    found: dict[str, int] = {}
    for letter in text:
        if letter.isalpha():
            script = SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0], "")
            found[script] = found.get(script, 0) + 1
    return max(found, key=lambda script: found[script]) if found else ""
