"""Who was asked to find somebody for a gap, by whom and when: read from what was sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rosters.models import Message, Person

STANDS_FOR = timedelta(days=2)
"""So long an ask stands, with its reminder after a day; then one may ask again."""
TOPIC = "gap-%y%m%d"
PREFIX = "gap:"


@dataclass(frozen=True)
class GapAsk:
    """One press: whose, when, and who was asked."""

    at: datetime
    by: Person | None
    people: tuple[Person, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.full_name for one in self.people)


def subject_key(roster_id: int, by: Person) -> str:
    """What the letters of one ask have in common."""
    return f"{PREFIX}{roster_id}:{by.pk}"


def standing(*, now: datetime) -> Mapping[int, GapAsk]:
    """By roster: the ask that stands at `now`; two queries at most."""
    days = range(STANDS_FOR.days + 1)
    topics = {f"{now - timedelta(days=one):{TOPIC}}" for one in days}
    rows = Message.objects.filter(topic__in=topics, created_at__gt=now - STANDS_FOR)
    found: dict[int, list[Message]] = {}
    for row in rows.select_related("person").order_by("created_at", "person__full_name", "pk"):
        found.setdefault(row.topic_id, []).append(row)
    askers = Person.objects.in_bulk({_asker(one[0]) for one in found.values()}) if found else {}
    return {
        roster_id: GapAsk(
            sent[0].created_at,
            askers.get(_asker(sent[0])),
            tuple({one.person_id: one.person for one in sent}.values()),
        )
        for roster_id, sent in found.items()
    }


def _asker(row: Message) -> int:
    """The last part of what the letters have in common."""
    return int(row.subject_key.rpartition(":")[2])
