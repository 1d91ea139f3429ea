"""When readers hear more of these incidents: facts for the sentences, in one more query."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from incidents.enums import Promise, TargetUnit
from incidents.logic.next_update import Hearing
from incidents.logic.targets import Target, choose_target
from incidents.models import Incident, ResponseTarget
from incidents.queries.calls import Calls
from rosters.models import Person
from rosters.queries.compiled import compiled


def hearings_of(
    incidents: Sequence[Incident],
    calls: Mapping[int, Calls],
    commanders: Mapping[int, Person],
    *,
    written: Collection[int],
) -> dict[int, Hearing]:
    """What is known of the next update of each incident, by primary key.

    `written`: those of which something was written already.
    """
    targets = [Target(*row) for row in _targets()]
    return {
        one.pk: replace(
            _hearing(one, calls[one.pk], commanders.get(one.pk), targets),
            has_update=one.pk in written,
        )
        for one in incidents
    }


@compiled
def _targets() -> QuerySet[ResponseTarget, Any]:
    rows = ResponseTarget.objects.filter(promise=Promise.UPDATE, unit=TargetUnit.MINUTES)
    return rows.values_list("promise", "severity", "tier", "amount")


def _hearing(
    incident: Incident, calls: Calls, commander: Person | None, targets: Sequence[Target]
) -> Hearing:
    take, update = calls.open_clock(Promise.ACKNOWLEDGE), calls.clock(Promise.UPDATE)
    tier = incident.service.tier if incident.service else None
    target = choose_target(targets, promise=Promise.UPDATE, severity=incident.severity, tier=tier)
    is_acknowledged = incident.acknowledged_at is not None
    wanted = Promise.UPDATE if is_acknowledged else Promise.ACKNOWLEDGE
    is_promised = update is not None and (update.is_open or incident.is_left)
    return Hearing(
        is_acknowledged=is_acknowledged,
        is_left=incident.is_left,
        take_by=take.target_at if take else None,
        first_by=take.target_at + timedelta(minutes=target.amount) if take and target else None,
        due_at=update.target_at if update and is_promised else None,
        owner=str(commander or incident.acknowledged_by or ""),
        last_call=calls.last_unanswered,
        next_call=calls.next_call_for(wanted),
        asked=calls.unanswered_for(Promise.UPDATE) if is_acknowledged else (),
        any_call=calls.next_call,
    )
