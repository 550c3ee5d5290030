"""What holds of any claims whatever: order, echoes, widening and hiding, and that nothing is added or lost."""

import dataclasses
import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.reconciliation import Claim, Derivation, Policy, Proposal, propose, reconcile
from incidents.reconciliation.policies import Weighed
from incidents.reconciliation.roots import roots_of
from tests.reconciliation.claims import INCIDENT, claims, registers

patient = settings(deadline=None)  # machines are busy, and no example is large
PROPOSING = [policy for policy in Policy if policy is not Policy.MANUAL]


def told(result):
    """All that a result tells, without the claims themselves."""
    return [
        (
            scope.key, scope.relation, scope.gap, scope.envelope, scope.documents, scope.claimants, scope.roots,
            scope.independent_groups, [claim.key for claim in scope.speaking], [claim.key for claim in scope.history],
            dict(scope.followed_by), scope.warnings, [scope.propose(policy) for policy in PROPOSING],
        )
        for scope in result.scopes
    ]  # fmt: skip


def roots(result, rows):
    return {claim.key: set(result.roots_of(claim.key)) for claim in rows}


@patient
@given(registers(), st.randoms(use_true_random=False))
def test_the_order_of_claims_never_matters(rows, chance):
    shuffled = list(rows)
    chance.shuffle(shuffled)
    one, other = reconcile(INCIDENT, rows), reconcile(INCIDENT, shuffled)
    assert told(one) == told(other)
    assert roots(one, rows) == roots(other, rows)


def echoes_of(claims_of_one):
    """Another claimant, who says the same of the same day, on the word of the first."""
    return [
        dataclasses.replace(
            claim,
            key=f"echo {at}",
            claimant="Echo",
            rests_on=(Derivation("inferred", claim=claim.key),),
            recorded=dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
            documents=frozenset({f"document of the echo {at}"}),
            part_of=None,
        )
        for at, claim in enumerate(claims_of_one)
    ]


@patient
@given(registers(few_scopes=True), st.data())
def test_an_echo_changes_only_documents_and_claimants(rows, data):
    before = reconcile(INCIDENT, rows)
    scope = data.draw(st.sampled_from(before.scopes))
    claim = data.draw(st.sampled_from(scope.speaking))
    said = [one for one in scope.speaking if one.claimant == claim.claimant]
    echoes = echoes_of(said)
    after = reconcile(INCIDENT, [*rows, *echoes])
    echoed = after.scope_of(claim.key)

    assert echoed.claimants == scope.claimants + 1
    assert echoed.documents == scope.documents + len(echoes)
    assert {one.key for one in echoed.speaking} == {one.key for one in (*scope.speaking, *echoes)}
    number = any(one.asserted is not None for one in said)
    undated = any(one.holds is None for one in said) or len({one.holds for one in said}) > 1
    if scope.relation == "single" and number:
        assert echoed.relation == ("different_dates" if scope.key.basis != "event" and undated else "agree")
    else:
        assert echoed.relation == scope.relation or (scope.relation, echoed.relation) in {
            ("single", "agree"), ("single", "different_dates"),
        }  # fmt: skip
    kept = ("key", "gap", "envelope", "roots", "independent_groups", "history", "followed_by")
    assert [getattr(echoed, name) for name in kept] == [getattr(scope, name) for name in kept]

    def others(warnings):
        return [
            one for one in warnings if one.code != "one_root" and not any(key.startswith("echo") for key in one.claims)
        ]

    assert others(echoed.warnings) == others(scope.warnings)
    for policy in PROPOSING:
        one, other = scope.propose(policy), echoed.propose(policy)
        assert (one.low, one.best, one.high, one.open_ended) == (other.low, other.best, other.high, other.open_ended)
    elsewhere = [one for one in told(before) if one[0] != scope.key]
    assert [one for one in told(after) if one[0] != scope.key] == elsewhere


@patient
@given(registers())
def test_low_best_and_high_are_in_order(rows):
    for scope in reconcile(INCIDENT, rows).scopes:
        for policy in PROPOSING:
            figure = scope.propose(policy)
            given_ = [value for value in (figure.low, figure.best, figure.high) if value is not None]
            assert given_ == sorted(given_)
            assert (figure.low is None) == (figure.high is None)


def widened(claim, below, above):
    """The same claim with more room: lower below, higher above, or open. A denial of more has less room, and stays."""
    if claim.denies:
        return claim
    low = None if claim.stated is None else max(0, claim.stated[0] - below)
    high = None if above is None or claim.stated is None or claim.stated[1] is None else claim.stated[1] + above
    return dataclasses.replace(claim, minimum=low, maximum=high)


