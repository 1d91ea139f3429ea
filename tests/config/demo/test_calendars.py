"""Every calendar of the demo, read by a library's parser, says what the API says."""

from bisect import bisect_left
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client

from config.demo import duty, people, sharing
from config.demo.cast import Cast
from config.portal import clock
from rosters.logic import feeds as logic
from rosters.models import Person, Roster
from rosters.operations import feeds, tokens
from rosters.operations.tokens import Wish

pytestmark = pytest.mark.django_db

AT_MOST = timedelta(days=93)
Held = tuple[str, datetime, datetime]


@pytest.fixture
def chief() -> Person:
    cast = Cast(made_at=clock.act_now())
    people.build(cast)
    duty.build(cast)
    sharing.build(cast)
    found: Person = Person.objects.get(email="amara@demo.muster.example")
    return found


def of_api(chief: Person, roster: Roster, since: datetime, until: datetime) -> list[Held]:
    """Who is at which level when, as the API tells it."""
    wish = Wish(roster.name, chief, ["read"], expires_at=None)
    token = tokens.issue(wish, by=chief, now=clock.act_now()).text
    found: list[Held] = []
    while since < until:
        to = min(since + AT_MOST, until)
        answer: Any = Client().get(
            f"/api/v1/rosters/{roster.slug}/shifts",
            {"from": since.isoformat(), "to": to.isoformat()},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 200
        found += [
            (
                f"{person['full_name']}: {logic.level_name(level).lower()}",
                datetime.fromisoformat(item["starts_at"]),
                datetime.fromisoformat(item["ends_at"]),
            )
            for item in answer.json()["items"]
            for level, people_of_it in enumerate(item["levels"])
            for person in people_of_it
        ]
        since = to
    return found


def of_calendar(url: str) -> list[Held]:
    answer = Client().get(url)
    assert answer.status_code == 200
    events = icalendar.Calendar.from_ical(answer.content).events
    assert len({str(one["UID"]) for one in events}) == len(events)
    return [(str(one["SUMMARY"]), _instant(one.start), _instant(one.end)) for one in events]


def _instant(at: object) -> datetime:
    assert isinstance(at, datetime)
    return at


def at_all_instants(found: list[Held], instants: list[datetime]) -> list[list[str]]:
    """Who is on from each instant until the next."""
    there: list[list[str]] = [[] for _ in instants]
    for who, starts_at, ends_at in found:
        for number in range(bisect_left(instants, starts_at), bisect_left(instants, ends_at)):
            there[number].append(who)
    return [sorted(names) for names in there]


def test_every_roster_is_the_same_in_the_calendar_and_the_api_at_all_instants(
    chief: Person,
) -> None:
    since, until = logic.window(clock.act_now())
    rosters = list(Roster.objects.all())
    assert len(rosters) > 10
    for roster in rosters:
        issued = feeds.make(roster, name="", by=chief, now=clock.act_now())
        read = of_calendar(f"/feeds/{issued.text}.ics")
        told = of_api(chief, roster, since, until)
        edges = {at for _, *ends in read + told for at in ends if since <= at < until}
        instants = sorted({since, *edges})

        assert at_all_instants(read, instants) == at_all_instants(told, instants), roster.name
        feeds.end(issued.feed, by=chief, now=clock.act_now())
