"""Who changed a roster last."""

import pghistory
import pytest

from rosters.models import Layer, RotationMember
from rosters.queries import last_change
from tests.world import World

pytestmark = pytest.mark.django_db


def test_whoever_changed_a_part_of_it_last_is_named(world: World) -> None:
    layer = Layer.objects.filter(roster=world.roster)[0]
    said = [last_change.who(world.roster, by=world.bob)]

    with pghistory.context(user=world.alice.pk):
        layer.name = "Days"
        layer.save()
    said += [last_change.who(world.roster, by=one) for one in (world.bob, world.alice)]

    assert said == ["Somebody else", "Alice Example", "You"]


def test_a_change_of_turns_counts_too(world: World) -> None:
    with pghistory.context(user=world.carol.pk):
        RotationMember.objects.filter(rotation__layer__roster=world.roster).update(
            person=world.erin
        )

    assert last_change.who(world.roster, by=world.bob) == "Carol Example"
