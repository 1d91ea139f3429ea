"""Notes at a change of shift: told to whoever comes, kept once, marked as read once."""

import pytest

from config.portal.refusals import Refused
from rosters.models import HandoverNote, Message, Person, Roster
from rosters.operations import handover_notes
from tests.factories import make_person, make_roster
from tests.world import NOW, at

pytestmark = pytest.mark.django_db

MONDAY = at("2026-11-23 09:00", "Europe/Berlin")


@pytest.fixture
def people(db: None) -> tuple[Person, Person]:
    return make_person("Ann"), make_person("Ben")


@pytest.fixture
def roster(people: tuple[Person, Person]) -> Roster:
    return make_roster(list(people), name="Payments")


def test_it_is_for_the_next_change_and_whoever_comes_is_told_once(
    roster: Roster, people: tuple[Person, Person]
) -> None:
    ann, ben = people

    for _ in range(2):
        handover_notes.write(roster, "  Disk fills up.  ", by=ann, now=NOW)

    note = HandoverNote.objects.get()
    assert (note.about_at, note.text) == (MONDAY, "Disk fills up.")
    message = Message.objects.get()
    assert (message.person, message.subject) == (ben, "Hand-over of Payments from Ann")


def test_what_nobody_sees_is_not_kept(roster: Roster, people: tuple[Person, Person]) -> None:
    ann, _ben = people

    note = handover_notes.write(roster, "\u202eDisk\u200b fills.\r\nPort 5\0", by=ann, now=NOW).note

    assert note.text == "Disk fills.\nPort 5"


def test_the_first_who_reads_it_stays(roster: Roster, people: tuple[Person, Person]) -> None:
    ann, ben = people
    note = handover_notes.write(roster, "Disk fills up.", by=ann, now=NOW).note

    assert handover_notes.mark_read(note, by=ann, now=NOW).read_at is None
    handover_notes.mark_read(note, by=ben, now=NOW)
    handover_notes.mark_read(note, by=ben, now=MONDAY)

    assert (note.read_by, note.read_at) == (ben, NOW)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("   ", "Write what the next one"),
        ("\u202e\u200b", "Write what the next one"),
        ("x" * 4001, "At most 4,000"),
    ],
)
def test_a_note_that_says_nothing_or_too_much_is_refused(
    roster: Roster, people: tuple[Person, Person], text: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        handover_notes.write(roster, text, by=people[0], now=NOW)


def test_a_stranger_leaves_no_note(roster: Roster) -> None:
    with pytest.raises(Refused, match="Only people of this roster"):
        handover_notes.write(roster, "Hello.", by=make_person("Zoe"), now=NOW)
