"""The seed files: every code they use exists, and the founding case says exactly what its scenario says."""

from pathlib import Path

import pytest
import yaml

from incidents.counts import Count, Quantifier, Stance
from sources.edtf import parse

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT.parent / "shared" / "scenario" / "southern-damascus-2018.yaml"
REFERENCE = (
    "units",
    "measures",
    "populations",
    "causes",
    "incident_kinds",
    "organization_kinds",
    "source_kinds",
    "parties",
    "coding_rules",
    "places",
)
CASE = ("organizations", "sources", "incidents", "claims", "responsibility", "statements")
EDTF_KEYS = {"published", "occurred", "since", "as_of", "when"}


def load(folder, name, loader=yaml.SafeLoader):
    document = yaml.load((ROOT / "seeds" / folder / f"{name}.yaml").read_text("utf-8"), loader)
    assert list(document) == [name]
    return document[name]


def reference(name):
    return load("reference", name)


def case(name):
    return load("founding_case", name)


def codes(rows):
    return {row["code"] for row in rows}


def rows(section):
    """The rows of a section, which is a list or a mapping by key."""
    return list(section.values()) if isinstance(section, dict) else section


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def test_the_folders_hold_the_known_files_only():
    assert {path.stem for path in (ROOT / "seeds" / "reference").iterdir()} == {*REFERENCE, "roles"}
    assert {path.stem for path in (ROOT / "seeds" / "founding_case").iterdir()} == set(CASE)


@pytest.mark.parametrize("name", REFERENCE)
def test_codes_are_unique_and_labels_are_in_both_languages(name):
    table = reference(name)
    assert len(codes(table)) == len(table)
    for row in table:
        keys = {"coding_rules": ["language"], "parties": ["name", "name_ar"], "places": ["name"]}
        for key in keys.get(name, ["label", "label_ar"]):
            assert row[key].strip() == row[key] != "", row


@pytest.mark.parametrize("name", ["populations", "causes"])
def test_what_is_broader_exists_and_is_without_cycles(name):
    broader = {row["code"]: as_list(row.get("broader")) for row in reference(name)}
    for start in broader:
        ahead, seen = list(broader[start]), set()
        while ahead:
            code = ahead.pop()
            assert code != start, f"{start} is broader than itself"
            if code not in seen:
                seen.add(code)
                ahead += broader[code]


def test_all_persons_is_the_one_population_that_holds_every_other():
    assert [row["code"] for row in reference("populations") if "broader" not in row] == ["all"]


def test_population_dimensions_hold_known_values():
    allowed = {
        "civil_status": {"civilian", "combatant", "unknown"},
        "sex": {"female", "male"},
        "age_band": {"child", "adult"},
    }
    for row in reference("populations"):
        for dimension, values in allowed.items():
            assert row.get(dimension) in values | {None}, row


def test_a_measure_names_its_unit_and_people_are_counted_in_persons():
    for row in reference("measures"):
        assert row["unit"] in codes(reference("units"))
        assert row["counts_people"] is (row["unit"] == "persons")
        assert row["basis_default"] in {"event", "stock"}
        assert row["definition"]


def test_a_coding_rule_cites_the_publication_of_its_bounds_or_says_that_none_was_found():
    for row in reference("coding_rules"):
        bounded = row["minimum"] is not None or row["maximum"] is not None
        assert row["words"]
        assert row["citation"]
        assert row["citation"].startswith("No published bound found") is not bounded
        Count(row["minimum"], None, row["maximum"], Quantifier.VAGUE, coding_rule=row["code"])


def test_a_vague_word_belongs_to_one_coding_rule_of_its_language():
    words = [(row["language"], word) for row in reference("coding_rules") for word in row["words"]]
    assert len(set(words)) == len(words)


def test_places_lie_within_known_places_up_to_the_country():
    places = {row["code"]: row for row in reference("places")}
    for code, row in places.items():
        seen = [code]
        while (row := places[row["within"]] if "within" in row else None) is not None:
            assert row["code"] not in seen
            seen.append(row["code"])
        assert seen[-1] == "SY" or places[code].get("covers"), code


def test_an_area_of_our_own_covers_known_places():
    places = reference("places")
    for row in places:
        assert set(row.get("covers", ())) <= codes(places)


def test_every_governorate_and_district_is_there_with_its_centre():
    levels = [row["admin_level"] for row in reference("places") if "admin_level" in row]
    assert [levels.count(level) for level in range(4)] == [1, 14, 62, 4]
    for row in reference("places"):
        if "admin_level" in row:
            assert row["name_ar"]
            assert 32 < row["lat"] < 38
            assert 35 < row["lon"] < 43


@pytest.mark.parametrize("name", CASE)
def test_every_date_is_text_and_edtf(name):
    for row in rows(case(name)):
        for key in EDTF_KEYS & set(row):
            assert isinstance(row[key], str), row
            assert parse(row[key]).text == row[key]


def test_organizations_have_unique_codes_and_known_kinds():
    organizations = case("organizations")
    assert len(codes(organizations)) == len(organizations)
    assert {row["kind"] for row in organizations} <= codes(reference("organization_kinds"))
    names = {row["name"] for row in organizations}
    for row in organizations:
        assert set(row.get("members", ())) <= names
        assert row.get("aligned_with") in {party["name"] for party in reference("parties")} | {None}


