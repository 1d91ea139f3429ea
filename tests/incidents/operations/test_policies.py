"""What a rule must hold to be published."""

import pytest

from config.portal.refusals import Refused
from incidents.models import PolicyVersion
from incidents.operations import policies
from tests.world import NOW, World


def draft(world: World, **facts: int) -> PolicyVersion:
    version = policies.draft_next(world.version)
    PolicyVersion.objects.filter(pk=version.pk).update(rationale="Try it.", **facts)
    version.refresh_from_db()
    return version


def test_publish_makes_the_version_hold(world: World) -> None:
    version = policies.publish(draft(world), by=world.carol, now=NOW)

    assert (version.published_at, version.published_by) == (NOW, world.carol)


def test_publish_refuses_to_start_again_before_the_last_step(world: World) -> None:
    version = draft(world, loop_minutes=10)  # the last step comes after 15

    with pytest.raises(Refused) as refusal:
        policies.publish(version, by=world.carol, now=NOW)

    assert str(refusal.value) == (
        "The last step comes after 15 minutes, but the rule starts again after 10. Let it start"
        " again after 15 minutes or later."
    )


@pytest.mark.parametrize(
    "facts",
    [{"loop_minutes": 15}, {"loop_minutes": 10, "repeats": 0}],
    ids=["just after the last step", "it never starts again"],
)
def test_publish_takes_what_leaves_each_round_its_time(world: World, facts: dict[str, int]) -> None:
    assert policies.publish(draft(world, **facts), by=world.carol, now=NOW).published_at


def test_publish_refuses_a_rule_that_calls_nobody(world: World) -> None:
    version = draft(world)
    version.steps.filter(clock="acknowledge").delete()

    with pytest.raises(Refused, match="Nobody would be called"):
        policies.publish(version, by=world.carol, now=NOW)
