"""Our calendar, read by a library's parser: the same shifts, across every clock change."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import icalendar
import pytest

from rosters.channels import ical
from rosters.logic import feeds
from rosters.logic.feeds import Entry
from rosters.logic.rotation import LayerSpec, RosterSpec, segments
from rosters.logic.shifts import RotationSpec
from tests.world import at

MADE = datetime(2026, 3, 1, tzinfo=UTC)


def parsed(entries: list[Entry], *, name: str = "Payments") -> icalendar.Calendar:
    content = ical.write(
        name, entries, host="muster.example", time_zone="Europe/London", made_at=MADE
    )
    return icalendar.Calendar.from_ical(content)


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("Europe/London", "2026-03-28 12:00", "2026-03-31 00:00"),
        ("Europe/London", "2026-10-24 12:00", "2026-10-27 00:00"),
        ("America/New_York", "2026-03-07 12:00", "2026-03-10 00:00"),
        ("Australia/Lord_Howe", "2026-04-04 01:00", "2026-04-07 00:00"),
        ("America/Santiago", "2026-09-05 12:00", "2026-09-08 00:00"),
    ],
)
def test_it_reads_back_to_the_same_shifts(zone: str, first: str, last: str) -> None:
    starts_at, ends_at = at(first), at(last)
    handover = datetime.combine(date(2026, 1, 1), time(2, 30))
    rotation = RotationSpec(handover, "day", 1, (1, 2, 3))
    spec = RosterSpec(ZoneInfo(zone), (LayerSpec(1, (rotation,)),))
    stretches = segments(spec, starts_at=starts_at, ends_at=ends_at)
    held = list(feeds.held(7, stretches, since=starts_at))
    entries = feeds.of_roster(
        held, roster_name="Payments", names={1: "Ann", 2: "Bea", 3: "Cy"}, address="https://m/"
    )

    read = [(str(one["SUMMARY"]), one.start, one.end) for one in parsed(entries).events]
    names = {1: "Ann", 2: "Bea", 3: "Cy"}
    assert read == [
        (f"{names[one.levels[0][0]]}: first on call", one.starts_at, one.ends_at)
        for one in stretches
    ]
    assert len(read) > 1


def test_text_from_people_cannot_write_lines_of_its_own() -> None:
    nasty = "Mei, Tan; \\ \r\nATTENDEE:mailto:evil@example.org\nX"
    entry = Entry("1", MADE, MADE.replace(day=2), nasty, nasty)

    calendar = parsed([entry], name=nasty)

    (event,) = calendar.walk("VEVENT")
    assert "ATTENDEE" not in event
    assert str(event["SUMMARY"]).replace("\r", "") == nasty.replace("\r", "")
    assert "ATTENDEE" not in calendar


def test_no_line_is_longer_than_programs_read() -> None:
    entry = Entry("1", MADE, MADE.replace(day=2), "Zoë Łukasiewicz " * 20, "")

    content = ical.write("N", [entry], host="m", time_zone="UTC", made_at=MADE)

    assert max(len(line) for line in content.split(b"\r\n")) <= 75
