"""What a person may decide in an incident, and what was decided or waits for an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from incidents.enums import Promise
from incidents.logic.deciding import Choice, Kind, Question, Right, answered, choices
from incidents.models import (
    Approval,
    Decision,
    DecisionKind,
    DecisionRight,
    EscalationStep,
    Incident,
    Notification,
    ResponseClock,
    RoleAssignment,
)
from incidents.queries.circumstances import about
from rosters.models import Person, StakeholderRole
from rosters.queries.compiled import compiled
from rosters.queries.directory import Wanted, load_directory

ENGINEER = "on-call-engineer"
"""The role of whoever acknowledged, for as long as nobody else holds it in the incident."""

PURPOSE = "decide"
"""How the purpose of a notification begins that asks for an approval; its number follows."""


def choices_of(incident: Incident, person: Person, *, now: datetime) -> list[Choice]:
    """Every kind of decision as it stands for this person; a constant number of queries."""
    rights = _rights()
    waiting = Approval.objects.filter(incident=incident, answer="").select_related(
        "asked_by", "approver"
    )
    return choices(
        [
            Kind(kind.pk, kind.name, kind.description)
            for kind in DecisionKind.objects.order_by("order", "pk")
        ],
        rights,
        roles=roles_of(incident, person, among={right.role_id for right in rights}, now=now),
        called_for=_called_for(incident, person),
        pending={
            one.decision_id: f"{one.asked_by} has asked the {one.approver} for this already."
            for one in waiting
        },
    )


def _rights() -> list[Right]:
    rows = DecisionRight.objects.select_related("role", "approver").order_by("role__order", "pk")
    return [
        Right(
            row.decision_id,
            row.role_id,
            str(row.role),
            row.approver_id,
            str(row.approver or ""),
            row.within_minutes or 0,
        )
        for row in rows
    ]


def _called_for(incident: Incident, person: Person) -> set[int]:
    """What the steps that called them let them decide."""
    told = Notification.objects.filter(incident=incident, person=person, step__isnull=False)
    steps = EscalationStep.objects.filter(pk__in=told.values("step"), decisions__isnull=False)
    return set(steps.values_list("decisions", flat=True))


def roles_of(
    incident: Incident, person: Person, *, among: set[int], now: datetime
) -> frozenset[int]:
    """The roles that a person has in an incident: held in it, or else theirs in the matrix.

    Somebody who holds a role in the incident has it instead of whoever the matrix names.
    """
    held = dict(
        RoleAssignment.objects.filter(incident=incident, released_at__isnull=True).values_list(
            "role", "person"
        )
    )
    mine = {role_id for role_id, holder_id in held.items() if holder_id == person.pk}
    free = among - held.keys()
    if incident.acknowledged_by_id == person.pk:
        mine |= set(
            StakeholderRole.objects.filter(slug=ENGINEER, pk__in=free).values_list("pk", flat=True)
        )
    known = about(incident)
    directory = load_directory(
        wanted_for(free, [incident]), starts_at=now, ends_at=now + timedelta(minutes=1)
    )
    for role_id in free:
        people = directory.for_role(
            role_id,
            service_id=known.service_id,
            team_id=known.team_id,
            severity=known.severity,
            at=now,
        )
        if any(one.person_id == person.pk for one in people):
            mine.add(role_id)
    return frozenset(mine)


def wanted_for(role_ids: set[int], incidents: Sequence[Incident]) -> Wanted:
    """What the directory must know to say who fills these roles around these incidents."""
    known = [about(incident) for incident in incidents]
    return Wanted(
        role_ids=frozenset(role_ids),
        service_ids=frozenset(one.service_id for one in known if one.service_id),
        team_ids=frozenset(one.team_id for one in known if one.team_id),
    )


@dataclass(frozen=True)
class Pending:
    """One question that waits: whom we asked, until when, and what happens then."""

    approval: Approval
    asked: tuple[Person, ...]
    until: datetime | None
    is_late: bool

    @property
    def names(self) -> list[str]:
        return [str(person) for person in self.asked]


@dataclass(frozen=True)
class Decided:
    """What was decided in an incident, newest first, and what waits for an answer."""

    decisions: tuple[Decision, ...]
    pending: tuple[Pending, ...]

    def __bool__(self) -> bool:
        return bool(self.decisions or self.pending)


def decided_in(incident: Incident, *, now: datetime) -> Decided:
    """The decisions of one incident and its open questions; a constant number of queries."""
    return Decided(tuple(_made(incident)), tuple(pending(_waiting(incident), now=now)))


@compiled
def _made(incident: Incident) -> QuerySet[Decision]:
    made = Decision.objects.filter(incident=incident)
    joined = made.select_related("decided_by", "decision", "approval__answered_by")
    return joined.order_by("-decided_at", "-pk")


@compiled
def _waiting(incident: Incident) -> QuerySet[Approval]:
    waiting = Approval.objects.filter(incident=incident, answer="")
    return waiting.select_related("decision", "asked_by", "approver").order_by("asked_at", "pk")


def pending(approvals: Sequence[Approval], *, now: datetime) -> list[Pending]:
    """These questions with whom we asked and until when; two queries."""
    if not approvals:
        return []
    told = _told(approvals)
    clocks = ResponseClock.objects.filter(approval__in=approvals, promise=Promise.DECIDE)
    until = {clock.approval_id: clock.target_at for clock in clocks.order_by("pk")}
    return [
        Pending(
            one,
            tuple(told.get(one.pk, ())),
            until.get(one.pk),
            is_late=(at := until.get(one.pk)) is not None and at <= now,
        )
        for one in approvals
    ]


def _told(approvals: Sequence[Approval]) -> Mapping[int, list[Person]]:
    purposes = {purpose_of(one): one.pk for one in approvals}
    rows = Notification.objects.filter(
        incident__in={one.incident_id for one in approvals}, purpose__in=purposes
    )
    found: dict[int, list[Person]] = {}
    for row in rows.select_related("person").order_by("created_at", "pk"):
        found.setdefault(purposes[row.purpose], []).append(row.person)
    return found


def purpose_of(approval: Approval) -> str:
    """What the notifications about one question are for."""
    return f"{PURPOSE} {approval.pk}"


def question(approval: Approval, reader: Person) -> Question:
    """The facts of one question that the rules ask for; two queries."""
    asked = Notification.objects.filter(
        incident=approval.incident_id, purpose=purpose_of(approval), person=reader
    )
    holds = RoleAssignment.objects.filter(
        incident=approval.incident_id,
        role=approval.approver_id,
        person=reader,
        released_at__isnull=True,
    )
    return Question(
        approval.asked_by_id,
        str(approval.approver),
        may_answer=asked.exists() or holds.exists(),
        is_answered=bool(approval.answer),
        answered=answered(approval.answer, who=str(approval.answered_by or "Nobody")),
    )


def was_asked(key: UUID) -> bool:
    """Whether this very form has asked for an approval already."""
    return Approval.objects.filter(ask_key=key).exists()
