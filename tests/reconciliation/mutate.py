"""Whether the edges, scenarios and properties notice when a rule of incidents/reconciliation is changed.

    python -m tests.reconciliation.mutate [MODULE …]

Changes one thing at a time (a comparison, a condition, a number, a word, a call, a statement), runs scenarios and properties
against it in a process of its own, and lists the changes that nothing noticed. Exit 1 if fewer than 90 % were noticed.
Asserts, annotations, docstrings and decorators are left alone.
"""

import ast
import copy
import importlib.util
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hypothesis
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "incidents.reconciliation"
SECONDS = 60

COMPARED = {
    ast.Lt: [ast.LtE, ast.Gt], ast.LtE: [ast.Lt, ast.Gt], ast.Gt: [ast.GtE, ast.Lt], ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is], ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}  # fmt: skip
COMPUTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
}  # fmt: skip
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "set": "list"}
LEFT_ALONE = {"annotation", "returns", "decorator_list", "bases"}


def mutations(tree: ast.AST) -> Iterator[tuple[int, str, ast.AST]]:
    """Every single change: its line, the text before and after, and the whole tree with it made."""
    for node, parent, field, at in list(_nodes(tree)):
        for other in _changes(node):
            whole = copy.deepcopy(_with(parent, field, at, other, tree))
            yield node.lineno, f"{ast.unparse(node)}  →  {ast.unparse(other)}", ast.fix_missing_locations(whole)


def _with(parent, field, at, other, tree):
    """The tree with one node exchanged; it is put back when the next is asked for."""
    holder = getattr(parent, field)
    before = holder if at is None else holder[at]

    def put(value):
        if at is None:
            setattr(parent, field, value)
        else:
            getattr(parent, field)[at] = value

    put(other)
    whole = copy.deepcopy(tree)
    put(before)
    return whole


def _nodes(parent) -> Iterator[tuple]:
    for field, value in ast.iter_fields(parent):
        if field in LEFT_ALONE:
            continue
        for at, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if not isinstance(node, ast.AST) or isinstance(node, (ast.Assert, ast.Import, ast.ImportFrom)) or docstring:
                continue
            if isinstance(node, ast.comprehension):
                node.lineno = node.iter.lineno
            if hasattr(node, "lineno"):
                yield node, parent, field, at
            yield from _nodes(node)


