"""Every step of an incident's calls: what was due, what came of it, and whose the delay was."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from incidents.enums import Answer, FiringOutcome, PostState, Promise
from incidents.logic.summons import PlannedCall
from incidents.models import Incident, Notification, RoomPost, StepFiring
from incidents.queries.calls import calls_for
from incidents.queries.policies import plan_of
from rosters.enums import Channel, MessageState
from rosters.models import DeskMessage, Message

AHEAD = 6
SKIPPED = {
    FiringOutcome.NOBODY: "Nobody could be called, so the next step took its place.",
    FiringOutcome.CONDITION: "Its condition did not hold, so the next step took its place.",
    FiringOutcome.KNOWN: "Everybody it tells knew already.",
    FiringOutcome.JUMPED: "A person skipped it.",
}


@dataclass(frozen=True)
class Logged:
    """One person told by one step, or one step that told nobody (`skipped` says why).

    `round` is 1 until the steps are repeated. `is_room`: a room that was told beside them.
    """

    promise: Promise
    number: int
    due_at: datetime
    fired_at: datetime
    round: int = 1
    skipped: str = ""
    who: str = ""
    reason: str = ""
    channel: str = ""
    handed_over_at: datetime | None = None
    delivered_at: datetime | None = None
    failed: str = ""
    answer: str = ""
    answered_at: datetime | None = None
    is_room: bool = False
    text: str = ""
    """What the room reads."""

    @property
    def system_delay(self) -> timedelta | None:
        """Muster's own: from when the step was due until a carrier had the message."""
        return self.handed_over_at - self.due_at if self.handed_over_at else None

    @property
    def is_soon(self) -> bool:
        """Whether that took so little that tenths of a second matter."""
        return self.system_delay is not None and self.system_delay < timedelta(minutes=1)

    @property
    def acknowledged_at(self) -> datetime | None:
        return self.answered_at if self.answer == Answer.ACKNOWLEDGED else None

    @property
    def human_delay(self) -> timedelta | None:
        """The person's: from the arrival, or the hand-over where no arrival is known."""
        began = self.delivered_at or self.handed_over_at
        return self.acknowledged_at - began if began and self.acknowledged_at else None


@dataclass(frozen=True)
class EscalationLog:
    """The whole log of one incident, the oldest step first, and what comes next."""

    incident: Incident
    rows: Sequence[Logged]
    coming: Sequence[tuple[Promise, PlannedCall]]
    repeats: bool = False
    """After those the last ones are made again, as the rule says."""
    rooms: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """By step the rooms that it tells beside people."""

    @cached_property
    def slowest(self) -> timedelta | None:
        """The longest that Muster itself took."""
        return max((row.system_delay for row in self.rows if row.system_delay), default=None)

    @cached_property
    def told(self) -> int:
        """How many calls there were."""
        return sum(bool(row.who) and not row.is_room for row in self.rows)


def log_of(incident: Incident, *, now: datetime) -> EscalationLog:
    """A constant number of queries, however many steps there were."""
    calls = calls_for([incident], now=now, ahead=AHEAD)[incident.pk]
    first = {(promise, call.step_id): call for promise, call in reversed(calls.upcoming)}
    coming = sorted(first.items(), key=lambda pair: pair[1].at)[:AHEAD]
    return EscalationLog(
        incident,
        rows_of(incident),
        [(Promise(promise), call) for (promise, _step), call in coming],
        repeats=len(first) < len(calls.upcoming),
        rooms=calls.rooms,
    )


def rows_of(incident: Incident) -> list[Logged]:
    """What was, for the page and for files; in six queries."""
    firings = StepFiring.objects.filter(run__clock__incident=incident).select_related(
        "run__clock", "run__version"
    )
    told = Notification.objects.filter(incident=incident, run__isnull=False)
    people: dict[tuple[int | None, int], list[Notification]] = defaultdict(list)
    for one in told.select_related("person").order_by("pk"):
        people[one.run_id, one.position].append(one)
    posts: dict[tuple[int, int], list[RoomPost]] = defaultdict(list)
    for post in RoomPost.objects.filter(incident=incident).select_related("room").order_by("pk"):
        posts[post.run_id, post.position].append(post)
    carried = _carried(one.pk for group in people.values() for one in group)
    arrived = _arrived(message.pk for message in carried.values())
    return [
        row
        for firing in firings.order_by("fired_at", "run", "position")
        for row in _rows(
            firing,
            people[firing.run_id, firing.position],
            posts[firing.run_id, firing.position],
            carried,
            arrived,
        )
    ]


def _rows(
    firing: StepFiring,
    told: Sequence[Notification],
    posts: Sequence[RoomPost],
    carried: dict[int, Message],
    arrived: dict[int, datetime],
) -> list[Logged]:
    promise = Promise(firing.run.clock.promise)
    place = plan_of(firing.run, promise=promise).occurrence(firing.position)
    number, loop = (place.index, place.loop) if place else (firing.position, 0)
    blank = Logged(promise, number + 1, firing.due_at, firing.fired_at, loop + 1)
    rooms = [_of_room(blank, one) for one in posts]
    if not told:
        return [replace(blank, skipped=SKIPPED.get(FiringOutcome(firing.outcome), "")), *rooms]
    return [*(_row(blank, one, carried.get(one.pk), arrived) for one in told), *rooms]


def _of_room(blank: Logged, post: RoomPost) -> Logged:
    is_sent = post.state == PostState.SENT
    return replace(
        blank,
        who=post.room.name,
        reason="a room, told beside people",
        channel=str(Channel(post.room.channel).label),
        handed_over_at=post.sent_at,
        failed="" if is_sent else str(PostState(post.state).label),
        is_room=True,
        text=post.body,
    )


def _row(
    blank: Logged, told: Notification, message: Message | None, arrived: dict[int, datetime]
) -> Logged:
    return replace(
        blank,
        who=told.person.full_name,
        reason=told.reason,
        channel=Channel(message.contact_point.channel).label if message else "",
        handed_over_at=message.sent_at if message else None,
        delivered_at=arrived.get(message.pk) if message else None,
        failed=MessageState(message.state).label if message and not message.sent_at else "",
        answer=told.answer,
        answered_at=told.answered_at,
    )


def _carried(notification_ids: Iterable[int]) -> dict[int, Message]:
    """Of each call the message that was handed over first, or else the last that was tried."""
    found: dict[int, Message] = {}
    messages = Message.objects.filter(topic=Notification.TOPIC, topic_id__in=list(notification_ids))
    for message in messages.select_related("contact_point").order_by("pk"):
        known = found.get(message.topic_id)
        if known is None or _rank(message) < _rank(known):
            found[message.topic_id] = message
    return found


def _rank(message: Message) -> tuple[bool, datetime]:
    return message.sent_at is None, message.sent_at or message.not_before


def _arrived(message_ids: Iterable[int]) -> dict[int, datetime]:
    """When the desk had it; other carriers do not say when a message arrived."""
    rows = DeskMessage.objects.filter(message__in=list(message_ids))
    return dict(rows.values_list("message_id", "arrived_at"))
