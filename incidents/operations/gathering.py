"""What comes while its like is being filed is filed next, all that waits at once, by one of them.

As a database commits for several who wait: the first who comes leads a round; whoever comes
meanwhile waits, and when the round is over the first of those leads the next one for all of them.
Nobody waits for somebody who may yet come. While a round is being settled, which is waiting for a
disk, the next one is filed already, if it has nothing in common with it: half of all that are here
think while the other half are written. Fewer than are being settled wait until that is over, for a
round costs nearly as much for one as for many. Nothing here knows what is filed.
docs/adr/0045-requests-are-filed-together.md says what is promised.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Generic, TypeVar, cast

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Settling = Callable[[int], None]
"""What filing calls when so many of its items, from the first on, only have to be settled."""

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


@dataclass
class _Line(Generic[Item, Answer]):
    """All of one key: who waits, whether a round is being filed, and rounds that are settled."""

    waiting: deque[_Waiting[Item, Answer]] = field(default_factory=deque)
    settling: list[list[_Waiting[Item, Answer]]] = field(default_factory=list)
    is_led: bool = False

    @property
    def being_settled(self) -> int:
        """How many are."""
        return sum(len(taken) for taken in self.settling)


class Gathering(Generic[Item, Answer]):
    """Files items of one key in rounds, in the order in which they came.

    `file` says of the first of its items what became of them, of one at least: what it says
    nothing of is left to the next round. What it says of one may be an exception: that one's
    caller gets it. When it raises, each of the round is filed alone, in their order.
    `fits` says whether one more may go into a round with those that are in it, and `is_apart`
    whether it may be filed while those are being settled.
    """

    def __init__(
        self,
        file: Callable[[Sequence[Item], Settling], Sequence[Answer | Exception]],
        *,
        fits: Callable[[Sequence[Item], Item], bool],
        is_apart: Callable[[Sequence[Item], Item], bool],
        patience: float = PATIENCE_SECONDS,
        longest: float = LONGEST_SECONDS,
    ) -> None:
        self._file, self._fits, self._is_apart = file, fits, is_apart
        self._patience, self._longest = patience, longest
        self._lock = threading.Lock()
        self._lines: dict[Hashable, _Line[Item, Answer]] = {}

    def take(self, key: Hashable, item: Item) -> Answer:
        """What became of the item, once its round is over.

        Raises TookTooLong, or what filing raises. No caller waits without end, whatever happens
        to another.
        """
        one = _Waiting[Item, Answer](item)
        with self._lock:
            line = self._lines.setdefault(key, _Line())
            line.waiting.append(one)
            self._hand_over(key, line)
        try:
            self._wait(key, one)
        except BaseException:
            self._leave(key, one)
            raise
        if one.state is _State.LEADS:
            return self._lead(key, one)
        if one.state is _State.GONE:
            return _said(self._file([item], _nothing)[0])
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
                    self._lines[key].waiting.remove(one)
                    one.state = _State.GONE
                if one.state is not _State.TAKEN:
                    return
        raise TookTooLong

    def _leave(self, key: Hashable, one: _Waiting[Item, Answer]) -> None:
        """Its caller is gone: nobody waits for it to lead."""
        with self._lock:
            if one.state is _State.WAITS:
                self._lines[key].waiting.remove(one)
            elif one.state is _State.LEADS:
                self._lines[key].is_led = False
                self._hand_over(key, self._lines[key])

    def _lead(self, key: Hashable, one: _Waiting[Item, Answer]) -> Answer:
        taken = [one]
        outcomes: Sequence[Answer | Exception] = []
        try:
            taken += self._gathered(key, one)
            outcomes = self._filed(taken, lambda many: self._settle(key, taken, many))
        finally:
            self._close(key, taken, outcomes)
        return _said(outcomes[0])

    def _gathered(self, key: Hashable, one: _Waiting[Item, Answer]) -> list[_Waiting[Item, Answer]]:
        """Those that wait and go into its round: the first ones, as many as fit."""
        found: list[_Waiting[Item, Answer]] = []
        items = [one.item]
        with self._lock:
            line = self._lines[key]
            queue, most = line.waiting, _share(line)
            while len(items) < most and queue and not (one.is_alone or queue[0].is_alone):
                if not self._fits(items, queue[0].item):
                    break
                taken = queue.popleft()
                taken.state = _State.TAKEN
                found.append(taken)
                items.append(taken.item)
        return found

    def _filed(
        self, taken: Sequence[_Waiting[Item, Answer]], settle: Settling
    ) -> Sequence[Answer | Exception]:
        items = [one.item for one in taken]
        if len(items) > 1:
            try:
                return self._file(items, settle)
            except Exception:  # whatever it is, it may be the fault of one of them
                logger.warning("a round is filed one by one", exc_info=True)
                for one in taken:
                    one.is_alone = True
        return self._file(items[:1], settle)

    def _settle(self, key: Hashable, taken: list[_Waiting[Item, Answer]], many: int) -> None:
        """So many of a round are about to be settled; the others, and who comes, may be next."""
        with self._lock:
            line = self._lines[key]
            if any(taken is one for one in line.settling):
                return  # it could not be settled, and is filed again
            self._put_back(line, taken[many:])
            del taken[many:]
            line.settling.append(taken)
            line.is_led = False
            self._hand_over(key, line)

    def _close(
        self,
        key: Hashable,
        taken: Sequence[_Waiting[Item, Answer]],
        outcomes: Sequence[Answer | Exception],
    ) -> None:
        """Those that were filed are told so; the others wait on, before all who came later."""
        done = max(len(outcomes), 1)
        with self._lock:
            line = self._lines[key]
            for one, outcome in zip(taken[1:done], outcomes[1:], strict=True):
                one.outcome, one.state = outcome, _State.DONE
                one.told.set()
            self._put_back(line, taken[done:])
            others = [one for one in line.settling if one is not taken]
            if len(others) == len(line.settling):
                line.is_led = False
            line.settling = others
            self._hand_over(key, line)

    def _put_back(self, line: _Line[Item, Answer], left: Sequence[_Waiting[Item, Answer]]) -> None:
        for one in reversed(left):
            one.state = _State.WAITS
            line.waiting.appendleft(one)

    def _hand_over(self, key: Hashable, line: _Line[Item, Answer]) -> None:
        """The first that waits leads the next round, if none is led and it may be filed now."""
        if line.is_led:
            return
        if line.waiting and self._may_lead(line, line.waiting[0]):
            leader = line.waiting.popleft()
            leader.state, line.is_led = _State.LEADS, True
            leader.told.set()
        elif not (line.waiting or line.settling):
            del self._lines[key]

    def _may_lead(self, line: _Line[Item, Answer], one: _Waiting[Item, Answer]) -> bool:
        """Whether enough wait with it, and it is apart from all that is being settled."""
        if line.settling and (one.is_alone or len(line.waiting) < line.being_settled):
            return False
        return all(self._is_apart([two.item for two in taken], one.item) for taken in line.settling)


def _share(line: _Line[Any, Any]) -> int:
    """How many go into the round that begins: all, or while others are being settled half of all
    that are here, so that the other half come back together, too."""
    here = 1 + len(line.waiting)
    return (here + line.being_settled + 1) // 2 if line.settling else here


def _nothing(_many: int) -> None:
    """Nobody waits for who is filed alone."""


def _said(outcome: Answer | Exception | None) -> Answer:
    if isinstance(outcome, Exception):
        raise outcome
    return cast("Answer", outcome)
