"""Victims over REST and as CSV: what the sources say of each, and names for nobody who may not read them."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from api.v1.views import PublicLists
from exchange import export
from exchange.registry import REGISTRY
from incidents.services import incidents
from sources.disclosure import Disclosure
from tests.api.client import V1, complaint, get, results, rows
from tests.exchange.test_export import flat
from tests.factories import NOON
from tests.victims import people
from victims.models import NameRead
from victims.services import review

pytestmark = pytest.mark.django_db

PUBLIC, PARTNER, RESTRICTED = Disclosure
PARTS = (people.NAME, people.NAME_AR, "Mithal", "المثال")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Answer the test's requests for a reader of another level, as tokens will."""
    return lambda level: monkeypatch.setattr(PublicLists, "level", level)


def everything(*paths: str) -> str:
    """Every answer in which a name could betray itself."""
    client = Client()
    asked = [f"victims/{query}" for query in (
        "", "?total=true", "?search=mithal", f"?search={people.NAME_AR}", "?search=zzz", "?format=csv", "?ordering=-reference",
        "?ordering=names", "?name=Mithal", "?fate=Mithal", "?cursor=Mithal",
    )]  # fmt: skip
    asked += ["claims/?search=mithal", "incidents/?search=mithal", "sources/?search=mithal", "schema/", *paths]
    answers = []
    for path in asked:
        response = client.get(f"{V1}{path}")
        body = b"".join(response.streaming_content) if response.streaming else response.content
        answers.append(body.decode().replace(path.partition("?")[2].partition("=")[2] or "\0", ""))
    return "\n".join(answers)


def test_a_victim_is_its_records_side_by_side_with_their_sources(register):
    incident, relay = register.published(), register.organization()
    first = people.accepted(
        register, incident, occupation="baker", born="1988~", fate_date="2025-03-01", locator="row 7", relays=[relay]
    )
    second = people.accepted(register, incident, age=35, occupation="Baker")
    victim = people.linked(register, first, second)
    answer = get(f"victims/{victim.reference}/")
    assert answer["reference"] == victim.reference
    assert answer["url"].endswith(f"/api/v1/victims/{victim.reference}/")
    assert answer["conflicts"] == ["age"]
    assert {record["id"] for record in answer["records"]} == {str(first.pk), str(second.pk)}
    shown = next(record for record in answer["records"] if record["id"] == str(first.pk))
    assert shown["incident"] == incident.reference
    assert shown["age"] == {"number": 30, "unit": "years"}
    assert shown["born"]["edtf"] == "1988~"
    assert shown["fate"] == "killed"
    assert shown["claimant"]["code"] == first.claimant.code
    assert shown["citation"]["source"]["id"] == str(first.source_id)
    assert shown["citation"]["locator"] == "row 7"
    assert [one["organization"]["code"] for one in shown["citation"]["relays"]] == [relay.code]
    assert (shown["names"], shown["description"], shown["citation"]["stated"]) == ([], "", "")
    assert shown["name_withheld"] is True
    assert results("victims/") == [answer]


