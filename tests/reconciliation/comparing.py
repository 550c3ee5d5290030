"""A scenario's outcome beside what it expects: only what is written is compared, and that exactly."""

from incidents.reconciliation import Policy, relation_between
from tests.reconciliation.scenarios import only, span

OF_FIGURE = {"low", "best", "high", "open_ended", "approximate", "used", "set_aside"}


def differences(outcome, expect):
    """What is not as a scenario expects, in words; only what it writes is compared."""
    found = []
    if "number_of_scopes" in expect:
        _compare(found, "number of scopes", len(outcome.scopes), expect["number_of_scopes"])
    if "in_order" in expect:
        told = [scope.speaking[-1].key for scope in outcome.scopes]
        _compare(found, "in order", told, expect["in_order"])
    for row in expect.get("scopes", ()):
        _compare_scope(found, outcome, dict(row))
    for row in expect.get("between", ()):
        _compare_pair(found, outcome, dict(row))
    for claim, roots in expect.get("roots", {}).items():
        _compare(found, f"roots of {claim}", outcome.roots_of(claim), sorted(roots))
    return found


def _compare(found, what, is_so, expected):
    if is_so != expected:
        found.append(f"{what}: {is_so!r}, not {expected!r}")


def _compare_scope(found, outcome, row):
    of = row.pop("of")
    claims = of if isinstance(of, list) else [of]
    scope = outcome.scope_of(claims[0])
    where = f"scope of {claims[0]}"
    if isinstance(of, list):
        _compare(found, f"{where}: claims", sorted(one.key for one in (*scope.speaking, *scope.history)), sorted(of))
    for policy, figure in row.pop("figures", {}).items():
        _compare_figure(found, scope.propose(Policy(policy)), figure, f"{where}: {policy}")
    if "warnings" in row:
        _compare_warnings(found, outcome.warnings(claims[0]), row.pop("warnings"), where)
    values = {
        "relation": scope.relation.value,
        "gap": scope.gap,
        "low": scope.envelope.low,
        "high": scope.envelope.high,
        "open_ended": scope.envelope.open_ended,
        "approximate": scope.envelope.approximate,
        "documents": scope.documents,
        "claimants": scope.claimants,
        "roots": scope.roots,
        "independent_groups": scope.independent_groups,
        "speaking": [claim.key for claim in scope.speaking],
        "history": [claim.key for claim in scope.history],
        "followed_by": dict(scope.followed_by),
        "start": scope.key.start,
        **{name: getattr(scope.key, name) for name in ("measure", "unit", "population", "cause", "place", "basis")},
    }
    only(row, set(values), where)
    for key, expected in row.items():
        _compare(found, f"{where}: {key}", values[key], span(expected) if key == "start" else expected)


def _compare_figure(found, proposal, figure, where):
    only(figure, OF_FIGURE, where)
    values = {
        "low": proposal.low,
        "best": proposal.best,
        "high": proposal.high,
        "open_ended": proposal.open_ended,
        "approximate": proposal.approximate,
        "used": sorted(proposal.used),
        "set_aside": {claim: str(reason) for claim, reason in proposal.set_aside.items()},
    }
    for key, expected in figure.items():
        _compare(found, f"{where}: {key}", values[key], sorted(expected) if key == "used" else expected)


def _compare_warnings(found, warnings, expected, where):
    """Codes; or a code with its claims, in order, and the words it is told in."""
    _compare(
        found,
        f"{where}: warnings",
        sorted(one.code.value for one in warnings),
        sorted(row if isinstance(row, str) else next(iter(row)) for row in expected),
    )
    told = [(one.code.value, list(one.claims), str(one.said)) for one in warnings]
    for row in expected:
        if isinstance(row, str):
            continue
        [(name, claims)] = [(key, value) for key, value in row.items() if key != "says"]
        alike = [words for code_, of, words in told if (code_, of) == (name, claims)]
        if "says" in row:
            _compare(found, f"{where}: {name} {claims}", alike, [row["says"]])
        elif not alike:
            found.append(f"{where}: no {name} about {claims}, but {told}")


def _compare_pair(found, outcome, row):
    only(row, {"a", "b", "relation", "also"}, "between")
    a, b = outcome.scope_of(row["a"]), outcome.scope_of(row["b"])
    related = relation_between(a.key, b.key, outcome.around(row["a"]))
    where = f"{row['a']} to {row['b']}"
    _compare(found, where, related.relation.value, row["relation"])
    if "also" in row:
        _compare(found, f"{where}: also", [one.value for one in related.also], row["also"])