@patient
@given(registers(few_scopes=True), st.data())
def test_widening_a_claim_never_creates_a_conflict(rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    room = data.draw(st.integers(0, 20)), data.draw(st.none() | st.integers(0, 20))
    wider = [*rows[:at], widened(rows[at], *room), *rows[at + 1 :]]
    for scope, after in zip(reconcile(INCIDENT, rows).scopes, reconcile(INCIDENT, wider).scopes, strict=True):
        if after.relation == "conflict":
            assert scope.relation == "conflict"
            assert (after.gap or 0) <= (scope.gap or 0)


@patient
@given(registers(), st.data())
def test_hidden_claims_leave_no_trace(rows, data):
    hidden = data.draw(st.sets(st.sampled_from([claim.key for claim in rows])))
    renamed = [
        dataclasses.replace(claim, claimant=f"only of {claim.key}") if claim.key in hidden else claim for claim in rows
    ]
    seen = [claim for claim in renamed if claim.key not in hidden]
    # The same claims as if nothing had ever been said of the hidden ones.
    without = [
        dataclasses.replace(
            claim,
            part_of=None if claim.part_of in hidden else claim.part_of,
            rests_on=tuple(
                dataclasses.replace(rest, claim=None) if rest.claim in hidden else rest
                for rest in claim.rests_on
                if rest.claim not in hidden or rest.origin is not None
            ),
        )
        for claim in seen
    ]
    result, never = reconcile(INCIDENT, seen), reconcile(INCIDENT, without)

    def shown(one):
        return [row[:-1] for row in told(one)]

    assert shown(result) == shown(never)
    assert roots(result, seen) == roots(never, seen)
    assert not any(str(name).startswith("only of") for names in roots(result, seen).values() for name in names)
    mentioned = {key for scope in result.scopes for warning in scope.warnings for key in warning.claims}
    assert not mentioned & hidden


@patient
@given(registers())
def test_every_claim_speaks_or_is_history_exactly_once(rows):
    result = reconcile(INCIDENT, rows)
    placed = [claim.key for scope in result.scopes for claim in (*scope.speaking, *scope.history)]
    assert sorted(placed) == sorted(claim.key for claim in rows)
    for scope in result.scopes:
        claimants = [claim.claimant for claim in scope.speaking]
        assert len(set(claimants)) == scope.claimants
        assert set(scope.followed_by) == {claim.key for claim in scope.history}
        assert {claim.claimant for claim in scope.history} <= set(claimants)


@patient
@given(registers())
def test_every_speaking_claim_is_used_or_set_aside_with_a_reason(rows):
    for scope in reconcile(INCIDENT, rows).scopes:
        for policy in PROPOSING:
            figure = scope.propose(policy)
            assert sorted((*figure.used, *figure.set_aside)) == sorted(claim.key for claim in scope.speaking)
            assert all(str(reason) for reason in figure.set_aside.values())
            assert figure.used


@patient
@given(registers())
def test_nothing_is_added(rows):
    for scope in reconcile(INCIDENT, rows).scopes:
        numbers = [claim for claim in scope.speaking if claim.asserted is not None]
        lows, highs = {claim.asserted[0] for claim in numbers}, {claim.asserted[1] for claim in numbers}
        best = {claim.best for claim in numbers}
        assert scope.envelope.low in lows | {None}
        assert scope.envelope.high in lows | highs | best | {None}
        assert scope.envelope.open_ended is any(claim.asserted[1] is None for claim in numbers)
        assert scope.gap is None or scope.gap in {low - high for low in lows for high in highs if high is not None}
        for policy in PROPOSING:
            figure = scope.propose(policy)
            assert {figure.low, figure.best, figure.high} <= lows | highs | best | {None}


@patient
@given(registers())
def test_groups_are_no_more_than_roots_and_claims(rows):
    result = reconcile(INCIDENT, rows)
    for scope in result.scopes:
        assert 1 <= scope.independent_groups <= min(scope.roots, len(scope.speaking))
        of = {claim.key: set(result.roots_of(claim.key)) for claim in scope.speaking}
        assert len(set().union(*of.values())) == scope.roots
        largest = max(
            size
            for size in range(1, len(of) + 1)
            if any(all(not of[a] & of[b] for a, b in combinations(some, 2)) for some in combinations(of, size))
        )
        assert scope.independent_groups <= largest


def roots_by_search(rows):
    """The roots of claims the slow way: everything that is reached from each, looked at one by one."""
    known = {claim.key: claim for claim in rows}
    links = {key: {rest.claim for rest in claim.rests_on if rest.claim in known} for key, claim in known.items()}
    origins = {
        key: {rest.origin for rest in claim.rests_on if rest.claim not in known} - {None}
        for key, claim in known.items()
    }

    def reached(key):
        found, ahead = {key}, [key]
        while ahead:
            for one in links[ahead.pop()] - found:
                found.add(one)
                ahead.append(one)
        return found

    reach = {key: reached(key) for key in known}
    ends = {}
    for key, claim in known.items():
        leads_out = any(origins[one] or not links[one] or key not in reach[one] for one in reach[key])
        is_end = (not links[key] and not origins[key]) or (links[key] and not leads_out)
        ends[key] = origins[key] | ({claim.claimant} if is_end else set())
    return {key: set().union(*(ends[one] for one in reach[key])) for key in known}


@patient
@given(registers(most=10), st.randoms(use_true_random=False))
def test_roots_are_where_derivations_end_also_in_circles(rows, chance):
    shuffled = list(rows)
    chance.shuffle(shuffled)
    expected = roots_by_search(rows)
    for order in (rows, shuffled):
        found = roots_of(order)
        assert {claim.key: set(found.of([claim.key])) for claim in rows} == expected
        assert found.number([claim.key for claim in rows]) == len(set().union(*expected.values()))
    assert all(expected.values())


@patient
@given(claims())
def test_a_claim_alone_is_never_in_conflict(claim):
    [scope] = reconcile(INCIDENT, [claim]).scopes
    assert scope.relation == ("no_number" if claim.asserted is None else "single")
    assert scope.gap is None
    assert scope.documents == len(claim.documents)


def test_five_thousand_claims_that_rest_on_each_other():
    rows = [
        Claim(
            key=f"{at:04}",
            claimant=f"claimant {at % 2500}",
            measure="killed",
            minimum=1000 + at,
            best=None,
            maximum=None if at % 3 else 2000 + at,
            quantifier="about" if at % 5 == 0 else "between",
            population="all",
            basis="cumulative",
            as_of=INCIDENT.occurred,
            recorded=dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=at),
            rests_on=(Derivation("stated", claim=f"{at - 1:04}"),)
            if at % 1000
            else (Derivation("stated", origin="x"),),
        )
        for at in range(5000)
    ]
    result = reconcile(INCIDENT, rows)
    [scope] = result.scopes
    assert (len(scope.speaking), len(scope.history)) == (2500, 2500)
    assert (scope.roots, scope.independent_groups) == (1, 1)
    assert result.roots_of("4999") == ["x"]


