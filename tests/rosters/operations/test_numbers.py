"""Numbers are shown for a reason that somebody can read, whoever asks for them."""

import pytest

from config.portal.refusals import Refused
from rosters.models import ContactView
from rosters.operations import numbers
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reason", ["", "\u200b", "\u3164\u2060"])
def test_without_a_reason_nothing_is_shown(world: World, reason: str) -> None:
    with pytest.raises(Refused, match="Say why you need the number"):
        numbers.show(world.alice, by=world.bob, reason=reason, now=NOW)
    with pytest.raises(Refused, match="Say why you need the numbers"):
        numbers.show_many([world.alice], by=world.bob, reason=reason, now=NOW)

    assert not ContactView.objects.exists()


def test_the_reason_is_written_down_as_it_reads(world: World) -> None:
    numbers.show(world.alice, by=world.bob, reason=" INC-7\u202e is\nburning ", now=NOW)
    numbers.show_many([world.alice], by=world.bob, reason="\u200bFor the wall.", now=NOW)

    reasons = ContactView.objects.order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["INC-7 is burning", "For the wall."]


def test_ones_own_need_no_reason(world: World) -> None:
    assert numbers.show(world.bob, by=world.bob, reason="", now=NOW)
    assert not ContactView.objects.exists()
