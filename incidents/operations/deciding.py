"""Deciding alone, as one's role allows: written down once, with its instant and its name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from incidents.enums import EntryKind
from incidents.logic.deciding import Choice, why_not_decide
from incidents.models import Approval, Decision, DecisionKind, Incident
from incidents.operations import lifecycle, timeline
from incidents.queries import deciding, standing
from rosters.models import Person


@dataclass(frozen=True)
class Matter:
    """What is to be decided: its kind, and more words if there are any. `key` is the form's own."""

    kind: DecisionKind
    key: UUID
    detail: str = ""

    @property
    def text(self) -> str:
        """As a decision reads: roll back a version: payments v4.12."""
        return f"{self.kind.name}: {self.detail}" if self.detail else self.kind.name


class SentBefore(Refused):
    """This very form was sent before, with other words."""

    def __init__(self) -> None:
        super().__init__(
            "This form was sent before, with other words. Press again to send these on their own."
        )


@transaction.atomic
def decide(incident: Incident, matter: Matter, *, by: Person, now: datetime) -> Decision:
    """`by` has decided it alone. The same form sent twice answers with the same decision.

    Raises Refused when their roles do not allow it, or when somebody else must agree.
    """
    incident = lifecycle.lock(incident.pk)
    earlier = Decision.objects.filter(decide_key=matter.key).first()
    if earlier is not None:
        if (earlier.incident_id, earlier.text) != (incident.pk, cut(matter.text)):
            raise SentBefore
        return earlier
    choice = choice_of(incident, matter.kind, by=by, now=now)
    refuse_if(why_not_decide(standing.state(incident), choice))
    decision = Decision.objects.create(
        incident=incident,
        decision=matter.kind,
        text=cut(matter.text),
        decided_by=by,
        decided_at=now,
        decide_key=matter.key,
    )
    role = choice.right.role if choice and choice.right else ""
    write(decision, role=role, now=now)
    return decision


def choice_of(
    incident: Incident, kind: DecisionKind, *, by: Person, now: datetime
) -> Choice | None:
    """How one kind of decision stands for this person."""
    found = deciding.choices_of(incident, by, now=now)
    return next((one for one in found if one.kind.kind_id == kind.pk), None)


def cut(text: str) -> str:
    """As much of it as a decision holds."""
    return text[:300]


def write(decision: Decision, *, role: str, now: datetime) -> None:
    """It stands on the timeline."""
    timeline.record(
        decision.incident,
        EntryKind.DECIDED,
        at=now,
        by=decision.decided_by,
        who=str(decision.decided_by),
        text=decision.text,
        **({"what": "role", "role": role} if role else {}),
    )


def agreed(approval: Approval, *, now: datetime) -> Decision:
    """What was asked for is decided, because somebody agreed; written once for each approval."""
    matter = Matter(approval.decision, approval.ask_key, approval.detail)
    return Decision.objects.create(
        incident=approval.incident,
        decision=approval.decision,
        text=cut(matter.text),
        decided_by=approval.asked_by,
        decided_at=now,
        decide_key=approval.ask_key,
        approval=approval,
    )
