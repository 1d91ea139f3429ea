"""What the timeline says of one and of many."""

import pytest

from incidents.logic.timeline import sentence


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"count": "1"}, "One more signal joined."),
        ({"count": "12"}, "{count} more signals joined."),
        (
            {"what": "needed", "service": "Shop", "cause": "Payments", "alert": "Slow"},
            "{service} needs {cause}, so what it reports is shown here: {alert}.",
        ),
    ],
)
def test_signals_that_join(params: dict[str, str], said: str) -> None:
    assert sentence("alerts_joined", params).msgid == said
