"""A filter in an address that is none of ours: every list says so in our words, and shows all."""

import re

import pytest
from django.test import Client

from config.portal import clock
from tests import world as small_world
from tests.pages import Everything, one_of_everything

LISTS = (
    "/incidents/",
    "/reviews/",
    "/actions/",
    "/drills/",
    "/runbooks/",
    "/rules/",
    "/services/",
    "/people/",
    "/contacts/audit/",
    "/oncall/coverage/",
    "/audit/",
)
CHOICE = re.compile(r'<select[^>]*\bname="([a-z_]+)"')
DJANGO = ("Select a valid choice", "Enter a valid", "Enter a whole number", "Null characters")


@pytest.fixture
def everything(db: None) -> Everything:
    now = clock.act_now()
    world = small_world.build(now)
    world.alice.is_superuser = world.alice.is_staff = True
    world.alice.save(update_fields=["is_superuser", "is_staff"])
    return one_of_everything(world, now=now)


@pytest.mark.parametrize("address", LISTS)
def test_an_unknown_choice_is_named_in_our_words(
    everything: Everything, client: Client, address: str
) -> None:
    client.force_login(everything.world.alice)
    names = CHOICE.findall(client.get(address).content.decode())
    assert names, "a list has filters"

    for name in names:
        answer = client.get(address, {name: "no-such-thing"})
        text = answer.content.decode()

        assert answer.status_code == 200
        assert "We do not know this one" in text, f"{address} {name}"
        assert not [words for words in DJANGO if words in text], f"{address} {name}"
