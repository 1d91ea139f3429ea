"""How one alert source is doing, from what it said lately. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

QUIET = timedelta(days=1)
USUAL_DAYS = 3
"""A source that spoke on so many of the seven days before is missed after a day without a word."""
REFUSED_FROM = 400


class SourceState(StrEnum):
    """The first that fits holds, in this order."""

    OFF = "off"
    NEW = "new"
    REFUSED = "refused"
    SILENT = "silent"
    WELL = "well"


@dataclass(frozen=True)
class Heard:
    """What is known of a source's requests. `days` are those of the seven before the last one."""

    is_active: bool
    last_at: datetime | None = None
    last_status: int = 202
    days: int = 0


def state_of(heard: Heard, *, now: datetime) -> SourceState:
    """How the source is doing at `now`."""
    if not heard.is_active:
        return SourceState.OFF
    if heard.last_at is None:
        return SourceState.NEW
    if heard.last_status >= REFUSED_FROM:
        return SourceState.REFUSED
    if heard.last_at <= now - QUIET and heard.days >= USUAL_DAYS:
        return SourceState.SILENT
    return SourceState.WELL
