"""Who is on call is worked out in one place, and asked for through one loader."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.project.sources import PACKAGES, ROOT

ASKED = {
    "rosters.logic.rotation": {"on_call", "segments", "next_handover"},
    "rosters.logic.layers": {"standing", "stays", "opening"},
    "rosters.logic.shifts": {"on_turn", "turns"},
    "rosters.logic.overrides": {"resolve"},
}
"""What answers who is on call, by the module that it stands in."""
RESOLVER = {
    Path("rosters/logic/directory.py"),
    Path("rosters/logic/rotation.py"),
    Path("rosters/logic/layers.py"),
}
LOADERS = {Path("rosters/queries/specs.py"), *RESOLVER}
"""Who puts a whole roster together; a preview takes one and changes its layers."""


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def asks(tree: ast.Module) -> list[str]:
    """Return what this file takes of the resolver, by name or as a module's attribute."""
    known = dict(imported(tree))
    named = [*known.values()]
    named += [
        f"{known[ast.unparse(node.value)]}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in known
    ]
    return [one for one in named if one.rpartition(".")[2] in ASKED.get(one.rpartition(".")[0], ())]


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield what this file imports: under which name, and what it is in full."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((one.asname or one.name, f"{module}.{one.name}") for one in names)
            case ast.Import(names=names):
                yield from ((one.asname or one.name, one.name) for one in names)


def makes(tree: ast.Module) -> Iterator[str]:
    """Yield where this file puts a roster together from its parts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "RosterSpec":
            yield f"{ast.unparse(node.func)}(…), line {node.lineno}"


def test_nobody_but_the_directory_asks_the_arithmetic_who_is_on_call() -> None:
    astray = [
        f"{path}: {name}" for path, tree in trees() if path not in RESOLVER for name in asks(tree)
    ]

    assert astray == []


def test_nobody_but_the_loader_puts_a_roster_together() -> None:
    astray = [
        f"{path}: {name}" for path, tree in trees() if path not in LOADERS for name in makes(tree)
    ]

    assert astray == []


def test_the_scan_sees_each_way_of_asking() -> None:
    ways = [
        "from rosters.logic.rotation import on_call as who",
        "from rosters.logic import rotation\nrotation.segments(spec)",
        "import rosters.logic.shifts\nrosters.logic.shifts.turns(spec)",
    ]

    assert [len(asks(ast.parse(way))) for way in ways] == [1, 1, 1]