def test_answers_are_what_the_schema_says_and_nothing_else(register, at):
    schema = yaml.safe_load((Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
    record = people.accepted(register, register.published(), born="1988", sex="", description="a baker")
    victim = people.linked(register, record, people.accepted(register, register.published(), age=None, age_unit=""))
    for level in Disclosure:
        at(level)
        for path, answer in (
            ("/api/v1/victims/", get("victims/")),
            ("/api/v1/victims/{key}/", get(f"victims/{victim.reference}/")),
        ):
            described = schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            Draft202012Validator({**described, "components": schema["components"]}).validate(answer)


def test_withheld_names_are_nowhere_in_any_answer(register):
    incident = register.published()
    record = people.accepted(register, incident, description=f"son of {people.NAME}", note=people.NAME)
    victim = people.linked(register, record, people.accepted(register, incident, fate="missing"))
    text = everything(f"victims/{victim.reference}/", f"incidents/{incident.reference}/", f"victims/{people.NAME}/")
    text = text.replace(f"victims/{people.NAME}/", "")
    assert victim.reference in text
    for part in PARTS:
        assert part not in text
    assert not NameRead.objects.exists()


def test_searching_for_a_withheld_name_is_like_searching_for_nothing(register):
    people.linked(register, people.accepted(register, register.published()))
    for name in ("mithal", "المثال"):
        assert get("victims/", search=name, total="true") == get("victims/", search="zzz", total="true")


def test_the_withheld_name_is_not_even_fetched(register):
    people.linked(register, people.accepted(register, register.published(), description=people.NAME))
    seen: list[str] = []

    def watch(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, parameters, many, context)
        cursor = context["cursor"].cursor
        if cursor.description:
            found = cursor.fetchall()
            seen.append(str(found))
            if found:
                cursor.scroll(0, mode="absolute")
        return answer

    with connection.execute_wrapper(watch):
        assert results("victims/")
    assert seen
    assert not any(part in text for part in PARTS for text in seen)


def test_a_public_name_is_shown_found_and_exported_and_is_not_logged(register):
    record = people.accepted(register, register.published())
    victim = people.linked(register, record)
    people.disclosed(register, record, PUBLIC)
    [shown] = get(f"victims/{victim.reference}/")["records"]
    assert shown["name_withheld"] is False
    assert shown["names"] == [
        {"text": people.NAME_AR, "script": "Arab", "language": "ar", "kind": "full"},
        {"text": people.NAME, "script": "Latn", "language": "", "kind": "transliteration"},
    ]
    assert shown["citation"]["stated"].startswith(people.NAME_AR)
    assert [one["reference"] for one in results("victims/", search="MITHAL")] == [victim.reference]
    [row] = rows("victims/")
    assert row["names"] == f"{people.NAME_AR} | {people.NAME}"
    assert (row["names_script"], row["name_withheld"]) == ("Arab | Latn", "false")
    assert not NameRead.objects.exists()


def test_a_partner_reads_by_agreement_until_its_last_day_and_is_logged(register, at):
    incident = register.published()
    shared, past, kept = (people.accepted(register, incident) for _ in range(3))
    people.disclosed(register, shared, PARTNER)
    people.disclosed(register, past, PARTNER, expires=people.PAST)
    for record in (shared, past, kept):
        people.linked(register, record)
    assert all(one["name_withheld"] for victim in results("victims/") for one in victim["records"])
    at(PARTNER)
    shown = {one["id"]: one for victim in results("victims/") for one in victim["records"]}
    assert {key for key, one in shown.items() if one["names"]} == {str(shared.pk)}
    assert {key for key, one in shown.items() if one["name_withheld"]} == {str(past.pk), str(kept.pk)}
    assert {row["id"] for row in rows("victims/") if row["names"] or row["citation_stated"]} == {str(shared.pk)}
    readings = list(NameRead.objects.order_by("pk").values_list("door", "client", "records"))
    assert readings == [("api", "127.0.0.1", [shared.pk]), ("csv", "127.0.0.1", [shared.pk])]


def test_the_command_names_who_exported_names(register, tmp_path, capfd):
    record = people.accepted(register, register.published())
    people.linked(register, record)
    file = tmp_path / "victims.csv"
    call_command("export_data", "victims", out=str(file))
    assert people.NAME not in file.read_text(encoding="utf-8")
    assert not NameRead.objects.exists()
    call_command("export_data", "victims", out=str(file), disclosure="restricted")
    assert people.NAME in file.read_text(encoding="utf-8")
    reading = NameRead.objects.get()
    assert (reading.door, reading.records) == ("csv", [record.pk])
    assert reading.client.startswith("export_data")


def test_names_are_exported_for_nobody_unnamed(register):
    people.linked(register, people.accepted(register, register.published()))
    kind = export.by_name("victims")
    with pytest.raises(ValueError, match="no reader"):
        list(export.stream(kind, kind.visible(RESTRICTED), level=RESTRICTED, root="/"))


HIDING = {
    "the record is restricted": lambda register, record: type(record).objects.filter(pk=record.pk).update(disclosure=2),
    "the claimant is restricted": lambda register, record: type(record.claimant)
    .objects.filter(pk=record.claimant_id).update(disclosure=2),
    "the source is restricted": lambda register, record: type(record.source)
    .objects.filter(pk=record.source_id).update(disclosure=2),
    "a relay is restricted": lambda register, record: type(record.claimant)
    .objects.filter(person_relays__record=record).update(disclosure=2),
    "the incident is withdrawn": lambda register, record: incidents.withdraw(
        record.incident, by=register.reviewer, at=NOON, note="n"),
    "the record is retracted": lambda register, record: review.retract(record, by=register.reviewer, at=NOON, note="n"),
    "the record is voided": lambda register, record: review.void(record, by=register.reviewer, at=NOON, note="n"),
}  # fmt: skip


@pytest.mark.parametrize("reason", HIDING)
def test_a_victim_all_of_whose_records_are_hidden_does_not_exist(reason, register):
    incident = register.published()
    record = people.accepted(register, incident, relays=[register.organization()])
    victim = people.linked(register, record)
    assert get(f"victims/{victim.reference}/")["records"]
    HIDING[reason](register, record)
    get(f"victims/{victim.reference}/", 404)
    assert get("victims/", total="true") | {"results": []} == {
        "next": None, "previous": None, "total": 0, "results": [],
    }  # fmt: skip
    assert rows("victims/") == []


def test_a_hidden_record_changes_nothing_of_what_is_seen(register):
    incident = register.published()
    victim = people.linked(register, people.accepted(register, incident))
    before = get(f"victims/{victim.reference}/"), rows("victims/")
    people.link(register, people.accepted(register, incident, age=80, sex="female", disclosure=2), victim)
    people.link(register, people.proposed(register, incident, age=81), victim)
    people.linked(register, people.accepted(register, register.published(disclosure=2)))
    assert (get(f"victims/{victim.reference}/"), rows("victims/")) == before
    assert results("victims/", sex="female") == []
    assert get("victims/", total="true")["total"] == 1


def test_filters_choose_victims_by_one_and_the_same_record(register):
    incident, other = register.published(), register.published(occurred="2018-04-21")
    first = people.accepted(register, incident, sex="male", civil_status="civilian", cause_id="shelling")
    second = people.accepted(register, other, sex="female", fate="missing", age_band="adult")
    both = people.linked(register, first, second)

    def found(**asked: str) -> list[str]:
        return [one["reference"] for one in results("victims/", **asked)]

    for asked in (
        {"incident": incident.reference}, {"claimant": first.claimant.code}, {"source": str(first.source_id)}, {"sex": "male"},
        {"fate": "killed,detained"}, {"civil_status": "civilian"}, {"age_band": "adult"}, {"cause": "shelling"},
        {"place": "SY07"}, {"occurred_before": "2018-12-31"}, {"sex": "female", "fate": "missing"},
    ):  # fmt: skip
        assert found(**asked) == [both.reference], asked
    assert found(sex="male", fate="missing") == []
    assert found(place="SY02") == []
    for name, value in {"fate": "gone", "sex": "m", "cause": "no-such", "status": "accepted", "age": "3"}.items():
        assert name in complaint("victims/", **{name: value})["detail"]


def test_a_record_with_a_place_of_its_own_is_found_there_and_not_elsewhere(register):
    from places.models import Place

    people.linked(register, people.accepted(register, register.published(), place=Place.objects.get(code="SY02")))
    assert len(results("victims/", place="SY02")) == 1
    assert results("victims/", place="SY07") == []


def test_pages_follow_each_other(register):
    references = {people.linked(register, people.accepted(register, register.published())).reference for _ in range(3)}
    page = get("victims/", page_size=2)
    seen = [one["reference"] for one in page["results"]]
    following = Client().get(page["next"]).json()
    assert seen + [one["reference"] for one in following["results"]] == sorted(references)


def test_csv_says_what_json_says(register):
    record = people.accepted(
        register, register.published(), born="1988~", occupation='baker, "of bread"', civil_status="civilian"
    )
    people.disclosed(register, record, PUBLIC)
    people.linked(register, record)
    [victim], [row] = results("victims/"), rows("victims/")
    columns = {column.name for column in REGISTRY["victims"]}
    compared = set()
    for name, value in flat(
        {key: value for key, value in victim["records"][0].items() if key not in {"names", "citation"}}
    ):
        if name in columns:
            compared.add(name)
            assert row[name] == value, name
    assert {"age_number", "born_edtf", "occupation", "claimant_code", "fate", "recorded_at"} <= compared
    assert row["reference"] == victim["reference"]
    assert row["source_id"] == victim["records"][0]["citation"]["source"]["id"]


def test_a_list_costs_the_same_however_many_persons(register):
    incident = register.published()
    victim = people.linked(register, people.accepted(register, incident, relays=[register.organization()]))

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            results("victims/")
        return len(captured)

    before = cost()
    for _ in range(3):
        people.link(register, people.accepted(register, incident, relays=[register.organization()]), victim)
        people.linked(register, people.accepted(register, register.published()))
    assert cost() == before
