"""What holds of any claims whatever: when two of one scope conflict, and when one claimant speaks twice."""

from itertools import combinations

from hypothesis import given, settings

from incidents.reconciliation import reconcile
from tests.reconciliation.claims import INCIDENT, registers

patient = settings(deadline=None)  # machines are busy, and no example is large


def denied_by(denial, other, counting):
    """Whether a denial stands against a number; of who counts besides, against the number that it names."""
    if other.asserted is None:
        return False
    if denial.stated is None or denial.claimant not in counting:
        return other.asserted[0] >= 1
    (low, high), (denied, denied_to) = other.asserted, denial.stated
    return low >= denied and (denied_to is None or (high is not None and high <= denied_to))


def apart(one, other, counting):
    """Whether two claims of one scope cannot both be true, by the words of the design."""
    if one.denies or other.denies:
        return (one.denies and denied_by(one, other, counting)) or (other.denies and denied_by(other, one, counting))
    if one.asserted is None or other.asserted is None:
        return False
    (low, high), (low_2, high_2) = one.compared, other.compared
    below, above = high is not None and high < low_2, high_2 is not None and high_2 < low
    if one.basis == "event":
        return below or above
    if one.holds is None or other.holds is None:
        return False
    if one.holds == other.holds:
        return below or above
    if one.basis == "stock":
        return False
    earlier = (
        one.holds.latest is not None and other.holds.earliest is not None and one.holds.latest < other.holds.earliest
    )
    later = (
        other.holds.latest is not None and one.holds.earliest is not None and other.holds.latest < one.holds.earliest
    )
    return (earlier and above) or (later and below)


@patient
@given(registers(few_scopes=True))
def test_a_scope_is_in_conflict_when_two_of_its_claims_are(rows):
    for scope in reconcile(INCIDENT, rows).scopes:
        counting = {claim.claimant for claim in scope.speaking if claim.asserted is not None}
        conflicting = any(apart(one, other, counting) for one, other in combinations(scope.speaking, 2))
        assert (scope.relation == "conflict") is conflicting
        assert scope.gap is None or (conflicting and scope.gap > 0)


@patient
@given(registers(few_scopes=True))
def test_who_speaks_twice_does_so_of_one_day_and_a_part_never_before_its_whole(rows):
    for scope in reconcile(INCIDENT, rows).scopes:
        for one, other in combinations(scope.speaking, 2):
            if one.claimant != other.claimant:
                continue
            assert (one.until, one.out) == (other.until, other.out)
            assert one.recorded == other.recorded or one.denies != other.denies
        keys = {claim.key: claim for claim in (*scope.speaking, *scope.history)}
        for claim in scope.speaking:
            whole = keys.get(claim.part_of)
            if whole is not None and whole.claimant == claim.claimant:
                passed = {claim.key}
                while whole is not None and whole.key not in passed:
                    passed.add(whole.key)
                    whole = keys.get(whole.part_of)
                assert whole is not None, "a part that leads out of its series speaks"
