"""Everything that a review's own page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Sentence
from incidents.enums import Answer
from incidents.models import Incident
from incidents.queries import board, deciding
from incidents.queries.board import Card, Entry
from incidents.queries.calls import Told
from reviews.logic import access, blameless, progress
from reviews.logic.access import Part, State
from reviews.logic.blameless import Hint
from reviews.logic.progress import TEXTS, Contents
from reviews.logic.reading import calls_heading
from reviews.models import ActionItem, Review
from reviews.queries import standing, waiting
from rosters.enums import MessageState
from rosters.models import Person

TIMELINE_LENGTH = 200
ENTRIES_SHOWN = 12
UNREACHED = "could not be reached"
ANSWERED = {Answer.ACKNOWLEDGED.value: "acknowledged", Answer.PASSED.value: "passed it on"}
OUTCOMES: Mapping[MessageState | None, str] = {
    MessageState.PLANNED: "was on its way",
    MessageState.SENDING: "was on its way",
    MessageState.SENT: "no answer",
    MessageState.CANCELLED: "no longer needed",
}


@dataclass(frozen=True)
class Call:
    """One call that was made, and how long after the incident was detected."""

    who: str
    reason: str
    verb: str
    at: datetime
    after: timedelta
    outcome: str
    answered_at: datetime | None

    @property
    def is_at_once(self) -> bool:
        return self.after < timedelta(minutes=1)


@dataclass(frozen=True)
class Participant:
    """Somebody who took part, and as what."""

    person: Person
    role: str


@dataclass(frozen=True)
class ReviewPage:
    """One review for one reader. Each `why_not_…` is None, or why its button is off."""

    review: Review
    card: Card
    calls: Sequence[Call]
    entries: Sequence[Entry]
    factors: Sequence[str]
    actions: Sequence[ActionItem]
    participants: Sequence[Participant]
    part: Part
    state: State
    viewer: Person
    now: datetime
    decided: deciding.Decided

    @property
    def incident(self) -> Incident:
        return self.card.incident

    @property
    def first_entries(self) -> Sequence[Entry]:
        return self.entries[:ENTRIES_SHOWN]

    @property
    def more_entries(self) -> Sequence[Entry]:
        """What a reader unfolds."""
        return self.entries[ENTRIES_SHOWN:]

    @property
    def why_not_write(self) -> str | None:
        return access.why_not_write(self.part, self.state)

    @property
    def why_not_publish(self) -> str | None:
        return access.why_not_publish(self.part, self.state)

    @property
    def parts(self) -> tuple[progress.Part, ...]:
        texts = {name: getattr(self.review, name) for name in TEXTS}
        return progress.parts(
            Contents(**texts, factors=len(self.factors), actions=len(self.actions))
        )

    @property
    def progress(self) -> Sentence:
        return progress.sentence(self.parts)

    @property
    def calls_heading(self) -> Sentence:
        at = self.incident.first_acknowledged_at
        took = at - self.incident.detected_at if at else None
        return calls_heading(
            len(self.calls),
            before=sum(at is not None and call.at <= at for call in self.calls),
            acknowledged_minutes=int(took.total_seconds() // 60) if took else None,
        )

    @property
    def open_actions(self) -> int:
        return sum(action.done_at is None for action in self.actions)

    @property
    def hints(self) -> Mapping[str, Sequence[Hint]]:
        """Words that could be kinder, by the part of the page they stand in."""
        names = {one.person.full_name for one in self.participants}
        names |= {call.who for call in self.calls} | {one.owner.full_name for one in self.actions}
        texts = {name: getattr(self.review, name) for name in TEXTS}
        texts["factors"] = "\n".join(self.factors)
        texts["actions"] = "\n".join(action.title for action in self.actions)
        return {name: blameless.hints(text, names=names) for name, text in texts.items()}


def find(person: Person, pk: int) -> Review | None:
    """The review, if this person may know of its incident."""
    found = waiting.visible_reviews(person).select_related("facilitator", "published_by")
    return found.filter(pk=pk).first()


def of(review: Review, *, viewer: Person, now: datetime) -> ReviewPage:
    """The page of one review; a constant number of queries."""
    incident = (
        Incident.objects.for_board()
        .select_related("resolved_by", "cause_known_by")
        .get(pk=review.incident_id)
    )
    review.incident = incident
    (card,) = board.cards([incident], viewer=viewer, now=now)
    actions = review.actions.select_related("owner", "done_by")
    return ReviewPage(
        review=review,
        card=card,
        calls=_calls(card),
        entries=board.timeline_of(incident, limit=TIMELINE_LENGTH)[::-1],
        factors=list(review.factors.order_by("pk").values_list("text", flat=True)),
        actions=list(actions.order_by("due_date", "pk")),
        participants=_participants(review, card),
        part=standing.part_of(viewer, review),
        state=standing.state(review, now=now),
        viewer=viewer,
        now=now,
        decided=deciding.decided_in(incident, now=now),
    )


def _calls(card: Card) -> list[Call]:
    return [_call(told, card.incident) for told in card.calls.told]


def _call(told: Told, incident: Incident) -> Call:
    notification = told.notification
    at = told.sent_at or notification.created_at
    return Call(
        who=notification.person.full_name,
        reason=notification.reason,
        verb=told.channel.verb_past if told.channel else "called",
        at=at,
        after=at - incident.detected_at,
        outcome="had left" if notification.ended_by_leaving else _outcome(told),
        answered_at=notification.answered_at,
    )


def _outcome(told: Told) -> str:
    return ANSWERED.get(told.notification.answer) or OUTCOMES.get(told.state, UNREACHED)


def _participants(review: Review, card: Card) -> list[Participant]:
    incident = card.incident
    found = [
        (review.facilitator, "Leads the review"),
        (card.commander, "Was incident commander"),
        (incident.acknowledged_by, "Acknowledged it"),
        (incident.contained_by, "Contained it"),
        (incident.resolved_by, "Resolved it"),
    ]
    roles: dict[Person, str] = {}
    for person, role in found:
        if person is not None:
            before = roles.get(person)
            roles[person] = f"{before}. {role}" if before else role
    return [Participant(person, role) for person, role in roles.items()]
