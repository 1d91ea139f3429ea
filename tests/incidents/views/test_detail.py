"""One incident's page: each reader finds what they may do, and what came of every call."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from incidents.models import Incident, StatusUpdate
from incidents.operations import engine, lifecycle, updates
from incidents.operations.lifecycle import Opening
from incidents.operations.updates import UpdateText
from rosters.models import Message, Person
from runbooks.models import Runbook, RunbookVersion, Step
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    told = {"now": NOW + timedelta(minutes=3)}
    monkeypatch.setattr("config.portal.clock.act_now", lambda: told["now"])
    monkeypatch.setattr("config.portal.clock.show_now", lambda: told["now"])
    return told


@pytest.fixture
def incident(world: World) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    made = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    call(0)
    return made


def call(number: int) -> None:
    """The calls that are due after so many minutes are made."""
    engine.tick(now=minutes(number))
    unsent = Message.objects.filter(sent_at__isnull=True, state="planned")
    unsent.update(state="sent", sent_at=minutes(number))


def minutes(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(incident: Incident, reader: Person) -> str:
    content = as_person(reader).get(f"/incidents/{incident.reference}/").content.decode()
    return " ".join(content.split())


def bar_of(page: str) -> str:
    return page.split('id="actbar"')[1]


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_who_acknowledged_finds_the_way_back_twice(world: World, incident: Incident) -> None:
    path = f"/incidents/{incident.reference}/"

    done = as_person(world.alice).post(f"{path}acknowledge/", follow=True).content.decode()
    later = page_of(incident, world.alice)

    assert "The calls have stopped." in done
    assert f'<form class="notice ok" method="post" action="{path}hand-back/">' in done
    assert '<button type="submit" class="as-link">Hand back</button>' in done
    assert f'<a class="btn" id="hand-back" href="{path}hand-back/">' in later


def test_an_incident_that_a_person_declared_names_no_source_of_its_signals(
    world: World, incident: Incident
) -> None:
    ended = lifecycle.resolve(incident, by=world.alice, at=minutes(1), now=minutes(1))

    lifecycle.open_again([ended], now=minutes(2))

    assert "Its signals fire again. It is open again" in page_of(incident, world.alice)


def test_who_did_not_acknowledge_finds_its_end_among_what_is_rare(
    world: World, incident: Incident
) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(1))

    shown = page_of(incident, world.bob)

    assert 'id="hand-back"' not in shown
    assert "Call the next person in place of Alice Example" in shown.split('id="more-acts"')[1]


@pytest.mark.parametrize("name", ["alice", "erin", "frank"])
def test_the_bar_offers_only_what_its_reader_may_do(
    world: World, incident: Incident, name: str
) -> None:
    offered = {
        "alice": ["bar-acknowledge", "bar-update"],
        "erin": ["bar-note", "bar-update"],
        "frank": ["bar-note"],
    }

    page = page_of(incident, world.people[name])

    assert re.findall(r'id="(bar-[a-z]+)"', bar_of(page)) == offered[name]
    assert "disabled" not in page.split('id="live"')[1]


def test_whoever_declared_it_writes_until_somebody_acknowledges(
    world: World, incident: Incident
) -> None:
    path = f"/incidents/{incident.reference}/updates/new/"
    form = {"impact": "Nobody can pay.", "known": "All cards.", "doing": "We wait.", "after": 0}
    key = "00000000-0000-0000-0000-000000000001"

    asked = page_of(incident, world.erin)
    as_person(world.erin).post(path, form | {"key": key})
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(4))
    refused = as_person(world.erin).get(path).content.decode()

    assert "You declared it. Write what customers see" in asked
    assert StatusUpdate.objects.get().impact == "Nobody can pay."
    assert "Tell them what you know in a note." in refused
    assert 'id="post"' not in refused


def test_others_read_who_declared_it(world: World, incident: Incident) -> None:
    page = words_of(page_of(incident, world.frank))

    assert "Not known yet. Erin Example declared it" in page


def test_only_who_acknowledged_has_a_tick(
    world: World, incident: Incident, clock: dict[str, datetime]
) -> None:
    call(5)
    lifecycle.acknowledge(incident, by=world.bob, now=minutes(7))
    clock["now"] = minutes(8)

    calls = page_of(incident, world.erin).split('id="calls"')[1].split("</section>")[0]

    assert re.findall(r'<li class="(\w+)"', calls)[:2] == ["silent", "done"]
    assert calls.count('aria-label="Acknowledged"') == 1
    assert "did not answer" in calls
    assert f'href="/people/{world.bob.pk}/"' in calls


def test_earlier_rounds_are_folded(
    world: World, incident: Incident, clock: dict[str, datetime]
) -> None:
    for number in (5, 15, 30, 35):
        call(number)
    clock["now"] = minutes(36)

    calls = page_of(incident, world.erin).split('id="calls"')[1].split("</section>")[0]
    folded = calls.split('id="past-calls"')[1].split("</details>")[0]

    assert "earlier calls without an answer" in folded
    assert folded.count("<li") < calls.count("<li")


def test_the_timeline_says_how_and_whether_they_answered(world: World, incident: Incident) -> None:
    call(5)

    page = words_of(page_of(incident, world.erin).split('id="timeline"')[1])

    assert "We phoned Alice Example , on call for Payments. No answer." in page
    assert "We told" not in page


def test_late_comes_first(world: World, incident: Incident, clock: dict[str, datetime]) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(3))
    clock["now"] = minutes(100)

    page = page_of(incident, world.erin)
    band = page.split('class="next hero"')[1].split("</div>")[0]

    assert "This is not contained, and it was due by" in band
    assert "40 min late" not in band, "the pill counts to the call that the sentence names"
    assert "40 min late" in page


def test_who_was_called_before_anybody_acknowledged_stands_before_that(
    world: World, incident: Incident
) -> None:
    call(5)
    lifecycle.acknowledge(incident, by=world.bob, now=minutes(7))

    steps = re.findall(r'class="lbl"><b>(\w+)', page_of(incident, world.erin))

    assert steps[:3] == ["Detected", "Escalated", "Acknowledged"]


def test_a_commander_gives_the_command_back(world: World, incident: Incident) -> None:
    alice = as_person(world.alice)
    path = f"/incidents/{incident.reference}/"
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(3))
    lifecycle.take_command(incident, by=world.alice, now=minutes(3))
    lifecycle.hand_back(incident, by=world.alice, now=minutes(3))

    led = words_of(page_of(incident, world.bob).split('id="incident-head"')[1][:900])
    done = alice.post(f"{path}command/back/", follow=True).content.decode()
    again = alice.post(f"{path}command/back/", follow=True).content.decode()

    assert "Commander: Alice Example" in led
    assert "Nobody leads it now." in done
    assert "gave the command back." in done
    assert "There is nothing to give back." in again


def test_after_two_minutes_it_says_where_to_go(
    world: World, incident: Incident, clock: dict[str, datetime]
) -> None:
    lifecycle.contain(incident, by=world.alice, at=minutes(3), now=minutes(3))
    clock["now"] = minutes(6)

    page = page_of(incident, world.alice)

    assert 'id="undo-contain"' not in page
    assert "Not contained after all? Say so in an update." in page


def test_what_is_reviewed_leads_to_what_was_learned(
    client: Client, world: World, incident: Incident
) -> None:
    lifecycle.acknowledge(incident, by=world.alice, now=NOW)
    lifecycle.contain(incident, by=world.alice, at=NOW, now=NOW)
    lifecycle.resolve(incident, by=world.alice, at=NOW, now=NOW)
    client.force_login(world.alice)
    address = f"/incidents/{incident.reference}/"
    assert "Read what we learned" not in client.get(address).content.decode()

    Incident.objects.update(reviewed_at=NOW, reviewed_by=world.alice)
    page = client.get(address).content.decode()

    assert f'href="/reviews/{incident.reference}/read/"' in page
    assert "Commander, decides" not in page
    assert "is looking at it" not in page


def test_where_to_begin_and_whom_to_call_stand_above_the_clock(
    world: World, incident: Incident
) -> None:
    book = Runbook.objects.create(title="Restart", slug="restart", service=world.service)
    version = RunbookVersion.objects.create(
        runbook=book, number=1, published_at=NOW, published_by=world.alice, change_note="First"
    )
    Step.objects.create(version=version, order=1, kind="check", text="Look at the queue")

    theirs, others = page_of(incident, world.alice), page_of(incident, world.frank)

    for page in (theirs, others):
        assert page.index("Start here: ") < page.index('aria-label="Incident clock"')
        assert 'href="#runbook">Look at the queue</a>' in page
    assert "Call somebody now" in theirs
    assert "Call somebody now" not in others


def test_red_is_only_what_is_late(
    world: World, incident: Incident, clock: dict[str, datetime]
) -> None:
    fresh = page_of(incident, world.alice)
    clock["now"] = NOW + timedelta(hours=5)
    late = page_of(incident, world.alice)

    waits = "</svg>Nobody has acknowledged yet"
    assert 'class="state warn"' in fresh[: fresh.index(waits)]
    assert 'class="state bad"' in late[: late.index(waits)]


def test_the_timeline_says_how_an_update_begins_and_has_it_whole(
    incident: Incident, world: World
) -> None:
    said = UpdateText("Cards fail. Transfers work.", "We know little.", "We look.")
    lifecycle.acknowledge(incident, by=world.alice, now=minutes(1))
    updates.post(incident, said, key=uuid4(), by=world.alice, now=minutes(2))

    shown = page_of(incident, world.alice).split('id="timeline"')[1]

    assert "posted update 1." in shown
    assert '<span class="wrap">“Cards fail.”</span>' in shown
    whole = shown.split('id="update-1"')[1].split("</details>")[0]
    assert "Transfers work." in whole
    assert "We know little." in whole
    assert "We look." in whole
