"""Calendars of others: repetition across clock changes, whole days, and hostile ones."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rosters.intake import ical

BERLIN = ZoneInfo("Europe/Berlin")
FROM, TO = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def calendar(*lines: str, head: tuple[str, ...] = ()) -> bytes:
    body = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//", *head, *lines, "END:VCALENDAR"]
    return "\r\n".join(body).encode()


def event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", "UID:1", "SUMMARY:Mei Tan", *lines, "END:VEVENT")


def read(content: bytes) -> list[tuple[str, str]]:
    found = ical.read(content, zone=BERLIN, starts_at=FROM, ends_at=TO)
    return [(f"{one.starts_at:%m-%d %H:%M}", f"{one.ends_at:%m-%d %H:%M}") for one in found]


def test_a_rule_keeps_its_wall_time_through_the_doubled_hour() -> None:
    content = calendar(
        *event(
            "DTSTART;TZID=Europe/Berlin:20261019T090000",
            "DTEND;TZID=Europe/Berlin:20261019T170000",
            "RRULE:FREQ=WEEKLY;COUNT=3",
            "EXDATE;TZID=Europe/Berlin:20261102T090000",
        )
    )

    assert read(content) == [("10-19 07:00", "10-19 15:00"), ("10-26 08:00", "10-26 16:00")]


def test_a_whole_day_is_a_day_in_the_calendars_own_zone() -> None:
    whole = event("DTSTART;VALUE=DATE:20261025", "DTEND;VALUE=DATE:20261026")

    assert read(calendar(*whole)) == [("10-24 22:00", "10-25 23:00")]  # 25 hours in Berlin
    tokyo = calendar(*whole, head=("X-WR-TIMEZONE:Asia/Tokyo",))
    assert read(tokyo) == [("10-24 15:00", "10-25 15:00")]


def test_a_time_without_a_zone_is_in_the_layers() -> None:
    assert read(calendar(*event("DTSTART:20261110T090000", "DURATION:PT8H"))) == [
        ("11-10 08:00", "11-10 16:00")
    ]


def test_one_changed_occurrence_counts_as_changed() -> None:
    content = calendar(
        *event("DTSTART:20261110T080000Z", "DTEND:20261110T090000Z", "RRULE:FREQ=DAILY;COUNT=2"),
        *event(
            "RECURRENCE-ID:20261111T080000Z", "DTSTART:20261111T120000Z", "DTEND:20261111T130000Z"
        ),
    )

    assert read(content) == [("11-10 08:00", "11-10 09:00"), ("11-11 12:00", "11-11 13:00")]


def test_what_is_cancelled_or_lasts_no_time_is_left_out() -> None:
    content = calendar(
        *event("DTSTART:20261110T080000Z", "DTEND:20261110T090000Z", "STATUS:CANCELLED"),
        *event("DTSTART:20261112T080000Z", "DTEND:20261112T080000Z"),
    )

    assert read(content) == []


def test_guests_are_read_as_addresses() -> None:
    content = calendar(
        *event(
            "DTSTART:20261110T080000Z",
            "DTEND:20261110T090000Z",
            "ATTENDEE;CN=Mei:mailto:Mei@Example.org",
            "ATTENDEE:urn:uuid:1",
        )
    )

    (found,) = ical.read(content, zone=BERLIN, starts_at=FROM, ends_at=TO)
    assert found.emails == ("mei@example.org",)


HOUR = ("DTSTART:20261110T080000Z", "DTEND:20261110T090000Z")
HOSTILE = {
    "nothing": b"",
    "a web page": b"<html>sign in</html>",
    "half a calendar": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:x",
    "every second": calendar(*event(*HOUR, "RRULE:FREQ=SECONDLY")),
    "every second, folded": calendar(*event(*HOUR, "RRULE:FR\r\n EQ=SECO\r\n NDLY")),
    "every minute": calendar(*event(*HOUR, "RRULE:FREQ=MINUTELY;INTERVAL=1")),
    "every hour since long ago": calendar(
        *event("DTSTART:19000101T000000Z", "DTEND:19000101T010000Z", "RRULE:FREQ=HOURLY")
    ),
    "many seconds of each day": calendar(
        *event(
            *HOUR,
            f"RRULE:FREQ=DAILY;BYSECOND={','.join(map(str, range(60)))}"
            f";BYMINUTE={','.join(map(str, range(60)))};BYHOUR=1,2,3,4,5,6,7,8,9",
        )
    ),
    "many rules since long ago": calendar(
        *event("DTSTART:19500101T000000Z", "DTEND:19500101T010000Z", "RRULE:FREQ=DAILY") * 100
    ),
    "too many events": calendar(*event(*HOUR) * 5_001),
    "a zone by the second": calendar(
        *event("DTSTART;TZID=X:20261110T080000", "DTEND;TZID=X:20261110T090000"),
        head=(
            "BEGIN:VTIMEZONE",
            "TZID:X",
            "BEGIN:STANDARD",
            "DTSTART:19700101T000000",
            "TZOFFSETFROM:+0000",
            "TZOFFSETTO:+0100",
            "RRULE:FREQ=HOURLY",
            "END:STANDARD",
            "END:VTIMEZONE",
        ),
    ),
    "bytes": bytes(range(256)) * 10,
    "bytes in a calendar": b"BEGIN:VCALENDAR\r\n" + bytes(range(256)) * 10,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_calendar_is_refused_in_words(name: str) -> None:
    with pytest.raises(ical.CannotRead) as refused:
        read(HOSTILE[name])

    assert str(refused.value).endswith(".") or str(refused.value).endswith(").")


def test_a_rule_of_hours_is_followed_to_the_end() -> None:
    found = read(calendar(*event("DTSTART:20261001T000000Z", "DURATION:PT1H", "RRULE:FREQ=HOURLY")))

    assert len(found) == 61 * 24
