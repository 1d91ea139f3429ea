"""Who can be phoned now, on one sheet of paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rosters.queries import calling
from rosters.queries.calling import RoleDuty
from rosters.queries.oncall import Duty, on_call_overview


@dataclass(frozen=True)
class PhoneTree:
    """Everybody on call at one instant, and who holds the roles of the whole company."""

    duties: Sequence[Duty]
    roles: Sequence[RoleDuty]

    @property
    def gaps(self) -> list[Duty]:
        """Rosters on which nobody is on call."""
        return [duty for duty in self.duties if duty.is_gap]


def phone_tree(*, now: datetime) -> PhoneTree:
    """The sheet as of `now`; a constant number of queries."""
    duties = sorted(on_call_overview(now=now), key=lambda duty: duty.roster.name.casefold())
    return PhoneTree(duties, calling.overview(at=now).duties)
