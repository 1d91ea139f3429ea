"""The house stands as drawn: import-linter's contracts, and that they name every edge."""

import subprocess
import sys
import tomllib

from tests.project.sources import APPS_BOTTOM_UP, ROOT

EDGES = ("views", "admin", "forms", "tables", "tasks", "context", "api", "management")


def exists(app: str, room: str) -> bool:
    return (ROOT / app / f"{room}.py").exists() or (ROOT / app / room / "__init__.py").exists()


def test_import_contracts_hold() -> None:
    # In a process of its own: the linter sets logging up anew, which would silence other tests.
    lint = (
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    )
    done = subprocess.run(
        [sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_every_edge_of_an_app_below_another_is_protected() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    protected = {
        module
        for contract in linter["contracts"]
        for module in contract.get("protected_modules", ())
    }
    edges = {f"{app}.{room}" for app in APPS_BOTTOM_UP[:-1] for room in EDGES if exists(app, room)}

    assert edges - protected == set(), "add them to a protected contract in pyproject.toml"
