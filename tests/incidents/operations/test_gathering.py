"""Rounds: who leads, who waits, and that nobody waits for ever, whatever becomes of another."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from incidents.operations.gathering import Gathering, Settling, TookTooLong

PATIENCE = 30
Filed = Sequence[str | Exception]


class Ended(BaseException):
    """What a thread is ended with."""


class Desk:
    """Files what comes; holds up the rounds that begin with what `holds` names."""

    def __init__(self, act: Callable[[Sequence[str]], Filed] | None = None, holds: str = "a"):
        self.rounds: list[list[str]] = []
        self.begun, self.may_end = threading.Event(), threading.Event()
        self._act = act or (lambda items: [f"{one} filed" for one in items])
        self._holds = holds
        self._lock = threading.Lock()

    def __call__(self, items: Sequence[str], _settling: Settling) -> Filed:
        with self._lock:
            self.rounds.append(list(items))
        if items[0] == self._holds:
            self.begun.set()
            assert self.may_end.wait(PATIENCE)
        return self._act(items)


def gathering(desk: Desk, *, most: int = 100, **times: float) -> Gathering[str, str]:
    given = {"patience": PATIENCE, "longest": 2 * PATIENCE} | times
    return Gathering(desk, fits=lambda taken, _one: len(taken) < most, is_apart=apart, **given)


def apart(settling: Sequence[str], one: str) -> bool:
    """Small letters have something in common with their capitals."""
    return one.lower() not in {other.lower() for other in settling}


def behind(desk: Desk, rounds: Gathering[str, str], *items: str) -> "list[Future[str]]":
    """`a` leads and is held up; the others come one after another; then it goes on."""
    pool = ThreadPoolExecutor(1 + len(items))
    found = [pool.submit(rounds.take, "key", "a")]
    assert desk.begun.wait(PATIENCE)
    for number, item in enumerate(items, start=1):
        found.append(pool.submit(rounds.take, "key", item))
        while len(rounds._lines["key"].waiting) < number:
            threading.Event().wait(0.001)
    desk.may_end.set()
    pool.shutdown(wait=True)
    return found


def test_who_comes_alone_is_filed_alone_and_at_once() -> None:
    desk = Desk(holds="")
    rounds = gathering(desk)

    assert [rounds.take("key", "a"), rounds.take("key", "b")] == ["a filed", "b filed"]
    assert desk.rounds == [["a"], ["b"]]
    assert not rounds._lines


def test_who_comes_meanwhile_is_filed_in_the_next_round_in_their_order() -> None:
    desk = Desk()

    found = behind(desk, gathering(desk), "b", "c", "d")

    assert [one.result() for one in found] == ["a filed", "b filed", "c filed", "d filed"]
    assert desk.rounds == [["a"], ["b", "c", "d"]]


def test_another_key_does_not_wait() -> None:
    desk = Desk()
    rounds = gathering(desk)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(rounds.take, "key", "a")
        assert desk.begun.wait(PATIENCE)

        assert rounds.take("other", "b") == "b filed"

        desk.may_end.set()
        assert held.result(PATIENCE) == "a filed"


def test_a_round_holds_no_more_than_fits() -> None:
    desk = Desk()

    behind(desk, gathering(desk, most=2), "b", "c", "d")

    assert desk.rounds == [["a"], ["b", "c"], ["d"]]


def test_what_a_round_leaves_comes_first_in_the_next() -> None:
    desk = Desk(lambda items: [f"{one} filed" for one in items[:2]])

    found = behind(desk, gathering(desk), "b", "c", "d", "e")

    assert desk.rounds == [["a"], ["b", "c", "d", "e"], ["d", "e"]]
    assert [one.result() for one in found][1:] == ["b filed", "c filed", "d filed", "e filed"]


def test_an_exception_for_one_reaches_that_one_alone() -> None:
    desk = Desk(lambda items: [KeyError(one) if one == "c" else one for one in items])

    found = behind(desk, gathering(desk), "b", "c", "d")

    assert [type(one.exception()) for one in found] == [
        type(None),
        type(None),
        KeyError,
        type(None),
    ]


def test_of_a_round_that_fails_each_is_filed_alone_in_their_order() -> None:
    def act(items: Sequence[str]) -> Filed:
        if "c" in items:
            raise ValueError("c is bad")
        return list(items)

    desk = Desk(act)

    found = behind(desk, gathering(desk), "b", "c", "d")

    assert desk.rounds == [["a"], ["b", "c", "d"], ["b"], ["c"], ["d"]]
    assert [type(one.exception()) for one in found] == [
        type(None),
        type(None),
        ValueError,
        type(None),
    ]


@pytest.mark.parametrize("ends", ["a", "b"])
def test_when_a_leader_is_ended_the_others_are_filed_by_the_next(ends: str) -> None:
    def act(items: Sequence[str]) -> Filed:
        if items[0] == ends:
            raise Ended
        return list(items)

    desk = Desk(act)
    rounds = gathering(desk)

    found = behind(desk, rounds, "b", "c", "d")

    said = {"abcd"[number]: one.exception() or one.result() for number, one in enumerate(found)}
    assert isinstance(said.pop(ends), Ended)
    assert said == {one: one for one in "abcd" if one != ends}
    assert not rounds._lines


def test_who_has_waited_long_enough_goes_alone_beside_what_holds_it_up() -> None:
    desk = Desk()
    rounds = gathering(desk, patience=0.05)
    with ThreadPoolExecutor(2) as pool:
        held = pool.submit(rounds.take, "key", "a")
        assert desk.begun.wait(PATIENCE)

        assert pool.submit(rounds.take, "key", "b").result(PATIENCE) == "b filed"

        desk.may_end.set()
        assert held.result(PATIENCE) == "a filed"
    assert not rounds._lines


def test_who_is_in_a_round_that_does_not_end_is_told_so() -> None:
    desk = Desk(holds="b")
    rounds = gathering(desk, patience=0.2, longest=0.4)
    first = Desk()
    started: list[Future[str]] = []

    def file(items: Sequence[str], settling: Settling) -> Filed:
        return first(items, settling) if items[0] == "a" else desk(items, settling)

    rounds._file = file
    with ThreadPoolExecutor(3) as pool:
        started.append(pool.submit(rounds.take, "key", "a"))
        assert first.begun.wait(PATIENCE)
        for number, item in enumerate("bc", start=1):
            started.append(pool.submit(rounds.take, "key", item))
            while len(rounds._lines["key"].waiting) < number:
                threading.Event().wait(0.001)
        first.may_end.set()
        assert desk.begun.wait(PATIENCE)

        with pytest.raises(TookTooLong):
            started[2].result(PATIENCE)

        desk.may_end.set()
        assert started[1].result(PATIENCE) == "b filed"
    assert desk.rounds == [["b", "c"]]


def test_however_many_come_at_once_each_is_filed_once_and_gets_its_own() -> None:
    desk = Desk(holds="")
    rounds = gathering(desk, most=5)
    items = [str(number) for number in range(200)]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda one: rounds.take(int(one) % 3, one), items))

    assert answers == [f"{one} filed" for one in items]
    assert sorted(one for found in desk.rounds for one in found) == sorted(items)
    assert not rounds._lines


class Settled:
    """Files at once, and settles a round that begins with a small letter when it is told to."""

    def __init__(self, ends: type[BaseException] | None = None) -> None:
        self.rounds: list[list[str]] = []
        self.settles, self.may_end = threading.Event(), threading.Event()
        self._ends = ends

    def __call__(self, items: Sequence[str], settling: Settling) -> Filed:
        self.rounds.append(list(items))
        settling(len(items))
        if items[0] == "a" and not self.settles.is_set():
            self.settles.set()
            assert self.may_end.wait(PATIENCE)
            if self._ends:
                raise self._ends
        return [f"{one} filed" for one in items]


def settling_one(desk: "Settled | Steps") -> Gathering[str, str]:
    return Gathering(
        desk, fits=lambda *_: True, is_apart=apart, patience=PATIENCE, longest=2 * PATIENCE
    )


def test_while_a_round_is_settled_the_next_one_is_filed() -> None:
    desk = Settled()
    rounds = settling_one(desk)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(rounds.take, "key", "a")
        assert desk.settles.wait(PATIENCE)

        assert rounds.take("key", "b") == "b filed"

        assert not held.done()
        desk.may_end.set()
        assert held.result(PATIENCE) == "a filed"
    assert not rounds._lines


class Steps:
    """Files and settles rounds; each stops before and after it settles until it may go on."""

    def __init__(self) -> None:
        self.rounds: list[list[str]] = []
        self._gates: dict[str, threading.Event] = {}
        self._reached = threading.Condition()
        self._at: set[str] = set()

    def __call__(self, items: Sequence[str], settling: Settling) -> Filed:
        self.rounds.append(list(items))
        self._stop(f"files {items[0]}")
        settling(len(items))
        self._stop(f"settles {items[0]}")
        return [f"{one} filed" for one in items]

    def pass_on(self, place: str) -> None:
        """Once a round has stopped there, it goes on."""
        with self._reached:
            assert self._reached.wait_for(lambda: place in self._at, PATIENCE)
        self._gate(place).set()

    def _stop(self, place: str) -> None:
        with self._reached:
            self._at.add(place)
            self._reached.notify_all()
        assert self._gate(place).wait(PATIENCE)

    def _gate(self, place: str) -> threading.Event:
        with self._reached:
            return self._gates.setdefault(place, threading.Event())


def waiting(rounds: Gathering[str, str], number: int) -> None:
    while len(rounds._lines["key"].waiting) != number:
        threading.Event().wait(0.001)


def test_while_some_are_settled_half_of_all_are_filed() -> None:
    desk = Steps()
    rounds = settling_one(desk)
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(rounds.take, "key", "a")]
        for number, one in enumerate("bcd", start=1):
            found.append(pool.submit(rounds.take, "key", one))
            waiting(rounds, number)
        for place in ("files a", "files b", "settles b", "files d", "settles d", "settles a"):
            desk.pass_on(place)
        assert [one.result(PATIENCE) for one in found] == [f"{one} filed" for one in "abcd"]
    assert desk.rounds == [["a"], ["b", "c"], ["d"]]
    assert not rounds._lines


def test_fewer_than_are_being_settled_wait_for_company_or_the_end() -> None:
    desk = Steps()
    rounds = settling_one(desk)
    with ThreadPoolExecutor(6) as pool:
        found = [pool.submit(rounds.take, "key", "a")]
        for number, one in enumerate("bc", start=1):
            found.append(pool.submit(rounds.take, "key", one))
            waiting(rounds, number)
        for place in ("files a", "settles a", "files b"):
            desk.pass_on(place)
        for number, one in ((1, "d"), (0, "e"), (1, "f")):
            found.append(pool.submit(rounds.take, "key", one))
            waiting(rounds, number)
        for place in ("files d", "settles b", "settles d", "files f", "settles f"):
            desk.pass_on(place)
        assert [one.result(PATIENCE) for one in found] == [f"{one} filed" for one in "abcdef"]
    assert desk.rounds == [["a"], ["b", "c"], ["d", "e"], ["f"]]
    assert not rounds._lines


def test_what_has_something_in_common_with_it_waits_until_it_is_settled() -> None:
    desk = Settled()
    rounds = settling_one(desk)
    with ThreadPoolExecutor(3) as pool:
        held = pool.submit(rounds.take, "key", "a")
        assert desk.settles.wait(PATIENCE)
        found = [pool.submit(rounds.take, "key", one) for one in "A"]
        while not rounds._lines["key"].waiting:
            threading.Event().wait(0.001)
        found.append(pool.submit(rounds.take, "key", "b"))
        while len(rounds._lines["key"].waiting) < 2:
            threading.Event().wait(0.001)
        assert desk.rounds == [["a"]]

        desk.may_end.set()

        assert [one.result(PATIENCE) for one in (held, *found)] == ["a filed", "A filed", "b filed"]
    assert desk.rounds == [["a"], ["A", "b"]]


@pytest.mark.parametrize("ends", [ValueError, Ended])
def test_a_round_that_cannot_be_settled_holds_nobody_up(ends: type[BaseException]) -> None:
    desk = Settled(ends)
    rounds = settling_one(desk)
    with ThreadPoolExecutor(2) as pool:
        held = pool.submit(rounds.take, "key", "a")
        assert desk.settles.wait(PATIENCE)
        waits = pool.submit(rounds.take, "key", "A")
        while not rounds._lines["key"].waiting:
            threading.Event().wait(0.001)

        desk.may_end.set()

        assert isinstance(held.exception(PATIENCE), ends)
        assert waits.result(PATIENCE) == "A filed"
    assert not rounds._lines


def test_of_several_that_cannot_be_settled_each_is_filed_alone() -> None:
    desk = Desk()
    is_bad = iter([True])

    def file(items: Sequence[str], settling: Settling) -> Filed:
        answers = desk(items, settling)
        settling(len(items))
        if len(items) > 1 and next(is_bad):
            raise ValueError
        return answers

    rounds = gathering(desk)
    rounds._file = file

    found = behind(desk, rounds, "b", "c", "d")

    assert [one.result() for one in found] == ["a filed", "b filed", "c filed", "d filed"]
    assert desk.rounds == [["a"], ["b", "c", "d"], ["b"], ["c"], ["d"]]
    assert not rounds._lines
