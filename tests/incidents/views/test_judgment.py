"""The pages on which people decide about the calls of an incident."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from config.portal import clock
from incidents.models import EscalationRun, Hold, Incident, Notification
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from rosters.models import Person
from tests.world import World, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build(clock.act_now())


@pytest.fixture
def incident(world: World) -> Incident:
    now = clock.act_now()
    opening = Opening(title="Card payments fail", severity=2, service=world.service)
    found = lifecycle.open_incident(opening, by=world.erin, now=now)
    engine.tick(now=now)
    return found


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def said(client: Client, path: str, data: dict[str, str]) -> str:
    return client.post(path, data, follow=True).content.decode()


def at(incident: Incident, act: str) -> str:
    return f"/incidents/{incident.reference}/{act}/"


HOLD = {"kind": "hold", "minutes": "20", "reason": "The bank calls back"}


def test_holding_by_a_form_without_script_stands_on_the_incident(
    world: World, incident: Incident
) -> None:
    client = browser(world.alice)
    assert "Let the calls wait?" in client.get(at(incident, "hold")).content.decode()

    page = said(client, at(incident, "hold"), HOLD)

    assert "then they go on by themselves" in page
    assert "Alice Example said why: The bank calls back." in page
    assert "Let them go on now" in page

    page = said(client, f"{at(incident, 'hold')}end/", {})
    assert "The calls go on now." in page
    assert Hold.objects.get().ended_by == world.alice
    assert "Nothing waits" in said(client, f"{at(incident, 'hold')}end/", {})


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ({**HOLD, "reason": ""}, "Say why, in a few words."),
        ({**HOLD, "minutes": ""}, "Say for how long."),
        ({**HOLD, "minutes": "7"}, "Choose one of the list"),
        ({**HOLD, "until": "soon"}, "is not a day and a time"),
        ({**HOLD, "kind": "never"}, "Choose which calls wait."),
    ],
)
def test_what_is_missing_is_said_beside_it(
    world: World, incident: Incident, data: dict[str, str], part: str
) -> None:
    response = browser(world.alice).post(at(incident, "hold"), data)

    assert response.status_code == 422
    assert part in response.content.decode()
    assert not Hold.objects.exists()


def test_a_time_that_is_too_far_away_is_refused_in_words(world: World, incident: Incident) -> None:
    late = (clock.act_now() + timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")

    response = browser(world.alice).post(at(incident, "hold"), {**HOLD, "until": late})

    assert response.status_code == 409
    assert "can wait for 2 hours at most" in response.content.decode()


@pytest.mark.parametrize("act", ["hold", "severity"])
def test_who_may_not_reads_why_and_who_may(world: World, incident: Incident, act: str) -> None:
    page = browser(world.frank).get(at(incident, act)).content.decode()

    assert "Only the people we called for" in page
    assert 'method="post" novalidate' not in page


def test_severity_is_changed_with_help_and_a_reason(world: World, incident: Incident) -> None:
    client = browser(world.alice)
    asked = {"before": "2", "severity": "2", "reason": "", "help_who": "customers"}

    helped = client.post(at(incident, "severity"), asked | {"help_much": "all", "ask": "1"})
    assert "This looks like <b>SEV1</b>" in helped.content.decode()

    done = {"before": "2", "severity": "1", "reason": "Every card fails"}
    page = said(client, at(incident, "severity"), done)
    assert "is SEV1 now. Nobody is told twice." in page
    assert "made it SEV1, worse than SEV2: Every card fails." in page


def test_the_same_severity_again_says_that_nothing_changes(
    world: World, incident: Incident
) -> None:
    given = {"before": "2", "severity": "2", "reason": "It is what it is"}

    page = said(browser(world.alice), at(incident, "severity"), given)

    assert "is SEV2 already, so nothing changes." in page


def test_an_old_form_is_shown_again(world: World, incident: Incident) -> None:
    client = browser(world.alice)
    client.post(at(incident, "severity"), {"before": "2", "severity": "1", "reason": "All fail"})

    response = client.post(
        at(incident, "severity"), {"before": "2", "severity": "3", "reason": "Only some"}
    )

    assert response.status_code == 409
    assert "is SEV1 meanwhile" in response.content.decode()


def test_the_reader_finds_the_acts_on_the_incident(world: World, incident: Incident) -> None:
    page = browser(world.alice).get(at(incident, "")[:-1]).content.decode()
    assert "More you can do" in page
    assert at(incident, "severity") in page

    page = browser(world.frank).get(at(incident, "")[:-1]).content.decode()
    assert "More you can do" not in page


def test_asking_for_help_and_the_answer(world: World, incident: Incident) -> None:
    client = browser(world.alice)
    key = client.get(at(incident, "call")).context["form"]["key"].value()
    asked = {"key": str(key), "what": "help", "person": "frank", "reason": "The bank's answers"}

    assert "Frank Example is asked for help." in said(client, at(incident, "call"), asked)
    mine = browser(world.frank)
    page = mine.get(at(incident, "")[:-1]).content.decode()
    assert "Alice Example</b> needs you: The bank" in page
    assert "We phoned" in page or "phone" in page

    made = Notification.objects.get(person=world.frank)
    answer = {"asked": str(made.pk), "answer": "coming"}
    assert "you are on the way" in said(mine, f"{at(incident, 'call')}answer/", answer)
    assert "is on the way." in client.get(at(incident, "")[:-1]).content.decode()


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ({"person": "Nobody at all"}, "Nobody here is called"),
        ({"person": ""}, "Write a name, or choose a role."),
        ({"reason": ""}, "Say what they are needed for"),
        ({"role": "999"}, "Choose a role of the list."),
    ],
)
def test_a_call_by_hand_says_what_is_missing(
    world: World, incident: Incident, data: dict[str, str], part: str
) -> None:
    given = {"key": str(uuid4()), "what": "call", "person": "Frank", "reason": "x y"}

    response = browser(world.alice).post(at(incident, "call"), given | data)

    assert response.status_code == 422
    assert part in response.content.decode()


@pytest.mark.parametrize("sent", ["", "x", "-1", "9" * 40])
def test_an_answer_to_nothing_is_refused_in_words(
    world: World, incident: Incident, sent: str
) -> None:
    page = said(browser(world.frank), f"{at(incident, 'call')}answer/", {"asked": sent})

    assert "Nobody has asked you" in page


def test_a_later_step_is_called_now(world: World, incident: Incident) -> None:
    client = browser(world.alice)
    climb = EscalationRun.objects.get(clock__incident=incident, clock__promise="acknowledge")
    assert f'value="{climb.pk}:2"' in client.get(at(incident, "jump")).content.decode()

    page = said(client, at(incident, "jump"), {"to": f"{climb.pk}:2", "reason": ""})

    assert "We call Carol Example now." in page
    response = client.post(at(incident, "jump"), {"to": "nonsense"})
    assert (response.status_code, "Choose one of the calls." in response.content.decode()) == (
        422,
        True,
    )
    response = client.post(at(incident, "jump"), {"to": f"{climb.pk}:0"})
    assert response.status_code == 409


def test_people_are_stood_down(world: World, incident: Incident) -> None:
    client = browser(world.bob)
    assert "Alice Example" in client.get(at(incident, "stand-down")).content.decode()

    asked = {"people": [str(world.alice.pk)], "reason": "A false alarm"}
    response = client.post(at(incident, "stand-down"), asked, follow=True)

    assert "Alice Example can rest. We tell them." in response.content.decode()
    response = client.post(at(incident, "stand-down"), {"reason": "x"})
    assert response.status_code == 422