def test_warnings_are_told_in_order():
    numbers = [13, 31, 12, 21, 45, 54, 67, 76, 78, 87]
    rows = [
        Claim(
            f"{at}{to}",
            f"{at}{to}",
            "killed",
            number,
            None,
            number,
            "exact",
            rests_on=(Derivation("stated", f"{to}{at}"),),
        )
        for number, (at, to) in zip(numbers, ["ab", "ba", "cd", "dc", "ef", "fe", "gh", "hg", "ij", "ji"], strict=True)
    ]
    [scope] = reconcile(INCIDENT, rows).scopes
    told_ = [(one.code, dict(one.values) or one.claims) for one in scope.warnings]
    assert told_ == [
        ("transposition", {"one": 12, "other": 21}),
        ("transposition", {"one": 13, "other": 31}),
        ("transposition", {"one": 45, "other": 54}),
        ("transposition", {"one": 67, "other": 76}),
        ("transposition", {"one": 78, "other": 87}),
        ("circular", ("ab", "ba")),
        ("circular", ("cd", "dc")),
        ("circular", ("ef", "fe")),
        ("circular", ("gh", "hg")),
        ("circular", ("ij", "ji")),
    ]


def test_a_manual_figure_is_entered_and_not_proposed():
    [scope] = reconcile(INCIDENT, [Claim("a", "A", "killed", 1, None, 1, "exact")]).scopes
    with pytest.raises(ValueError, match="^manual figures are entered, not proposed$"):
        scope.propose(Policy.MANUAL)


def test_a_proposal_keeps_its_policy_and_version_and_names_claims_in_order():
    one, other = Weighed("b", 4, None, 4), Weighed("a", 6, None, 6, denies=False)
    figure = propose(Policy("conservative"), [one, other])
    assert (figure.policy, figure.version, figure.used) == ("conservative", 2, ("a", "b"))
    assert (figure.low, figure.best, figure.high, figure.open_ended) == (4, 4, 6, False)
    entered = Proposal(Policy("manual"), 3, 3, 3)
    assert (entered.open_ended, entered.used, entered.set_aside, entered.version) == (False, (), {}, 2)


def test_a_figure_of_before_is_made_again_by_the_rule_of_before():
    rows = [Weighed("a", None, None, None, denies=True, grade="A"), Weighed("b", 25, None, 25, grade="E")]
    policy = Policy("most_reliable")
    assert (propose(policy, rows).best, propose(policy, rows).version) == (None, 2)
    assert (propose(policy, rows, version=1).best, propose(policy, rows, version=1).version) == (25, 1)
    assert propose(Policy("conservative"), rows, version=1).best == 25


def test_a_claim_that_is_not_there_has_no_scope():
    with pytest.raises(KeyError, match="b"):
        reconcile(INCIDENT, [Claim("a", "A", "killed", 1, None, 1, "exact")]).scope_of("b")
