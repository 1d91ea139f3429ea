"""The status page in two sentences: are customers affected, and when do readers hear more. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from config.portal.sentences import Sentence
from incidents.logic.health import Day
from incidents.logic.next_update import COMES, MINUTE

BAD_UNTIL = 3
"""A SEV4 is what no customer notices, so its day is a good one."""

LATE = "The update promised for {due_at} is late."
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

NAMED = 3
"""How many problems the lead names; the rest is a number."""


@dataclass(frozen=True)
class Problem:
    """One open incident that customers notice, as far as the two sentences ask.

    `next_at` is when readers hear more, None when no time is promised or it is over;
    `has_update` whether they have heard anything yet.
    """

    title: str
    severity: int
    impact: str = ""
    contained_at: datetime | None = None
    next_at: datetime | None = None
    has_update: bool = True

    @property
    def is_felt(self) -> bool:
        """Customers notice it now."""
        return self.contained_at is None


@dataclass(frozen=True)
class Last:
    """The newest problem that is over."""

    title: str
    ended_at: datetime


class Written(Protocol):
    """One update, as far as its impact asks."""

    impact: str
    posted_at: datetime


def impact_of(updates: Sequence[Written], *, contained_at: datetime | None, otherwise: str) -> str:
    """What customers see; once it is contained, what they saw. `updates`: the newest first.

    What is written after containment often says only that all is well again.
    """
    before = [one for one in updates if contained_at is None or one.posted_at < contained_at]
    told = [one.impact for one in (*before[:1], *updates[:1])]
    return told[0] if before else otherwise or next(iter(told), "")


def is_noticed(*, severity: int, is_customer_facing: bool | None) -> bool:
    """Whether customers notice an incident: as its kind of impact says, else unless it is small."""
    return severity <= BAD_UNTIL if is_customer_facing is None else is_customer_facing


def headline(problems: Sequence[Problem]) -> Sentence:
    """The page's title: what is true for customers now."""
    felt = [problem for problem in problems if problem.is_felt]
    if len(felt) > 1:
        more = len(felt) - 1
        words = "{title}, and {number} more problem" + ("" if more == 1 else "s")
        return Sentence(words, {"title": felt[0].title, "number": _word(more)})
    if felt:
        return Sentence("{title}", {"title": felt[0].title})
    if problems:
        return Sentence("Customers are no longer affected")
    return Sentence("Everything is working")


def _word(number: int) -> str:
    return NUMBERS[number - 1] if number <= len(NUMBERS) else str(number)


def answers(
    problems: Sequence[Problem], *, last: Last | None, others: int, now: datetime
) -> tuple[Sentence, ...]:
    """Are customers affected, by what, and when do we write again.

    As many problems as the title counts, and never its words again. `others` are open and not
    noticed.
    """
    felt = [problem for problem in problems if problem.is_felt]
    over = [problem for problem in problems if not problem.is_felt]
    if not problems:
        said = [*_last(last), *_others(others)]
        return tuple(said) or (Sentence("No customer is affected."),)
    if not felt:
        return (*_over(over), *_next(over, now=now))
    worst, *rest = felt
    return (
        _impact(worst),
        *_also(rest),
        *_also_over(over),
        *_next([*felt, *over], now=now),
    )


def _impact(only: Problem) -> Sentence:
    if _plain(only.impact) not in ("", _plain(only.title)):
        return Sentence("{impact}", {"impact": _ended(only.impact)})
    return Sentence("Customers may notice it. We do not know yet how many.")


def _ended(text: str) -> str:
    """With a full stop, so that the next sentence does not run on."""
    said = text.strip()
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."


def _plain(text: str) -> str:
    return text.strip().rstrip(".").casefold()


def _also(rest: Sequence[Problem]) -> list[Sentence]:
    """The others; the worst one is the title."""
    named = rest[: NAMED - 1]
    said = [Sentence("Also: {title}.", {"title": one.title}) for one in named]
    more = len(rest) - len(named)
    if more > 0:
        said.append(Sentence("And {number} more.", {"number": str(more)}))
    return said


