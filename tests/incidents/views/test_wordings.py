"""The words of messages as pages: who may, what is refused, versions, and the way back."""

from typing import Any

import pytest
from django.test import Client

from config.portal import clock
from incidents.logic.wordings import CALL, SHIPPED, SMS, WRITTEN
from incidents.operations import engine, lifecycle, wordings
from incidents.operations.lifecycle import Opening
from rosters.models import Message, Person, WordingVersion
from tests.world import World, make_person

pytestmark = pytest.mark.django_db

PATH = "/messages/words/call/sms/"
OWN = "Alarm {severity}: {title}.[[ {situation}]] You are {reason}.[[ {yes} yes, {no} no.]] {link}"


@pytest.fixture
def grace() -> Person:
    return make_person("Grace", is_administrator=True)


@pytest.fixture
def client(grace: Person) -> Client:
    client = Client()
    client.force_login(grace)
    return client


def save(client: Client, text: str = OWN, why: str = "People asked for it") -> Any:
    return client.post(PATH, {"text": text, "why": why, "do": "save"})


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_new_words_hold_from_the_next_call_on(grace: Person, world: World) -> None:
    now = clock.act_now()
    text = SHIPPED[CALL, WRITTEN].replace("Detected", "Seen")
    spoken = "Alarm. {title}. You are {reason}. {situation} Press {yes} or {no}."
    wordings.write(CALL, WRITTEN, text, why="Shorter", by=grace, now=now)
    wordings.write(CALL, "phone", spoken, why="Shorter", by=grace, now=now)

    opening = Opening(title="Cards fail", severity=1, service=world.service)
    lifecycle.open_incident(opening, by=world.erin, now=now)
    engine.tick(now=now)

    said = Message.objects.filter(person=world.alice).values_list("body", flat=True)
    assert said
    assert all(one.startswith("Alarm. Cards fail.") or "Seen at" in one for one in said)


def test_the_list_says_whose_words_they_are(client: Client) -> None:
    assert save(client).status_code == 302

    page = text_of(client.get("/messages/words/"))

    assert page.count("Your own") == 1
    assert "People asked for it" in page


def test_each_change_is_a_version_with_a_way_back(client: Client, grace: Person) -> None:
    save(client)
    save(client, OWN.replace("Alarm", "Call"), "Alarm frightens")

    client.post(PATH + "back/", {"number": "1"})
    client.post(PATH + "back/", {"number": "0", "why": "Simpler"})
    client.post(PATH + "back/", {"number": "0"})

    rows = WordingVersion.objects.order_by("number")
    assert [(one.number, one.text[:5], one.why) for one in rows] == [
        (1, "Alarm", "People asked for it"),
        (2, "Call ", "Alarm frightens"),
        (3, "Alarm", "Back to version 1"),
        (4, "", "Simpler"),
    ]
    assert {one.made_by for one in rows} == {grace}
    page = text_of(client.get(PATH))
    assert "These are the words that Muster came with." in page
    assert "Alarm frightens" in page


@pytest.mark.parametrize(
    ("text", "why", "said"),
    [
        ("Alarm {severity}: {title}. {reason}", "x", "{link} is missing"),
        (OWN, "", "Say why: it stands in the list of versions."),
        (OWN + " and" + " so on" * 15, "x", "it would not fit into one text message"),
        ("", "x", "Write the words."),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_was_typed(
    client: Client, text: str, why: str, said: str
) -> None:
    answer = save(client, text, why)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not WordingVersion.objects.exists()


def test_a_preview_counts_and_keeps_nothing(client: Client) -> None:
    answer = client.post(PATH, {"text": OWN, "do": "preview"}, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    shown = text_of(answer)
    assert "With the longest names" in shown
    assert "of 160 characters" in shown
    assert "<html" not in shown
    assert not WordingVersion.objects.exists()


def test_without_script_a_press_shows_the_same(client: Client) -> None:
    answer = client.post(PATH, {"text": "{severity}", "do": "preview"})

    assert answer.status_code == 200
    assert "is missing" in text_of(answer)


def test_the_same_words_again_are_no_version(client: Client) -> None:
    save(client, SHIPPED[CALL, SMS])

    assert not WordingVersion.objects.exists()


@pytest.mark.parametrize("path", ["/messages/words/", PATH])
def test_others_read_why_not_and_whom_to_ask(world: World, grace: Person, path: str) -> None:
    stranger = Client()
    stranger.force_login(world.erin)

    answer = stranger.get(path)

    assert answer.status_code == 403
    assert "Only administrators change the words of messages" in text_of(answer)
    assert grace.full_name in text_of(answer)
    stranger.post(PATH + "back/", {"number": "0"})
    save(stranger)
    assert not WordingVersion.objects.exists()


@pytest.mark.parametrize(
    "path", ["/messages/words/call/fax/", "/messages/words/x/sms/", "/messages/words/rest/phone/"]
)
def test_there_are_no_other_words(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_audit_trail_says_who_wrote_what_and_why(client: Client) -> None:
    save(client)

    page = text_of(client.get("/audit/"))

    assert "version 1 of the words of text message, a call that asks for an answer" in page
    assert "People asked for it" in page
