"""What alerts cost people, and which rules are candidates to retire. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rosters.logic.load import NIGHT_BEGINS, NIGHT_ENDS

LEAST = 5
"""Below so many answers nobody knows."""
HALF = 0.5


@dataclass(frozen=True)
class Noise:
    """One rule or service over a period. `silences` are incidents that people declared first."""

    name: str
    address: str = ""
    alerts: int = 0
    incidents: int = 0
    nights: int = 0
    worth: int = 0
    answers: int = 0
    silences: int = 0
    is_unheard: bool = False

    @property
    def wasted(self) -> int:
        return self.answers - self.worth

    @property
    def is_known(self) -> bool:
        """Whether enough people said whether it was worth a call."""
        return self.answers >= LEAST

    @property
    def share(self) -> float:
        """For sorting: how much of it was not worth a call; below five answers nothing."""
        return self.wasted / self.answers if self.is_known else -1.0

    @property
    def retire(self) -> str:
        """Why it is a candidate to retire or to mend, in one sentence."""
        if self.is_known and self.share > HALF:
            return f"{self.wasted} of {self.answers} calls were not worth it."
        return "It has not fired in this time." if self.is_unheard else ""


def is_night(at: datetime, zone: str) -> bool:
    """Whether somebody who lives there is asleep at this instant."""
    clock = at.astimezone(ZoneInfo(zone)).time()
    return clock >= NIGHT_BEGINS or clock < NIGHT_ENDS


def finding(services: Sequence[Noise], days: int) -> str:
    """What the period says, in one line."""
    worst = max(services, key=lambda one: (one.nights, one.alerts), default=None)
    if worst is None or not any(one.alerts or one.incidents for one in services):
        return f"No alert in {days} days"
    nights = sum(one.nights for one in services)
    if nights and worst.nights:
        if nights == worst.nights:
            return f"{worst.name} called somebody {_times(nights)} at night"
        return f"{worst.name} made {worst.nights} of {nights} calls at night"
    loudest = max(services, key=lambda one: one.alerts)
    return f"Nobody was called at night; {loudest.name} is the loudest"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
