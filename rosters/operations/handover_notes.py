"""What the one who leaves tells the one who comes, at a change of shift."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal.refusals import Refused
from rosters.logic.reasons import in_lines
from rosters.models import HandoverNote, Person, Roster
from rosters.operations import telling
from rosters.operations.telling import Word
from rosters.queries import handover, sharing

LONGEST = 4000


@dataclass(frozen=True)
class Written:
    """A note, and who was told of it."""

    note: HandoverNote
    told: tuple[Person, ...]


@transaction.atomic
def write(roster: Roster, text: str, *, by: Person, now: datetime) -> Written:
    """The note for the next change of shift; whoever comes then is told. The same text twice is
    kept once.

    Raises Refused for those who do not belong to the roster, and for an empty note.
    """
    if not sharing.part_of(by, roster).belongs:
        raise Refused("Only people of this roster or its team can leave a note.")
    text = in_lines(text)
    if not any(one.isalnum() for one in text):
        raise Refused("Write what the next one needs to know.")
    if len(text) > LONGEST:
        raise Refused(f"At most {LONGEST:,} characters. Link to the rest.")
    list(Roster.objects.select_for_update(no_key=True).filter(pk=roster.pk))  # one after the other
    change = handover.next_change(roster, now=now)
    about_at = change.at if change else now
    same = HandoverNote.objects.filter(
        roster=roster, about_at=about_at, written_by=by, text=text
    ).first()
    if same is not None:
        return Written(same, ())
    note = HandoverNote.objects.create(
        roster=roster, about_at=about_at, text=text, written_by=by, written_at=now
    )
    people = [one for one in (change.comes if change else ()) if one.pk != by.pk]
    told = [one for one in people if telling.tell(one, _word(note, roster, by), now=now)]
    return Written(note, tuple(told))


def mark_read(note: HandoverNote, *, by: Person, now: datetime) -> HandoverNote:
    """Somebody has read it; the first one stays. Raises Refused for who does not belong there."""
    if not sharing.part_of(by, note.roster).belongs:
        raise Refused("Only people of this roster or its team can say that they have read it.")
    if note.written_by_id != by.pk:
        unread = HandoverNote.objects.filter(pk=note.pk, read_at__isnull=True)
        unread.update(read_at=now, read_by=by)
    note.refresh_from_db()
    return note


def _word(note: HandoverNote, roster: Roster, by: Person) -> Word:
    address = reverse("rosters:handover_notes", args=[roster.slug])
    return Word(
        topic="hand-over",
        topic_id=note.pk,
        subject_key=f"hand-over:{note.pk}",
        subject=f"Hand-over of {roster.name} from {by.full_name}",
        body=f"{note.text}\n\nSay that you have read it: {settings.PUBLIC_URL}{address}",
    )
