"""Times, lists and lengths as a German reader says them, and two readers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from config.portal import words
from config.portal.sentences import Sentence, listing, phrase, sentence

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 17, 14, 0, tzinfo=BERLIN)
NEXT = Sentence(
    "If nobody acknowledges by {due_at}, we {verb} {who}, {reason}.",
    {
        "due_at": datetime(2026, 11, 17, 14, 5, tzinfo=BERLIN),
        "verb": phrase("phone", context="what we do"),
        "who": "Aiko Mori",
        "reason": phrase("on call for {what}", what="Payments"),
    },
)


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (at("2026-11-17 14:05"), "14:05 Uhr"),
        (at("2026-11-18 00:00"), "Mitternacht"),
        (at("2026-11-17 12:00"), "12:00 Uhr"),
        (at("2026-11-23 09:00"), "Mo 23. Nov., 09:00 Uhr"),
        (at("2027-03-01 09:00"), "Mo 1. März 2027, 09:00 Uhr"),
        (at("2026-10-25 02:30", 0), "So 25. Okt., 02:30 Uhr CEST"),
        (at("2026-10-25 02:30", 1), "So 25. Okt., 02:30 Uhr CET"),
        (at("2027-03-28 03:30"), "So 28. März 2027, 03:30 Uhr"),
    ],
    ids=["today", "midnight", "noon", "another day", "another year", "fold", "after", "spring"],
)
def test_moments(when: datetime, said: str) -> None:
    with translation.override("de"):
        assert words.moment(when, zone=BERLIN, now=NOW) == said


def test_days_spans_and_prepositions() -> None:
    with translation.override("de"):
        assert words.on_day(at("2026-11-17 14:05"), zone=BERLIN, now=NOW) == "um 14:05 Uhr"
        assert words.on_day(at("2026-11-18 14:05"), zone=BERLIN, now=NOW).startswith("am Mi 18.")
        assert words.until(at("2026-11-17 18:00"), zone=BERLIN, now=NOW) == "bis 18:00 Uhr"
        assert words.until_day(at("2026-12-01 00:00"), zone=BERLIN, now=NOW) == "bis Mo 30. Nov."
        assert words.from_day(at("2026-12-01 00:00"), zone=BERLIN, now=NOW) == "ab Di 1. Dez."
        ends = at("2026-11-23 17:00")
        found = words.period(at("2026-11-23 09:00"), ends, zone=BERLIN, now=NOW)
        assert found == "von Mo 23. Nov., 09:00 Uhr bis 17:00 Uhr"
        assert words.day(date(2026, 11, 18), today=date(2026, 11, 17)) == "Morgen"
        assert words.short(at("2026-11-17 14:05"), zone=BERLIN, now=NOW) == "14:05"


def test_lengths_are_read_after_a_preposition() -> None:
    with translation.override("de"):
        found = [words.duration(one) for one in (0, 1, 2, 60, 150, 1440 * 3)]
        assert words.countdown(NOW + timedelta(minutes=13), now=NOW) == "noch 13 min"
        assert words.countdown(NOW - timedelta(minutes=2), now=NOW) == "2 min zu spät"

    assert found == [
        "0 Minuten",
        "1 Minute",
        "2 Minuten",
        "1 Stunde",
        "2 Stunden 30 Minuten",
        "3 Tagen",
    ]


def test_lists() -> None:
    with translation.override("de"):
        assert words.people(["Mei", "Ben"]) == "Mei und Ben"
        assert words.people(["Mei", "Ben", "Jo", "Al"]) == "Mei, Ben und 2 weitere"
        assert words.in_words(listing(["Mei", "Ben", "Jo"])) == "Mei, Ben und Jo"


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2026-11-17 14:05", "Um 14:05 Uhr geht ein Anruf an: Aiko Mori, x."),
        ("2026-11-18 14:05", "Am Mi 18. Nov., 14:05 Uhr geht ein Anruf an: Aiko Mori, x."),
    ],
)
def test_a_clock_time_and_a_day_have_their_own_preposition(due: str, said: str) -> None:
    verb = phrase("phone", context="what we do")
    due_at, pattern = at(due), "At {due_at} we {verb} {who}, {reason}."
    one = sentence(pattern, due_at=due_at, verb=verb, who="Aiko Mori", reason="x")

    with translation.override("de"):
        found = words.as_text(one, zone=BERLIN, now=NOW)

    assert found == said


def test_two_readers_at_once_each_read_their_own_language() -> None:
    both = Barrier(2)

    def read(language: str) -> set[str]:
        found = set()
        with translation.override(language):
            for _ in range(50):
                both.wait()
                found.add(words.as_text(NEXT, zone=BERLIN, now=NOW))
        return found

    with ThreadPoolExecutor(2) as pool:
        german, english = pool.map(read, ("de", "en"))

    said = "Wenn bis 14:05 Uhr niemand bestätigt, geht ein Anruf an: Aiko Mori,"
    assert german == {f"{said} in Bereitschaft für Payments."}
    assert english == {"If nobody acknowledges by 14:05, we phone Aiko Mori, on call for Payments."}


def test_what_a_name_holds_is_never_a_pattern() -> None:
    odd = phrase("on call for {what}", what="{who} %(x)s")

    with translation.override("de"):
        assert words.in_words(odd) == "in Bereitschaft für {who} %(x)s"
