"""The house stands as drawn: import-linter's contracts, and that they name every edge."""

import tomllib

import pytest
from importlinter.cli import lint_imports

from tests.project.sources import APPS_BOTTOM_UP, ROOT

EDGES = ("views", "admin", "forms", "tables", "tasks", "context", "api", "management")


def exists(app: str, room: str) -> bool:
    return (ROOT / app / f"{room}.py").exists() or (ROOT / app / room / "__init__.py").exists()


def test_import_contracts_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    assert lint_imports(no_cache=True) == 0


def test_every_edge_of_an_app_below_another_is_protected() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    protected = {
        module
        for contract in linter["contracts"]
        for module in contract.get("protected_modules", ())
    }
    edges = {f"{app}.{room}" for app in APPS_BOTTOM_UP[:-1] for room in EDGES if exists(app, room)}

    assert edges - protected == set(), "add them to a protected contract in pyproject.toml"
