"""Carriers that are out and have no message to try them with are asked whether they are back.

So what is out is known to work again before somebody needs it, and is not held to be out for ever
because nobody has anything to say. A message that waits goes first: it is the better proof.
"""

from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import datetime, timedelta
from functools import partial

from rosters.channels.contract import Checked, SendFailed
from rosters.logic import circuit
from rosters.logic.circuit import Gate
from rosters.operations import bulkheads, health
from rosters.queries.lines import Line, lines

LEFT_ALONE = timedelta(seconds=30)
"""A message had so long to try it."""
MOST_SECONDS = 8.0

Result = SendFailed | None


def ask_those_out(*, now: datetime, jitter: Callable[[], float]) -> int:
    """Every way out that can be asked without a message has been; returns how many are back.

    Nothing is asked of what works. Waits a few seconds at most: what has not answered by then is
    tried again later.
    """
    under_way: dict[Future[Result], Line] = {}
    for line in lines().every:
        future = _start(line, now=now) if _is_due(line, now=now) else None
        if future is not None:
            under_way[future] = line
    done = wait(under_way, timeout=MOST_SECONDS).done if under_way else set()
    found = [(under_way[future], future.result()) for future in done]
    for line, why in found:
        if why is None:
            health.succeeded(line, now=now)
        else:
            health.failed(line, why, now=now, jitter=jitter())
    return sum(why is None for _, why in found)


def _is_due(line: Line, *, now: datetime) -> bool:
    is_out = line.is_enabled and line.circuit.state != circuit.CLOSED
    return is_out and circuit.gate(line.circuit, now=now - LEFT_ALONE) == Gate.TRIES


def _start(line: Line, *, now: datetime) -> Future[Result] | None:
    carrier = line.carrier
    if not isinstance(carrier, Checked) or not health.take_probe(line, now=now):
        return None
    return bulkheads.of(line.key).start(partial(_ask, carrier, now), most=bulkheads.SLOTS)


def _ask(carrier: Checked, now: datetime) -> Result:
    try:
        carrier.check(at=now)
    except SendFailed as why:
        return why
    except Exception as broken:  # noqa: BLE001  # a carrier's own mistake ends at this boundary
        return SendFailed(type(broken).__name__, permanent=False)
    return None
