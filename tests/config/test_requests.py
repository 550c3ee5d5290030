"""More than a form holds is refused in words, and no file is taken anywhere."""

import tempfile
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client

ADD = "/admin/sources/party/add/"
PLACES = ["/admin/login/", ADD, "/i18n/setlang/"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PLACES)
@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"note": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}, 413, "too much for one form"),
        ({f"f{number}": "" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}, 413, "too many rows"),
        ({"file": SimpleUploadedFile("a.svg", b"<svg onload=alert(1)>")}, 400, "No page here takes files"),
    ],
    ids=["big", "many", "file"],
)
def test_too_much_is_refused_in_words(admin_client: Client, address: str, sent: dict, status: int, words: str) -> None:
    before = set(Path(tempfile.gettempdir()).glob("*.upload*"))
    answer = admin_client.post(address, sent)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert set(Path(tempfile.gettempdir()).glob("*.upload*")) == before


@pytest.mark.django_db
def test_a_long_form_is_taken(admin_client: Client) -> None:
    rows = {f"f{number}": "x" for number in range(15_000)}
    assert admin_client.post(ADD, rows | {"code": "made-up", "name": "Made up"}).status_code == 302


def test_no_model_and_no_form_has_a_file() -> None:
    """Whoever adds one has to say what is checked: its kind by its content, its size, where it is kept, how it is served."""
    held = [
        f"{model.__name__}.{column.name}"
        for model in apps.get_models()
        for column in model._meta.get_fields()
        if isinstance(column, models.FileField)
    ]
    asked = [
        f"{type(model_admin).__name__}.{name}"
        for model_admin in admin.site._registry.values()
        for name, widget in model_admin.form.base_fields.items()
        if isinstance(widget, forms.FileField)
    ]
    assert held == asked == []
    assert settings.FILE_UPLOAD_HANDLERS == []
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES == 0
