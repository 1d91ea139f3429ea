"""Words before a shift: once each, as early as each chose; and on Fridays the week ahead."""

import re
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from rosters import tasks
from rosters.models import Message, Override, Person
from rosters.operations import handover_notes, reminding
from tests.factories import make_person, make_roster
from tests.world import at

pytestmark = pytest.mark.django_db

MONDAY = at("2026-11-23 09:00", "Europe/Berlin")
FRIDAY_NOON = at("2026-11-20 12:00", "Europe/Berlin")


def told(person: Person) -> list[str]:
    return list(Message.objects.filter(person=person).values_list("subject", flat=True))


def remind_at(*times: datetime) -> None:
    for now in times:
        reminding.remind(now=now)


def test_whoever_comes_is_reminded_twelve_hours_before_and_once() -> None:
    ann, ben = make_person("Ann"), make_person("Ben")
    make_roster([ann, ben], name="Payments")

    remind_at(MONDAY - timedelta(hours=12, minutes=1))
    assert told(ben) == []
    remind_at(MONDAY - timedelta(hours=12), MONDAY - timedelta(hours=1), MONDAY)

    assert told(ben) == ["You are on call for Payments from Mon 23 Nov, 09:00"]
    assert told(ann) == []


def test_each_chooses_how_long_before_and_whether_at_all() -> None:
    ann, ben, cy = make_person("Ann"), make_person("Ben"), make_person("Cy")
    make_roster([ann, ben], [ann, cy])
    Person.objects.filter(pk=ben.pk).update(shift_reminder=timedelta(hours=1))
    Person.objects.filter(pk=cy.pk).update(shift_reminder=None)

    remind_at(MONDAY - timedelta(hours=2))
    assert told(ben) == []
    remind_at(MONDAY - timedelta(hours=1))

    assert len(told(ben)) == 1
    assert told(cy) == []


def test_whoever_takes_the_shift_later_is_reminded_and_the_other_not() -> None:
    ann, ben, cy = make_person("Ann"), make_person("Ben"), make_person("Cy")
    roster = make_roster([ann, ben])
    Override.objects.create(
        roster=roster,
        person=cy,
        instead_of=ben,
        starts_at=MONDAY,
        ends_at=MONDAY + timedelta(days=7),
    )

    remind_at(MONDAY - timedelta(hours=3))

    assert (len(told(cy)), told(ben)) == (1, [])


def test_the_note_of_the_one_who_leaves_comes_with_it() -> None:
    ann, ben = make_person("Ann"), make_person("Ben")
    roster = make_roster([ann, ben])
    Person.objects.filter(pk=ben.pk).update(shift_reminder=timedelta(hours=1))
    handover_notes.write(roster, "Disk of db-3 fills up.", by=ann, now=MONDAY - timedelta(hours=3))

    remind_at(MONDAY - timedelta(hours=1))

    body = Message.objects.filter(person=ben).latest("pk").body
    assert "Ann wrote for you:\nDisk of db-3 fills up." in body


def test_nobody_is_called_by_a_draft() -> None:
    ben = make_person("Ben")
    roster = make_roster([make_person("Ann"), ben])
    roster.is_draft = True
    roster.save()

    remind_at(MONDAY - timedelta(hours=1))

    assert told(ben) == []


def test_on_friday_noon_whoever_is_on_call_next_week_reads_when_once() -> None:
    ann, ben = make_person("Ann"), make_person("Ben")
    make_roster([ann, ben], name="Payments")

    assert reminding.send_outlooks(now=FRIDAY_NOON - timedelta(minutes=1)) == 0
    reminding.send_outlooks(now=FRIDAY_NOON)
    reminding.send_outlooks(now=FRIDAY_NOON + timedelta(hours=2))

    assert told(ben) == ["Your next week on call"]
    body = Message.objects.get(person=ben).body
    assert "First on call for Payments: Mon 23 Nov, 09:00 to Mon 30 Nov, 09:00" in body
    assert "Mon 16 Nov" not in body


def test_whoever_is_still_on_call_on_monday_reads_it_too_and_others_nothing() -> None:
    ann, ben, idle = make_person("Ann"), make_person("Ben"), make_person("Idle")
    make_roster([ann, ben, *[make_person() for _ in range(2)], idle])

    reminding.send_outlooks(now=FRIDAY_NOON)

    assert told(ann) == ["Your next week on call"]  # until Monday at nine
    assert told(idle) == []


