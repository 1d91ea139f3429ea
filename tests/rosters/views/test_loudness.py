"""How loud each severity is: who may choose it, what it says, and what comes of it."""

import pytest
from django.test import Client

from rosters.logic.loudness import LOUDEST_FIRST
from rosters.models import ChannelOrder, Person
from rosters.queries import channel_order
from tests.world import World, make_person

pytestmark = pytest.mark.django_db

PATH = "/carriers/channels/"


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_person("Grace", is_administrator=True))
    return client


def posted(**changes: list[str]) -> dict[str, list[str]]:
    held = {f"severity_{one}": list(found) for one, found in channel_order.held().items()}
    return held | changes


def test_what_holds_stands_in_sentences(client: Client) -> None:
    page = client.get(PATH).content.decode()

    assert "SEV3: what is urgent texts people; what can wait goes by e-mail, chat or push" in page


def test_a_choice_holds_and_what_was_shipped_needs_no_row(client: Client) -> None:
    assert client.post(PATH, posted(severity_3=["phone", "email"])).status_code == 302
    assert channel_order.held()[3] == ("phone", "email")
    assert ChannelOrder.objects.count() == 1

    client.post(PATH, posted(severity_3=["sms", "push", "chat", "email"]))

    assert not ChannelOrder.objects.exists()


def test_the_worst_must_be_able_to_wake(client: Client) -> None:
    answer = client.post(PATH, posted(severity_1=["email"]))

    assert answer.status_code == 422
    assert "SEV1 must wake people" in answer.content.decode()
    assert channel_order.held()[1] == LOUDEST_FIRST


def test_each_refusal_stands_at_its_own_boxes(client: Client) -> None:
    page = client.post(PATH, posted(severity_1=["email"], severity_2=[])).content.decode()

    assert 'href="#id_severity_1_0"' in page
    assert 'href="#id_severity_2_0"' in page
    assert 'id="id_severity_1_error"' in page
    assert 'id="id_severity_2_error"' in page
    assert 'id="id_severity_3_error"' not in page


def test_others_read_why_not(world: World) -> None:
    stranger = Client()
    stranger.force_login(world.erin)

    assert stranger.get(PATH).status_code == 403
    assert stranger.post(PATH, posted(severity_3=["phone"])).status_code == 403
    assert not ChannelOrder.objects.exists()


def test_ones_own_page_says_what_wakes_when(world: World) -> None:
    Person.objects.filter(pk=world.alice.pk).update(
        quiet_from="22:00", quiet_until="07:00", rests_on_holidays=True, region="DE"
    )
    client = Client()
    client.force_login(world.alice)

    page = " ".join(client.get("/me/").content.decode().split())

    assert "When it is urgent: for SEV1, SEV2, SEV3 and SEV4 we phone you on" in page
    assert "not from 22:00 to 07:00 your time and not on public holidays in Germany." in page
