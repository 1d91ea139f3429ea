"""What the project's own rules are checked on."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS_BOTTOM_UP = ("rosters", "runbooks", "incidents", "reviews")
PACKAGES = ("config", *APPS_BOTTOM_UP)


@dataclass(frozen=True)
class Call:
    """One call of a method, `receiver.method(…)`, and where it stands."""

    path: Path
    node: ast.Call
    method: str
    receiver: str
    is_operation: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.node.lineno} {self.receiver}.{self.method}(…)"


def method_calls(*names: str) -> Iterator[Call]:
    """Yield every call, outside tests, of a method with one of these names."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            operations = _modules_of_operations(tree)
            for node in ast.walk(tree):
                match node:
                    case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in names:
                        receiver = ast.unparse(value)
                        yield Call(
                            path.relative_to(ROOT), node, name, receiver, receiver in operations
                        )


def _modules_of_operations(tree: ast.Module) -> set[str]:
    """Return the names under which this file knows modules of operations."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and "operations" in (node.module or "").split(".")
        for alias in node.names
    }


def tracked_files() -> list[Path]:
    """Return what git tracks; where the tree is no checkout, everything that could be tracked."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listed = subprocess.run(
            [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
        return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    hidden = {".venv", ".run", ".git", "staticfiles", "test-results"}
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and not hidden & set(path.relative_to(ROOT).parts)
        and not any(part.endswith("_cache") or part == "__pycache__" for part in path.parts)
    ]
