"""Whether a carrier is asked: a circuit breaker, shared by every worker through its row. Pure.

Closed: messages pass. After FAILURES in a row within WINDOW it opens, and nobody asks. When its
time has come, one message tries whether the carrier is back; the others go on waiting. Back, it
takes a few at a time first.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

FAILURES = 5
WINDOW = timedelta(seconds=60)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(seconds=60)
LONGEST_ASKED = timedelta(minutes=15)
PROBE_LASTS = timedelta(seconds=30)
RAMP_STEP = timedelta(seconds=5)
STEADY_AFTER = timedelta(minutes=2)
SPREAD_CALLS, SPREAD_UPDATES = timedelta(seconds=20), timedelta(seconds=120)

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"


class Gate(Enum):
    """What a message finds at a carrier: it passes, it may be the one that tries, or it is shut."""

    PASSES = "passes"
    TRIES = "tries"
    SHUT = "shut"


@dataclass(frozen=True)
class Circuit:
    """How a carrier does. `times_opened` counts in a row: until it has held for STEADY_AFTER."""

    state: str = CLOSED
    failures: int = 0
    counting_since: datetime | None = None
    times_opened: int = 0
    opened_at: datetime | None = None
    try_at: datetime | None = None
    closed_at: datetime | None = None


def gate(circuit: Circuit, *, now: datetime) -> Gate:
    """What a message finds at `now`. A probe whose sender died is taken over after PROBE_LASTS."""
    if circuit.state == CLOSED:
        return Gate.PASSES
    return Gate.TRIES if circuit.try_at is None or circuit.try_at <= now else Gate.SHUT


def probing(circuit: Circuit, *, now: datetime) -> Circuit:
    """One message tries; until it says how it went, or its sender is dead, nobody else does."""
    return replace(circuit, state=HALF_OPEN, try_at=now + PROBE_LASTS)


def after_failure(
    circuit: Circuit,
    *,
    now: datetime,
    jitter: float,
    is_for_all: bool = False,
    retry_after: timedelta | None = None,
) -> Circuit:
    """One more failure. `is_for_all`: it was about the account, so nothing else would pass either.

    `retry_after` is the carrier's own word for when to come back. `jitter` is between 0 and 1.
    """
    since = circuit.counting_since
    is_counting = circuit.failures > 0 and since is not None and now - since <= WINDOW
    count = circuit.failures + 1 if is_counting else 1
    counted = replace(circuit, failures=count, counting_since=since if is_counting else now)
    if circuit.state == OPEN:
        return counted  # one that was under way when it opened
    if circuit.state == CLOSED and count < FAILURES and not is_for_all and retry_after is None:
        return counted
    held = circuit.closed_at is not None and now - circuit.closed_at > STEADY_AFTER
    times = 1 if held else circuit.times_opened + 1
    pause = wait(times, jitter=jitter)
    if retry_after is not None:
        pause = max(pause, min(retry_after, LONGEST_ASKED))
    return replace(
        counted,
        state=OPEN,
        times_opened=times,
        opened_at=circuit.opened_at or now,
        try_at=now + pause,
        closed_at=None,
    )


def wait(times_opened: int, *, jitter: float) -> timedelta:
    """How long it stays open the n-th time: doubling, capped, its second half by chance."""
    doubled: int = 2 ** min(times_opened - 1, 10)
    whole = min(FIRST_WAIT * doubled, LONGEST_WAIT)
    return whole / 2 + whole / 2 * jitter


def after_success(circuit: Circuit, *, now: datetime) -> Circuit:
    """It answered. What was out begins slowly; what only stumbled is as if nothing had been.

    One that had left before the circuit opened does not close it: its probe does.
    """
    if circuit.state == CLOSED:
        return replace(circuit, failures=0, counting_since=None)
    if circuit.state == OPEN:
        return circuit
    return Circuit(closed_at=now, times_opened=circuit.times_opened)


def needs_word(circuit: Circuit) -> bool:
    """Whether a success changes anything."""
    return circuit.state == HALF_OPEN or circuit.failures > 0


def slots(circuit: Circuit, *, most: int, now: datetime) -> int:
    """How many messages one worker has under way at once: one, and twice as many each RAMP_STEP."""
    if circuit.closed_at is None:
        return most
    steps = int((now - circuit.closed_at) / RAMP_STEP)
    return most if steps >= most.bit_length() else min(most, 2 ** max(steps, 0))


def tried_again_at(circuit: Circuit, *, now: datetime, is_call: bool, jitter: float) -> datetime:
    """When a message that found it shut comes back: calls first, none of them all at once."""
    opens_at = max(circuit.try_at or now, now)
    spread = SPREAD_CALLS if is_call else SPREAD_UPDATES
    spread = SPREAD_CALLS if is_call else SPREAD_UPDATES
    return opens_at + spread * jitter
