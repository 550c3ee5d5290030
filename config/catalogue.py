"""The catalogues of translations: what there is to translate, what is translated, and what is wrong with it.

Two catalogues: ours, and one for the packages whose words people see, with what Django's own catalogue lacks of
them. Both are kept as text (``.po``) and as what Django reads (``.mo``), so that a machine with nothing but Python
has them. Everything here works with Babel, which is needed to make catalogues and not to use them.
"""

import gettext
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from config.naming import ROOMS, self_named

LANGUAGE = "ar"
# As Django's own, or what is in the two would be taken for two languages.
PLURALS = (
    "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;"
)
NUMBER_OF_PLURALS = 6

HEADER = (
    ("Project-Id-Version", "Sijil"),
    ("Language", LANGUAGE),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
    ("Plural-Forms", PLURALS),
)

KEYWORDS = {
    "_": None,
    "_now": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "phrase": None,
}
PACKAGES = (
    "unfold", "axes", "django_otp", "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.messages", "django.contrib.postgres", "django.contrib.sessions", "django.core", "django.db",
    "django.forms", "django.utils", "django.views",
)  # fmt: skip
# Of packages that bring support for others which we do not use, and what only programmers read.
UNUSED = re.compile(
    r"unfold/contrib/(?!filters|forms|inlines)|/management/|/migrations/|/plugins/(?!otp_totp)|checks\.py|/tests/"
)

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
POSITIONAL = re.compile(r"%[sd]|\{\}")
TAG = re.compile(r"</?\w+")
LATIN_MARK = re.compile(r"[\u0600-\u06ff»)][,;?]")

Key = tuple[str, str | None]
"""A message by its (singular) text and its context."""


@dataclass(frozen=True, slots=True)
class Book:
    """One catalogue: where it is kept, and what it has to translate."""

    folder: Path
    wanted: Catalog

    @property
    def text(self) -> Path:
        return self.folder / LANGUAGE / "LC_MESSAGES" / "django.po"

    @property
    def compiled(self) -> Path:
        return self.text.with_suffix(".mo")

    def kept(self) -> Catalog:
        """What is translated so far."""
        if not self.text.exists():
            return _new()
        with self.text.open("rb") as file:
            return pofile.read_po(file, locale=LANGUAGE)


def books(checkout: Path) -> tuple[Book, Book]:
    """Ours, and that of the packages; where both have a message, ours is read."""
    ours = _new()
    for room in ROOMS:
        _add(ours, checkout / room, checkout)
    for field in self_named():
        ours.add(str(field.name).replace("_", " "), locations=[(f"{field.model.__module__.replace('.', '/')}.py", 0)])
    return Book(checkout / "locale", ours), Book(checkout / "locale" / "packages", _lacking(ours))


def _lacking(ours: Catalog) -> Catalog:
    """What the packages say and neither they, nor Django, nor our own catalogue have in the language."""
    root = Path(django.__file__).parent.parent
    said = _new()
    for package in PACKAGES:
        _add(said, root.joinpath(*package.split(".")), root)
    there = _shipped(root)
    lacking = _new()
    for message in said:
        if message.id and key(message) not in there and ours.get(key(message)[0], message.context) is None:
            lacking.add(message.id, locations=message.locations, context=message.context)
    return lacking


def _shipped(root: Path) -> set[Key]:
    """What Django and the packages bring in the language themselves."""
    folders = [root / "django" / "conf", *(root.joinpath(*package.split(".")) for package in PACKAGES)]
    there: set[Key] = set()
    for folder in folders:
        compiled = folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.mo"
        if compiled.exists():
            with compiled.open("rb") as file:
                there |= {_shipped_key(message) for message in mofile.read_mo(file) if message.id}
    return there


