"""Tables of cases: who may decide what about the calls, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from incidents.enums import HoldKind, Promise
from incidents.logic import judgment
from incidents.logic.access import Standing, State
from incidents.logic.judgment import Lead, ServiceKeeper, Wait
from incidents.logic.signal_keeping import SignalKeeper

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
OPEN = State("INC-12", NOW)
LOOKED_AT = State("INC-12", NOW, acknowledged_at=NOW)
OVER = State("INC-12", NOW, resolved_at=NOW)
NOBODY, TOLD = Standing(), Standing(is_told=True)
COMMANDER, ADMINISTRATOR = Standing(is_commander=True), Standing(is_administrator=True)
LED, MINE, FREE = Lead("Carol Example"), Lead("Alice Example", is_reader=True), Lead()


@pytest.mark.parametrize(
    ("standing", "state", "lead", "part"),
    [
        (TOLD, OPEN, FREE, None),
        (TOLD, OPEN, LED, "Carol Example commands INC-12"),
        (TOLD, OPEN, MINE, None),
        (NOBODY, OPEN, MINE, None),
        (NOBODY, OPEN, FREE, "Only the people we called"),
        (COMMANDER, OPEN, LED, None),
        (ADMINISTRATOR, OPEN, LED, None),
        (ADMINISTRATOR, OVER, MINE, "is resolved"),
    ],
)
def test_who_steers_the_calls(
    standing: Standing, state: State, lead: Lead, part: str | None
) -> None:
    found = judgment.why_not_steer(standing, state, lead)

    assert found is None if part is None else part in str(found)


@pytest.mark.parametrize(
    ("standing", "state", "part"),
    [
        (TOLD, OPEN, None),
        (TOLD, LOOKED_AT, "is acknowledged"),
        (TOLD, OVER, "is resolved"),
        (NOBODY, OPEN, "Only the people we called"),
        (COMMANDER, OPEN, "Only the people we called"),
    ],
)
def test_who_snoozes(standing: Standing, state: State, part: str | None) -> None:
    found = judgment.why_not_snooze(standing, state)

    assert found is None if part is None else part in str(found)


@pytest.mark.parametrize(
    ("standing", "lead", "before", "after", "part"),
    [
        (TOLD, LED, 2, 1, None),
        (TOLD, LED, 1, 2, "Carol Example commands"),
        (TOLD, FREE, 1, 2, None),
        (NOBODY, FREE, 2, 1, "Only the people we called"),
        (COMMANDER, LED, 2, 1, None),
        (COMMANDER, LED, 1, 4, None),
        (NOBODY, MINE, 1, 4, None),
    ],
)
def test_worse_is_said_by_more_people_than_less_bad(
    standing: Standing, lead: Lead, before: int, after: int, part: str | None
) -> None:
    found = judgment.why_not_change_severity(standing, OPEN, lead, before=before, after=after)

    assert found is None if part is None else part in str(found)


@pytest.mark.parametrize("kind", list(HoldKind))
@pytest.mark.parametrize("severity", [1, 2, 3, 4])
def test_how_long_calls_may_wait(kind: HoldKind, severity: int) -> None:
    longest = judgment.LONGEST[kind][severity]

    def why_not(wait: timedelta) -> str | None:
        return judgment.why_not_wait(kind, severity=severity, until=NOW + wait, now=NOW)

    assert why_not(longest) is None
    assert why_not(timedelta(minutes=1)) is None
    assert "at most" in str(why_not(longest + timedelta(minutes=2)))
    assert "over already" in str(why_not(timedelta(seconds=59)))


@pytest.mark.parametrize("kind", list(HoldKind))
def test_the_worse_it_is_the_less_it_may_wait(kind: HoldKind) -> None:
    spans = [judgment.LONGEST[kind][severity] for severity in (1, 2, 3, 4)]

    assert spans == sorted(spans)


def test_a_snooze_is_about_acknowledging_alone() -> None:
    hold = Wait(1, HoldKind.HOLD, NOW + timedelta(minutes=10), "Alice", "x")
    snooze = Wait(2, HoldKind.SNOOZE, NOW + timedelta(minutes=20), "Alice", "x")

    assert judgment.waits_until([hold, snooze], Promise.ACKNOWLEDGE) == snooze.until
    assert judgment.waits_until([hold, snooze], Promise.CONTAIN) == hold.until
    assert judgment.waits_until([snooze], Promise.CONTAIN) is None


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=8), "8 hours"),
    ],
)
def test_lengths_as_people_say_them(length: timedelta, said: str) -> None:
    assert judgment.span(length) == said


@pytest.mark.parametrize(
    ("reason", "said"), [("It is late", "It is late."), ("Why? ", "Why?"), ("Done.", "Done.")]
)
def test_a_reason_ends_a_sentence(reason: str, said: str) -> None:
    assert judgment.ended(reason) == said


@pytest.mark.parametrize(
    ("standing", "state", "may"),
    [(TOLD, OPEN, True), (COMMANDER, OPEN, True), (NOBODY, OPEN, False), (TOLD, OVER, False)],
)
def test_who_calls_by_hand(standing: Standing, state: State, may: bool) -> None:
    assert (judgment.why_not_call(standing, state) is None) == may


@pytest.mark.parametrize(
    ("keeper", "may"),
    [
        (ServiceKeeper(SignalKeeper(leads_the_team=True)), True),
        (ServiceKeeper(SignalKeeper(is_service_owner=True)), True),
        (ServiceKeeper(SignalKeeper(is_administrator=True)), True),
        (ServiceKeeper(SignalKeeper(), is_commander=True), True),
        (ServiceKeeper(SignalKeeper()), False),
    ],
)
def test_who_sends_calls_of_a_service_elsewhere(keeper: ServiceKeeper, may: bool) -> None:
    assert (judgment.why_not_reroute_service(keeper) is None) == may
