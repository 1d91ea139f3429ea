"""What was changed near an incident is found over what its services need, with the reason."""

from datetime import timedelta

import pytest

from incidents.logic.near_changes import MOST, Made, nearest, ways
from tests.world import NOW

PAYMENTS, FRAUD, ACCOUNTS, NETWORK, CABLES, SEARCH = 1, 2, 3, 4, 5, 6
NAMES = {1: "Payments", 2: "Fraud checks", 3: "Accounts", 4: "Network", 5: "Cables", 6: "Search"}
NEEDS = {PAYMENTS: {FRAUD}, FRAUD: {ACCOUNTS}, ACCOUNTS: {NETWORK, PAYMENTS}, NETWORK: {CABLES}}
MINUTE = timedelta(minutes=1)


def made(number: int, service: int | None, minutes: float) -> Made:
    """So many minutes before it began."""
    return Made(number, service, NOW - minutes * MINUTE)


def said(*changes: Made) -> list[tuple[int, str]]:
    found = nearest(changes, ways([PAYMENTS], NEEDS), NAMES, began_at=NOW)
    return [(one.number, one.why.msgid.format_map(dict(one.why.params))) for one in found]


@pytest.mark.parametrize(
    ("service", "why"),
    [
        (PAYMENTS, "Payments itself."),
        (FRAUD, "Payments needs Fraud checks."),
        (ACCOUNTS, "Payments needs Fraud checks, which needs Accounts."),
        (NETWORK, "Payments needs Fraud checks, which needs Accounts, which needs Network."),
        (None, "It touches everything."),
    ],
    ids=["own", "needed", "further", "deep", "everything"],
)
def test_each_says_why_it_is_shown(service: int | None, why: str) -> None:
    assert said(made(1, service, 5)) == [(1, why)]


@pytest.mark.parametrize("service", [SEARCH, CABLES], ids=["unrelated", "too-far"])
def test_what_is_not_near_is_left_out(service: int) -> None:
    assert said(made(1, service, 5)) == []


def test_a_circle_ends() -> None:
    assert ways([PAYMENTS], NEEDS)[PAYMENTS] == [PAYMENTS]


def test_the_nearest_is_first_in_time_and_in_the_graph() -> None:
    found = said(
        made(1, PAYMENTS, 60),
        made(2, FRAUD, 10),
        made(3, ACCOUNTS, 10),
        made(4, None, 12),
        made(5, PAYMENTS, -1),
    )

    assert [number for number, _ in found] == [2, 4, 3, 1, 5]


def test_six_are_enough() -> None:
    assert len(said(*(made(number, PAYMENTS, number) for number in range(20)))) == MOST


def test_affected_services_count_as_its_own() -> None:
    found = nearest([made(1, SEARCH, 5)], ways([PAYMENTS, SEARCH], NEEDS), NAMES, began_at=NOW)

    assert [one.steps for one in found] == [0]
