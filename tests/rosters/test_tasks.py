"""What Celery runs."""

from typing import Any

import pytest

from config.portal import clock
from rosters.enums import MessageState
from rosters.models import Pulse
from rosters.tasks import carry
from tests.factories import make_message
from tests.rosters.operations.carriers import HERE, NotedCarrier
from tests.world import NOW

pytestmark = pytest.mark.django_db


def test_carry_takes_what_is_due_and_leaves_a_pulse(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CARRIERS = {"email": f"{HERE}.NotedCarrier"}
    NotedCarrier.forget()
    monkeypatch.setattr(clock, "act_now", lambda: NOW)
    message = make_message()

    carry(from_a_later_release=True)

    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert Pulse.objects.get(name="carry").at == NOW


def test_carry_keeps_its_name_for_ever() -> None:
    assert carry.name == "muster.carry"
