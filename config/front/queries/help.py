"""Who can be phoned now, on one sheet of paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rosters.models import MatrixEntry
from rosters.queries.oncall import Duty, on_call_overview


@dataclass(frozen=True)
class PhoneTree:
    """Everybody on call at one instant, and who holds the roles of the whole company."""

    duties: Sequence[Duty]
    roles: Sequence[MatrixEntry]

    @property
    def gaps(self) -> list[Duty]:
        """Rosters on which nobody is on call."""
        return [duty for duty in self.duties if duty.is_gap]


def phone_tree(*, now: datetime) -> PhoneTree:
    """The sheet as of `now`; a constant number of queries."""
    valid = (Q(valid_from__isnull=True) | Q(valid_from__lte=now)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    )
    company = MatrixEntry.objects.filter(
        valid, service__isnull=True, team__isnull=True, severity__isnull=True
    )
    roles = company.select_related("role", "person", "backup", "roster").order_by(
        "role__name", "pk"
    )
    duties = sorted(on_call_overview(now=now), key=lambda duty: duty.roster.name.casefold())
    return PhoneTree(duties, list(roles))
