"""A layer that a calendar elsewhere fills: read over a real connection, kept while it is away."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from config.portal import secrets
from config.portal.refusals import Refused
from rosters.models import CalendarFeed, ImportedShift, Layer, Person
from rosters.operations import calendars_in
from rosters.operations.calendars_in import Source
from rosters.queries.oncall import duty_of
from tests.factories import make_person, make_roster
from tests.rosters.operations.calendar_server import CalendarServer, running, shift
from tests.world import NOW

pytestmark = pytest.mark.django_db

MORNING = ("20261121T080000Z", "20261121T160000Z")
EVENING = ("20261121T160000Z", "20261121T230000Z")


@pytest.fixture
def server(settings: Any) -> Iterator[CalendarServer]:
    settings.CALENDAR_HOSTS = ["127.0.0.1"]
    with running() as found:
        yield found


@pytest.fixture
def layer() -> Layer:
    return Layer.objects.create(roster=make_roster(), name="Their calendar")


@pytest.fixture
def mei() -> Person:
    return make_person("Mei Tan")


def feed_of(server: CalendarServer, layer: Layer) -> CalendarFeed:
    return pointed(layer, server.url)


def pointed(layer: Layer, address: str) -> CalendarFeed:
    """The layer's calendar stands at this address."""
    CalendarFeed.objects.get_or_create(
        layer=layer, defaults={"sealed_url": "", "host": "", "next_read_at": NOW}
    )
    return calendars_in.change_address(layer, address, by=keeper(), now=NOW, reason="A better one.")


def keeper() -> Person:
    person = make_person()
    person.is_superuser = True
    person.save()
    return person


def sweep(*, later: timedelta = timedelta(0)) -> int:
    return calendars_in.sweep(clock=lambda: NOW + later)


def kept(layer: Layer) -> list[tuple[str, str]]:
    found = ImportedShift.objects.filter(feed__layer=layer).order_by("starts_at")
    return [(one.person.full_name, f"{one.starts_at:%H:%M}") for one in found]


def test_it_brings_the_shifts_and_names_who_is_nobody_here(
    server: CalendarServer, layer: Layer, mei: Person
) -> None:
    server.say(shift("On call: Mei Tan", *MORNING), shift("Zoe, Mei Tan", *EVENING, number=2))
    feed_of(server, layer)

    assert sweep() == 1

    assert kept(layer) == [("Mei Tan", "08:00"), ("Mei Tan", "16:00")]
    feed = CalendarFeed.objects.get()
    assert (feed.unknown_names, feed.failure, feed.read_at) == (["Zoe"], "", NOW)
    assert server.asked == ["/shifts.ics?key=secret"]


def test_a_second_sweep_waits_and_a_later_one_replaces(
    server: CalendarServer, layer: Layer, mei: Person
) -> None:
    server.say(shift("Mei Tan", *MORNING))
    feed_of(server, layer)
    sweep()
    server.say(shift("Mei Tan", *EVENING))

    assert sweep(later=timedelta(minutes=29)) == 0
    assert sweep(later=timedelta(minutes=30)) == 1

    assert kept(layer) == [("Mei Tan", "16:00")]


def test_a_shift_that_has_ended_stays_when_the_calendar_forgets_it(
    server: CalendarServer, layer: Layer, mei: Person
) -> None:
    server.say(shift("Mei Tan", *MORNING), shift("Mei Tan", *EVENING, number=2))
    feed_of(server, layer)
    sweep()
    server.say()

    sweep(later=timedelta(hours=15))  # at 17:00

    assert kept(layer) == [("Mei Tan", "08:00")]


def test_what_was_read_last_holds_while_the_calendar_is_away(
    server: CalendarServer, layer: Layer, mei: Person
) -> None:
    server.say(shift("Mei Tan", *MORNING))
    feed_of(server, layer)
    sweep()
    server.status = 500

    sweep(later=timedelta(hours=1))

    feed = CalendarFeed.objects.get()
    assert kept(layer) == [("Mei Tan", "08:00")]
    assert feed.failure == "It answers 500 instead of a calendar."
    assert (feed.read_at, feed.tried_at) == (NOW, NOW + timedelta(hours=1))


