"""Questions that nobody needs to answer any more."""

from collections.abc import Sequence
from datetime import datetime

from incidents.enums import Answer, ApprovalAnswer, EntryKind, FinishReason
from incidents.models import Approval, Incident, Notification, ResponseClock
from incidents.operations import clocks, timeline
from incidents.queries.deciding import purpose_of
from rosters.models import Person


def end(approvals: Sequence[Approval], *, by: Person | None, now: datetime) -> None:
    """Nobody is waited for any more, and what waits to be sent about them is not sent.

    `by` has answered, or nobody has.
    """
    open_clocks = ResponseClock.objects.filter(
        approval__in=approvals, met_at__isnull=True, stopped_at__isnull=True
    )
    reason = FinishReason.SUPERSEDED if by is None else FinishReason.MET
    clocks.end(open_clocks, now=now, reason=reason)
    waiting = Notification.objects.filter(
        incident__in={one.incident_id for one in approvals},
        purpose__in=[purpose_of(one) for one in approvals],
        answer="",
    )
    if by is not None:
        waiting.filter(person=by).update(answer=Answer.ACKNOWLEDGED, answered_at=now)
    waiting.update(answer=Answer.RELEASED, answered_at=now)


def end_with(incident: Incident, *, now: datetime) -> None:
    """The incident is resolved: what was still asked need not be decided.

    The caller holds its lock.
    """
    waiting = list(Approval.objects.filter(incident=incident, answer="").select_related("decision"))
    if not waiting:
        return
    Approval.objects.filter(pk__in=[one.pk for one in waiting]).update(
        answer=ApprovalAnswer.WITHDRAWN, answered_at=now
    )
    end(waiting, by=None, now=now)
    for one in waiting:
        text = f"{one.decision}: {one.detail}" if one.detail else str(one.decision)
        timeline.record(
            incident, EntryKind.APPROVAL_ANSWERED, at=now, text=text[:300], what="resolved"
        )
