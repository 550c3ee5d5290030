"""Whatever is sent, the admin answers in words: never a fault."""

import pytest
from django.contrib import admin

from accounts.models import User
from tests.admin.desk import Desk

MODELS = [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
JUNK = ["x", "-1", "9" * 40, "٣", "a\x00b", "<script>", "2018-99-99", "%", "x" * 5000]


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
        sent = {name: junk for name in names}
        counted = {
            name: "1" if name.endswith("TOTAL_FORMS") else "0" for name in names if name.endswith("_FORMS")
        }  # fmt: skip
        for data in ({}, sent, sent | counted):
            assert superuser.post(model, "add", data=data).status_code in {200, 302, 403}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("junk", JUNK)
def test_an_address_full_of_junk_is_answered(superuser: Desk, model: str, junk: str) -> None:
    for query in ({"q": junk}, {"p": junk}, {"o": junk}, {"status__exact": junk}, {junk: junk}, {"all": junk}):
        assert superuser.get(model, "changelist", **query).status_code in {200, 302}
    if "/" not in junk:
        for page in ("change", "history", "delete"):
            assert superuser.get(model, page, junk).status_code in {302, 403, 404}


@pytest.mark.parametrize("junk", JUNK)
def test_a_field_that_finds_nothing_says_so(superuser: Desk, junk: str) -> None:
    asked = {"app_label": "incidents", "model_name": "claim", "field_name": "claimant"}

    assert superuser.client.get("/admin/autocomplete/", asked | {"term": junk}).status_code == 200
    assert superuser.client.get("/admin/autocomplete/", asked | {"field_name": junk}).status_code == 403


@pytest.mark.parametrize("junk", JUNK)
def test_an_action_on_junk_is_answered(superuser: Desk, junk: str) -> None:
    for model in ("incidents_claim", "incidents_incident"):
        data = {"action": "export_public", "_selected_action": [junk]}
        assert superuser.post(model, "changelist", data=data).status_code in {200, 302}
