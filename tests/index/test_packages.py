"""The packages of the index use each other in one direction."""

import ast
from pathlib import Path

import pytest

import excerpt

INDEX = Path(excerpt.__file__).parent / "index"


def packages_used_by(package: str) -> set[str]:
    """Return the packages of the index that a package imports from."""
    modules = [
        ast.parse(path.read_text(encoding="utf-8")) for path in (INDEX / package).glob("*.py")
    ]
    imported = {
        node.module
        for tree in modules
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module is not None
    }
    prefix = "excerpt.index."
    used = {name.removeprefix(prefix) for name in imported if name.startswith(prefix)}
    return {name.partition(".")[0] for name in used if "." in name} - {package}


@pytest.mark.parametrize(("package", "allowed"), [("format", set()), ("write", {"format", "read"})])
def test_a_package_uses_only_those_below_it(package: str, allowed: set[str]) -> None:
    """The layout of files depends on nothing else; writing does not depend on searching."""
    assert packages_used_by(package) <= allowed
