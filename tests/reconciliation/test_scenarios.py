"""Every readable scenario comes out as it says, in whatever order its claims are read."""

import random
from itertools import combinations

import pytest

from incidents.reconciliation import Policy, Reaches, ScopeKey, relation_between
from incidents.reconciliation.relations import relations
from tests.reconciliation.comparing import differences
from tests.reconciliation.scenarios import FILES, ScenarioError, count_of, load, run, span


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def scenario(request):
    return load(request.param)


def reordered(seed):
    def order(told):
        random.Random(seed).shuffle(told)
        return told

    return order


def test_comes_out_as_it_says(scenario):
    assert differences(run(scenario), scenario.expect) == []


def test_comes_out_as_it_says_for_the_public(scenario):
    if scenario.expect_public is None:
        assert not any(one.restricted for one in scenario.told), "say what the public sees: expect_public"
    else:
        assert differences(run(scenario, public=True), scenario.expect_public) == []


def test_expects_something_and_says_where_it_is_from(scenario):
    assert scenario.expect.get("scopes")
    assert scenario.title.strip()
    assert scenario.shows.strip()
    assert scenario.source.strip()


def test_comes_out_the_same_in_any_order(scenario):
    first = run(scenario)
    for order in (lambda told: told[::-1], reordered(1), reordered(2)):
        again = run(scenario, order=order)
        assert again.scopes == first.scopes
        for one in scenario.told:
            if not one.elsewhere:
                assert again.roots_of(one.claim.key) == first.roots_of(one.claim.key)


def test_adds_nothing_and_leaves_no_claim_out(scenario):
    outcome = run(scenario)
    for scope in outcome.scopes:
        numbers = [claim for claim in scope.speaking if claim.asserted is not None]
        stated = {number for claim in numbers for number in (*claim.asserted, claim.best)}
        assert {scope.envelope.low, scope.envelope.high} <= stated | {None}
        for policy in set(Policy) - {Policy.MANUAL}:
            figure = scope.propose(policy)
            assert {figure.low, figure.best, figure.high} <= stated | {None}
            assert sorted((*figure.used, *figure.set_aside)) == sorted(claim.key for claim in scope.speaking)
    placed = [claim.key for scope in outcome.scopes for claim in (*scope.speaking, *scope.history)]
    assert sorted(placed) == sorted(one.claim.key for one in scenario.told if not one.elsewhere)


def test_every_pair_of_scopes_is_told_once_from_its_broader_side(scenario):
    outcome = run(scenario)
    for result in outcome.results.values():
        keys = [scope.key for scope in result.scopes]
        if not keys:
            continue
        reaches = outcome.around(result.scopes[0].speaking[0].key)
        told = list(relations(keys, reaches))
        pairs = {frozenset((a, b)) for a, b in combinations(keys, 2) if a.measure == b.measure}
        assert len(told) == len(pairs)
        assert {frozenset((one.a, one.b)) for one in told} == pairs
        for one in told:
            assert one.relation not in {"narrower_place", "narrower_population", "whole_of_cause", "same"}
            assert one == relation_between(one.a, one.b, reaches)


def test_only_scopes_of_one_measure_are_related():
    killed, injured = (ScopeKey(of, "persons", "all", None, None, "event", None) for of in ("killed", "injured"))
    with pytest.raises(ValueError, match="^killed and injured are different measures: only scopes of one are related$"):
        relation_between(killed, injured, Reaches())


def test_there_are_fifty_and_each_has_a_title_of_its_own():
    titles = [load(path).title for path in FILES]
    assert len(set(titles)) == len(titles) >= 50


def write(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(f"title: a\nshows: b\nsource: c\n{text}", "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("claims: [{id: a, by: b, count: 1, colour: red}]\nexpect: {}", "a.yaml: a: colour is not known"),
        ("claims: [{id: a, by: b, count: 1}]\nexpect: {sum: 3}", "a.yaml: expect: sum is not known"),
        ("claims: [{id: a, by: b, count: 1, gone: lost}]\nexpect: {}", "lost is not known"),
        ("claims: []\nexpect: {}\nweather: fine", "a.yaml: weather is not known"),
    ],
)
def test_a_slip_of_the_pen_is_refused(tmp_path, text, told):
    with pytest.raises(ScenarioError, match=told):
        load(write(tmp_path, text))


def test_what_is_not_so_is_told(tmp_path):
    scenario = load(write(tmp_path, "claims: [{id: a, by: b, count: 1}]\nexpect: {scopes: [{of: a, low: 2}]}"))
    assert differences(run(scenario), scenario.expect) == ["scope of a: low: 1, not 2"]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        (25, (25, 25)),
        ("1,603", (1603, 1603)),
        ("at least 4", (4, None)),
        ("more than 1,603", (1604, None)),
        ("at most 8", (0, 8)),
        ("fewer than 8", (0, 7)),
        ("about 200", (200, 200)),
        ("between 3 and 4", (3, 4)),
        ("3–4", (3, 4)),
        ("no number", (None, None)),
        ("dozens", (None, None)),
        ("denies", (None, None)),
        ("denies 20", (20, 20)),
    ],
)
def test_counts_are_read_as_analysts_write_them(text, bounds):
    count = count_of(text)
    assert (count.minimum, count.maximum) == bounds
    assert count.is_denial is str(text).startswith("denies")


def test_a_vague_word_has_the_bounds_of_its_coding():
    count = count_of("dozens", coded="at least 12")
    assert (count.minimum, count.maximum, count.quantifier) == (12, None, "vague")


def test_dates_are_read_as_edtf():
    assert [str(day) for day in span("2018-04")] == ["2018-04-01", "2018-04-30"]
    assert span(2018) == span("2018")
