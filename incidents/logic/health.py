"""How a service is doing: one rule for every page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from config.portal.sentences import Param, Sentence


class HealthState(StrEnum):
    """What a reader is told of one service, the worst first."""

    DOWN = "down"
    PARTLY = "partly"
    WORKING = "working"

    @property
    def label(self) -> str:
        return {"down": "Down", "partly": "Partly failing", "working": "Working"}[self.value]


@dataclass(frozen=True)
class Trouble:
    """One open incident as far as health asks.

    `is_customer_facing` is true when nobody has said whether customers notice.
    """

    reference: str
    title: str
    severity: int
    since_at: datetime
    is_customer_facing: bool = True
    is_contained: bool = False

    @property
    def takes_down(self) -> bool:
        return self.severity <= 2 and self.is_customer_facing and not self.is_contained


@dataclass(frozen=True)
class Health:
    """The state of one service, why in one sentence, and the open incidents behind it."""

    state: HealthState
    sentence: Sentence
    references: tuple[str, ...] = ()

    @property
    def is_working(self) -> bool:
        return self.state == HealthState.WORKING


WORKING = Health(HealthState.WORKING, Sentence("Nothing is open."))


def judge(
    own: Mapping[int, Sequence[Trouble]],
    touched: Mapping[int, Sequence[Trouble]],
    needs: Mapping[int, Collection[int]],
    names: Mapping[int, str],
) -> dict[int, Health]:
    """The health of every service in `names`.

    Down: an open, uncontained SEV1 or SEV2 that customers notice is its own. Partly failing: any
    other open incident is its own or touches it, or something it needs is down. `own` and `touched`
    hold open incidents by service, `needs` what each service needs; all by primary key.
    """
    down = {pk for pk, troubles in own.items() if any(one.takes_down for one in troubles)}
    return {
        pk: _one(
            pk in down,
            [*own.get(pk, ()), *touched.get(pk, ())],
            sorted(names[need] for need in needs.get(pk, ()) if need in down and need in names),
        )
        for pk in names
    }


def _one(is_down: bool, troubles: Sequence[Trouble], needed: Sequence[str]) -> Health:  # noqa: FBT001
    references = tuple(trouble.reference for trouble in troubles)
    if troubles:
        worst = min(troubles, key=lambda one: (one.is_contained, one.severity, one.since_at))
        state = HealthState.DOWN if is_down else HealthState.PARTLY
        return Health(state, _because(worst), references)
    if needed:
        said = Sentence("It needs {needed_names}, which is down.", {"needed_names": needed})
        if len(needed) > 1:
            said = Sentence("It needs {needed_names}, which are down.", {"needed_names": needed})
        return Health(HealthState.PARTLY, said)
    return WORKING


def _because(trouble: Trouble) -> Sentence:
    params: dict[str, Param] = {"title": trouble.title, "since_at": trouble.since_at}
    if trouble.is_contained:
        return Sentence("{title}. Contained, and not resolved yet.", params)
    return Sentence("{title}. Since {since_at}.", params)


@dataclass(frozen=True)
class Day:
    """One day of a service: the worst severity that hurt it, None for a quiet day, and how many."""

    date: date
    level: int | None
    count: int = 0


@dataclass(frozen=True)
class Spell:
    """One incident as a stretch of time; half-open, `ends_at` is None while it lasts."""

    severity: int
    starts_at: datetime
    ends_at: datetime | None


def strip(spells: Iterable[Spell], *, now: datetime, zone: tzinfo, days: int) -> tuple[Day, ...]:
    """The last `days` days in `zone`, today last. A spell counts on every day that it touches."""
    today = now.astimezone(zone).date()
    levels: dict[date, list[int]] = {}
    for spell in spells:
        first = spell.starts_at.astimezone(zone).date()
        last = min((spell.ends_at or now).astimezone(zone).date(), today)
        day = max(first, today - timedelta(days=days - 1))
        while day <= last:
            levels.setdefault(day, []).append(spell.severity)
            day += timedelta(days=1)
    dates = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    return tuple(
        Day(one, min(levels.get(one, []), default=None), len(levels.get(one, []))) for one in dates
    )