def test_a_protected_individual_has_a_public_name_and_code_that_tell_nothing():
    protected = [row for row in case("organizations") if row.get("protected")]
    assert [row["public_code"] for row in protected] == ["activist-1", "journalist-1", "reporter-1"]
    for row in protected:
        for word in row["name"].lower().replace("-", " ").split():
            assert word not in row["public_name"].lower()
            assert word not in row["public_code"]


def test_sources_have_known_publishers_and_kinds():
    for row in case("sources").values():
        assert row["publisher"] in codes(case("organizations")) | {None}
        assert row["kind"] in codes(reference("source_kinds"))


def test_incidents_have_known_places_kinds_and_situations():
    incidents = case("incidents")
    for row in incidents.values():
        assert row["type"] in {"event", "situation"}
        assert set(row["places"]) | set(row.get("destinations", ())) <= codes(reference("places"))
        assert set(row.get("kinds", ())) <= codes(reference("incident_kinds"))
        for situation in row.get("part_of", ()):
            assert incidents[situation]["type"] == "situation"


def test_claims_use_known_codes():
    claims = {row["id"]: row for row in case("claims")}
    assert len(claims) == len(case("claims"))
    known = {
        "incident": set(case("incidents")),
        "source": set(case("sources")),
        "claimant": codes(case("organizations")),
        "relays": codes(case("organizations")),
        "derived_from": codes(case("organizations")),
        "measure": codes(reference("measures")),
        "population": codes(reference("populations")),
        "cause": codes(reference("causes")),
        "place": codes(reference("places")),
        "part_of": set(claims),
        "basis": {"event", "cumulative", "stock"},
        "strength": {"stated", "incident_level", "inferred"},
    }
    for row in claims.values():
        for key, values in known.items():
            assert set(as_list(row.get(key))) <= values, (row["id"], key)


def test_a_part_belongs_to_a_claim_of_the_same_source_and_incident():
    claims = {row["id"]: row for row in case("claims")}
    for row in claims.values():
        if "part_of" in row:
            whole = claims[row["part_of"]]
            assert (whole["source"], whole["incident"]) == (row["source"], row["incident"])


def test_a_claim_has_a_population_exactly_when_its_measure_counts_people():
    counts_people = {row["code"]: row["counts_people"] for row in reference("measures")}
    for row in case("claims"):
        assert (row["population"] is not None) is counts_people[row["measure"]]


def test_the_numbers_of_every_claim_fit_its_quantifier():
    for row in case("claims"):
        count = Count(
            row["min"],
            row.get("best"),
            row["max"],
            Quantifier(row["quantifier"]),
            Stance(row.get("stance", "asserts")),
            stated=row["stated"],
        )
        assert count.contradictions() == ()


@pytest.mark.parametrize("name", ["responsibility", "statements"])
def test_other_statements_use_known_codes(name):
    for row in case(name):
        assert row["incident"] in case("incidents")
        assert row["source"] in case("sources")
        assert row["claimant"] in codes(case("organizations"))
        if name == "responsibility":
            assert row["party"] in {party["name"] for party in reference("parties")}


def test_statements_of_kind_date_are_edtf():
    dates = [row["value"] for row in case("statements") if row["kind"] == "date"]
    assert [parse(value).text for value in dates] == ["2018-04-20", "2018-04-19T12:00"]


# yaml.BaseLoader keeps every value as the text written: nothing is converted on the way.
@pytest.fixture(scope="module")
def scenario():
    if not SCENARIO.exists():
        pytest.skip(f"the scenario is not there to compare with: {SCENARIO}")
    return yaml.load(SCENARIO.read_text("utf-8"), yaml.BaseLoader)


@pytest.mark.parametrize("name", CASE)
def test_the_founding_case_says_exactly_what_the_scenario_says(scenario, name):
    section = load("founding_case", name, yaml.BaseLoader)
    for row in rows(section):
        if row.get("protected"):
            del row["public_code"]  # ours, added to the scenario's public_name
    assert section == scenario[name]
    if isinstance(section, dict):
        assert list(section) == list(scenario[name])


@pytest.mark.parametrize("name", ["places", "populations"])
def test_reference_rows_of_the_scenario_are_kept_field_by_field(scenario, name):
    kept = {row["code"]: row for row in load("reference", name, yaml.BaseLoader)}
    for row in scenario[name]:
        assert {key: kept[row["code"]].get(key) for key in row} == row


def test_populations_of_the_scenario_gain_no_broader_links(scenario):
    kept = {row["code"]: row for row in reference("populations")}
    for row in scenario["populations"]:
        assert kept[row["code"]].get("broader") == row.get("broader")


def test_the_scenario_s_parties_come_first(scenario):
    """Whoever else is said to have struck in these years follows."""
    names = [row["name"] for row in reference("parties")]
    assert names[: len(scenario["parties"])] == scenario["parties"]
    assert len({row["code"] for row in reference("parties")}) == len(names)


def test_the_whole_scenario_is_carried_but_for_what_it_expects(scenario):
    assert set(scenario) == {*CASE, "places", "populations", "parties", "expected"}
