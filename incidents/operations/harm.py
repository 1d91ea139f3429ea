"""What follows at once from the harm an incident does: whoever must know of it is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.portal import queue
from config.portal.sentences import phrase
from incidents.enums import EntryKind, PersonalData
from incidents.logic.wordings import SHIPPED_BOOK, Book
from incidents.models import ImpactClass, Incident, Notification, TimelineEntry
from incidents.operations import timeline, wording
from incidents.queries import privacy, wordings
from incidents.queries.privacy import Ask, Keeper
from rosters.enums import Lane
from rosters.logic.drafts import MessageDraft
from rosters.models import Person
from rosters.operations import carriage

SAID = {
    PersonalData.YES: phrase("Personal data is at risk."),
    PersonalData.UNSURE: phrase("Personal data may be at risk. Nobody is sure yet."),
}
REMINDER = phrase(
    "An authority must be told of it, and nobody has noted that. Little time is left."
)
NOBODY = "Nobody who looks after personal data can be reached. Phone them yourself."
NOBODY_OF_ROLE = "The {role} is told of such incidents, and cannot be reached. Phone them yourself."


@dataclass(frozen=True)
class Harm:
    """What is known of the harm of one incident that has just opened."""

    incident: Incident
    personal_data: PersonalData = PersonalData.NO
    impact: ImpactClass | None = None


@dataclass(frozen=True)
class _Telling:
    """Somebody is to be told: why, in words, and who that is now."""

    ask: Ask
    said: str
    keeper: Keeper | None
    fresh: str = ""

    @property
    def purpose(self) -> str:
        """What for; where a person had them told, the one time that they did."""
        if self.fresh:
            return self.fresh
        return "kind of harm" if self.ask.impact else "personal data"


def is_restricted(personal_data: PersonalData, impact: ImpactClass | None) -> bool:
    """Whether only those with a part in it may read it."""
    return personal_data == PersonalData.YES or (impact is not None and impact.is_restricted)


def follow(harms: Sequence[Harm], *, by: Person | None, now: datetime) -> None:
    """Whoever must know is told, and it stands on the timelines; in the caller's transaction.

    They need not acknowledge anything: they are told, and have a part in the incident. A constant
    number of statements, and none where nobody must know.
    """
    pairs = [
        (ask, _said(harm, ask))
        for harm in harms
        for ask in privacy.asks_of(
            harm.incident, personal_data=harm.personal_data, impact=harm.impact
        )
    ]
    tell(pairs, by=by, now=now)


def tell(
    pairs: Sequence[tuple[Ask, str]], *, purpose: str = "", by: Person | None = None, now: datetime
) -> None:
    """Whoever looks after such harm is told why, each person of an incident once.

    `purpose` is new for each time that somebody has them told. A constant number of statements,
    and none where nobody must know.
    """
    if not pairs:
        return
    keepers = privacy.keepers_for([ask for ask, _ in pairs], now=now)
    told = _each_once(
        [_Telling(*pair, keeper, purpose) for pair, keeper in zip(pairs, keepers, strict=True)]
    )
    TimelineEntry.objects.bulk_create(
        entry for one in told for entry in _entries(one, by=by, now=now)
    )
    _summon(told, now=now)


def _each_once(told: Sequence[_Telling]) -> list[_Telling]:
    """Nobody is told twice of one incident for one purpose."""
    found: dict[tuple[int, int, str], _Telling] = {}
    for number, one in enumerate(told):
        person_id = one.keeper.person.person_id if one.keeper else -number
        found.setdefault((one.ask.incident.pk, person_id, one.purpose), one)
    return list(found.values())


def _said(harm: Harm, ask: Ask) -> str:
    if ask.impact is None:
        return SAID[harm.personal_data]
    return phrase("It is marked as {kind}.", kind=ask.impact.name.lower())


def _entries(one: _Telling, *, by: Person | None, now: datetime) -> Iterator[TimelineEntry]:
    incident, keeper = one.ask.incident, one.keeper
    if not one.fresh or by is None:  # else the timeline says already what a person did, and why
        yield timeline.draft(incident, EntryKind.NOTE, at=now, by=by, text=one.said)
    if keeper is None:
        nobody = NOBODY_OF_ROLE.format(role=one.ask.role) if one.ask.impact else NOBODY
        yield timeline.draft(incident, EntryKind.NOTE, at=now, text=nobody)
        return
    who, reason = keeper.person.full_name, keeper.person.reason
    yield timeline.draft(incident, EntryKind.TOLD, at=now, who=who, reason=reason)


def _summon(told: Sequence[_Telling], *, now: datetime) -> None:
    reached = [(one, one.keeper) for one in told if one.keeper]
    notifications = [
        Notification(
            incident=one.ask.incident,
            person_id=keeper.person.person_id,
            reason=keeper.person.reason,
            purpose=f"{one.purpose} {one.ask.incident.pk}",
            created_at=now,
        )
        for one, keeper in reached
    ]
    Notification.objects.bulk_create(notifications)
    book = wordings.book() if reached else SHIPPED_BOOK
    drafts = [
        draft
        for (one, keeper), notification in zip(reached, notifications, strict=True)
        for draft in _drafts(one, keeper, notification, book)
    ]
    carriage.plan_messages(drafts, now=now)
    if drafts:
        queue.wake("muster.carry")


def _drafts(
    one: _Telling, keeper: Keeper, notification: Notification, book: Book
) -> Iterator[MessageDraft]:
    incident = one.ask.incident
    is_told = one.said == REMINDER or not incident.is_restricted
    situation = one.said if is_told else ""
    now = notification.created_at
    for contact in keeper.contacts:
        worded = wording.told(contact, keeper.person, incident, said=situation, now=now, book=book)
        yield MessageDraft(
            topic=Notification.TOPIC,
            topic_id=notification.pk,
            subject_key=f"privacy:{incident.pk}",
            thread_key=f"incident:{incident.pk}",
            person_id=keeper.person.person_id,
            contact_point_id=worded.contact_point_id,
            subject=worded.subject,
            body=worded.body,
            lane=Lane.ESCALATION,
            delay=worded.delay,
        )
