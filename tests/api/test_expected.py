"""Every line of what the founding case is expected to come to is so in the API's answer and in CSV."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from exchange.seeding.identity import identifier, reference
from tests.api.client import get, results, rows

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = yaml.safe_load((ROOT / "fixtures" / "founding_case_expected.yaml").read_text("utf-8"))["expected"]
SCENARIO = ROOT.parent / "shared" / "scenario" / "southern-damascus-2018.yaml"

pytestmark = pytest.mark.django_db


def named(line: dict[str, Any]) -> str:
    return "-".join(
        str(line[key]) for key in ("incident", "measure", "population", "place", "between") if line.get(key)
    )


LINES = [pytest.param(line, id=named(line)) for line in EXPECTED if "between" not in line]
BETWEEN = [pytest.param(line, id=named(line)) for line in EXPECTED if "between" in line]


def code(value: dict[str, Any] | None) -> str | None:
    return value["code"] if value else None


def asked(line: dict[str, Any], scopes: list[dict[str, Any]], of: Any) -> list[dict[str, Any]]:
    """The scopes that a line is about; ``of`` reads a key of it from a scope."""
    found = [scope for scope in scopes if scope["measure"] == line["measure"]]
    for key in ("population", "cause", "place"):
        if key in line:
            found = [scope for scope in found if of(scope, key) == line[key]]
    return found


@pytest.fixture
def relations_csv(tmp_path: Path) -> list[dict[str, str]]:
    file = tmp_path / "relations.csv"
    call_command("export_data", "scope_relations", out=str(file))
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))


def test_these_lines_are_those_of_the_scenario() -> None:
    if SCENARIO.is_file():
        assert yaml.safe_load(SCENARIO.read_text("utf-8"))["expected"] == EXPECTED
    assert len(EXPECTED) == 16


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_true_in_the_answer_about_its_incident(line: dict[str, Any]) -> None:
    answer = get(f"incidents/{reference(line['incident'])}/")
    found = asked(line, answer["scopes"], lambda scope, key: scope[key] if key == "cause" else code(scope[key]))
    if line["incident"] == "S1":
        assert {(code(one["population"]), code(one["place"]), one["low"], one["high"]) for one in found} == SOUTH
        assert [one["history"] for one in found if one["high"] == 120] == [[str(identifier("claim", "C9"))]]
        return
    if "warning" in line:
        (scope,) = [one for one in found if any(w["code"] == line["warning"] for w in one["warnings"])]
        (warning,) = [one for one in scope["warnings"] if one["code"] == line["warning"]]
        assert warning["detail"] == WARNED[line["warning"]]
        assert scope["basis"] == ("stock" if line["warning"] == "jump" else "cumulative")
        return
    (scope,) = found
    for key in (
        "relation",
        "low",
        "high",
        "open_ended",
        "gap",
        "documents",
        "claimants",
        "roots",
        "independent_groups",
    ):
        if key in line:
            assert scope[key] == line[key], key
    if "claims" in line:
        assert len(scope["speaking"]) == line["claims"]
    if line["incident"] == "T1":
        assert scope["speaking"] == [str(identifier("claim", "T22"))]
        assert len(scope["history"]) == 5


SOUTH = {
    ("all", "C1002", 9, 9),
    ("civilians", None, 11, 11),
    ("all", None, 120, 120),
    ("gov-forces", None, 64, 64),
    ("palestinians", None, 6, 6),
}
WARNED = {
    "cumulative_fell": "a running total fell, from 196 to 195",
    "jump": "rose from 1164 to 1604 within 106 days",
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_true_in_csv(line: dict[str, Any]) -> None:
    listed = rows("figures/", incident=reference(line["incident"]))
    names = {"population": "population_code", "place": "place_code", "cause": "cause"}
    found = asked(line, listed, lambda row, key: row[names[key]] or None)
    if line["incident"] == "S1":
        assert {(r["population_code"], r["place_code"] or None, int(r["low"]), int(r["high"])) for r in found} == SOUTH
        return
    if "warning" in line:
        (row,) = [one for one in found if line["warning"] in one["warnings_code"].split(" | ")]
        assert WARNED[line["warning"]] in row["warnings_detail"].split(" | ")
        return
    (row,) = found
    for key in (
        "relation",
        "low",
        "high",
        "open_ended",
        "gap",
        "documents",
        "claimants",
        "roots",
        "independent_groups",
    ):
        if key in line:
            value = line[key]
            said = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            assert row[key] == said, key
    if "claims" in line:
        assert len(row["speaking"].split(" | ")) == line["claims"]
    if line["incident"] == "T1":
        assert len(row["history"].split(" | ")) == 5


@pytest.mark.parametrize("line", BETWEEN)
def test_a_line_between_two_claims_is_true(line: dict[str, Any], relations_csv: list[dict[str, str]]) -> None:
    one, other = (str(identifier("claim", key)) for key in line["between"])
    incident = get(f"claims/{one}/")["incident"]
    answer = get(f"incidents/{incident}/")
    scope = {claim: scope["id"] for scope in answer["scopes"] for claim in scope["speaking"]}

    between = [pair for pair in answer["scope_relations"] if {pair["a"], pair["b"]} == {scope[one], scope[other]}]

    assert [pair["relation"] for pair in between] == [line["relation"]]
    if line["relation"].startswith("broader"):
        assert between[0]["a"] == scope[one]
    (row,) = [row for row in relations_csv if {row["a"], row["b"]} == {scope[one], scope[other]}]
    assert (row["relation"], row["detail"]) == (line["relation"], between[0]["detail"])


def test_a_place_wider_than_the_camp_is_no_conflict_and_rests_on_the_same_root() -> None:
    both = [get(f"claims/{identifier('claim', key)}/") for key in ("C11", "C14")]
    assert {claim["scope"] for claim in both} == {claim["scope"] for claim in both}
    observatory = {claim["id"] for claim in results("claims/", root="sohr")}
    assert {claim["id"] for claim in both} <= observatory
    assert not {claim["id"] for claim in both} & {claim["id"] for claim in results("claims/", has_conflict="true")}


def test_no_sum_is_anywhere_over_the_running_toll() -> None:
    """9, 11, 60, 120, 64 and 6 are counts of overlapping people: no total of them is told."""
    for scope in get(f"incidents/{reference('S1')}/")["scopes"]:
        assert scope["low"] in {9, 11, 120, 64, 6, 200}


def test_the_same_filter_gives_the_same_scopes_in_json_and_csv() -> None:
    for asked_for in (
        {"has_conflict": "true"}, {"relation": "no_number,single"}, {"root": "sohr"}, {"claimant": "airwars"},
        {"population": "palestinians"}, {"place": "SY01"}, {"warning": "cumulative_fell"}, {"minimum_gte": "100"},
        {"basis": "stock"}, {"has_figure": "false", "measure": "killed"}, {"occurred_after": "2018-04-24"},
    ):  # fmt: skip
        listed = results("figures/", **asked_for)
        assert listed, asked_for
        assert {one["id"] for one in listed} == {row["id"] for row in rows("figures/", **asked_for)}, asked_for
