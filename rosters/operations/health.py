"""How each way out does, written down for every worker: its circuit and its last failure."""

from datetime import datetime, timedelta

from django.db import transaction

from rosters.channels.contract import SendFailed
from rosters.enums import CircuitState
from rosters.logic import circuit as logic
from rosters.logic.circuit import Circuit
from rosters.models import CarrierHealth
from rosters.queries.lines import Line, circuit_of

DETAIL_LENGTH = 300
FIELDS = (
    "state",
    "failures",
    "counting_since",
    "times_opened",
    "opened_at",
    "try_at",
    "closed_at",
)


def take_probe(line: Line, *, now: datetime) -> bool:
    """Whether the caller's message is the one that tries a carrier that was out."""
    after = logic.probing(line.circuit, now=now)
    waiting = CarrierHealth.objects.filter(key=line.key, try_at__lte=now).exclude(
        state=CircuitState.CLOSED
    )
    return waiting.update(state=after.state, try_at=after.try_at) == 1


def give_probe_back(line: Line, *, now: datetime) -> None:
    """The message that was to try it did not leave after all: the next one tries."""
    CarrierHealth.objects.filter(key=line.key, state=CircuitState.HALF_OPEN).update(try_at=now)


@transaction.atomic
def succeeded(line: Line, *, now: datetime) -> None:
    """It answered. What has nothing to forget is not written."""
    if not logic.needs_word(line.circuit):
        return
    row = CarrierHealth.objects.select_for_update().filter(key=line.key).first()
    if row is not None:
        _write(row, logic.after_success(circuit_of(row), now=now))


@transaction.atomic
def failed(line: Line, why: SendFailed, *, now: datetime, jitter: float) -> None:
    """It failed; too often, and nobody asks it for a while."""
    CarrierHealth.objects.bulk_create([CarrierHealth(key=line.key)], ignore_conflicts=True)
    row = CarrierHealth.objects.select_for_update().get(key=line.key)
    row.last_failed_at = now
    row.last_reason = why.reason
    row.last_failure = str(why).replace("\0", "")[:DETAIL_LENGTH]
    after = logic.after_failure(
        circuit_of(row),
        now=now,
        jitter=jitter,
        is_for_all=why.is_about_account,
        retry_after=None if why.retry_after is None else timedelta(seconds=why.retry_after),
    )
    _write(row, after, "last_failed_at", "last_reason", "last_failure")


@transaction.atomic
def try_again(key: str, *, now: datetime) -> bool:
    """A carrier that is out is tried by the next message; says whether it was out."""
    out = CarrierHealth.objects.filter(key=key).exclude(state=CircuitState.CLOSED)
    return out.update(state=CircuitState.OPEN, try_at=now) == 1


def _write(row: CarrierHealth, after: Circuit, *more: str) -> None:
    for name in FIELDS:
        setattr(row, name, getattr(after, name))
    row.save(update_fields=[*FIELDS, *more])
