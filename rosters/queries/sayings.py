"""When a cell of the contact matrix holds, in words."""

from rosters.enums import SeverityLevel
from rosters.models import MatrixEntry


def condition(entry: MatrixEntry) -> str:
    """SEV2 and worse, during Berlin office hours; nothing when it always holds. Needs `hours`."""
    found = []
    if entry.severity:
        worse = " and worse" if entry.and_worse else ""
        found.append(f"{SeverityLevel(entry.severity).code}{worse}")
    if entry.hours:
        found.append(f"during {entry.hours}")
    return ", ".join(found)
