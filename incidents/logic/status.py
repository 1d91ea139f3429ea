"""The status page in two sentences: are customers affected, and when do readers hear more. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from config.portal.sentences import Sentence
from incidents.logic.health import Day

BAD_UNTIL = 3
"""A SEV4 is what no customer notices, so its day is a good one."""

NUMBERS = ("Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@dataclass(frozen=True)
class Problem:
    """One open incident that customers notice, as far as the two sentences ask.

    `next_at` is when the next update is promised, None when nobody has promised one.
    """

    title: str
    severity: int
    impact: str = ""
    contained_at: datetime | None = None
    next_at: datetime | None = None

    @property
    def is_felt(self) -> bool:
        """Customers notice it now."""
        return self.contained_at is None


@dataclass(frozen=True)
class Last:
    """The newest problem that is over."""

    title: str
    ended_at: datetime


def is_noticed(*, severity: int, is_customer_facing: bool | None) -> bool:
    """Whether customers notice an incident: as its kind of impact says, else unless it is small."""
    return severity <= BAD_UNTIL if is_customer_facing is None else is_customer_facing


def headline(problems: Sequence[Problem]) -> Sentence:
    """The page's title: what is true for customers now."""
    felt = [problem for problem in problems if problem.is_felt]
    if len(felt) > 1:
        return Sentence("{number} problems affect customers", {"number": _word(len(felt))})
    if felt:
        return Sentence("{title}", {"title": felt[0].title})
    if problems:
        return Sentence("Customers are no longer affected")
    return Sentence("Everything is working")


def _word(number: int) -> str:
    return NUMBERS[number - 2] if number - 2 < len(NUMBERS) else str(number)


def answers(
    problems: Sequence[Problem], *, last: Last | None, others: int, now: datetime
) -> tuple[Sentence, ...]:
    """Are customers affected, and when do we write again. `others` are open and not noticed."""
    felt = [problem for problem in problems if problem.is_felt]
    if not problems:
        return (Sentence("No customer is affected."), *_last(last), *_others(others))
    if not felt:
        return (*_contained(problems), *_next(problems, now=now))
    return (_impact(felt[0], alone=len(felt) == 1), *_next(felt, now=now))


def _impact(worst: Problem, *, alone: bool) -> Sentence:
    if worst.impact:
        return Sentence("{impact}", {"impact": worst.impact})
    if alone:
        return Sentence("Customers may notice it. We do not know yet how many.")
    return Sentence("The worst: {title}.", {"title": worst.title})


def _contained(problems: Sequence[Problem]) -> list[Sentence]:
    if len(problems) > 1:
        return [Sentence("{number} problems are fixed for customers.", {"number": len(problems)})]
    one = problems[0]
    return [
        Sentence(
            "{title}: fixed for customers since {since_at}. We watch it until all is normal.",
            {"title": one.title, "since_at": one.contained_at},
        )
    ]


def _next(problems: Sequence[Problem], *, now: datetime) -> list[Sentence]:
    """When the reader hears more: the earliest promise, late or not, or that there is none."""
    promised = [problem.next_at for problem in problems if problem.next_at is not None]
    if not promised:
        return [Sentence("We write as soon as somebody has taken it.")]
    due_at = min(promised)
    if due_at < now:
        return [Sentence("The next update was due at {due_at}. It is late.", {"due_at": due_at})]
    return [Sentence("We write again by {due_at}.", {"due_at": due_at})]


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
    """The last days in a sentence or two: the worst service, and how many had no bad day."""
    if not histories:
        return ()
    clean = sum(not one.bad for one in histories)
    worst = min(histories, key=lambda one: one.good)
    if clean == len(histories):
        return (Sentence("No service had a bad day in the last {days} days.", {"days": days}),)
    said = Sentence(
        "{name} worked all day on {good} of {days} days.",
        {"name": worst.name, "good": worst.good, "days": days},
    )
    if not clean:
        return (said, Sentence("Every service had at least one bad day."))
    if clean == 1:
        return (said, Sentence("1 service had no bad day at all."))
    return (said, Sentence("{number} services had no bad day at all.", {"number": clean}))
