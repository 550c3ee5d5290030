"""Lists cost the same whatever they hold, find names in either script, and export what is public."""

import csv
import io

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.admin.base import ReadOnlyAdmin
from accounts.models import User
from incidents.models import Claim, Incident
from sources.models import Organization
from tests.admin.desk import Desk, visible_text
from tests.factories import Register

EVERYTHING = [
    (f"{model._meta.app_label}_{model._meta.model_name}", model) for model in admin.site._registry
]  # fmt: skip

NEVER_ADDED = {"accounts_historyentry", "incidents_revision", "victims_nameread", "victims_victim"}


@pytest.fixture
def superuser(db: None) -> Desk:
    return Desk(User.objects.create_superuser("root-example", password="not used"))


def queries(desk: Desk, model: str, page: str, *args: object) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(model, page, *args).status_code == 200
    return len(captured)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(("name", "model"), EVERYTHING)
def test_every_page_of_every_model_is_shown(superuser: Desk, name: str, model: type, language: str) -> None:
    User.objects.filter(pk=superuser.user.pk).update(language=language)
    closed = isinstance(admin.site._registry[model], ReadOnlyAdmin) or name in NEVER_ADDED
    pages = [("changelist",)] + ([] if closed else [("add",)])
    row = model._default_manager.order_by("pk").first()
    if row is not None:
        pages += [("change", row.pk), ("history", row.pk)]

    for page in pages:
        response = superuser.get(name, *page)
        assert response.status_code == 200, page
        assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in response.content.decode()
    assert superuser.get(name, "changelist", q="الـيرموك").status_code == 200


@pytest.mark.parametrize(
    ("model", "more"),
    [
        ("incidents_incident", lambda register: register.incident()),
        ("incidents_claim", lambda register: register.accepted(register.incident())),
        ("sources_source", lambda register: register.source(publisher=register.organization())),
        ("sources_organization", lambda register: register.organization()),
    ],
)
def test_a_list_costs_the_same_however_long(analyst: Desk, register: Register, model: str, more: object) -> None:
    more(register)
    queries(analyst, model, "changelist")
    before = queries(analyst, model, "changelist")
    for _number in range(5):
        more(register)

    assert queries(analyst, model, "changelist") == before


def test_an_incidents_page_costs_the_same_however_much_is_claimed(analyst: Desk, register: Register) -> None:
    incident = register.published()
    for _number in range(2):
        register.accepted(incident, relays=[register.organization()], rests_on=[register.organization()])
    queries(analyst, "incidents_incident", "change", incident.pk)
    before = queries(analyst, "incidents_incident", "change", incident.pk)
    for _number in range(5):
        register.accepted(incident, relays=[register.organization()], rests_on=[register.organization()])

    assert queries(analyst, "incidents_incident", "change", incident.pk) == before


@pytest.mark.parametrize(
    ("model", "field", "typed", "found"),
    [
        ("incident", "places", "اليرموك", "Yarmouk"),
        ("claim", "claimant", "المرصد", "Observatory"),
        ("claim", "claimant", "observatory", "Observatory"),
        ("claim", "population", "فلسطين", "Palestin"),
        ("claim", "measure", "قتل", "killed"),
    ],
)
def test_a_name_is_found_as_one_types_in_either_script(
    analyst: Desk, model: str, field: str, typed: str, found: str
) -> None:
    asked = {"app_label": "incidents", "model_name": model, "field_name": field, "term": typed}

    results = analyst.client.get("/admin/autocomplete/", asked).json()["results"]

    assert found in " ".join(result["text"] for result in results)


def test_a_protected_individual_is_clearly_marked(analyst: Desk) -> None:
    protected = Organization.objects.filter(is_protected=True).first()

    assert f"protected: outside “{protected.public_name}”" in visible_text(
        analyst.get("sources_organization", "changelist", q=protected.name)
    )
    assert "A protected individual" in visible_text(analyst.get("sources_organization", "change", protected.pk))


def selected(desk: Desk, model: str, rows: list, **more: str) -> object:
    data = {"action": "export_public", "_selected_action": [str(row.pk) for row in rows]} | more
    return desk.post(model, "changelist", data=data)


def table(response: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def test_selected_public_rows_are_exported_and_no_others(analyst: Desk, register: Register) -> None:
    incident = register.published()
    wanted = [register.accepted(incident), register.accepted(incident)]
    register.accepted(incident)

    response = selected(analyst, "incidents_claim", wanted)

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert {row["id"] for row in table(response)} == {str(claim.pk) for claim in wanted}


def test_what_is_not_public_stays_behind_and_is_counted(analyst: Desk, register: Register) -> None:
    public = register.published()
    hidden, draft = register.published(disclosure=2), register.incident()

    told = selected(analyst, "incidents_incident", [public, hidden, draft])
    response = selected(analyst, "incidents_incident", [public, hidden, draft], confirmed="1")

    assert "2 are left out because they are not public" in visible_text(told)
    assert [row["reference"] for row in table(response)] == [public.reference]


def test_all_rows_of_a_filtered_list_are_exported(analyst: Desk) -> None:
    first = Incident.objects.filter(status="published").first()
    data = {"action": "export_public", "_selected_action": [str(first.pk)], "select_across": "1"}

    response = analyst.post("incidents_incident", "changelist", data=data, query="?status__exact=published")

    assert {row["reference"] for row in table(response)} == set(
        Incident.objects.visible_to(0).values_list("reference", flat=True)
    )


def test_nothing_is_deleted_from_a_list(superuser: Desk, register: Register) -> None:
    claim = register.draft(register.incident())

    superuser.post("incidents_claim", "changelist", data={"action": "delete_selected", "_selected_action": [claim.pk]})

    assert Claim.objects.filter(pk=claim.pk).exists()