def _over(over: Sequence[Problem]) -> list[Sentence]:
    said = [
        Sentence(
            "{title}: working again since {since_at}.",
            {"title": one.title, "since_at": one.contained_at},
        )
        for one in over[:NAMED]
    ]
    more = len(over) - NAMED
    if more > 0:
        said.append(Sentence("And {number} more.", {"number": str(more)}))
    watched = "We are watching it." if len(over) == 1 else "We are watching them."
    return [*said, Sentence(watched)]


def _also_over(over: Sequence[Problem]) -> list[Sentence]:
    if not over:
        return []
    if len(over) == 1:
        return [Sentence("1 more problem is over for customers, and we are watching it.")]
    return [
        Sentence(
            "{number} more problems are over for customers, and we are watching them.",
            {"number": str(len(over))},
        )
    ]


def _next(problems: Sequence[Problem], *, now: datetime) -> list[Sentence]:
    """When the reader hears more: the earliest promise, also one that is broken already.

    Of several problems it says which one, unless it is the one of the title; how late it is stands
    with the problem, once.
    """
    promised = [one for one in problems if one.next_at is not None]
    if not promised:
        return []
    first = min(promised, key=lambda one: one.next_at or now)
    params = {"title": first.title, "due_at": first.next_at}
    is_late = (first.next_at or now) <= now - MINUTE
    if len(problems) == 1:
        pattern = "We write again by {due_at}." if first.has_update else COMES
        return [Sentence(LATE if is_late else pattern, params)]
    if first is problems[0] and first.is_felt:
        words = LATE if is_late else "The next update comes by {due_at}."
        return [Sentence(words, params)]
    if is_late:
        return [Sentence("The update about “{title}” promised for {due_at} is late.", params)]
    return [Sentence("The next update comes by {due_at}, about “{title}”.", params)]


def _last(last: Last | None) -> list[Sentence]:
    if last is None:
        return []
    return [
        Sentence(
            "The last problem ended at {ended_at}: {title}.",
            {"ended_at": last.ended_at, "title": last.title},
        )
    ]


def _others(number: int) -> list[Sentence]:
    if not number:
        return []
    if number == 1:
        return [Sentence("Our teams work on 1 thing that customers do not notice.")]
    return [
        Sentence(
            "Our teams work on {number} things that customers do not notice.", {"number": number}
        )
    ]


@dataclass(frozen=True)
class History:
    """The last days of one service: which were bad, and how many were good."""

    name: str
    slug: str
    days: tuple[Day, ...]

    @property
    def bad(self) -> tuple[date, ...]:
        return tuple(
            day.date for day in self.days if day.level is not None and day.level <= BAD_UNTIL
        )

    @property
    def good(self) -> int:
        return len(self.days) - len(self.bad)


def history_words(histories: Sequence[History], *, days: int) -> tuple[Sentence, ...]:
    """The last days in a sentence or two: the worst service, and how many had no problem."""
    if not histories:
        return ()
    clean = sum(not one.bad for one in histories)
    worst = max(histories, key=lambda one: len(one.bad))
    if clean == len(histories):
        said = "Customers noticed no problem in the last {number} days."
        return (Sentence(said, {"number": str(days)}),)
    return (_worst(worst, days=days), _clean(clean, of=len(histories)))


def _worst(worst: History, *, days: int) -> Sentence:
    if len(worst.bad) == 1:
        said = "{name} had a problem on 1 of the last {days} days. No service had more."
    else:
        said = "{name} had problems on {bad} of the last {days} days. No service had more."
    return Sentence(said, {"name": worst.name, "bad": str(len(worst.bad)), "days": str(days)})


def _clean(clean: int, *, of: int) -> Sentence:
    if not clean:
        return Sentence("Each of the {total} services below had at least one.", {"total": str(of)})
    if clean == 1:
        return Sentence("1 of {total} services had none.", {"total": str(of)})
    params = {"number": str(clean), "total": str(of)}
    return Sentence("{number} of {total} services had none.", params)
