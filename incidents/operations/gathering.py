"""What comes while its like is being filed is filed next, all that waits at once, by one of them.

As a database commits for several who wait: the first who comes leads a round; whoever comes
meanwhile waits, and when the round is over the first of those leads the next one for all of them.
Nobody waits for somebody who may yet come. Nothing here knows what is filed.
docs/adr/0045-requests-are-filed-together.md says what is promised.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Generic, TypeVar, cast

Item = TypeVar("Item")
Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 1.0
"""So long one waits for its turn; then it goes alone, beside whatever holds the others up."""
LONGEST_SECONDS = 20.0
"""So long one waits for a round that has begun with it."""


class TookTooLong(Exception):
    """A round has begun with it and does not end; whether it was filed is not known."""


class _State(Enum):
    WAITS = auto()
    LEADS = auto()
    TAKEN = auto()
    DONE = auto()
    GONE = auto()


@dataclass(eq=False)
class _Waiting(Generic[Item, Answer]):
    """One that came. `is_alone`: it was in a round that failed, and is not put into another."""

    item: Item
    state: _State = _State.WAITS
    is_alone: bool = False
    outcome: Answer | Exception | None = None
    told: threading.Event = field(default_factory=threading.Event)


class Gathering(Generic[Item, Answer]):
    """Files items of one key in rounds, in the order in which they came.

    `file` says of the first of its items what became of them, of one at least: what it says
    nothing of is left to the next round. What it says of one may be an exception: that one's
    caller gets it. When it raises, each of the round is filed alone, in their order.
    `fits` says whether one more may go into a round with those that are in it.
    """

    def __init__(
        self,
        file: Callable[[Sequence[Item]], Sequence[Answer | Exception]],
        *,
        fits: Callable[[Sequence[Item], Item], bool],
        patience: float = PATIENCE_SECONDS,
        longest: float = LONGEST_SECONDS,
    ) -> None:
        self._file, self._fits = file, fits
        self._patience, self._longest = patience, longest
        self._lock = threading.Lock()
        self._queues: dict[Hashable, deque[_Waiting[Item, Answer]]] = {}

    def take(self, key: Hashable, item: Item) -> Answer:
        """What became of the item, once its round is over.

        Raises TookTooLong, or what filing raises. No caller waits without end, whatever happens
        to another.
        """
        one = _Waiting[Item, Answer](item)
        with self._lock:
            queue = self._queues.get(key)
            if queue is None:
                self._queues[key] = deque()
                one.state = _State.LEADS
            else:
                queue.append(one)
        try:
            self._wait(key, one)
        except BaseException:
            self._leave(key, one)
            raise
        if one.state is _State.LEADS:
            return self._lead(key, one)
        if one.state is _State.GONE:
            return _said(self._file([item])[0])
        return _said(one.outcome)

    def _wait(self, key: Hashable, one: _Waiting[Item, Answer]) -> None:
        """Until it leads, is filed, or has waited long enough for its turn."""
        if one.state is _State.LEADS:
            return
        for seconds in (self._patience, self._longest - self._patience):
            if one.told.wait(seconds):
                return
            with self._lock:
                if one.state is _State.WAITS:
                    self._queues[key].remove(one)
                    one.state = _State.GONE
                if one.state is not _State.TAKEN:
                    return
        raise TookTooLong

    def _leave(self, key: Hashable, one: _Waiting[Item, Answer]) -> None:
        """Its caller is gone: nobody waits for it to lead."""
        with self._lock:
            if one.state is _State.WAITS:
                self._queues[key].remove(one)
            elif one.state is _State.LEADS:
                self._hand_over(key)

    def _lead(self, key: Hashable, one: _Waiting[Item, Answer]) -> Answer:
        taken = [one]
        outcomes: Sequence[Answer | Exception] = []
        try:
            taken += self._gathered(key, one)
            outcomes = self._filed(taken)
        finally:
            self._close(key, taken, outcomes)
        return _said(outcomes[0])

    def _gathered(self, key: Hashable, one: _Waiting[Item, Answer]) -> list[_Waiting[Item, Answer]]:
        """Those that wait and go into its round: the first ones, as far as they fit."""
        found: list[_Waiting[Item, Answer]] = []
        items = [one.item]
        with self._lock:
            queue = self._queues[key]
            while queue and not (one.is_alone or queue[0].is_alone):
                if not self._fits(items, queue[0].item):
                    break
                taken = queue.popleft()
                taken.state = _State.TAKEN
                found.append(taken)
                items.append(taken.item)
        return found

    def _filed(self, taken: Sequence[_Waiting[Item, Answer]]) -> Sequence[Answer | Exception]:
        items = [one.item for one in taken]
        if len(items) > 1:
            try:
                return self._file(items)
            except Exception:  # whatever it is, it may be the fault of one of them
                logger.warning("a round is filed one by one", exc_info=True)
                for one in taken:
                    one.is_alone = True
        return self._file(items[:1])

    def _close(
        self,
        key: Hashable,
        taken: Sequence[_Waiting[Item, Answer]],
        outcomes: Sequence[Answer | Exception],
    ) -> None:
        """Those that were filed are told so; the others wait on, before all who came later."""
        done = max(len(outcomes), 1)
        with self._lock:
            for one, outcome in zip(taken[1:done], outcomes[1:], strict=True):
                one.outcome, one.state = outcome, _State.DONE
                one.told.set()
            for one in reversed(taken[done:]):
                one.state = _State.WAITS
                self._queues[key].appendleft(one)
            self._hand_over(key)

    def _hand_over(self, key: Hashable) -> None:
        """The first that waits leads the next round; with nobody there is none."""
        queue = self._queues[key]
        if not queue:
            del self._queues[key]
            return
        leader = queue.popleft()
        leader.state = _State.LEADS
        leader.told.set()


def _said(outcome: Answer | Exception | None) -> Answer:
    if isinstance(outcome, Exception):
        raise outcome
    return cast("Answer", outcome)
