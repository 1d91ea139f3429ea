"""What a file says of numbers and addresses. None is ever changed into another or removed. Pure.

Neither a mistake nor a difference repeats a number: both are kept.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from config.portal.sentences import Sentence, sentence
from rosters.enums import Channel
from rosters.logic.imports.sheet import Checked, Difference, Mistake, Record
from rosters.logic.imports.values import People, address, channel, dialled

TOLD_EACH = 500
ENDING = 2
"""So many of its last digits tell a number apart for whoever has the file."""


@dataclass(frozen=True)
class Point:
    """One contact point as it is, or as it is to be; without `pk` it is new."""

    person_id: int
    channel: str
    address: str
    label: str = ""
    pk: int = 0

    @property
    def key(self) -> tuple[int, str, str]:
        """Two ways to write one number are one."""
        is_number = self.channel in (Channel.PHONE, Channel.SMS)
        text = dialled(self.address) if is_number else self.address.casefold()
        return (self.person_id, self.channel, text)


@dataclass(frozen=True)
class Reach:
    """Everybody, and every contact point that a file is compared with."""

    people: People
    points: tuple[Point, ...]


@dataclass
class _Work:
    known: Reach
    now: datetime
    by_key: dict[tuple[int, str, str], Point] = field(default_factory=dict)
    count: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    taken: dict[tuple[int, str, str], int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    plans: list[Point] = field(default_factory=list)
    unchanged: int = 0

    def __post_init__(self) -> None:
        for point in self.known.points:
            self.by_key.setdefault(point.key, point)
            self.count[point.person_id, point.channel] += 1


def check(
    records: Sequence[Record],
    known: Reach,
    *,
    now: datetime,
    tell: Callable[[int], None] = lambda _: None,
) -> Checked[Point]:
    """Every mistake and every difference of a file. An empty cell of it changes nothing."""
    work = _Work(known, now)
    for number, record in enumerate(records, start=1):
        _read(record, work)
        work.mistakes += record.mistakes
        if number % TOLD_EACH == 0:
            tell(number)
    return Checked(tuple(work.mistakes), tuple(work.differences), tuple(work.plans), work.unchanged)


def _read(record: Record, work: _Work) -> None:
    for key, text in (
        ("person", "Is empty. Write whose it is."),
        ("channel", "Is empty. Write phone call, text message, e-mail, chat or push message."),
    ):
        if not record.get(key) and not record.is_wrong:
            record.note(key, text)
    person_id = record.read("person", work.known.people.find)
    by = record.read("channel", channel)
    found = record.read("address", lambda text: address(text, by)) if by else None
    if record.is_wrong or person_id is None or by is None:
        return
    if found is None:
        _without_address(record, work, person_id, by)
        return
    wanted = Point(person_id, by.value, found, record.get("label"))
    first = work.taken.setdefault(wanted.key, record.number)
    if first != record.number:
        record.note("address", f"Row {first} says the same. Keep one of the two rows.")
        return
    _compare(record, work, wanted)


def _without_address(record: Record, work: _Work, person_id: int, by: Channel) -> None:
    """A list exported by somebody who may not see it comes back with the cell empty."""
    if work.count[person_id, by.value]:
        work.unchanged += 1
    else:
        record.note("address", "Is empty. Write the number or the address.")


def _compare(record: Record, work: _Work, wanted: Point) -> None:
    was = work.by_key.get(wanted.key)
    label = wanted.label or (was.label if was else "")
    if was and was.label == label:
        work.unchanged += 1
        return
    someone = work.known.people.by_pk[wanted.person_id]
    if someone.left_at is not None and someone.left_at <= work.now:
        record.note("person", f"{someone.full_name} has left. Take the row out.")
        return
    point = Point(
        wanted.person_id,
        wanted.channel,
        was.address if was else wanted.address,
        label,
        was.pk if was else 0,
    )
    work.plans.append(point)
    said = _said(point, was, work)
    key = f"{point.pk}|{was.label if was else None}|{point}"
    work.differences.append(Difference(record.number, someone.full_name, (said,), key))


def _said(point: Point, was: Point | None, work: _Work) -> Sentence:
    words = str(Channel(point.channel).label).lower()
    facts = {"by": words, "ending": point.address[-ENDING:], "label": point.label}
    if was and was.label:
        facts["was"] = was.label
        return Sentence("Label of one for {by} from {was} to {label}.", facts)
    if was:
        return Sentence("Label of one for {by}: {label}.", facts)
    work.count[point.person_id, point.channel] += 1
    facts["number"] = str(work.count[point.person_id, point.channel])
    text = "New for {by}"
    if point.channel in (Channel.PHONE, Channel.SMS):
        text += ", ending in {ending}"
    text += ", labelled {label}." if point.label else "."
    if work.count[point.person_id, point.channel] > 1:
        text += " There are {number} then."
    return sentence(text, **facts)
