"""What waits for somebody who keeps Muster right: stale contacts, gaps, vacant roles."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import Count, Subquery, Value
from django.db.models.functions import Coalesce

from incidents.models import AlertSource, MaintenanceWindow, PolicyVersion
from rosters.models import Person, Service
from rosters.queries import contact_faults
from rosters.queries.contact_audit import Kind, Tally
from rosters.queries.oncall import on_call_overview

COUNTED = (
    "rosters.Person",
    "rosters.ContactPoint",
    "rosters.Team",
    "rosters.Service",
    "rosters.StakeholderRole",
    "rosters.MatrixEntry",
    "rosters.Roster",
    "rosters.Override",
    "rosters.Absence",
    "incidents.EscalationPolicy",
    "incidents.PolicyVersion",
    "incidents.Route",
    "incidents.AlertSource",
    "incidents.MaintenanceWindow",
    "incidents.Change",
    "runbooks.Runbook",
    "runbooks.GlossaryTerm",
)


@dataclass(frozen=True)
class Chores:
    """How many of each wait; 0 is good."""

    mend: Tally
    gaps: int
    drafts: int
    closed_sources: int
    maintenance: int
    unowned: int

    @property
    def left(self) -> int:
        """How many cells and people of the matrix have left."""
        return self.mend.by_kind[Kind.LEFT]


def waiting(*, now: datetime) -> Chores:
    """What waits at `now`, in a constant number of queries."""
    return Chores(
        mend=contact_faults.tally(now=now),
        gaps=sum(duty.is_gap for duty in on_call_overview(now=now)),
        drafts=PolicyVersion.objects.filter(published_at__isnull=True).count(),
        closed_sources=AlertSource.objects.filter(is_active=False).count(),
        maintenance=MaintenanceWindow.objects.filter(ends_at__gt=now).count(),
        unowned=Service.objects.filter(customer_impact="").count(),
    )


def counts() -> dict[str, int]:
    """How many rows of each there are, by "app_model", in one query."""
    columns = {}
    for label in COUNTED:
        rows = apps.get_model(label)._default_manager.order_by()  # noqa: SLF001  # Django's name
        total = rows.annotate(one=Value(1)).values("one").annotate(rows=Count("*")).values("rows")
        columns[label.replace(".", "_").lower()] = Coalesce(Subquery(total), 0)
    found: dict[str, int] = Person.objects.order_by("pk").values(**columns)[
        :1
    ].first() or dict.fromkeys(columns, 0)
    return found
