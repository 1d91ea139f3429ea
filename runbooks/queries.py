"""Reading runbooks."""

from django.db.models import Prefetch

from rosters.models import Service
from runbooks.models import Runbook, RunbookVersion


def runbook_for(service: Service | None) -> Runbook | None:
    """The service's first runbook with its newest version at `runbook.current`, steps included."""
    if service is None:
        return None
    newest = Prefetch(
        "versions",
        RunbookVersion.objects.order_by("-number").prefetch_related("steps"),
        to_attr="newest_first",
    )
    return Runbook.objects.filter(service=service).prefetch_related(newest).order_by("pk").first()
