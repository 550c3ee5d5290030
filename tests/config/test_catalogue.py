"""Every text that people read has a translation that fits, and what Django reads is what is written."""

from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.core.management import CommandError, call_command
from django.utils.translation import gettext, ngettext, override

from accounts.phrases import phrase
from accounts.telling import tell
from config import catalogue
from incidents import workflow

ROOT = Path(__file__).resolve().parents[2]


def test_every_text_is_translated():
    assert catalogue.all_problems(ROOT) == []


def test_the_check_tells_what_is_missing_and_fails(monkeypatch, capsys):
    monkeypatch.setattr(catalogue, "all_problems", lambda _checkout: ["locale/…: untranslated: 'Nobody'"])
    with pytest.raises(CommandError, match="1 to mend"):
        call_command("catalogue", check=True)
    assert "untranslated: 'Nobody'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "translation", "wrong"),
    [
        ("Assigned to %s.", "أُسندت.", "placeholders differ"),
        ("%(name)s is here", "%(nom)s هنا", "placeholders differ"),
        ("such as {examples}", "مثل", "placeholders differ"),
        ("into <bdi>%(into)s</bdi>", "في %(into)s", "tags differ"),
        ("Return…", "إعادة", "… differs"),
        ("One, two", "واحد, اثنان", "marks of another script"),
        ("Why?", "لماذا?", "marks of another script"),
        ("Sources", "", "untranslated"),
        (("%d row", "%d rows"), ("قيد", "قيد", "قيدان", "%d قيود", "%d قيداً", "%d قيد"), "placeholders differ"),
        (("%d row", "%d rows"), ("%d قيد", "%d قيود"), "untranslated"),
    ],
)
def test_a_translation_that_does_not_fit_is_told(text, translation, wrong):
    assert any(wrong in told for told in catalogue._wrong(Message(text, translation)))


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("Sources", "المصادر"),
        ("One, two; %(three)s?", "واحد، اثنان؛ %(three)s؟"),
        (("%(n)s row", "%(n)s rows"), ("لا قيود", "قيد", "قيدان", "%(n)s قيود", "%(n)s قيداً", "%(n)s قيد")),
    ],
)
def test_a_translation_that_fits_passes(text, translation):
    assert list(catalogue._wrong(Message(text, translation))) == []


def _book(tmp_path, **said):
    wanted = catalogue._new()
    for text in said.values():
        wanted.add(text, locations=[("here.py", 0)])
    return catalogue.Book(tmp_path, wanted)


def _translate(book, text, translation):
    book.text.write_text(
        book.text.read_text().replace(f'msgid "{text}"\nmsgstr ""', f'msgid "{text}"\nmsgstr "{translation}"')
    )


def test_bringing_up_to_date_keeps_translations_and_drops_what_nobody_says(tmp_path):
    book = _book(tmp_path, one="One", two="Two")
    catalogue.update(book)
    _translate(book, "One", "واحد")
    assert sorted(line.split(": ")[1] for line in catalogue.problems(book)) == [
        "is not what its text compiles to; run manage.py catalogue",
        "untranslated",
    ]

    later = _book(tmp_path, one="One", three="Three")
    told = " ".join(catalogue.problems(later))
    assert "missing: 'Three'" in told
    assert "nobody says this any longer: 'Two'" in told
    catalogue.update(later)
    assert later.kept().get("One").string == "واحد"
    assert later.kept().get("Two") is None
    _translate(later, "Three", "ثلاثة")
    catalogue.update(later)
    assert list(catalogue.problems(later)) == []

    before = later.compiled.read_bytes(), later.text.read_bytes()
    catalogue.update(later)
    assert (later.compiled.read_bytes(), later.text.read_bytes()) == before


def test_a_doubtful_translation_is_told(tmp_path):
    book = _book(tmp_path, one="One")
    catalogue.update(book)
    book.text.write_text(
        book.text.read_text().replace('msgid "One"\nmsgstr ""', '#, fuzzy\nmsgid "One"\nmsgstr "واحد"')
    )
    catalogue.update(book)
    assert [line for line in catalogue.problems(book) if "fuzzy" in line]


def test_templates_and_python_are_read(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        '{% load i18n %}\n  <p>{% translate "Who" %}</p>\n{% blocktranslate count counter=n %}{{ counter }} row'
        '{% plural %}{{ counter }} rows{% endblocktranslate %}{% include "x" with label=_("What") %}'
    )
    code = tmp_path / "code.py"
    code.write_text('x = _("One " "two")\ny = pgettext_lazy("role", "publisher")\nz = phrase("To %(verb)s")\n')
    said = {(text, context) for path in (page, code) for text, context in catalogue._said(path, path.name)}
    assert said == {
        ("Who", None), (("%(counter)s row", "%(counter)s rows"), None), ("What", None),
        ("One two", None), ("publisher", "role"), ("To %(verb)s", None),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("number", "words"), [(1, "ضحية واحدة"), (2, "ضحيتان"), (3, "3 ضحايا"), (11, "11 ضحية"), (100, "100 ضحية")]
)
def test_arabic_counts_in_its_own_forms(number, words):
    with override("ar"):
        told = ngettext("%d named, linked victim", "%d named, linked victims", number) % number
    assert told.startswith(words)


def test_the_packages_words_are_translated_too():
    with override("ar"):
        assert gettext("Reset filters") == "إزالة عوامل التصفية"


def test_what_a_pure_module_refuses_is_told_in_the_readers_language():
    with pytest.raises(workflow.TransitionError) as refused:
        workflow.check(
            workflow.CLAIM_STEPS, verb="accept", state="draft", actor=1, authors=[], note="",
            mode=workflow.ReviewMode.FOUR_EYES,
        )  # fmt: skip
    assert str(refused.value) == "Cannot accept what is draft; it must be proposed."
    with override("ar"):
        assert tell(refused.value.said) == "لا يمكن إجراء «قبول» على ما حالته «مسودة»؛ يجب أن تكون حالته: مقترح."


def test_several_values_are_listed_with_the_comma_of_the_language():
    said = phrase("%(words)s", words=(phrase("draft"), phrase("returned")))
    assert str(said) == "draft, returned"
    with override("ar"):
        assert tell(said) == "مسودة، مُعاد"
