"""The weekly letter: once for each owner, silent when all is well, whoever races."""

import re
import threading
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test import Client

from rosters.enums import DigestKind
from rosters.models import ContactPoint, Digest, MatrixEntry, Message, StakeholderRole
from rosters.operations import digests, own_rules
from tests.world import World, at

NINE = at("2026-11-23 09:00", "Europe/Berlin")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _all_is_well(world: World) -> None:
    """Everybody is verified and tested; the roles of the company are nobody's to mend."""
    ContactPoint.objects.update(verified_at=NINE, last_tested_at=NINE)
    MatrixEntry.objects.update(confirmed_at=NINE, confirmed_by=world.frank, backup=world.frank)
    StakeholderRole.objects.update(is_needed=False)


def break_something(world: World) -> None:
    ContactPoint.objects.filter(person=world.bob, channel="phone").update(
        reported_wrong_at=NINE, what_is_wrong="A baker answered."
    )


def test_the_lead_reads_what_needs_somebody(world: World) -> None:
    break_something(world)

    assert digests.send_due(now=NINE) == 1

    letter = Message.objects.get()
    assert letter.person == world.alice
    assert "Reported as wrong: Bob Example, phone call." in letter.body
    assert "A baker answered." in letter.body
    assert "+49" not in letter.body
    assert f"/people/{world.bob.pk}/" in letter.body
    assert "/contacts/mine/" in letter.body
    assert Digest.objects.get(person=world.alice, kind=DigestKind.CONTACTS).findings == 1


def test_every_line_leads_to_where_it_is_mended(world: World, client: Client) -> None:
    StakeholderRole.objects.create(name="product owner", slug="product-owner", is_needed=True)
    MatrixEntry.objects.update(confirmed_at=None, confirmed_by=None)

    digests.send_due(now=NINE)

    letter = Message.objects.get(person=world.alice).body
    links = re.findall(r"^  https?://[^/]+(/\S+)$", letter, re.M)
    assert links
    assert all(one.startswith("/contacts/cells/") for one in links), links
    client.force_login(world.alice)
    assert {client.get(one).status_code for one in links} == {200}


def test_it_is_silent_when_all_is_well(world: World) -> None:
    assert digests.send_due(now=NINE) == 0
    assert not Message.objects.exists()

    break_something(world)
    assert digests.send_due(now=NINE + timedelta(hours=1)) == 0


@pytest.mark.parametrize("hours", [1, 12], ids=["an hour later", "in the evening"])
def test_the_same_day_brings_no_second_one(world: World, hours: int) -> None:
    break_something(world)
    digests.send_due(now=NINE)

    digests.send_due(now=NINE + timedelta(hours=hours))

    assert Message.objects.count() == 1


def test_the_next_week_brings_the_next_one(world: World) -> None:
    break_something(world)
    digests.send_due(now=NINE)
    digests.send_due(now=NINE + timedelta(days=1))
    digests.send_due(now=NINE + timedelta(days=7))

    assert Message.objects.count() == 2


def test_after_a_pause_it_comes_the_same_day_or_not_at_all(world: World) -> None:
    break_something(world)

    assert digests.send_due(now=at("2026-11-24 00:10", "Europe/Berlin")) == 0
    assert digests.send_due(now=at("2026-11-30 22:00", "Europe/Berlin")) == 1


def test_each_reads_it_on_their_own_monday(world: World) -> None:
    world.alice.time_zone = "Pacific/Pago_Pago"
    world.alice.save()
    break_something(world)

    assert digests.send_due(now=NINE) == 0
    assert digests.send_due(now=at("2026-11-23 09:00", "Pacific/Pago_Pago")) == 1


def test_it_can_wait_for_the_end_of_quiet_hours(world: World) -> None:
    own_rules.set_quiet_hours(time(22), time(10), by=world.alice, now=NINE)
    break_something(world)

    digests.send_due(now=NINE)

    assert Message.objects.get().not_before == NINE + timedelta(hours=1)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_write_one_letter(world: World) -> None:
    break_something(world)
    together = threading.Barrier(2)

    def sweep() -> None:
        try:
            together.wait()
            digests.send_due(now=NINE)
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Message.objects.count() == 1
    assert Digest.objects.filter(person=world.alice, kind=DigestKind.CONTACTS).count() == 1
