"""Who is on call, changed for a time: by whom, told to whom, and taken back."""

from datetime import datetime, timedelta

import pytest

from config.portal.refusals import Refused
from rosters.enums import OverrideKind
from rosters.models import Absence, Membership, Message, Override, Person, TemporarySchedule
from rosters.operations import overriding
from rosters.operations.overriding import Wanted
from rosters.queries.oncall import duty_of
from tests.factories import make_person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def instead(person: Person, goes: Person | None, *, first: int = 0, last: int = 8) -> Wanted:
    return Wanted(OverrideKind.REPLACE, NOW + first * HOUR, NOW + last * HOUR, person, goes)


def lead(world: World) -> Person:
    Membership.objects.update_or_create(
        person=world.dora, team=world.team, defaults={"is_lead": True}
    )
    world.roster.team = world.team
    world.roster.save()
    return world.dora


def first_on_call(world: World, *, at: datetime = NOW) -> tuple[str, ...]:
    return duty_of(world.roster, now=at).first


def told(person: Person) -> list[str]:
    return list(Message.objects.filter(person=person).values_list("subject", flat=True))


def test_whoever_belongs_there_takes_a_shift_and_the_other_reads_it(world: World) -> None:
    overriding.put(world.roster, instead(world.bob, world.alice), by=world.bob, now=NOW)

    assert first_on_call(world) == (world.bob.full_name,)
    assert first_on_call(world, at=NOW + 8 * HOUR) == (world.alice.full_name,)
    assert told(world.alice) == [f"{world.roster}: you are no longer on call"]
    assert told(world.bob) == []


def test_pressing_twice_makes_one_change_and_one_word(world: World) -> None:
    for _ in range(2):
        overriding.put(world.roster, instead(world.bob, world.alice), by=world.bob, now=NOW)

    assert Override.objects.count() == 1
    assert len(told(world.alice)) == 1


def test_only_keepers_put_others_on_call(world: World) -> None:
    with pytest.raises(Refused, match="Only leads of the team"):
        overriding.put(world.roster, instead(world.bob, world.alice), by=world.alice, now=NOW)

    overriding.put(world.roster, instead(world.bob, world.alice), by=lead(world), now=NOW)

    assert first_on_call(world) == (world.bob.full_name,)
    assert told(world.bob) == [f"{world.roster}: you move up and are first on call"]


def test_a_stranger_cannot_take_a_shift(world: World) -> None:
    with pytest.raises(Refused, match="Only people of this roster"):
        overriding.put(world.roster, instead(world.frank, world.alice), by=world.frank, now=NOW)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (2, 2, "It must end after it starts."),
        (3, 2, "It must end after it starts."),
        (-30, -25, "That is past."),
        (-30, 5, "That is past."),
        (0, 24 * 100, "At most 92 days"),
    ],
)
def test_a_window_that_cannot_be_is_refused(world: World, first: int, last: int, said: str) -> None:
    wanted = instead(world.bob, world.alice, first=first, last=last)
    with pytest.raises(Refused, match=said):
        overriding.put(world.roster, wanted, by=world.bob, now=NOW)


def test_whoever_is_away_then_cannot_take_it(world: World) -> None:
    Absence.objects.create(person=world.bob, starts_at=NOW + 7 * HOUR, ends_at=NOW + 9 * HOUR)

    with pytest.raises(Refused, match="is away or has left"):
        overriding.put(world.roster, instead(world.bob, world.alice), by=world.bob, now=NOW)

    overriding.put(world.roster, instead(world.bob, world.alice, last=7), by=world.bob, now=NOW)


def test_nobody_is_relieved_who_is_not_on_call(world: World) -> None:
    with pytest.raises(Refused, match="has no shift on"):
        overriding.put(world.roster, instead(world.bob, world.erin), by=world.bob, now=NOW)


def test_under_a_temporary_schedule_it_is_refused_and_says_which(world: World) -> None:
    TemporarySchedule.objects.create(
        roster=world.roster, name="Christmas", starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR
    )

    with pytest.raises(Refused, match="“Christmas” holds then"):
        overriding.put(world.roster, instead(world.bob, world.alice), by=world.bob, now=NOW)


def test_undo_before_it_begins_leaves_no_trace(world: World) -> None:
    wanted = instead(world.bob, world.alice, first=1)
    made = overriding.put(world.roster, wanted, by=world.bob, now=NOW)

    for _ in range(2):
        overriding.end(made, by=world.bob, now=NOW)

    assert not Override.objects.exists()
    assert first_on_call(world, at=NOW + 2 * HOUR) == (world.alice.full_name,)


def test_undo_of_one_that_runs_ends_it_now_and_keeps_what_has_been(world: World) -> None:
    made = overriding.put(world.roster, instead(world.bob, world.alice), by=world.bob, now=NOW)
    later = NOW + 3 * HOUR

    overriding.end(made, by=world.bob, now=later)

    made.refresh_from_db()
    assert made.ends_at == later
    assert first_on_call(world, at=later) == (world.alice.full_name,)


def test_nobody_else_takes_a_change_back(world: World) -> None:
    made = overriding.put(world.roster, instead(world.bob, world.alice), by=world.bob, now=NOW)

    with pytest.raises(Refused):
        overriding.end(made, by=world.alice, now=NOW)

    overriding.end(made, by=lead(world), now=NOW)


def test_somebody_who_rides_along_is_never_called(world: World) -> None:
    learner = make_person("Learner")
    wanted = Wanted(OverrideKind.SHADOW, NOW, NOW + HOUR, learner)

    overriding.put(world.roster, wanted, by=lead(world), now=NOW)

    assert first_on_call(world) == (world.alice.full_name,)
    assert told(learner) == [f"{world.roster}: you ride along"]


def test_without_somebody_the_backup_moves_up(world: World) -> None:
    wanted = Wanted(OverrideKind.REMOVE, NOW, NOW + HOUR, instead_of=world.alice)

    overriding.put(world.roster, wanted, by=lead(world), now=NOW)

    assert first_on_call(world) == (world.bob.full_name,)


def test_it_never_holds_before_the_press(world: World) -> None:
    """A window that began already is for the rest of it; the seconds before stay as they were."""
    pressed = NOW + timedelta(minutes=2, seconds=34)
    wanted = instead(world.bob, world.alice)

    for later in (pressed, pressed + timedelta(seconds=1)):
        overriding.arrange(world.roster, wanted, by=world.bob, now=later)

    [made] = Override.objects.all()
    assert (made.starts_at, made.ends_at) == (pressed, wanted.ends_at)
    assert first_on_call(world, at=pressed - timedelta(seconds=1)) == (world.alice.full_name,)
    assert first_on_call(world, at=pressed) == (world.bob.full_name,)