class _Catalog(Catalog):
    """A catalogue whose header names neither a day nor a version of Babel, so that it is written the same twice."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return list(HEADER)


def _new() -> Catalog:
    return _Catalog(locale=LANGUAGE, charset="utf-8", fuzzy=False)


def _shipped_key(message: Message) -> Key:
    """As ``key``; Babel leaves the context of a compiled message in bytes."""
    text, context = key(message)
    return text, context.decode() if isinstance(context, bytes) else context


def key(message: Message) -> Key:
    return (message.id if isinstance(message.id, str) else message.id[0]), message.context


def _add(catalog: Catalog, folder: Path, root: Path) -> None:
    """Everything that the files of a folder say through the functions of translation."""
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html")]):
        name = path.relative_to(root).as_posix()
        if UNUSED.search(name):
            continue
        for text, context in _said(path, name):
            catalog.add(text, locations=[(name, 0)], context=context)


def _said(path: Path, name: str) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # Django turns a template into something like Python; without indentation it can be read as such.
        source = "\n".join(line.strip() for line in templatize(source, origin=name).splitlines())
    elif "_(" not in source and "gettext" not in source and "phrase(" not in source:
        return
    for _line, text, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS, (), {}):
        yield text, context


def update(book: Book) -> None:
    """Write the catalogue anew: all that is wanted, each with its translation if it has one; and compile it."""
    kept = book.kept()
    fresh = _new()
    for message in sorted(book.wanted, key=lambda one: (one.locations[:1], key(one)[0], one.context or "")):
        if not message.id:
            continue
        known = kept.get(key(message)[0], message.context)
        text = known.string if known is not None and _same_shape(known, message) else ""
        fresh.add(
            message.id,
            string=text,
            locations=message.locations,
            flags=(known.flags & {"fuzzy"}) if known is not None else (),
            user_comments=known.user_comments if known is not None else (),
            context=message.context,
        )
    book.text.parent.mkdir(parents=True, exist_ok=True)
    head = "".join(f'"{name}: {value}\\n"\n' for name, value in HEADER)
    book.text.write_text(f'msgid ""\nmsgstr ""\n{head}\n{_body(fresh)}', encoding="utf-8")
    book.compiled.write_bytes(_compiled(book.kept()))


def _body(catalog: Catalog) -> str:
    out = io.BytesIO()
    pofile.write_po(out, catalog, width=0, omit_header=True, include_lineno=False)
    return out.getvalue().decode()


def _compiled(catalog: Catalog) -> bytes:
    plain = _new()
    for message in catalog:
        if message.id:
            plain.add(message.id, string=message.string, flags=message.flags, context=message.context)
    out = io.BytesIO()
    mofile.write_mo(out, plain)
    return out.getvalue()


def _same_shape(known: Message, message: Message) -> bool:
    return known.pluralizable == message.pluralizable


def problems(book: Book) -> Iterator[str]:
    """What is missing, left over, untranslated, doubtful, broken, or not compiled; a line each."""
    kept = book.kept()
    name = book.text.as_posix()
    for message in book.wanted:
        if not message.id:
            continue
        known = kept.get(key(message)[0], message.context)
        if known is None or not _same_shape(known, message):
            yield f"{name}: missing: {key(message)[0]!r} ({message.locations[0][0]})"
    for message in kept:
        if not message.id:
            continue
        if book.wanted.get(key(message)[0], message.context) is None:
            yield f"{name}: nobody says this any longer: {key(message)[0]!r}"
        elif message.fuzzy:
            yield f"{name}: fuzzy: {key(message)[0]!r}"
        else:
            yield from (f"{name}: {wrong}: {key(message)[0]!r}" for wrong in _wrong(message))
    if not book.compiled.exists() or _read(book.compiled.read_bytes()) != _read(_compiled(kept)):
        yield f"{book.compiled.as_posix()}: is not what its text compiles to; run manage.py catalogue"


def _wrong(message: Message) -> Iterator[str]:
    """What is wrong with one translation."""
    originals = (message.id,) if isinstance(message.id, str) else message.id
    texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
    if not all(texts) or (message.pluralizable and len(texts) != NUMBER_OF_PLURALS):
        yield "untranslated"
        return
    wanted = {tuple(sorted(PLACEHOLDER.findall(original))) for original in originals}
    for text in texts:
        found = sorted(PLACEHOLDER.findall(text))
        # A plural may say "one" or "two" in a word of its own; a placeholder without a name is always filled.
        fits = tuple(found) in wanted or (
            message.pluralizable
            and not POSITIONAL.search("".join(originals))
            and any(set(found) <= set(each) for each in wanted)
        )
        if not fits:
            yield f"placeholders differ ({', '.join(found) or 'none'})"
        if sorted(TAG.findall(text)) not in [sorted(TAG.findall(original)) for original in originals]:
            yield "tags differ"
        if originals[0].endswith("…") != text.endswith("…"):
            yield "… differs"
        marks = LATIN_MARK.findall(text)
        if marks:
            yield f"marks of another script ({' '.join(marks)})"


def _read(compiled: bytes) -> dict[object, object]:
    """All that a compiled catalogue says, less its header, which names the version of Babel."""
    read = gettext.GNUTranslations(io.BytesIO(compiled))
    said: dict[object, object] = dict(vars(read)["_catalog"])
    said.pop("", None)
    return said


def all_problems(checkout: Path) -> list[str]:
    """What is wrong with both catalogues."""
    return [problem.replace(f"{checkout.as_posix()}/", "") for book in books(checkout) for problem in problems(book)]
