"""Who hears when, at one glance: every severity of one service, now and in the coming night."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.portal.sentences import listing, phrase
from incidents.enums import Promise
from incidents.logic.rules import RuleStep
from incidents.models import Incident
from incidents.queries import rules
from incidents.queries.privacy import keeper_for
from incidents.queries.rules import Rule
from rosters.enums import SeverityLevel
from rosters.logic.directory import Candidate
from rosters.models import Person, Service

DEAD_OF_NIGHT = time(3, 0)
CALLS_SHOWN = 3


@dataclass(frozen=True)
class Heard:
    """One step that reaches somebody, and when that is if the incident begins now."""

    at: datetime
    step: RuleStep

    @property
    def names(self) -> str:
        """Who that is: one name, two, or the first of many."""
        names = [one.full_name for one in self.step.people]
        if len(names) > 2:  # two still fit a line
            return phrase("{who} and {n} others", who=names[0], n=str(len(names) - 1))
        return listing(names)


@dataclass(frozen=True)
class Hearing:
    """Who hears of one severity: the calls until somebody acknowledges, who is told if it takes
    too long, and the first call and those after it if it begins in the night."""

    level: SeverityLevel
    calls: tuple[Heard, ...]
    later: tuple[Heard, ...]
    at_night: Heard | None
    then_at_night: tuple[Heard, ...] = ()

    @property
    def wakes(self) -> bool:
        """Whether somebody is called whatever the hour."""
        return any(heard.step.wakes for heard in (*self.calls, *self.later))


@dataclass(frozen=True)
class RulePage:
    """The rule of one severity, and what all four come to. `night_at`: 03:00 for the reader.

    `keeper` is told as soon as somebody says that personal data may be at risk.
    """

    rule: Rule
    hearings: tuple[Hearing, ...]
    night_at: datetime
    keeper: Candidate | None = None

    @property
    def waking(self) -> tuple[Hearing, ...]:
        return tuple(one for one in self.hearings if one.calls and one.wakes)

    @property
    def waiting(self) -> tuple[Hearing, ...]:
        """Severities that wake nobody, though somebody is told."""
        return tuple(one for one in self.hearings if one.calls and not one.wakes)

    @property
    def waking_codes(self) -> str:
        return listing(one.level.code for one in self.waking)

    @property
    def waiting_codes(self) -> str:
        return listing(one.level.code for one in self.waiting)

    @property
    def first_at_night(self) -> str:
        """Who is called first in the night, where that is the same person for all that wake."""
        names = {one.at_night.names for one in self.waking if one.at_night}
        return names.pop() if len(names) == 1 else ""


def page(service: Service, severity: int, *, reader: Person, now: datetime) -> RulePage:
    """The rule at `severity` and the overview of all, as `reader` reads them at `now`."""
    read = rules.load([service], reader=reader, now=now)
    night_at = next_night(now, zone=ZoneInfo(reader.time_zone))
    hearings = []
    for level in SeverityLevel:
        day = rules.rule_from(service, level, read, now=now)
        night = rules.rule_from(service, level, read, now=night_at)
        tonight = tuple(_heard(night, now=night_at, is_call=True)[:CALLS_SHOWN])
        hearings.append(
            Hearing(
                level,
                tuple(_heard(day, now=now, is_call=True)[:CALLS_SHOWN]),
                tuple(_heard(day, now=now, is_call=False)),
                next(iter(tonight), None),
                tonight[1:],
            )
        )
    incident = Incident(service=service, severity=severity, detected_at=now)
    keeper = keeper_for(incident, now=now)
    rule = rules.whole(service, severity, read, now=now)
    return RulePage(rule, tuple(hearings), night_at, keeper.person if keeper else None)


def next_night(now: datetime, *, zone: ZoneInfo) -> datetime:
    """The next 03:00 on the reader's clock, strictly after `now`."""
    local = now.astimezone(zone)
    night = local.replace(hour=DEAD_OF_NIGHT.hour, minute=0, second=0, microsecond=0)
    if night <= local:
        day = night.date() + timedelta(days=1)
        night = datetime.combine(day, DEAD_OF_NIGHT, tzinfo=zone)
    return night.astimezone(now.tzinfo)


def _heard(rule: Rule, *, now: datetime, is_call: bool) -> list[Heard]:
    """The steps of the ladder that reach somebody, each person once, in the order of time."""
    told: set[tuple[str, int]] = set()
    found = []
    for step in rule.ladder:
        if not step.people or (step.promise == Promise.ACKNOWLEDGE) is not is_call:
            continue
        key = (step.promise if not is_call else "", step.people[0].person_id)
        if key not in told:
            told.add(key)
            found.append(Heard(now + step.wait, step))
    return found
