"""All of the founding case comes back over the API, as JSON and as CSV, exactly as in the files."""

import re
from typing import Any

import pytest
from django.test import Client

from exchange.seeding.files import load
from exchange.seeding.identity import identifier, reference
from sources import edtf
from tests.api.client import V1, get, results, rows

pytestmark = pytest.mark.django_db

CASE = {
    name: load("founding_case", name)
    for name in ("organizations", "sources", "incidents", "claims", "responsibility", "statements")
}
ORGANIZATIONS = {row["code"]: row for row in CASE["organizations"]}


def outside(code: str) -> str:
    """The code under which an organization is outside."""
    return ORGANIZATIONS[code].get("public_code", code)


def date(text: str | None, *, inferred: bool) -> dict[str, Any] | None:
    if not text:
        return None
    parsed = edtf.parse(text)
    return {
        "edtf": text,
        "earliest": parsed.earliest.isoformat() if parsed.earliest else None,
        "latest": parsed.latest.isoformat() if parsed.latest else None,
        "inferred": inferred,
    }


def expected(row: dict[str, Any]) -> dict[str, Any]:
    """What the API must say of a claim of the file."""
    source = CASE["sources"][row["source"]]
    published = date(source.get("published"), inferred=source.get("inferred", False))
    return {
        "id": str(identifier("claim", row["id"])),
        "incident": reference(row["incident"]),
        "measure": row["measure"],
        "population": row["population"],
        "population_stated": row.get("population_stated", ""),
        "cause": row.get("cause"),
        "place": row.get("place"),
        "basis": row.get("basis", "event"),
        "since": row.get("since"),
        "minimum": row["min"],
        "best": row.get("best"),
        "maximum": row["max"],
        "quantifier": row["quantifier"],
        "stance": row.get("stance", "asserts"),
        "stated": row["stated"],
        "claimant": outside(row["claimant"]),
        "source": str(identifier("source", row["source"])),
        "title": source.get("title", ""),
        "publisher": outside(source["publisher"]) if source["publisher"] else None,
        "url": source.get("url"),
        "locator": row.get("locator", ""),
        "relays": [outside(code) for code in row.get("relays", [])],
        "derived_from": [(outside(code), row.get("strength", "stated")) for code in row.get("derived_from", [])],
        "part_of": str(identifier("claim", row["part_of"])) if "part_of" in row else None,
        "as_of": date(row["as_of"], inferred=False)
        if "as_of" in row
        else published and {**published, "inferred": True},
    }


def from_json(claim: dict[str, Any]) -> dict[str, Any]:
    [citation] = claim["citations"]
    count, source = claim["count"], citation["source"]
    return {
        **{name: claim[name] for name in ("id", "incident", "measure", "population_stated", "cause", "basis", "since")},
        **{name: count[name] for name in ("minimum", "best", "maximum", "quantifier", "stance", "stated")},
        "population": claim["population"] and claim["population"]["code"],
        "place": claim["place"] and claim["place"]["code"],
        "claimant": claim["claimant"]["code"],
        "source": source["id"],
        "title": source["title"],
        "publisher": source["publisher"] and source["publisher"]["code"],
        "url": source["url"],
        "locator": citation["locator"],
        "relays": [relay["organization"]["code"] for relay in citation["relays"]],
        "derived_from": [(rest["organization"]["code"], rest["strength"]) for rest in claim["derived_from"]],
        "part_of": claim["part_of"],
        "as_of": claim["as_of"],
    }


def from_csv(row: dict[str, str]) -> dict[str, Any]:
    def number(cell: str) -> int | None:
        return int(cell) if cell else None

    def several(cell: str) -> list[str]:
        return cell.split(" | ") if cell else []

    as_of = {
        "edtf": row["as_of_edtf"],
        "earliest": row["as_of_earliest"] or None,
        "latest": row["as_of_latest"] or None,
    }
    assert row["citation_count"] == "1"
    return {
        **{name: row[name] for name in ("id", "incident", "measure", "population_stated", "basis", "locator")},
        **{name: number(row[f"count_{name}"]) for name in ("minimum", "best", "maximum")},
        **{name: row[f"count_{name}"] for name in ("quantifier", "stance", "stated")},
        "population": row["population_code"] or None,
        "cause": row["cause"] or None,
        "since": row["since"] or None,
        "place": row["place_code"] or None,
        "claimant": row["claimant_code"],
        "source": row["source_id"],
        "title": row["source_title"],
        "publisher": row["source_publisher_code"] or None,
        "url": row["source_url"] or None,
        "relays": several(row["relays"]),
        "derived_from": list(zip(several(row["derived_from"]), several(row["derived_from_strength"]), strict=True)),
        "part_of": row["part_of"] or None,
        "as_of": {**as_of, "inferred": row["as_of_inferred"] == "true"} if row["as_of_edtf"] else None,
    }


def test_there_are_fifty_claims_in_ten_incidents():
    claims = results("claims/")
    assert len(claims) == len(CASE["claims"]) == 50
    assert {claim["incident"] for claim in claims} == {reference(key) for key in CASE["incidents"]}
    assert len(CASE["incidents"]) == 10


@pytest.mark.parametrize(("read", "shaped"), [(results, from_json), (rows, from_csv)], ids=["json", "csv"])
def test_every_claim_comes_back_as_it_stands_in_the_file(read, shaped):
    found = {claim["id"]: claim for claim in map(shaped, read("claims/"))}
    assert found == {claim["id"]: claim for claim in map(expected, CASE["claims"])}


