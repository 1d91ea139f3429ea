"""Handing an incident back: whoever presses reads before and after who is called."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from incidents.enums import Promise
from incidents.models import Incident, ResponseTarget
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from rosters.models import Absence, Person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    told = {"now": minutes(3)}
    monkeypatch.setattr("config.portal.clock.act_now", lambda: told["now"])
    monkeypatch.setattr("config.portal.clock.show_now", lambda: told["now"])
    return told


@pytest.fixture
def incident(world: World) -> Incident:
    ResponseTarget.objects.create(promise=Promise.ATTENTION, severity=1, amount=60)
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    made = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    return lifecycle.acknowledge(made, by=world.alice, now=minutes(1))


def shown(reader: Person, path: str, *, data: dict[str, str] | None = None) -> str:
    client = Client()
    client.force_login(reader)
    answer = client.get(path) if data is None else client.post(path, data, follow=True)
    return " ".join(answer.content.decode().split())


def words_of(page: str) -> str:
    """Without its marks; no blank is left before a stop."""
    return re.sub(r" ([.,])", r"\1", " ".join(re.sub(r"<[^>]+>", " ", page).split()))


def path_of(incident: Incident, page: str = "hand-back/") -> str:
    return f"/incidents/{incident.reference}/{page}"


def test_the_page_the_question_and_the_answer_name_one_person(
    world: World, incident: Incident
) -> None:
    page = words_of(shown(world.alice, path_of(incident, "")))
    asked = words_of(shown(world.alice, path_of(incident)))
    still = Incident.objects.get().acknowledged_by
    done = words_of(shown(world.alice, path_of(incident), data={}))
    engine.tick(now=minutes(3))

    assert "If you hand it back, we phone Bob Example now, backup for Payments." in page
    assert "If you hand it back, we phone Bob Example now, backup for Payments." in asked
    assert "If you hand it back, we phone Bob Example now, backup for Payments." in asked
    assert "Hand it back" in asked
    assert still == world.alice, "reading changes nothing"
    assert f"{incident.reference} is handed back. We phone Bob Example now" in done
    assert incident.notifications.latest("pk").person == world.bob


def test_whoever_does_it_for_somebody_else_reads_who_has_it(
    world: World, incident: Incident
) -> None:
    asked = words_of(shown(world.bob, path_of(incident)))

    assert "Can Alice Example not go on?" in asked
    assert "Alice Example has it. If you hand it back for them, we phone you now" in asked


def test_pressing_twice_says_that_the_calls_go_on(world: World, incident: Incident) -> None:
    shown(world.alice, path_of(incident), data={})

    again = shown(world.alice, path_of(incident), data={})

    assert f"Nobody has acknowledged {incident.reference}. The calls are going on." in again
    assert incident.timeline.filter(kind="handed_back").count() == 1


def test_nobody_to_call_is_said_in_amber(world: World, incident: Incident) -> None:
    for person in world.people.values():
        Absence.objects.create(person=person, starts_at=minutes(-1), ends_at=minutes(99_000))

    page = shown(world.alice, path_of(incident, ""))
    asked = shown(world.alice, path_of(incident))

    for one in (page, asked):
        assert "gap-note" in one.split("If you hand it back, we can call nobody.")[0][-300:]


def test_still_on_it_names_who_is_called_without_an_answer(
    world: World, incident: Incident, clock: dict[str, datetime]
) -> None:
    engine.tick(now=minutes(49))
    clock["now"] = minutes(50)

    mine = words_of(shown(world.alice, path_of(incident, "")))

    assert "If you do not answer by 04:01, we phone Bob Example, backup for Payments." in mine
    assert "If you hand it back, we phone Bob Example now, backup for Payments." in mine
    assert "No, I hand it back" in mine


def test_who_may_not_change_it_reads_why(world: World, incident: Incident) -> None:
    asked = shown(world.frank, path_of(incident))
    refused = shown(world.frank, path_of(incident), data={})

    assert 'id="confirm"' not in asked
    assert "Only the people we called" in asked
    assert "Only the people we called" in refused
    assert Incident.objects.get().acknowledged_by == world.alice


def test_the_button_is_as_short_for_the_longest_name(
    world: World, incident: Incident, clock: dict[str, datetime]
) -> None:
    Person.objects.filter(pk=world.bob.pk).update(full_name="Maximiliana " * 9)
    engine.tick(now=minutes(49))
    clock["now"] = minutes(50)

    mine, asked = (shown(world.alice, path_of(incident, page)) for page in ("", "hand-back/"))

    for page, button in ((mine, "not-on-it"), (asked, "confirm")):
        said = page.split(f'id="{button}"')[1].split("</button>")[0]
        assert "Maximiliana" not in said
        assert "hand it back" in said.lower()
