"""What stands in the tab: a number only where it is that of the open incidents."""

import re

import pytest
from django.test import Client

from config.portal import clock
from incidents.models import Incident
from tests import world as small_world
from tests.pages import Everything, addresses, one_of_everything

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
NUMBERED = {"front:now", "front:wall", "incidents:list"}


@pytest.fixture
def everything(db: None) -> Everything:
    now = clock.act_now()
    return one_of_everything(small_world.build(now), now=now)


def test_a_title_begins_with_a_number_only_where_it_counts_open_incidents(
    everything: Everything, client: Client
) -> None:
    client.force_login(everything.world.alice)
    count = Incident.objects.open().count()
    numbered = set()
    for name, address in addresses(everything).items():
        answer = client.get(address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        found = TITLE.search(answer.content.decode())
        if found and found[1].strip().startswith("("):
            assert found[1].strip().startswith(f"({count}) "), name
            numbered.add(name)

    assert numbered == NUMBERED