def test_the_beat_sends_it_on_fridays_and_on_no_other_day(monkeypatch: pytest.MonkeyPatch) -> None:
    ann, ben, cy = make_person("Ann"), make_person("Ben"), make_person("Cy")
    roster = make_roster([ann, ben], name="Payments")
    week = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    schedule = roster.temporary_schedules.create(
        name="Fair", starts_at=week[0], ends_at=week[1]
    )  # fmt: skip
    schedule.shifts.create(person=cy, starts_at=week[0], ends_at=week[1])
    outlooks = Message.objects.filter(topic="outlook")
    days = [FRIDAY_NOON + timedelta(days=number, hours=1) for number in range(-4, 0)]

    for now in [*days, FRIDAY_NOON - timedelta(minutes=5)]:
        monkeypatch.setattr(clock, "act_now", lambda now=now: now)
        tasks.remind_shifts()
    assert not outlooks.exists()

    for minutes in (0, 5, 10):
        now = FRIDAY_NOON + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "act_now", lambda now=now: now)
        tasks.remind_shifts()

    assert sorted(one.person.short_name for one in outlooks) == ["Ann", "Ben", "Cy"]
    beat = {one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "muster.remind_shifts" in beat


class TestAskingForANote:
    """Whoever hands over is asked for a note to the one who comes."""

    def asked(self, person: Person) -> list[Message]:
        return list(Message.objects.filter(person=person, topic__startswith="leave-note"))

    def test_three_hours_before_the_end_and_once(self) -> None:
        ann, ben = make_person("Ann"), make_person("Ben")
        make_roster([ann, ben], [ben, ann], name="Payments")

        assert reminding.ask_for_notes(now=MONDAY - timedelta(hours=3, minutes=1)) == 0
        for hours in (3, 1):
            reminding.ask_for_notes(now=MONDAY - timedelta(hours=hours))

        [word] = self.asked(ann)
        assert word.subject == "What does Ben need to know? You hand over Payments"
        assert "Your shift on Payments ends at 09:00 (Berlin, CET). Then Ben takes over." in (
            word.body
        )
        assert self.asked(ben) == []  # the backup hands nothing over

    def test_not_whoever_has_left_one_and_not_who_stays(self) -> None:
        ann, ben = make_person("Ann"), make_person("Ben")
        roster = make_roster([ann, ben])
        make_roster([make_person("Solo")])
        handover_notes.write(
            roster, "Disk fills up.", by=ann, now=MONDAY - timedelta(hours=5)
        )  # fmt: skip

        assert reminding.ask_for_notes(now=MONDAY - timedelta(hours=2)) == 0


def test_the_number_of_queries_does_not_grow_with_the_rosters() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            reminding.remind(now=MONDAY - timedelta(hours=40))  # nothing is due yet
        return len(captured)

    for _ in range(3):
        make_roster([make_person(), make_person()])
    few = queries()
    for _ in range(27):
        make_roster([make_person(), make_person()])

    assert queries() == few


def test_the_letter_is_stopped_from_the_letter_itself_by_a_press_alone(client: Client) -> None:
    ann, ben = make_person("Ann"), make_person("Ben")
    make_roster([ann, ben], name="Payments")
    reminding.send_outlooks(now=FRIDAY_NOON)
    found = re.search(r"/letters/[^/]+/", Message.objects.get(person=ben).body)
    assert found
    address = found[0]

    looked = client.get(address)
    ben.refresh_from_db()
    assert (looked.status_code, ben.gets_outlook) == (200, True)
    assert b"Stop the letter on Fridays?" in looked.content
    for _ in range(2):
        pressed = client.post(address)

    ben.refresh_from_db()
    assert (pressed.status_code, ben.gets_outlook) == (200, False)
    assert b"does not come any more" in pressed.content
    reminding.send_outlooks(now=FRIDAY_NOON + timedelta(days=7))
    assert told(ben) == ["Your next week on call"]


@pytest.mark.parametrize("token", ["12", "12:forged", "x:y", "n\u00f6"])
def test_no_letter_is_stopped_by_a_link_of_somebody_elses_making(
    client: Client, token: str
) -> None:
    assert client.post(f"/letters/{token}/").status_code == 404
