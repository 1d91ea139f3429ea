"""A German reader: every page that is translated, every message, and nobody else's."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from incidents.logic import messages
from incidents.logic.messages import Call
from incidents.logic.wordings import SHIPPED_BOOK
from incidents.operations import answers, engine, lifecycle, wording
from incidents.operations.lifecycle import Opening
from incidents.queries import wordings
from rosters.enums import Channel, Language
from rosters.logic.directory import Contact
from rosters.logic.gsm import SEGMENT
from rosters.models import Message, Person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

ENGLISH = re.compile(
    r"\b(the|is|are|we|you|your|nobody|somebody|called|until|after|when|with|and|of|for|what|who"
    r"|this|that|not|from|incident|acknowledge|names|times|sign|open|call|rule|service is)\b",
    re.IGNORECASE,
)
DATA = re.compile(
    r"Payments( on call)?|Everything|incident commander|engineering director|\w+ Example"
    r"|Card payments fail|data-\w+|On-call|engineering lead|policy|For tests.",
    re.IGNORECASE,
)


def german(person: Person) -> Person:
    Person.objects.filter(pk=person.pk).update(language=Language.GERMAN)
    person.refresh_from_db()
    return person


def reader(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words_of(html: str) -> str:
    """What is read in `main`, without names and what the company wrote."""
    main = html[html.index("<main") : html.index("</main>")]
    bare = re.sub(r"<(script|style).*?</\1>", " ", main, flags=re.DOTALL)
    bare = re.sub(r"<span class=\"means\".*?</span>", " ", bare, flags=re.DOTALL)
    bare = re.sub(r"<nav class=\"sevtabs\".*?</nav>", " ", bare, flags=re.DOTALL)
    bare = re.sub(r"<option.*?</option>", " ", bare, flags=re.DOTALL)
    return DATA.sub(" ", re.sub(r"<[^>]+>", " ", bare))


@pytest.mark.parametrize(
    "address",
    [
        "/rules/",
        "/rules/payments/",
        "/rules/payments/?severity=2&as=customers",
        "/rules/payments/?severity=3&as=executive",
        "/rules/payments/?severity=4&as=legal",
        "/rules/try/",
        "/rules/try/?service=payments&severity=1&personal_data=on",
        "/rules/try/?service=payments&severity=2&answers=2&after=5&down=phone",
    ],
)
def test_a_translated_page_has_no_english_left(world: World, address: str) -> None:
    alice = german(world.alice)

    answer = reader(alice).get(address)

    html = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="de"' in html
    assert answer["Content-Language"] == "de"
    assert sorted({one.group().lower() for one in ENGLISH.finditer(words_of(html))}) == []


def test_the_clock_of_somebody_elsewhere_is_said_in_german(world: World) -> None:
    Person.objects.filter(pk=world.alice.pk).update(time_zone="Asia/Tokyo")

    answer = reader(german(world.alice)).get("/rules/try/?service=payments&severity=1")

    assert "Ortszeit für" in words_of(answer.content.decode())


def test_a_page_that_is_not_translated_is_english_as_a_whole(world: World) -> None:
    answer = reader(german(world.alice)).get(reverse("rosters:contacts"))

    assert '<html lang="en"' in answer.content.decode()
    assert answer["Content-Language"] == "en"


def test_what_came_of_following_a_rule_is_said_in_german(world: World) -> None:
    address = reverse("incidents:follow_rule", args=[world.service.slug])

    page = reader(german(world.alice)).post(address, {"to": "on"}, follow=True).content.decode()

    assert "Sie bekommen Nachricht, wenn sich die Regel für Payments ändert." in page
    assert "Nicht mehr benachrichtigen" in page


def test_no_language_outlives_its_request(world: World) -> None:
    page = f"/rules/{world.service.slug}/"

    first = reader(german(world.alice)).get(page).content.decode()
    second = reader(world.bob).get(page).content.decode()

    assert "Was geschieht, wenn Payments ausfällt" in first
    assert "What happens when Payments breaks" in second
    assert translation.get_language() == "en"


def test_before_sign_in_the_browser_is_asked_and_caches_are_told(world: World) -> None:
    page = "/a/AAAAAAAAAAA/"

    german_answer = Client().get(page, headers={"accept-language": "de-DE,de;q=0.9,en;q=0.5"})
    other = Client().get(page, headers={"accept-language": "fr"})

    assert "Dieser Link funktioniert nicht." in german_answer.content.decode()
    assert "This link does not work." in other.content.decode()
    assert "Accept-Language" in german_answer["Vary"]


def ring(world: World) -> list[Message]:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    return list(Message.objects.filter(person=world.alice).order_by("pk"))


def test_a_german_receiver_is_called_in_german_by_whoever_acts(world: World) -> None:
    german(world.alice)

    found = ring(world)

    assert found
    for one in found:
        assert "Sie sind in Bereitschaft für Payments." in one.body
        assert not ENGLISH.search(DATA.sub(" ", one.body.replace("incidents", "")))


def test_an_english_receiver_is_called_in_english_by_a_german_act(world: World) -> None:
    with translation.override("de"):
        found = ring(world)

    assert found
    assert all("You are on call for Payments." in one.body for one in found)


def test_the_answer_page_is_in_the_language_of_whoever_was_called(world: World) -> None:
    german(world.alice)
    message = ring(world)[0]
    link = answers.mint_link(message=message, now=NOW)
    path = "/a/" + link.rstrip("/").rsplit("/", 1)[1] + "/"

    ringing = reader(world.bob).get(path, headers={"accept-language": "en"}).content.decode()
    mine = Client().post(path, {"answer": "acknowledge"}).content.decode()

    assert '<html lang="de">' in ringing
    assert "Alice Example, Sie sind in Bereitschaft für Payments." in ringing
    assert not ENGLISH.search(words_of(ringing))
    assert "liegt jetzt bei Ihnen." in mine
    assert not ENGLISH.search(words_of(mine))


def test_the_next_sentence_the_calls_and_the_timeline_are_german_and_say_so(world: World) -> None:
    bob = german(world.bob)
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    incident = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)

    html = reader(bob).get(reverse("incidents:detail", args=[incident.reference])).content.decode()

    assert '<html lang="en"' in html
    assert '<div class="next hero" lang="de">' in html
    assert '<ol class="tl roomy" lang="de">' in html
    assert "Erin Example</span> hat den Vorfall gemeldet." in html
    assert "in Bereitschaft für Payments" in html


LONG = Call(
    reference="INC-1234567",
    severity_code="SEV2",
    severity_word="schwer",
    title="Überweisungen in Österreich schlagen fehl, manche werden doppelt gebucht " * 2,
    reason="in Bereitschaft für die Überweisungsabwicklung der Privatkundschaft",
    may_answer=True,
    situation="Eine Behörde muss es erfahren. Das ist noch nicht vermerkt.",
    next_name="Maximiliane-Charlotte",
)


@pytest.mark.parametrize("may_answer", [True, False], ids=["a call", "news"])
def test_a_german_text_message_is_one_with_the_longest_names(may_answer: bool) -> None:
    contact = Contact(1, Channel.SMS)

    with wording.speaking("de"):
        said = wording.put(contact, replace(LONG, may_answer=may_answer), {}, book=SHIPPED_BOOK)

    assert said.body.startswith("Muster SEV2: Überweisungen")
    assert "Bereitschaft" in said.body
    assert messages.longest(said.body, link_length=wordings.link_length()) <= SEGMENT