def _like(node, **fields):
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _changes(node) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=[op]):
            for other in COMPARED[type(op)]:
                yield _like(node, ops=[other()])
        case ast.Compare(ops=ops):
            for at, op in enumerate(ops):
                for other in COMPARED[type(op)]:
                    yield _like(node, ops=[*ops[:at], other(), *ops[at + 1 :]])
        case ast.BoolOp(op=op, values=values):
            yield _like(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            for at in range(len(values)):
                rest = values[:at] + values[at + 1 :]
                yield _like(node, values=rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(op=op) if type(op) in COMPUTED:
            yield _like(node, op=COMPUTED[type(op)]())
        case ast.AugAssign(op=op) if type(op) in COMPUTED:
            yield _like(node, op=COMPUTED[type(op)]())
            yield ast.copy_location(ast.Pass(), node)
        case ast.Constant(value=bool() as value):
            yield _like(node, value=not value)
        case ast.Constant(value=int() as value):
            yield _like(node, value=value + 1)
            yield _like(node, value=value - 1)
        case ast.Constant(value=str() as value):
            yield _like(node, value=f"{value}x")
        case ast.IfExp(body=body, orelse=orelse):
            yield body
            yield orelse
        case ast.If(test=test) | ast.While(test=test):
            yield _like(node, test=ast.copy_location(ast.Constant(value=False), test))
            if isinstance(node, ast.If):
                yield _like(node, test=ast.copy_location(ast.Constant(value=True), test))
        case ast.comprehension(ifs=ifs) if ifs:
            yield _like(node, ifs=[])
        case ast.Call(func=ast.Name(id=name)) if name in CALLED:
            kept = [one for one in node.keywords if name != "sorted" or one.arg != "key"]
            yield _like(node, func=ast.copy_location(ast.Name(CALLED[name], ast.Load()), node.func), keywords=kept)
        case ast.Return(value=ast.AST() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield _like(node, value=ast.copy_location(ast.Constant(value=None), value))
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()) | ast.Continue() | ast.Break():
            yield ast.copy_location(ast.Pass(), node)
        case ast.Lambda(body=body) if not (isinstance(body, ast.Constant) and body.value is None):
            yield _like(node, body=ast.copy_location(ast.Constant(value=None), body))


class _Changed:
    """Gives one changed module to whoever imports it."""

    def __init__(self, name: str, tree: ast.AST) -> None:
        self.name, self.tree = name, tree

    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(compile(self.tree, self.name, "exec"), vars(module))


def noticed_in_this_process() -> bool:
    """Whether an edge, a scenario or a property fails; what is cheap comes first."""
    try:
        from tests.reconciliation import (
            test_announcements,
            test_edges,
            test_properties,
            test_scenarios,
            test_speaking,
        )
        from tests.reconciliation.scenarios import FILES, load

        for name, test in (vars(test_announcements) | vars(test_edges)).items():
            if name.startswith("test_"):
                test()
        read = [load(path) for path in FILES]
        for one in read:
            test_scenarios.test_comes_out_as_it_says(one)
            test_scenarios.test_comes_out_as_it_says_for_the_public(one)
        for one in read:
            test_scenarios.test_comes_out_the_same_in_any_order(one)
            test_scenarios.test_adds_nothing_and_leaves_no_claim_out(one)
            test_scenarios.test_every_pair_of_scopes_is_told_once_from_its_broader_side(one)
        test_scenarios.test_only_scopes_of_one_measure_are_related()
        for name, test in (vars(test_properties) | vars(test_speaking)).items():
            if name.startswith("test_"):
                test()
    except (Exception, pytest.fail.Exception):  # noqa: BLE001  whatever it is, it was noticed
        return True
    return False


def noticed(name: str, tree: ast.AST) -> bool:
    """Whether a change is noticed, in a process of its own; one that never ends is noticed as well."""
    child = os.fork()
    if child == 0:
        sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  for the rest of a short life
        signal.alarm(SECONDS)
        sys.meta_path.insert(0, _Changed(name, tree))
        os._exit(1 if noticed_in_this_process() else 0)
    return os.waitpid(child, 0)[1] != 0


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main(modules: list[str]) -> int:
    hypothesis.settings.register_profile(
        "mutation", max_examples=40, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )  # fmt: skip
    hypothesis.settings.load_profile("mutation")
    _read_files_once()
    assert not noticed(f"{PACKAGE}.unchanged", ast.Module([], [])), "the tests fail on what is not changed"
    total = missed = 0
    for path in sorted((ROOT / "incidents" / "reconciliation").glob("*.py")):
        if path.stem == "__init__" or (modules and path.stem not in modules):
            continue
        changed = list(mutations(ast.parse(path.read_text("utf-8"))))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            seen = list(pool.map(lambda one, name=f"{PACKAGE}.{path.stem}": noticed(name, one[2]), changed))
        survivors = [(line, told) for (line, told, _), was in zip(changed, seen, strict=True) if not was]
        total, missed = total + len(changed), missed + len(survivors)
        say(f"{path.stem}: {len(changed) - len(survivors)} of {len(changed)} noticed")
        for line, told in survivors:
            say(f"  {path.stem}.py:{line}: {' '.join(told.split())[:240]}")
    say(f"{total - missed} of {total} noticed, {100 * (total - missed) / total:.1f} %")
    return 1 if missed * 10 > total else 0


def _read_files_once() -> None:
    """Every process reads the same files: they are parsed before any of them is made."""
    read, parsed = yaml.safe_load, {}

    def safe_load(text):
        if text not in parsed:
            parsed[text] = read(text)
        return copy.deepcopy(parsed[text])

    yaml.safe_load = safe_load
    folders = [ROOT / "fixtures" / "scenarios", ROOT / "seeds"]
    for path in [path for folder in folders for path in folder.rglob("*.yaml")]:
        safe_load(path.read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
