"""What sorting would decide, for whoever tries: nothing is locked and nothing written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from incidents.enums import AlertOutcome
from incidents.logic import joining
from incidents.models import Incident
from incidents.operations.sorting.deciding import decide
from incidents.operations.sorting.parts import Group, Place, Request, Sorted, kept_as, lead_of
from incidents.queries import sorting


@dataclass(frozen=True)
class Foreseen:
    """Where one firing alert would belong now. No incident and CREATED: it would open its own."""

    one: Sorted
    outcome: AlertOutcome
    incident: Incident | None = None


def foresee(request: Request) -> list[Foreseen]:
    """What `sort` would decide of each firing alert now; nothing is locked and nothing written."""
    decided = decide(request)
    found: list[Foreseen] = []
    for group in request.groups.values():
        place = _foreseen_place(request, group, [decided[one.key] for one in group.firing])
        for signal in group.firing:
            one = decided[signal.key]
            is_apart = place.outcome == AlertOutcome.SUPPRESSED
            outcome = kept_as(one) if is_apart else place.outcome
            found.append(Foreseen(one, outcome, place.incident))
    return found


def _foreseen_place(request: Request, group: Group, decided: Sequence[Sorted]) -> Place:
    home = Incident.objects.open().filter(keys__source=request.source, keys__key=group.key).first()
    if home is not None:
        return Place(home, AlertOutcome.GROUPED)
    lead = lead_of(decided)
    if lead is None:
        return Place(None, AlertOutcome.SUPPRESSED)
    if not lead.opens:
        near = _foreseen_neighbor(request, lead)
        return near if near.incident else Place(None, AlertOutcome.SUPPRESSED)
    since = request.now - timedelta(minutes=request.source.reopen_minutes)
    again = Incident.objects.filter(
        source=request.source,
        alert_key=group.key,
        resolved_at__gt=since,
        reviewed_at__isnull=True,
    )
    latest = again.order_by("-pk").first() if lead.opens else None
    if latest is not None:
        return Place(latest, AlertOutcome.REOPENED)
    place = _foreseen_neighbor(request, lead)
    is_new = place.incident is None
    return Place(None, AlertOutcome.SUPPRESSED) if is_new and not lead.opens else place


def _foreseen_neighbor(request: Request, lead: Sorted) -> Place:
    source = request.source
    if lead.service is None:
        return Place(None, AlertOutcome.CREATED)
    needs = sorting.needs() if source.joins_causes else {}
    joined = joining.choose(
        joining.Newcomer(lead.service.pk, lead.severity, source.pk),
        sorting.candidates(joining.upstream({lead.service.pk}, needs)),
        needs,
        window=timedelta(minutes=source.grouping_minutes),
        now=request.now,
    )
    if joined is None:
        return Place(None, AlertOutcome.CREATED)
    return Place(Incident.objects.get(pk=joined.slot), AlertOutcome.GROUPED)