def test_the_killed_of_21_april_stand_side_by_side():
    incident = get(f"incidents/{reference('E2')}/")
    killed = {
        (claim["claimant"]["code"], claim["count"]["stated"]): (
            claim["population"]["code"],
            claim["place"] and claim["place"]["name"],
            claim["count"]["minimum"],
            claim["count"]["maximum"],
        )
        for claim in incident["claims"]
        if claim["measure"] == "killed" and claim["part_of"] is None
    }
    assert killed == {
        ("agps", "at least four"): ("palestinian-refugees", None, 4, None),
        ("ucdp", "3"): ("civilians", "Damascus", 3, 3),
        ("airwars", "3–4"): ("civilians", None, 3, 4),
    }


def test_incidents_come_back_with_their_dates_places_parts_and_kinds():
    found = {incident["reference"]: incident for incident in results("incidents/")}
    for key, row in CASE["incidents"].items():
        incident = found[reference(key)]
        assert incident["title"] == row["title"]
        assert incident["incident_type"] == row["type"]
        assert incident["occurred"]["edtf"] == row["occurred"]
        assert [place["code"] for place in incident["places"]] == row["places"]
        assert [place["code"] for place in incident["destinations"]] == row.get("destinations", [])
        assert incident["kinds"] == sorted(row.get("kinds", []))
        assert incident["part_of"] == [reference(whole) for whole in row.get("part_of", [])]
    assert found[reference("S1")]["parts"] == sorted(reference(key) for key in ("E1", "E2", "E3", "E4"))


def test_statements_and_responsibility_come_back_even_where_they_contradict_each_other():
    said = [
        (
            reference_of,
            one["kind"],
            one["value"],
            one["claimant"]["code"],
            one["when"] and one["when"]["edtf"],
            one["meaning"],
        )
        for reference_of in {reference(row["incident"]) for row in CASE["statements"]}
        for one in get(f"incidents/{reference_of}/")["statements"]
    ]
    assert sorted(map(str, said)) == sorted(
        str(
            (
                reference(row["incident"]), row["kind"], row["value"], outside(row["claimant"]), row.get("when"),
                row.get("meaning", ""),
            )
        )
        for row in CASE["statements"]
    )  # fmt: skip
    assert {
        (one["incident"], one["act"], one["claimant"]["code"], one["standing"]) for one in results("responsibility/")
    } == {
        (reference(row["incident"]), row["act"], outside(row["claimant"]), row.get("standing", ""))
        for row in CASE["responsibility"]
    }


def test_every_source_and_organization_is_listed():
    assert {source["id"] for source in results("sources/")} == {
        str(identifier("source", key)) for key in CASE["sources"]
    }
    listed = {organization["code"]: organization for organization in results("organizations/")}
    assert set(listed) == {outside(code) for code in ORGANIZATIONS}
    assert listed["activists-south-damascus"]["members"] == ["activist-1"]
    assert listed["sana"]["aligned_with"] == "government-of-syria"


def test_the_action_groups_running_total_has_one_speaking_claim_and_five_behind_it():
    series = results("claims/", incident=reference("T1"), measure="killed", claimant="agps")
    totals = [claim for claim in series if claim["part_of"] is None]
    assert len(totals) == 6
    assert [claim["count"]["stated"] for claim in totals if claim["speaks"]] == ["4,116"]
    by_id = {claim["id"]: claim["count"]["stated"] for claim in totals}
    assert {by_id[claim["id"]]: by_id.get(claim["superseded_by"]) for claim in totals} == {
        "3,443": "3,506", "3,506": "3,542", "3,542": "3,894", "3,894": "4,002", "4,002": "4,116", "4,116": None,
    }  # fmt: skip


PROTECTED = re.compile(
    "|".join(
        rf"{word}"
        for row in CASE["organizations"]
        if row.get("protected")
        for word in (row["code"], *(part for part in row["name"].replace("-", " ").split() if len(part) > 2))
    ),
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "path",
    ["", "organizations/", "sources/", "places/", "measures/", "populations/", "causes/", "parties/", "incidents/",
     "claims/", "citations/", "responsibility/", "codebook/", "schema/",
     *(f"incidents/{reference(key)}/" for key in CASE["incidents"])],
)  # fmt: skip
def test_no_protected_name_is_in_any_public_answer(path):
    lists = path.count("/") == 1 and path not in {"codebook/", "schema/"}
    pages = [Client().get(f"{V1}{path}", {"page_size": 1000} if lists else {})]
    if path in {"claims/", "citations/", "incidents/", "organizations/", "sources/"}:
        pages.append(Client().get(f"{V1}{path}", {"format": "csv"}))
    for page in pages:
        body = (b"".join(page.streaming_content) if page.streaming else page.content).decode()
        assert page.status_code == 200
        assert not PROTECTED.search(body)


@pytest.mark.parametrize("name", [row["name"] for row in CASE["organizations"] if row.get("protected")])
def test_searching_a_protected_name_finds_nothing(name):
    for path in ("organizations/", "claims/", "incidents/", "sources/"):
        for text in (name, name.split()[0], name.split()[-1]):
            assert results(path, search=text) == []


def test_a_protected_code_is_answered_like_one_that_does_not_exist():
    for path in ("claims/", "incidents/", "responsibility/"):
        hidden = get(path, 400, claimant="hazem-al-shamy")
        absent = get(path, 400, claimant="no-such-thing")
        assert str(hidden).replace("hazem-al-shamy", "X") == str(absent).replace("no-such-thing", "X")
    assert get("organizations/hazem-al-shamy/", 404) == get("organizations/no-such-thing/", 404)
    assert get("organizations/activist-1/")["name"] == "Activist 1"
