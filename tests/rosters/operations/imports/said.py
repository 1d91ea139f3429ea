"""What a checked file would change, in words; and what the trail kept of it."""

from typing import Any
from zoneinfo import ZoneInfo

from config.portal.sentences import from_json
from config.portal.words import as_text
from rosters.models import ImportRun
from tests.world import NOW


def said(run: ImportRun) -> list[str]:
    return [
        f"{one['about']}: "
        + as_text([from_json(each) for each in one["said"]], zone=ZoneInfo("UTC"), now=NOW)
        for one in run.differences
    ]


def kept(events: Any, **only: Any) -> list[Any]:
    """The entries in the trail that fit, the oldest first."""
    return list(events.objects.filter(**only).order_by("pgh_id"))


def told(run: ImportRun) -> list[tuple[int, str, str]]:
    """Its mistakes: row, column, words."""
    return [(one["row"], one["column"], one["text"]) for one in run.mistakes]
