"""How a source does, from what it said lately."""

from datetime import timedelta

import pytest

from incidents.logic.source_state import Heard, SourceState, state_of
from tests.world import NOW

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("heard", "state"),
    [
        pytest.param(Heard(is_active=False, last_at=NOW), SourceState.OFF, id="off"),
        pytest.param(Heard(is_active=True), SourceState.NEW, id="never heard"),
        pytest.param(Heard(True, NOW, 202), SourceState.WELL, id="well"),
        pytest.param(Heard(True, NOW, 401, 7), SourceState.REFUSED, id="refused"),
        pytest.param(Heard(True, NOW - 24 * HOUR, 202, 3), SourceState.SILENT, id="a day"),
        pytest.param(Heard(True, NOW - 23 * HOUR, 202, 7), SourceState.WELL, id="not a day yet"),
        pytest.param(Heard(True, NOW - 90 * HOUR, 202, 2), SourceState.WELL, id="seldom speaks"),
        pytest.param(Heard(True, NOW - 90 * HOUR, 500, 7), SourceState.REFUSED, id="both"),
    ],
)
def test_state_of(heard: Heard, state: SourceState) -> None:
    assert state_of(heard, now=NOW) == state
