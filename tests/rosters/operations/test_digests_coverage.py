"""The weekly letter about the rosters of the next 30 days: to who mends them, or silent."""

from datetime import timedelta

import pytest

from rosters.enums import CoverageKind, DigestKind
from rosters.models import Absence, ContactPoint, CoverageTarget, Digest, Message, Roster
from rosters.operations import digests
from tests.world import World, at, make_roster

NINE = at("2026-11-23 09:00", "Europe/Berlin")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _of_the_team(world: World) -> None:
    """Alice leads the team behind the roster; no contact is to be mended."""
    ContactPoint.objects.update(verified_at=NINE, last_tested_at=NINE)
    Roster.objects.update(team=world.team)


def letters() -> list[Message]:
    return list(Message.objects.filter(topic="digest-coverage").order_by("pk"))


def everybody_away(world: World) -> None:
    for person in (world.alice, world.bob):
        Absence.objects.create(
            person=person,
            starts_at=at("2026-11-28 18:00", "Europe/Berlin"),
            ends_at=at("2026-11-29 08:00", "Europe/Berlin"),
        )


def test_the_lead_reads_of_a_gap_where_and_when(world: World) -> None:
    everybody_away(world)

    digests.send_due(now=NINE)

    (letter,) = letters()
    assert letter.person == world.alice
    assert letter.subject == "One shift in the next 30 days needs somebody"
    assert (
        "Nobody is on call: Payments on call, from Sat 28 Nov, 18:00 to Sun 29 Nov" in letter.body
    )
    assert "Alice Example is away." in letter.body
    assert "/oncall/coverage/?roster=payments-on-call" in letter.body
    assert Digest.objects.get(person=world.alice, kind=DigestKind.COVERAGE).findings == 1


def test_it_is_silent_when_all_is_covered(world: World) -> None:
    digests.send_due(now=NINE)
    everybody_away(world)
    digests.send_due(now=NINE + timedelta(hours=1))

    assert letters() == []
    assert Digest.objects.filter(kind=DigestKind.COVERAGE, findings=0).exists()


def test_both_letters_of_a_day_are_written_once(world: World) -> None:
    everybody_away(world)
    ContactPoint.objects.filter(person=world.bob, channel="phone").update(reported_wrong_at=NINE)

    for hours in (0, 1):
        digests.send_due(now=NINE + timedelta(hours=hours))

    topics = Message.objects.filter(person=world.alice).values_list("topic", flat=True)
    assert sorted(topics) == ["digest", "digest-coverage"]


def test_a_roster_without_a_team_is_the_administrators(world: World) -> None:
    make_roster("Nobody's", [[]], now=NINE)
    world.frank.is_superuser = True
    world.frank.save()

    digests.send_due(now=NINE)

    assert [one.person for one in letters()] == [world.frank]


def test_what_is_empty_by_design_is_no_gap(world: World) -> None:
    everybody_away(world)
    reason = "Nothing there cannot wait for the morning"
    CoverageTarget.objects.create(roster=world.roster, kind=CoverageKind.NONE, reason=reason)

    digests.send_due(now=NINE)

    assert letters() == []
