"""How a service is doing: one rule for every page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from config.portal.sentences import Param, Sentence


class HealthState(StrEnum):
    """What a reader is told of one service, the worst first."""

    FAILING = "failing"
    PARTLY = "partly"
    SILENT = "silent"
    WATCHED = "watched"
    WORKING = "working"

    @property
    def label(self) -> str:
        return LABELS[self][0]

    @property
    def tone(self) -> str:
        """The colour of its mark: bad, warn, ok or quiet."""
        return LABELS[self][1]

    @property
    def symbol(self) -> str:
        """The shape of its mark, for those who see no colour."""
        return LABELS[self][2]


LABELS = {
    HealthState.FAILING: ("Failing", "bad", "down"),
    HealthState.PARTLY: ("Partly failing", "warn", "degraded"),
    HealthState.SILENT: ("No signal", "unk", "unknown"),
    HealthState.WATCHED: ("Working again", "ok", "ok"),
    HealthState.WORKING: ("Working", "quiet", "ok"),
}


@dataclass(frozen=True)
class Trouble:
    """One open incident as far as health asks.

    `is_customer_facing` is true when nobody has said whether customers notice; `is_silence` when
    all that is known is that a heartbeat has not called in.
    """

    reference: str
    title: str
    severity: int
    since_at: datetime
    is_customer_facing: bool = True
    contained_at: datetime | None = None
    is_silence: bool = False

    @property
    def makes_it_fail(self) -> bool:
        is_felt = self.is_customer_facing and not self.is_silence
        return self.severity == 1 and is_felt and self.contained_at is None


@dataclass(frozen=True)
class Silence:
    """A heartbeat of a service that has not called in, and since when."""

    name: str
    since_at: datetime


@dataclass(frozen=True)
class Health:
    """The state of one service, why in one sentence, and the open incidents behind it."""

    state: HealthState
    sentence: Sentence
    references: tuple[str, ...] = ()

    @property
    def is_working(self) -> bool:
        """Nothing is open; there is nothing to tell."""
        return self.state == HealthState.WORKING

    @property
    def is_felt(self) -> bool:
        """Something does not work now."""
        return self.state in (HealthState.FAILING, HealthState.PARTLY)


NOTHING_SILENT: Mapping[int, Silence] = {}
WORKING = Health(HealthState.WORKING, Sentence("Nothing is open."))


def judge(
    own: Mapping[int, Sequence[Trouble]],
    touched: Mapping[int, Sequence[Trouble]],
    needs: Mapping[int, Collection[int]],
    names: Mapping[int, str],
    silent: Mapping[int, Silence] = NOTHING_SILENT,
) -> dict[int, Health]:
    """The health of every service in `names`.

    Failing: an open, uncontained SEV1 that customers notice is its own. Partly failing: any other
    uncontained incident is its own or touches it, or something it needs is failing. No signal: all
    that is known is that its heartbeat is silent. Working again: what is open is contained. `own`
    and `touched` hold open incidents by service, `needs` what each service needs, `silent` the
    heartbeat that has been silent longest; all by primary key.
    """
    failing = {pk for pk, troubles in own.items() if any(one.makes_it_fail for one in troubles)}
    return {
        pk: _one(
            pk in failing,
            [*own.get(pk, ()), *touched.get(pk, ())],
            sorted(names[need] for need in needs.get(pk, ()) if need in failing and need in names),
            silent.get(pk),
        )
        for pk in names
    }


def _one(
    is_failing: bool,  # noqa: FBT001
    troubles: Sequence[Trouble],
    needed: Sequence[str],
    silence: Silence | None,
) -> Health:
    references = tuple(trouble.reference for trouble in troubles)
    felt = [
        trouble
        for trouble in troubles
        if trouble.contained_at is None and not (trouble.is_silence and silence)
    ]
    if felt:
        worst = min(felt, key=lambda one: (one.severity, one.since_at))
        state = HealthState.FAILING if is_failing else HealthState.PARTLY
        return Health(state, _because(worst), references)
    if needed:
        said = Sentence("It needs {needed_names}, which is failing.", {"needed_names": needed})
        if len(needed) > 1:
            said = Sentence("It needs {needed_names}, which are failing.", {"needed_names": needed})
        return Health(HealthState.PARTLY, said, references)
    if silence:
        return Health(HealthState.SILENT, _no_signal(silence), references)
    if troubles:
        latest = max(one.contained_at for one in troubles if one.contained_at)
        said = Sentence("Working again since {since_at}. We are watching it.", {"since_at": latest})
        return Health(HealthState.WATCHED, said, references)
    return WORKING


def _no_signal(silence: Silence) -> Sentence:
    params: dict[str, Param] = {"name": silence.name, "since_at": silence.since_at}
    return Sentence("No signal since {since_at}: {name} has not called in.", params)


def _because(trouble: Trouble) -> Sentence:
    params: dict[str, Param] = {"title": trouble.title, "since_at": trouble.since_at}
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
