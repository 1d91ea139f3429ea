"""When things went wrong, and how people answered: drawn by lot, always the same lot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from random import Random

from config.demo.history.plot import Plot

SEED = 2481
DAYS = 90
NEWEST_DAYS_AGO = 1.2
HOURS = (2, 1, 1, 1, 1, 2, 3, 5, 8, 9, 9, 8, 7, 8, 8, 7, 6, 5, 5, 5, 5, 4, 3, 2)
"""How often trouble begins in each hour of the day, UTC."""

CONTAIN_MINUTES = {1: 38, 2: 62, 3: 130, 4: 300}
UPDATE_EVERY = {1: 18, 2: 27, 3: 150}


class Twist(Enum):
    """What was out of the ordinary in who answered."""

    NONE = "none"
    HANDED_BACK = "handed back"
    PASSED_ON = "passed on"


@dataclass(frozen=True)
class Occasion:
    """One time that a plot came true. Minutes count from when it was detected."""

    number: int
    plot: Plot
    detected_at: datetime
    acknowledged: float
    contained: float
    resolved: float
    twist: Twist
    is_led: bool
    updates: tuple[float, ...]
    review_days: float | None
    """Days until the review was published; None when it is still being written or not begun."""


def occasions(plots: Sequence[Plot], *, ends_at: datetime, share: float) -> list[Occasion]:
    """Every occasion of the last ninety days in the order of time; `share` of them for tests."""
    lot = Random(SEED)  # noqa: S311  # a story, not a secret
    times = [plot for plot in plots for _ in range(plot.times)]
    lot.shuffle(times)
    times = times[: max(2, round(len(times) * share))]
    starts = sorted(_begin(lot, ends_at) for _ in times)
    return [
        _occasion(lot, number, plot, starts_at, ends_at=ends_at)
        for number, (plot, starts_at) in enumerate(zip(times, starts, strict=True))
    ]


def _begin(lot: Random, ends_at: datetime) -> datetime:
    day = ends_at - timedelta(days=lot.uniform(NEWEST_DAYS_AGO, DAYS))
    [hour] = lot.choices(range(24), HOURS)
    at = day.replace(hour=hour, minute=lot.randrange(60), second=lot.randrange(60), microsecond=0)
    return min(at, ends_at - timedelta(days=1))


def _occasion(
    lot: Random, number: int, plot: Plot, detected_at: datetime, *, ends_at: datetime
) -> Occasion:
    acknowledged = _acknowledged(lot, plot)
    usual = CONTAIN_MINUTES[plot.severity] * plot.speed
    contained = acknowledged + usual * lot.lognormvariate(0, 0.55)
    resolved = contained + usual * lot.lognormvariate(-0.1, 0.6)
    return Occasion(
        number,
        plot,
        detected_at,
        acknowledged,
        contained,
        resolved,
        _twist(number),
        is_led=plot.severity <= 2,
        updates=_updates(lot, plot, acknowledged, contained),
        review_days=_review_days(lot, (ends_at - detected_at) / timedelta(days=1)),
    )


def _acknowledged(lot: Random, plot: Plot) -> float:
    """Mostly the first person at once; sometimes the backup, now and then the commander."""
    if plot.severity == 4:
        return lot.uniform(20, 300)
    slow = 4 if plot.severity == 3 else 1
    [low, high] = lot.choices([(0.6, 1.9), (2.3, 5.6), (6.4, 19)], (58, 27, 15))[0]
    return lot.uniform(low, high) * slow


def _twist(number: int) -> Twist:
    if number % 17 == 5:
        return Twist.HANDED_BACK
    return Twist.PASSED_ON if number % 17 == 11 else Twist.NONE


def _updates(lot: Random, plot: Plot, acknowledged: float, contained: float) -> tuple[float, ...]:
    """Updates while it lasted, some of them late, and one when customers were well again."""
    every = UPDATE_EVERY.get(plot.severity)
    if every is None:
        return ()
    minutes: list[float] = []
    at = acknowledged + min(every, 9)
    while at < contained - 2 and len(minutes) < 5:
        minutes.append(at)
        at += every * lot.uniform(0.7, 1.15)
    return (*minutes, contained + lot.uniform(3, 9))


def _review_days(lot: Random, age: float) -> float | None:
    """Most reviews are published within a week; some take longer, a few are overdue."""
    took = lot.lognormvariate(1.45, 0.5)
    if lot.random() < 0.11:
        return None
    return took if took < age - 0.5 else None
