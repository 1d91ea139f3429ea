"""What a new roster begins with: a few layers for the usual ways of sharing the week. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from rosters.logic.plans import HoursPlan, LayerPlan

WEEKLY, DAY_NIGHT, SUN, EMPTY = "weekly", "day_night", "sun", "empty"
MORNING = time(9)


@dataclass(frozen=True)
class Group:
    """Some people who take turns, in certain hours of every day, or always."""

    name: str
    people: tuple[int, ...]
    starts_at: time | None = None
    ends_at: time | None = None


def monday(today: date) -> date:
    """The Monday of this week: whoever is first in the list has this week."""
    return today - timedelta(days=today.weekday())


def layers(groups: Sequence[Group], *, starts_on: date, with_backup: bool) -> list[LayerPlan]:
    """One layer for each group, all asked first; behind them everybody's neighbor as backup.

    Turns are weeks. A group with hours hands over when its hours begin. The first round lies before
    `starts_on`, so that the night before a hand-over on that day has somebody too.
    """
    found = [_layer(group, starts_on) for group in groups if group.people]
    backups = [_behind(plan) for plan in found if len(plan.turns) > 1] if with_backup else []
    return found + backups


def _layer(group: Group, starts_on: date) -> LayerPlan:
    hours: tuple[HoursPlan, ...] = ()
    if group.starts_at is not None and group.ends_at is not None:
        hours = (HoursPlan(group.starts_at, group.ends_at),)
    return LayerPlan(
        name=group.name,
        turns=tuple((person,) for person in group.people),
        starts_on=starts_on - timedelta(weeks=len(group.people)),
        handover_at=MORNING if group.starts_at is None else group.starts_at,
        hours=hours,
    )


def _behind(plan: LayerPlan) -> LayerPlan:
    """Whoever comes next is the backup of whoever is on call."""
    return LayerPlan(
        name="Backup" if plan.name == "First on call" else f"{plan.name}, backup",
        turns=(*plan.turns[1:], plan.turns[0]),
        starts_on=plan.starts_on,
        handover_at=plan.handover_at,
        priority=2,
        hours=plan.hours,
    )
