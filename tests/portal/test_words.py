"""Words for one reader, in tables: zones, both DST nights, midnights, lists and quantities."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from config.portal import words
from config.portal.sentences import Sentence, sentence

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
NEW_YORK = ZoneInfo("America/New_York")


def at(wall: str, zone: ZoneInfo = BERLIN, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=zone, fold=fold)


NOW = at("2026-11-20 14:16:05")  # a Friday


@pytest.mark.parametrize(
    ("instant", "zone", "said"),
    [
        (at("2026-11-20 14:29"), BERLIN, "14:29"),
        (at("2026-11-20 14:29:59"), BERLIN, "14:29"),
        (at("2026-11-20 00:00"), BERLIN, "midnight"),
        (at("2026-11-20 12:00"), BERLIN, "midday"),
        (at("2026-11-20 00:01"), BERLIN, "00:01"),
        (at("2026-11-20 14:29"), KOLKATA, "18:59"),
        (at("2026-11-20 19:30"), KOLKATA, "midnight"),
        (at("2026-11-20 14:29"), NEW_YORK, "08:29"),
        (at("2026-10-25 01:59"), BERLIN, "01:59"),
        (at("2026-10-25 02:30"), BERLIN, "02:30 CEST"),
        (at("2026-10-25 02:30", fold=1), BERLIN, "02:30 CET"),
        (at("2026-10-25 03:00"), BERLIN, "03:00"),
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), BERLIN, "01:59"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), BERLIN, "03:00"),
    ],
)
def test_clock(instant, zone, said):
    assert words.clock(instant, zone=zone) == said


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2026-11-20 14:29", "14:29"),
        ("2026-11-20 09:00", "09:00"),
        ("2026-11-21 08:00", "Sat 21 Nov, 08:00"),
        ("2026-11-23 09:00", "Mon 23 Nov, 09:00"),
        ("2026-11-26 09:00", "Thu 26 Nov, 09:00"),
        ("2026-11-27 09:00", "Fri 27 Nov, 09:00"),
        ("2026-12-03 09:00", "Thu 3 Dec, 09:00"),
        ("2027-01-04 09:00", "Mon 4 Jan 2027, 09:00"),
        ("2026-11-21 12:00", "Sat 21 Nov, 12:00"),
        ("2026-11-21 00:00", "midnight"),
        ("2026-11-22 00:00", "Sun 22 Nov, 00:00"),
        ("2026-11-24 00:00", "Tue 24 Nov, 00:00"),
        ("2026-11-20 00:00", "midnight"),
        ("2026-11-19 00:00", "Thu 19 Nov, 00:00"),
        ("2026-11-19 23:59", "Thu 19 Nov, 23:59"),
        ("2026-11-17 14:05", "Tue 17 Nov, 14:05"),
        ("2026-11-13 14:05", "Fri 13 Nov, 14:05"),
        ("2025-11-13 14:05", "Thu 13 Nov 2025, 14:05"),
    ],
)
def test_moment_says_its_day(instant, said):
    assert words.moment(at(instant), zone=BERLIN, now=NOW) == said


@pytest.mark.parametrize(
    ("instant", "now", "zone", "said"),
    [
        # One instant, three readers: evening in Berlin is tomorrow in Kolkata.
        (at("2026-11-20 20:00"), NOW, BERLIN, "20:00"),
        (at("2026-11-20 20:00"), NOW, KOLKATA, "Sat 21 Nov, 00:30"),
        (at("2026-11-20 20:00"), NOW, NEW_YORK, "14:00"),
        # The reader's day, not the clock's 24 hours.
        (at("2026-11-21 00:10"), at("2026-11-20 23:50"), BERLIN, "Sat 21 Nov, 00:10"),
        (at("2026-11-20 23:50"), at("2026-11-21 00:10"), BERLIN, "Fri 20 Nov, 23:50"),
        (at("2026-11-21 00:00"), at("2026-11-20 23:59:59"), BERLIN, "midnight"),
        (at("2026-11-21 00:00"), at("2026-11-21 00:00"), BERLIN, "midnight"),
        # The night of 25 hours and the night of 23.
        (at("2026-10-26 00:00"), at("2026-10-25 00:10"), BERLIN, "midnight"),
        (at("2026-10-25 02:30", fold=1), at("2026-10-24 23:00"), BERLIN, "Sun 25 Oct, 02:30 CET"),
        (at("2026-10-26 09:00"), at("2026-10-25 00:30"), BERLIN, "Mon 26 Oct, 09:00"),
        (at("2027-03-28 03:00"), at("2027-03-27 23:30"), BERLIN, "Sun 28 Mar, 03:00"),
        (at("2027-03-29 00:00"), at("2027-03-28 00:10"), BERLIN, "midnight"),
        (at("2027-03-29 09:00"), at("2027-03-28 23:30"), BERLIN, "Mon 29 Mar, 09:00"),
    ],
)
def test_moment_at_the_edges_of_days(instant, now, zone, said):
    assert words.moment(instant, zone=zone, now=now) == said


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2026-11-20 18:00", "until 18:00"),
        ("2026-11-21 08:00", "until Sat 21 Nov, 08:00"),
        ("2026-11-21 00:00", "until midnight"),
    ],
)
def test_until(instant, said):
    assert words.until(at(instant), zone=BERLIN, now=NOW) == said


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2026-11-20 14:05", "at 14:05"),
        ("2026-11-20 12:00", "at midday"),
        ("2026-11-19 14:05", "on Thu 19 Nov, 14:05"),
        ("2026-11-21 00:00", "on Sat 21 Nov, 00:00"),
        ("2026-11-17 14:05", "on Tue 17 Nov, 14:05"),
        ("2026-11-03 14:05", "on Tue 3 Nov, 14:05"),
        ("2025-11-03 14:05", "on Mon 3 Nov 2025, 14:05"),
    ],
)
def test_on_day(instant, said):
    assert words.on_day(at(instant), zone=BERLIN, now=NOW) == said


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2026-11-20 00:00", "00:00"),
        ("2026-11-17 14:05", "Tue 17 Nov, 14:05"),
        ("2026-11-03 14:05", "Tue 3 Nov, 14:05"),
        ("2025-11-03 14:05", "Mon 3 Nov 2025, 14:05"),
    ],
)
def test_short(instant, said):
    assert words.short(at(instant), zone=BERLIN, now=NOW) == said


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 11, 20), "Today"),
        (date(2026, 11, 21), "Tomorrow"),
        (date(2026, 11, 23), "Mon 23 Nov"),
        (date(2026, 12, 18), "Fri 18 Dec"),
        (date(2027, 1, 5), "Tue 5 Jan 2027"),
    ],
)
def test_day(on, said):
    assert words.day(on, today=date(2026, 11, 20)) == said


@pytest.mark.parametrize(
    ("on", "said"),
    [(date(2026, 11, 27), "Fri 27 Nov"), (date(2027, 1, 5), "Tue 5 Jan 2027")],
)
def test_full_day(on, said):
    assert words.full_day(on, today=date(2026, 11, 20)) == said


def test_what_is_read_years_later_has_its_year():
    assert words.dated(date(2026, 11, 20)) == "Fri 20 Nov 2026"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (5, "5 minutes"),
        (60, "1 hour"),
        (90, "90 minutes"),
        (120, "2 hours"),
        (150, "2 hours 30 minutes"),
        (1440, "24 hours"),
        (2880, "2 days"),
        (3000, "2 days 2 hours"),
        (7200, "5 days"),
    ],
)
def test_duration(minutes, said):
    assert words.duration(minutes) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "under 1 min"),
        (59, "under 1 min"),
        (60, "1 min"),
        (47 * 60 + 59, "47 min"),
        (3600, "1 h"),
        (3 * 3600 + 11 * 60, "3 h 11"),
        (3 * 3600 + 5 * 60, "3 h 05"),
        (20 * 3600 + 40 * 60, "20 h"),
        (47 * 3600, "47 h"),
        (48 * 3600, "2 days"),
    ],
)
def test_span(seconds, said):
    assert words.span(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("seconds", "counted", "remaining", "listed", "look"),
    [
        (13 * 60 + 5, "in 13 min", "13 min left", "13 min", "soon"),
        (104 * 60, "in 1 h 44", "1 h 44 left", "1 h 44", "later"),
        (1800, "in 30 min", "30 min left", "30 min", "soon"),
        (1801, "in 30 min", "30 min left", "30 min", "later"),
        (60, "in 1 min", "1 min left", "1 min", "soon"),
        (59, "now", "now", "now", "soon"),
        (0, "now", "now", "now", "soon"),
        (-59, "now", "now", "now", "soon"),
        (-60, "1 min late", "1 min late", "1 min late", "late"),
        (-7500, "2 h 05 late", "2 h 05 late", "2 h 05 late", "late"),
        (-300000, "3 days late", "3 days late", "3 days late", "late"),
    ],
)
def test_countdown(seconds, counted, remaining, listed, look):
    due = NOW + timedelta(seconds=seconds)

    assert words.countdown(due, now=NOW) == counted
    assert words.left(due, now=NOW) == remaining
    assert words.bare(due, now=NOW) == listed
    assert words.urgency(due, now=NOW) == look


def test_age_counts_real_time_over_a_dst_night():
    began = at("2026-10-25 02:30")
    assert words.age(began, now=at("2026-10-25 02:30", fold=1)) == "1 h"
    assert words.age(began, now=began - timedelta(minutes=5)) == "under 1 min"


@pytest.mark.parametrize(
    ("late_by", "said"), [(1, "1 day late"), (3, "3 days late")], ids=["one", "many"]
)
def test_days_late(late_by, said):
    today = date(2026, 11, 20)
    assert words.days_late(today - timedelta(days=late_by), today=today) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "nobody"),
        (["Mei"], "Mei"),
        (["Mei", "Ben"], "Mei and Ben"),
        (["Mei", "Ben", "Aiko"], "Mei, Ben and Aiko"),
        (["Mei", "Ben", "Aiko", "Sam"], "Mei, Ben and 2 others"),
        (["Mei", "Ben", "Aiko", "Sam", "Lena"], "Mei, Ben and 3 others"),
    ],
)
def test_people(names, said):
    assert words.people(names) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (7, "7"),
        (47, "47"),
        (214, "about 210"),
        (297, "about 300"),
        (300, "300"),
        (1234, "about 1200"),
        (12345, "about 12\N{NO-BREAK SPACE}000"),
    ],
)
def test_about(number, said):
    assert words.about(number) == said


@pytest.mark.parametrize(
    ("wall", "said"),
    [("19:59", "Today"), ("20:00", "Tonight"), ("05:59", "Tonight"), ("06:00", "Today")],
)
def test_this_day(wall, said):
    assert words.this_day(at(f"2026-11-20 {wall}"), zone=BERLIN) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (BERLIN, "Berlin (CET)"),
        (NEW_YORK, "New York (EST)"),
        (KOLKATA, "Kolkata (IST)"),
        (ZoneInfo("UTC"), "UTC"),
    ],
)
def test_zone_name(zone, said):
    assert words.zone_name(zone, now=NOW) == said


@pytest.mark.parametrize(
    ("zone", "said"), [(BERLIN, "Berlin, CET"), (ZoneInfo("UTC"), "UTC")], ids=["Berlin", "UTC"]
)
def test_zone_aside_has_no_parentheses_of_its_own(zone, said):
    assert words.zone_aside(zone, now=NOW) == said


def test_zone_name_follows_the_season():
    assert words.zone_name(BERLIN, now=at("2027-03-28 03:00")) == "Berlin (CEST)"


NEXT = sentence(
    "If nobody acknowledges by {due_at}, we phone {who}. {team_names} know. Took {took_minutes}.",
    due_at=at("2026-11-20 14:29"),
    who="Sam Okafor",
    team_names=["Mei", "Ben"],
    took_minutes=90,
)


def test_as_text():
    assert words.as_text(NEXT, zone=KOLKATA, now=NOW) == (
        "If nobody acknowledges by 18:59, we phone Sam Okafor. Mei and Ben know. Took 90 minutes."
    )


def test_as_text_sets_several_sentences_one_after_the_other():
    said = [Sentence("Contained."), sentence("Due by {due_at}.", due_at=at("2026-11-21 08:00"))]
    assert words.as_text(said, zone=BERLIN, now=NOW) == "Contained. Due by Sat 21 Nov, 08:00."


def test_as_text_can_keep_minutes_short():
    said = sentence("after {took_minutes}", took_minutes=97)
    assert words.as_text(said, zone=BERLIN, now=NOW, minutes=words.short_minutes) == "after 1 h 37"


def test_an_age_is_always_short():
    said = sentence("open for {open_age_minutes}", open_age_minutes=191)
    assert words.as_text(said, zone=BERLIN, now=NOW) == "open for 3 h 11"


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("minutes", [1, 5, 120, 150, 3 * 24 * 60], ids=str)
def test_no_line_of_a_page_breaks_between_a_number_and_its_unit(minutes: int, language: str):
    said = Sentence("{n_minutes} {n_age_minutes}", {"n_minutes": minutes, "n_age_minutes": minutes})

    with override(language):
        html = words.as_html(said, zone=BERLIN, now=NOW)
        text = words.as_text(said, zone=BERLIN, now=NOW)

    assert not re.search(r"\d [^\W\d]|h \d", html.replace(" ", " ", 1)), html
    assert " ".join(html.split()) == text
    assert "\xa0" not in text, "a text message has no room for it"


def test_as_html_marks_times_and_people():
    said = sentence("By {due_at} we phone {who}.", due_at=at("2026-11-20 14:29"), who="Sam")
    assert words.as_html(said, zone=BERLIN, now=NOW) == (
        'By <time datetime="2026-11-20T13:29:00+00:00" title="Fri 20 Nov 2026, 13:29 UTC">14:29'
        '</time> we phone <span class="who">Sam</span>.'
    )


def test_as_html_escapes_pattern_and_parameters():
    said = sentence(
        "<b>{who}</b> said {text} to {team_names}",
        who="<i>Eve</i>",
        text='"><script>alert(1)</script>{who}',
        team_names=["<u>Mallory</u>", "Bob"],
    )

    html = words.as_html(said, zone=BERLIN, now=NOW)

    assert "<b>" not in html
    assert "<i>" not in html
    assert "<script" not in html
    assert "<u>" not in html
    assert html.endswith("&lt;/script&gt;{who} to &lt;u&gt;Mallory&lt;/u&gt; and Bob")


def test_a_parameter_is_never_a_pattern():
    said = sentence("{first} {second}", first="{second}", second="{first}")
    assert words.as_text(said, zone=BERLIN, now=NOW) == "{second} {first}"


@pytest.mark.parametrize(
    ("starts", "ends", "text"),
    [
        ("2026-11-23 09:00", "2026-11-23 17:00", "from Mon 23 Nov, 09:00 to 17:00"),
        ("2026-11-20 22:00", "2026-11-21 06:00", "from 22:00 to Sat 21 Nov, 06:00"),
        ("2026-11-23 09:00", "2026-11-24 09:00", "from Mon 23 Nov, 09:00 to Tue 24 Nov, 09:00"),
        ("2026-11-20 18:00", None, "from 18:00"),
    ],
)
def test_a_period_says_its_day_once(starts: str, ends: str | None, text: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    begins_at, stops_at = (
        datetime.fromisoformat(one).replace(tzinfo=zone) if one else None for one in (starts, ends)
    )
    now = datetime(2026, 11, 20, 13, 16, tzinfo=UTC)

    assert begins_at
    assert words.period(begins_at, stops_at, zone=zone, now=now) == text


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2026-11-20 18:00", "At 18:00 we phone Ben, at 18:00."),
        ("2026-11-21 00:00", "At midnight we phone Ben, at midnight."),
        ("2026-11-23 08:00", "On Mon 23 Nov, 08:00 we phone Ben, on Mon 23 Nov, 08:00."),
    ],
    ids=["today", "tonight", "another day"],
)
def test_a_sentence_says_at_a_time_and_on_a_day(instant, said):
    told = sentence("At {due_at} we phone {who}, at {due_at}.", due_at=at(instant), who="Ben")

    assert words.as_text(told, zone=BERLIN, now=NOW) == said
    assert said[:3] in words.as_html(told, zone=BERLIN, now=NOW)
