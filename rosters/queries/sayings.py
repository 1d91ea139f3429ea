"""When a cell of the contact matrix holds, in words."""

from rosters.enums import SeverityLevel
from rosters.logic.matrix import CellSpec
from rosters.models import MatrixEntry


def condition(entry: MatrixEntry) -> str:
    """SEV2 Serious and worse, during Berlin office hours; nothing when it always holds.

    Needs `hours`.
    """
    hours = str(entry.hours) if entry.hours else ""
    return _words(entry.severity, hours, and_worse=entry.and_worse)


def condition_of(cell: CellSpec) -> str:
    """The same of a cell as the resolver reads it."""
    hours = cell.hours.name if cell.hours else ""
    return _words(cell.severity, hours, and_worse=cell.and_worse)


def _words(severity: int | None, hours: str, *, and_worse: bool) -> str:
    found = []
    if severity:
        found.append(f"{SeverityLevel(severity).label}{' and worse' if and_worse else ''}")
    if hours:
        found.append(f"during {hours}")
    return ", ".join(found)
