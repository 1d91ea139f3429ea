"""Incidents as people see them on Now and on their own page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from config.portal.sentences import Sentence
from incidents.enums import Promise
from incidents.logic import milestones, timeline
from incidents.logic.lead import lead
from incidents.logic.milestones import Facts, Milestone
from incidents.logic.outlook import Outlook
from incidents.models import (
    Incident,
    ResponseClock,
    RoleAssignment,
    StatusUpdate,
    TimelineEntry,
)
from incidents.queries.calls import Calls, calls_for
from rosters.logic.directory import Directory
from rosters.models import Person
from rosters.queries.compiled import compiled
from rosters.queries.directory import NOTHING, Wanted
from rosters.queries.many import Ids

DEADLINE_WORDS = {
    Promise.ACKNOWLEDGE: "Acknowledge {reference}",
    Promise.CONTAIN: "Contain {reference}",
    Promise.RESOLVE: "Resolve {reference}",
    Promise.UPDATE: "Write an update on {reference}",
    Promise.REVIEW: "Publish the review of {reference}",
    Promise.FILL_ROLE: "Make somebody {role} of {reference}",
    Promise.ROOT_CAUSE: "Find the cause of {reference}",
    Promise.DECIDE: "Answer what was asked about {reference}",
    Promise.REPORT: "Tell the authority about {reference}",
}
"""But "still on it?": its end is no promise to anybody."""


@dataclass(frozen=True)
class Card:
    """One incident with everything that its card or page head shows.

    `my_call_at` is when the reader is called if nobody answers before; None once they were called.
    """

    incident: Incident
    calls: Calls
    milestones: tuple[Milestone, ...]
    outlook: Outlook
    commander: Person | None
    is_calling_me: bool = False
    is_led_by_reader: bool = False
    my_call_at: datetime | None = None

    @property
    def service_names(self) -> list[str]:
        """The primary service first, then the affected ones."""
        names = [self.incident.service.name] if self.incident.service else []
        return names + [one.service.name for one in self.incident.affected.all()]

    @property
    def lead(self) -> Sentence:
        """Who has it in hand."""
        return lead(
            severity=self.incident.severity,
            commander=str(self.commander or ""),
            acknowledged_by=str(self.incident.acknowledged_by or ""),
            is_left=self.incident.is_left,
            is_reader=self.is_led_by_reader,
        )

    @property
    def update_owner(self) -> str:
        """Who owes the next update: whoever leads, else who acknowledged."""
        return str(self.commander or self.incident.acknowledged_by or "")

    @property
    def called_me_at(self) -> datetime | None:
        """When the reader was called, while we wait for their answer."""
        return self.calls.mine.sent_at if self.calls.mine else None

    @property
    def is_about_update(self) -> bool:
        """The sentence of what happens next already tells when the update is due."""
        call, late = self.calls.next_call, self.calls.late
        if late is not None:
            return late.promise == Promise.UPDATE
        return call.promise == Promise.UPDATE if call else self.outlook.at == self.update_due_at

    @property
    def update_due_at(self) -> datetime | None:
        clock = self.calls.open_clock(Promise.UPDATE)
        return clock.target_at if clock else None

    @property
    def needs_acknowledgement(self) -> bool:
        return self.incident.is_open and self.incident.acknowledged_at is None


@dataclass(frozen=True)
class Deadline:
    """One promise that is still to be kept."""

    at: datetime
    sentence: Sentence
    incident: Incident
    owner: str


@dataclass(frozen=True)
class Board:
    """Open incidents: the worst ones as cards, the rest as a number.

    `calling` holds those for which the reader is being called, whatever else was asked for.
    """

    cards: list[Card] = field(default_factory=list)
    total: int = 0
    calling: list[Card] = field(default_factory=list)
    directory: Directory | None = None

    @property
    def more(self) -> int:
        return self.total - len(self.cards)


def board(
    wanted: Sequence[Incident],
    *,
    viewer: Person,
    now: datetime,
    limit: int,
    also: Wanted = NOTHING,
) -> Board:
    """The first `limit` of the wanted incidents, the worst first; a constant number of queries.

    `also` is loaded into the directory that the board was made with.
    """
    calling = [pk for (pk,) in _calling(viewer, limit)]
    shown = [incident.pk for incident in wanted[:limit]]
    rows = for_board({*shown, *calling}) if shown or calling else []
    made = cards(rows, viewer=viewer, now=now, also=also)
    by_pk = {card.incident.pk: card for card in made}
    return Board(
        [by_pk[pk] for pk in shown if pk in by_pk],
        len(wanted),
        [by_pk[pk] for pk in calling if pk in by_pk],
        made[0].calls.directory if made else None,
    )


@compiled
def _calling(viewer: Person, limit: int) -> QuerySet[Incident, Any]:
    return Incident.objects.calling(viewer).most_severe_first().values_list("pk")[:limit]


@compiled
def for_board(incidents: Ids) -> QuerySet[Incident]:
    """These incidents with everything that a card or a page head touches, the worst first."""
    return Incident.objects.filter(pk__in=incidents).for_board().most_severe_first()


def find(pk: int, *, viewer: Person) -> Incident | None:
    """This incident with the same, if the reader may know of it."""
    return next(iter(_visible(viewer, {pk})), None)


@compiled
def _visible(viewer: Person, incidents: Ids) -> QuerySet[Incident]:
    visible: QuerySet[Incident] = Incident.objects.visible_to(viewer).for_board()
    return visible.filter(pk__in=incidents)


def deadlines(wanted: Iterable[Incident], *, limit: int) -> list[Deadline]:
    """The next promises of the wanted incidents, earliest first; two queries."""
    ids = {incident.pk for incident in wanted}
    found = _promised(ids, limit) if ids else []
    commanders = commanders_of([clock.incident for clock in found])
    return [
        Deadline(
            clock.target_at,
            Sentence(
                DEADLINE_WORDS[Promise(clock.promise)],
                {"reference": clock.incident.reference, "role": str(clock.role or "")},
            ),
            clock.incident,
            str(commanders.get(clock.incident_id) or clock.incident.acknowledged_by or ""),
        )
        for clock in found
    ]


@compiled
def _promised(incidents: Ids, limit: int) -> QuerySet[ResponseClock]:
    clocks = ResponseClock.objects.filter(
        incident__in=incidents,
        met_at__isnull=True,
        stopped_at__isnull=True,
        promise__in=list(DEADLINE_WORDS),
    ).exclude(  # kept once: that nobody is on it any more says so itself
        promise=Promise.ACKNOWLEDGE, incident__first_acknowledged_at__isnull=False
    )
    rows = clocks.select_related("incident__acknowledged_by", "role")
    return rows.order_by("target_at", "pk")[:limit]


def cards(
    incidents: Sequence[Incident],
    *,
    viewer: Person,
    now: datetime,
    ahead: int = 4,
    also: Wanted = NOTHING,
) -> list[Card]:
    """The cards of these incidents, in their order; a constant number of queries."""
    calls = calls_for(incidents, now=now, ahead=ahead, also=also, reader_id=viewer.pk)
    commanders = commanders_of(incidents)
    return [
        _card(incident, calls[incident.pk], commanders.get(incident.pk), viewer, now=now)
        for incident in incidents
    ]


def _card(
    incident: Incident, calls: Calls, commander: Person | None, viewer: Person, *, now: datetime
) -> Card:
    outlook = calls.outlook
    is_waiting = incident.is_open and incident.acknowledged_at is None
    facts = Facts(
        detected_at=incident.detected_at,
        acknowledged_at=incident.first_acknowledged_at,
        escalated_at=incident.escalated_at,
        contained_at=incident.contained_at,
        resolved_at=incident.resolved_at,
        reviewed_at=incident.reviewed_at,
        target_at={clock.promise: clock.target_at for clock in reversed(calls.clocks)},
        next_call_at=calls.next_call.at if calls.next_call and calls.has_called else None,
    )
    steps = milestones.clock(facts, now=now)
    is_mine = is_waiting and calls.mine is not None
    leads = commander is not None and commander.pk == viewer.pk
    my_call_at = _my_call_at(calls, now=now) if is_waiting else None
    return Card(incident, calls, steps, outlook, commander, is_mine, leads, my_call_at)


def _my_call_at(calls: Calls, *, now: datetime) -> datetime | None:
    mine = calls.mine
    if mine is None:
        return calls.mine_at
    is_ahead = mine.sent_at is None and mine.planned_at is not None and mine.planned_at > now
    return mine.planned_at if is_ahead else None


def commanders_of(incidents: Sequence[Incident]) -> dict[int, Person]:
    """The present commander of each incident that has one."""
    ids = {incident.pk for incident in incidents}
    return {one.incident_id: one.person for one in _commanding(ids)} if ids else {}


@compiled
def _commanding(incidents: Ids) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(
        incident__in=incidents, role__slug="incident-commander", released_at__isnull=True
    ).select_related("person")


@dataclass(frozen=True)
class Entry:
    """One timeline entry, ready to be said."""

    at: datetime
    kind: str
    sentence: Sentence
    by: str
    update: StatusUpdate | None = None
    is_off: bool = False
    """Not among those asked for; on paper it stands all the same."""
    is_day_off: bool = False
    """As every other of its day."""


MILESTONE_KINDS = frozenset(
    {"detected", "declared", "acknowledged", "acknowledged_by_link", "contained", "resolved"}
    | {"escalated", "reviewed"}
)


def timeline_of(incident: Incident, *, limit: int) -> list[Entry]:
    """The newest entries of an incident, newest first."""
    return [entry_of(row) for row in entries(incident, limit)]


def entry_of(row: TimelineEntry) -> Entry:
    """One row as it is said."""
    return Entry(row.at, row.kind, timeline.sentence(row.kind, row.params), str(row.by or ""))


@compiled
def entries(incident: Incident, limit: int) -> QuerySet[TimelineEntry]:
    rows = TimelineEntry.objects.filter(incident=incident).select_related("by")
    return rows.order_by("-at", "-pk")[:limit]
