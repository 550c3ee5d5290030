"""What stands under a field of a form stands in the codebook as well: both kinds of readers understand it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import RequestFactory

from accounts.models import User
from config.naming import ROOMS

# What only programmers know, and what makes it plain to everybody else.
JARGON = {
    r"\bnull\b": r"\(null in JSON\)",
    r"\bEDTF\b": r"\d{4}",
    r"\bBCP 47\b": r"\bsuch as\b",
    r"\bISO \d": r"\bsuch as\b|\(Latn\)",
    r"\bWGS 84\b": r"\bsuch as\b",
    r"\bSHA-256\b": r"\bFingerprint\b",
    r"\bP-code\b": r"\bsuch as\b|where there is one",
}


def of_models() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        if model.__module__.partition(".")[0] in ROOMS and model._meta.app_label != "accounts":
            for field in model._meta.get_fields():
                yield f"{model._meta.label}.{field.name}", str(getattr(field, "help_text", ""))


def of_forms(user: Any) -> Iterator[tuple[str, str]]:
    request = RequestFactory().get("/")
    request.user = user
    for model, model_admin in admin.site._registry.items():
        if model.__module__.partition(".")[0] in ROOMS and model_admin.has_add_permission(request):
            forms = [
                model_admin.get_form(request),
                *(inline.form for inline in model_admin.get_inline_instances(request)),
            ]
            for form in forms:
                for name, field in form.base_fields.items():
                    yield f"{form.__name__}.{name}", str(field.help_text)


@pytest.mark.django_db
def test_no_help_text_speaks_to_programmers_alone() -> None:
    texts = {*of_models(), *of_forms(User(is_superuser=True, is_active=True, is_staff=True))}
    assert len(texts) > 200
    wrong = {
        where: text
        for where, text in texts
        for word, plainly in JARGON.items()
        if re.search(word, text, re.IGNORECASE) and not re.search(plainly, text)
    }
    assert wrong == {}
