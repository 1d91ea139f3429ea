"""The engine's own heartbeat."""

from datetime import timedelta
from typing import Any

import pytest

from rosters.models import Pulse
from rosters.operations import pulse
from tests.world import NOW

pytestmark = pytest.mark.django_db


def test_a_beat_replaces_the_one_before_in_one_statement(django_assert_num_queries: Any) -> None:
    pulse.beat("audit", runner="beat", now=NOW, is_clean=False, detail=[{"name": "late"}])

    with django_assert_num_queries(1):
        pulse.beat("audit", runner="engine", now=NOW + timedelta(seconds=60))

    last = Pulse.objects.get()
    assert (last.name, last.runner, last.at) == ("audit", "engine", NOW + timedelta(seconds=60))
    assert (last.is_clean, last.detail) == (True, [])
