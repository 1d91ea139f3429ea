"""Ninety days of the demo organisation, told in the order of time by the real operations.

One heap of what happens next; before each thing happens, the engine takes every step that was due.
"""

import heapq
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from django.db import connection, transaction

from config.demo import cast, numbering
from config.demo.history import around, calendar, hearers, learning, responding
from config.demo.history.inside import INSIDE
from config.demo.history.shop import SHOP
from config.demo.sink import tick_until
from config.portal import queue
from incidents.models import Incident

Act = Callable[[datetime], object]
BEFORE_TODAY = timedelta(hours=1)
ONE_AT_A_TIME = 24812481
"""A number that two tellers would both lock; the second finds the history told."""


@dataclass
class Agenda:
    """What will happen, the earliest first. Nothing at or after `ends_at` happens."""

    ends_at: datetime
    waiting: list[tuple[datetime, int, Act]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def add(self, at: datetime, act: Act) -> None:
        if at < self.ends_at:
            heapq.heappush(self.waiting, (at, next(self.numbers), act))

    def run(self, *, report: Callable[[float], None]) -> None:
        starts_at = self.waiting[0][0] if self.waiting else self.ends_at
        span = self.ends_at - starts_at
        while self.waiting:
            at, _, act = heapq.heappop(self.waiting)
            tick_until(at)
            act(at)
            report((at - starts_at) / span)
        tick_until(self.ends_at)


def is_told() -> bool:
    """Whether there is a past before the first incidents of the demo, or none is wanted."""
    mine = Incident.objects.filter(pk=numbering.FIRST_OF_TODAY).exists()
    return not mine or Incident.objects.filter(pk__lt=numbering.FIRST_OF_TODAY).exists()


def tell(*, share: float, report: Callable[[float], None]) -> bool:
    """The past of the demo is there: all of it, or nothing when it is interrupted.

    Says whether it was this call that told it. `report` hears how far it is, from 0 to 1. One
    transaction keeps the sweeps of the running portal from carrying what the past has said.
    """
    with ExitStack() as stack:
        stack.enter_context(transaction.atomic())
        stack.enter_context(queue.asleep())
        _wait_for_others()
        if is_told():
            return False
        first_of_today = Incident.objects.get(pk=numbering.FIRST_OF_TODAY)
        agenda = Agenda(first_of_today.detected_at - BEFORE_TODAY)
        players = cast.find(now=agenda.ends_at)
        found = calendar.occasions([*SHOP, *INSIDE], ends_at=agenda.ends_at, share=share)
        stack.enter_context(
            numbering.numbered_from(numbering.FIRST_OF_TODAY - len(found)),
        )
        for occasion in found:
            response = responding.Response(players, occasion, agenda.add)
            response.when_resolved = learning.Lesson(players, occasion, agenda.add).begin
            agenda.add(occasion.detected_at, response.open)
        around.plan(players, agenda.add, ends_at=agenda.ends_at, share=share)
        hearers.plan(players, agenda.add, ends_at=agenda.ends_at)
        agenda.run(report=report)
    return True


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
