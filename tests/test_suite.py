"""The tests themselves: each asserts something, and none compares how long things take."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
MODULES = sorted(TESTS.rglob("test_*.py"))
CHECKING_CALLS = frozenset(
    [
        *("raises", "warns", "fail", "deprecated_call", "run_state_machine_as_test"),
        *("expect", "call_and_validate"),
    ]
)
"""Functions of pytest, Hypothesis, Playwright and Schemathesis that make a test fail."""
CHECKING_PREFIXES = ("assert_", "check_")
CLOCKS = frozenset(["perf_counter", "monotonic", "process_time", "thread_time", "time", "time_ns"])
"""Functions of the module `time` that read a clock."""
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    """Return the path below the folder of tests."""
    return path.relative_to(TESTS).as_posix()


def functions_of(tree: ast.AST) -> Iterator[Function]:
    """Yield all functions and methods in `tree`."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def called_names(tree: ast.AST) -> Iterator[str]:
    """Yield the last part of the name of each function that `tree` calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr


def asserts(function: Function, helpers: dict[str, Function], seen: frozenset[str]) -> bool:
    """Return whether `function` asserts something, itself or through one of `helpers`."""
    if any(isinstance(node, ast.Assert) for node in ast.walk(function)):
        return True
    for name in called_names(function):
        if name in CHECKING_CALLS or name.startswith(CHECKING_PREFIXES):
            return True
        is_new = name in helpers and name not in seen
        if is_new and asserts(helpers[name], helpers, seen | {name}):
            return True
    return False


def without_assertion(source: str) -> list[str]:
    """Return the names of the test functions in `source` that assert nothing."""
    tree = ast.parse(source)
    helpers = {function.name: function for function in functions_of(tree)}
    return [
        function.name
        for function in functions_of(tree)
        if function.name.startswith("test_")
        and not asserts(function, helpers, frozenset([function.name]))
    ]


def reads_clock(tree: ast.AST, durations: set[str]) -> bool:
    """Return whether `tree` reads a clock or one of the variables `durations`."""
    return any(
        (isinstance(node, ast.Name) and node.id in durations)
        or (isinstance(node, ast.Attribute) and ast.unparse(node) in durations)
        or (isinstance(node, ast.Call) and is_clock(node.func))
        for node in ast.walk(tree)
    )


def is_clock(function: ast.expr) -> bool:
    """Return whether a called expression is one of `CLOCKS`."""
    if isinstance(function, ast.Attribute):
        return function.attr in CLOCKS and ast.unparse(function.value) == "time"
    return isinstance(function, ast.Name) and function.id in CLOCKS - {"time"}


def compared_durations(source: str) -> list[int]:
    """Return the lines of `source` that compare durations by size.

    A duration is a reading of a clock, or a variable that was assigned from one. A comparison with
    0 is allowed, because it does not depend on the speed of a machine.
    """
    tree = ast.parse(source)
    durations: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and reads_clock(node.value, durations):
            durations.update(ast.unparse(target) for target in node.targets)
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(operator, ORDER) for operator in node.ops)
        and reads_clock(node, durations)
        and not any(
            isinstance(side, ast.Constant) and side.value == 0
            for side in [node.left, *node.comparators]
        )
    ]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_test_asserts_something(path: Path) -> None:
    """A test that only runs code would pass whatever the code returns."""
    assert without_assertion(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_test_compares_durations(path: Path) -> None:
    """Durations depend on the load of the machine; count work instead, or inject a clock."""
    assert compared_durations(path.read_text(encoding="utf-8")) == []


def test_a_test_without_assertion_is_found() -> None:
    """Assertions count in the test itself, in a local helper and in functions named accordingly."""
    source = """
def test_nothing(): compute()
def test_itself(): assert compute()
def test_error():
    with pytest.raises(ValueError): compute()
def helper(): assert compute()
def outer(): helper()
def test_helper(): outer()
def test_elsewhere(): checks.assert_same(1, 2)
def recursive(): recursive()
def test_recursive(): recursive()
"""
    assert without_assertion(source) == ["test_nothing", "test_recursive"]


def test_a_comparison_of_durations_is_found() -> None:
    """Readings of a clock are followed through assignments; comparisons with 0 are allowed."""
    source = """
started = time.perf_counter()
taken = time.perf_counter() - started
assert taken > 0
assert taken < 2.0
rate = size / taken
assert rate >= other
self.seconds = monotonic() - started
assert self.seconds == 1
assert 1 < self.seconds
assert document.time() < other
"""
    assert compared_durations(source) == [5, 7, 10]
