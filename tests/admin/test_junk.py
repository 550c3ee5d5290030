"""Whatever is sent, the admin answers in words: never a fault."""

import pytest
from django.contrib import admin

from accounts.models import User
from tests.admin.desk import Desk

MODELS = [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
LISTS = ["incidents_incident", "incidents_claim", "incidents_statement", "incidents_measure", "sources_source"]
ANSWERED = {200, 302, 400, 403, 404}
JUNK = ["x", "9" * 40, "a\x00b", "٣%<script>"]


@pytest.fixture
def superuser(db: None) -> Desk:
    return Desk(User.objects.create_superuser("root-example", password="not used"))


@pytest.mark.parametrize("model", MODELS)
def test_a_form_full_of_junk_comes_back_or_is_refused(superuser: Desk, model: str) -> None:
    page = superuser.get(model, "add")
    names: list[str] = []
    if page.status_code == 200:
        names = list(page.context["adminform"].form.fields)
        for formset in (inline.formset for inline in page.context["inline_admin_formsets"]):
            names += [f"{formset.prefix}-0-{name}" for name in formset.empty_form.fields if name != "id"]
            names += [f"{formset.prefix}-TOTAL_FORMS", f"{formset.prefix}-INITIAL_FORMS"]

    for junk in JUNK:
        sent = dict.fromkeys(names, junk)
        counted = {
            name: "1" if name.endswith("TOTAL_FORMS") else "0" for name in names if name.endswith("_FORMS")
        }  # fmt: skip
        for data in ({}, sent, sent | counted):
            assert superuser.post(model, "add", data=data).status_code in ANSWERED


@pytest.mark.parametrize("model", LISTS)
@pytest.mark.parametrize("junk", JUNK)
def test_an_address_full_of_junk_is_answered(superuser: Desk, model: str, junk: str) -> None:
    for query in ({"q": junk}, {"p": junk}, {"o": junk}, {"status__exact": junk}, {junk: junk}, {"all": junk}):
        assert superuser.get(model, "changelist", **query).status_code in ANSWERED
    if "/" not in junk:
        for page in ("change", "history", "delete"):
            assert superuser.get(model, page, junk).status_code in ANSWERED


@pytest.mark.parametrize("junk", JUNK)
def test_a_field_that_finds_nothing_says_so(superuser: Desk, junk: str) -> None:
    asked = {"app_label": "incidents", "model_name": "claim", "field_name": "claimant"}

    assert superuser.client.get("/admin/autocomplete/", asked | {"term": junk}).status_code in ANSWERED
    assert superuser.client.get("/admin/autocomplete/", asked | {"field_name": junk}).status_code in ANSWERED


@pytest.mark.parametrize("junk", JUNK)
def test_an_action_on_junk_is_answered(superuser: Desk, junk: str) -> None:
    for model in ("incidents_claim", "incidents_incident"):
        data = {"action": "export_public", "_selected_action": [junk]}
        assert superuser.post(model, "changelist", data=data).status_code in ANSWERED