def test_a_small_packed_file_that_is_huge_is_refused(server: CalendarServer, layer: Layer) -> None:
    server.say_packed(b"BEGIN:VCALENDAR\r\n" + b"X" * (64 * 1024 * 1024))
    feed_of(server, layer)

    sweep()

    assert CalendarFeed.objects.get().failure == "It is larger than 2,048 KB."


def test_it_follows_no_way_into_our_own_network(server: CalendarServer, layer: Layer) -> None:
    server.status, server.headers["Location"] = 302, "https://localhost/latest/meta-data/"
    feed_of(server, layer)

    sweep()

    assert "localhost is inside our own network." in CalendarFeed.objects.get().failure
    assert len(server.asked) == 1


def test_it_does_not_run_in_circles(server: CalendarServer, layer: Layer) -> None:
    server.status, server.headers["Location"] = 302, server.url
    feed_of(server, layer)

    sweep()

    assert "sends us on and on" in CalendarFeed.objects.get().failure
    assert len(server.asked) == 4


def test_the_address_is_a_secret_in_the_row_and_in_what_failed(
    server: CalendarServer, layer: Layer
) -> None:
    server.status = 404
    feed = feed_of(server, layer)

    sweep()

    feed.refresh_from_db()
    assert "secret" not in feed.sealed_url + feed.failure + feed.host


@pytest.mark.parametrize(
    "address",
    [
        "",
        "shifts.ics",
        "http://calendar.example.org/a.ics",
        "file:///etc/passwd",
        "https://user:word@calendar.example.org/a.ics",
        "https://calendar.example.org:6379/a.ics",
        "https://[::1",
        "ftp://127.0.0.1/a",
        "https://127.0.0.1/a.ics",
        "https://169.254.169.254/latest",
        "https://10.0.0.5/a.ics",
        "https://[::1]/a.ics",
        "https://localhost/a.ics",
        "https://intranet/a.ics",
        "https://files.corp.local/a.ics",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_at_once(address: str, layer: Layer) -> None:
    with pytest.raises(Refused):
        calendars_in.add(layer.roster, Source("Theirs", 1, address), by=keeper(), now=NOW)

    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "10.0.0.5", "169.254.169.254", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_numbers_of_our_own_network_are_not_asked(host: str, layer: Layer) -> None:
    address = f"https://{host}/a.ics"
    with pytest.raises(Refused, match="inside our own network"):
        pointed(layer, address)
    pointed(layer, "https://calendar.example.org/a.ics")
    CalendarFeed.objects.update(sealed_url=secrets.encrypt(address))  # as from before

    sweep()

    assert "inside our own network" in CalendarFeed.objects.get().failure


def test_a_roster_gets_a_layer_that_its_calendar_fills(server: CalendarServer, mei: Person) -> None:
    server.say(shift("Mei Tan", *MORNING))
    roster = make_roster([make_person("Ann")])
    source = Source("Theirs", 1, server.url)

    with pytest.raises(Refused, match="Only leads of the team"):
        calendars_in.add(roster, source, by=mei, now=NOW, reason="They plan elsewhere.")
    calendars_in.add(roster, source, by=keeper(), now=NOW, reason="They plan elsewhere.")
    sweep()

    during = NOW.replace(hour=9)
    assert duty_of(roster, now=during).first == ("Ann", "Mei Tan")
    with pytest.raises(Refused, match="called Theirs already"):
        calendars_in.add(roster, source, by=keeper(), now=NOW, reason="Once more.")


def test_a_layer_that_has_ended_is_read_no_more(server: CalendarServer, layer: Layer) -> None:
    feed_of(server, layer)
    Layer.objects.filter(pk=layer.pk).update(valid_until=NOW)

    assert sweep() == 0


def test_a_new_address_is_not_overtaken_by_the_old_one(
    server: CalendarServer, layer: Layer, mei: Person
) -> None:
    server.say(shift("Mei Tan", *MORNING))
    old = feed_of(server, layer)
    feed_of(server, layer)  # the same row, sealed anew

    calendars_in.refresh(old, clock=lambda: NOW)

    assert kept(layer) == []
