"""Who may change what comes through the alert doors."""

import pytest

from incidents.logic.signal_keeping import SignalKeeper, why_not_keep_signals


@pytest.mark.parametrize(
    ("keeper", "may"),
    [
        (SignalKeeper(), False),
        (SignalKeeper(is_administrator=True), True),
        (SignalKeeper(is_service_owner=True), True),
        (SignalKeeper(leads_the_team=True), True),
    ],
)
def test_why_not_keep_signals(keeper: SignalKeeper, may: bool) -> None:
    assert (why_not_keep_signals(keeper) is None) == may
