"""One sweep over what is due: each message with its carrier, many under way at once.

The database is read and written here, in the sweep's own thread; only asking a carrier happens in
the threads of its bulkhead. Nothing is held in memory but what is under way.
"""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from rosters.channels.contract import Carrier, Outgoing, Receipt, SendFailed
from rosters.enums import FailureReason
from rosters.logic import circuit
from rosters.logic.circuit import Gate
from rosters.logic.drafts import may_wait
from rosters.models import Message
from rosters.operations import bulkheads, filling, health, receipts, recording
from rosters.operations.claiming import BATCH, claim, hold, release, still_wanted
from rosters.operations.recording import Attempt
from rosters.queries.lines import Line, Lines, lines

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0
TAKING_SECONDS = 20.0
"""As long as something is under way, others are taken beside it, so that nobody waits behind it."""
HAND_OVER_SECONDS = 25.0
SLOW_SECONDS = 3.0
"""A carrier that has had a message for so long gets no other one until it has answered."""
LOOK_SECONDS = 0.1
GATHER_SECONDS = 0.02

Result = Receipt | SendFailed


@dataclass(frozen=True)
class Flight:
    """One message that is with its carrier now."""

    message: Message
    line: Line
    started_at: datetime
    since: float


@dataclass
class Sweep:
    """One run over what is due. `away`: ways out that could not be reached in it."""

    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    away: dict[str, SendFailed] = field(default_factory=dict)
    total: int = 0
    _lines: Lines = field(default_factory=Lines)
    _flights: dict[Future[Result], Flight] = field(default_factory=dict)

    def run(self) -> int:
        """Carry until nothing is due or the time is up; returns how many were handed over."""
        begun = time.monotonic()
        while True:
            spent = time.monotonic() - begun
            may_take = spent < (TAKING_SECONDS if self._flights else SWEEP_SECONDS)
            has_started = may_take and self.take()
            if self._flights:
                self.land(0.0 if has_started else LOOK_SECONDS)
            elif not has_started:
                return self.total
            if spent > HAND_OVER_SECONDS:
                self._abandon()

    def take(self) -> bool:
        """As many as there is room for are with their carriers; says whether any was due."""
        without, calls_only = self._full()
        claimed = claim(
            now=self.clock(), limit=self._room(), without=without, calls_only=calls_only
        )
        if not claimed.messages:
            return not claimed.is_idle
        self.look()
        sure = self._sure(claimed.messages)
        started = [self.start(one, is_sure=one.pk in sure) for one in claimed.messages]
        return any(started)

    def _sure(self, messages: Sequence[Message]) -> set[int]:
        """Which of these need no look of their own: what can wait. A call is looked at by itself,
        just before it leaves, for it may be acknowledged at any moment.
        """
        if not messages or any(one.carrier.is_in_house for one in self._lines.every):
            return set()
        return still_wanted([one for one in messages if may_wait(one.lane)], now=self.clock())

    def look(self) -> None:
        """The ways out are known as they are now."""
        self._lines = lines()

    def start(self, message: Message, *, is_sure: bool = False) -> bool:
        """The claimed message is with its carrier, if it is still wanted; false without room."""
        now = self.clock()
        if not is_sure and not hold(message, now=now):
            return True
        found = self._route(message, now=now)
        if found is None:
            release([message])
            return False
        if isinstance(found, SendFailed):
            self._not_asked(message, found, now=now)
            return True
        self._depart(message, found, now=now)
        return True

    def land(self, seconds: float) -> int:
        """What has come of messages under way is written down; waits so long for one of them.

        Returns how many that were.
        """
        done, under_way = wait(self._flights, timeout=seconds, return_when=FIRST_COMPLETED)
        if done and under_way:  # what left together comes back together: take it in one go
            done |= wait(under_way, timeout=GATHER_SECONDS).done
        landed = [(self._flights.pop(future), future.result()) for future in done]
        taken = [(flight, one) for flight, one in landed if isinstance(one, Receipt)]
        if len(taken) > 1:
            landed = [(flight, one) for flight, one in landed if isinstance(one, SendFailed)]
            landed += self._record_together(taken)
        for flight, result in landed:
            self._record(flight, result)
        return len(done)

    def _record_together(
        self, taken: Sequence[tuple[Flight, Receipt]]
    ) -> list[tuple[Flight, Result]]:
        """Those that were taken are sent, in a few statements; returns what is left to record."""
        now = self.clock()
        flights = {flight.message.pk: (flight, receipt) for flight, receipt in taken}
        left = recording.all_succeeded(
            [
                (Attempt(flight.message, flight.started_at, now, flight.line), receipt)
                for flight, receipt in taken
            ]
        )
        again = {attempt.message.pk for attempt in left}
        done = [pair for pk, pair in flights.items() if pk not in again]
        references: dict[int, list[str]] = {}
        for flight, receipt in done:
            if flight.line.calls_back and flight.line.account_id is not None:
                references.setdefault(flight.line.account_id, []).append(receipt.reference)
        for account_id, names in references.items():
            receipts.apply_all_waiting(account_id, names, now=now)
        for line in {flight.line.key: flight.line for flight, _ in done}.values():
            health.succeeded(line, now=now)
        self.total += len(done)
        return [flights[pk] for pk in again]

    def _route(self, message: Message, *, now: datetime) -> Line | SendFailed | None:
        """The way out for this message, or why there is none; None while all are busy.

        Each further try begins at the next way out, so that one account's trouble is not tried
        again and again while another one would take it.
        """
        channel = message.contact_point.channel
        found = self._lines.for_channel(channel, via=message.via_id)
        if not found:
            return SendFailed(
                f"Muster has no carrier for {channel}.",
                permanent=True,
                reason=FailureReason.NO_CARRIER,
            )
        turn = (message.attempts_made - 1) % len(found)
        is_busy, why = False, None
        for line in (*found[turn:], *found[:turn]):
            if line.key in self.away:
                why = why or self.away[line.key]
            elif circuit.gate(line.circuit, now=now) == Gate.SHUT:
                why = _is_out(line)
            elif not self._has_room(line, may_wait=may_wait(message.lane)):
                is_busy = True
            elif line.circuit.state == circuit.CLOSED or health.take_probe(line, now=now):
                return line
            else:
                why = _is_out(line)
        return None if is_busy else why

    def _depart(self, message: Message, line: Line, *, now: datetime) -> None:
        flight = Flight(message, line, now, time.monotonic())
        try:
            outgoing = filling.outgoing(message, line, now=now)
        except Exception as broken:  # one message never stops the batch
            logger.exception("carriage failed", extra={"message_id": message.pk})
            why = SendFailed(type(broken).__name__, permanent=False, reason=FailureReason.BROKEN)
            self._record(flight, why)
            return
        ask = partial(_ask, line.carrier, outgoing)
        if line.carrier.is_in_house:
            self._record(flight, ask())
            return
        future = bulkheads.of(line.key).start(ask, most=self._slots(line))
        if future is None:  # another sweep of this process was quicker
            health.give_probe_back(line, now=now)
            release([message])
            return
        self._flights[future] = flight

    def _record(self, flight: Flight, result: Result) -> None:
        line, now = flight.line, self.clock()
        attempt = Attempt(flight.message, flight.started_at, now, line)
        if not isinstance(result, SendFailed):
            recording.succeeded(attempt, result)
            if line.calls_back and line.account_id is not None:
                receipts.apply_waiting(line.account_id, result.reference, now=now)
            health.succeeded(line, now=now)
            self.total += 1
            return
        if result.is_away:
            self.away[line.key] = result
        if result.blames_carrier:
            health.failed(line, result, now=now, jitter=self.jitter())
        elif result.reason != FailureReason.BROKEN:
            health.succeeded(line, now=now)  # it answered; its answer was no
        recording.failed(attempt, result, jitter=self.jitter())

    def _not_asked(self, message: Message, why: SendFailed, *, now: datetime) -> None:
        """Every way out is shut: what can wait does; a call goes to its person's next channel."""
        attempt = Attempt(message, now, self.clock())
        if why.reason != FailureReason.OUT:
            recording.failed(attempt, why, jitter=self.jitter())
            return
        shut = self._lines.for_channel(message.contact_point.channel, via=message.via_id)
        soonest = min((one.circuit for one in shut), key=lambda one: one.try_at or now)
        is_call = not may_wait(message.lane)
        again_at = circuit.tried_again_at(soonest, now=now, is_call=is_call, jitter=self.jitter())
        if is_call:
            recording.failed(attempt, why, jitter=self.jitter(), not_before=again_at)
        else:
            recording.put_off(message, until=again_at)

    def _abandon(self) -> None:
        """Time is up. What a carrier says later about these counts no more."""
        late = SendFailed(
            "It has not answered for too long.", permanent=False, reason=FailureReason.UNSURE
        )
        while self._flights:
            _future, flight = self._flights.popitem()
            self._record(flight, late)

    def _room(self) -> int:
        """How many can be started now, so that none is claimed only to be given back."""
        if not self._lines.every or any(one.carrier.is_in_house for one in self._lines.every):
            return BATCH
        free = sum(self._free(one) for one in self._lines.every if one.key not in self.away)
        return min(BATCH, max(free, 1))

    def _full(self) -> tuple[list[str], list[str]]:
        """Channels for which nothing can be taken now, and those that only calls may use."""
        channels = sorted(self._lines.channels)
        without = [one for one in channels if not self._may_take(one, may_wait=False)]
        return without, [one for one in channels if not self._may_take(one, may_wait=True)]

    def _may_take(self, channel: str, *, may_wait: bool) -> bool:
        found = self._lines.for_channel(channel)
        return not found or any(
            one.key not in self.away and self._has_room(one, may_wait=may_wait) for one in found
        )

    def _has_room(self, line: Line, *, may_wait: bool) -> bool:
        if line.carrier.is_in_house:
            return True
        kept = bulkheads.KEPT_FOR_CALLS if may_wait and self._slots(line) > 1 else 0
        return self._free(line) > kept

    def _free(self, line: Line) -> int:
        if self._is_slow(line):
            return 0
        return max(0, self._slots(line) - bulkheads.of(line.key).busy)

    def _is_slow(self, line: Line) -> bool:
        before = time.monotonic() - SLOW_SECONDS
        mine = (one for one in self._flights.values() if one.line.key == line.key)
        return any(one.since < before for one in mine)

    def _slots(self, line: Line) -> int:
        if line.circuit.closed_at is None:  # it was never out: the clock need not be asked
            return bulkheads.SLOTS
        return circuit.slots(line.circuit, most=bulkheads.SLOTS, now=self.clock())


def _ask(carrier: Carrier, outgoing: Outgoing) -> Result:
    """What the carrier answers. A mistake of its own is told without its words: they may hold
    an address or a key.
    """
    try:
        return carrier.send(outgoing)
    except SendFailed as why:
        return why
    except Exception as broken:  # noqa: BLE001  # a carrier's own mistake ends at this boundary
        logger.error(  # noqa: TRY400  # a traceback may hold what the settings seal
            "carriage failed",
            extra={"message_id": outgoing.message_id, "error": type(broken).__name__},
        )
        return SendFailed(type(broken).__name__, permanent=False, reason=FailureReason.BROKEN)


def _is_out(line: Line) -> SendFailed:
    return SendFailed(f"{line.name} is out.", permanent=False, reason=FailureReason.OUT)
