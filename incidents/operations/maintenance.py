"""Planning work, changing it, calling it off. What waits for its end is decided anew at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction

from config.portal import queue
from config.portal.refusals import Refused
from incidents.enums import MaintenanceMode, Recurrence
from incidents.logic.exceptions import as_stored, still_fitting, why_not_except
from incidents.logic.exceptions import mistakes as mistakes_of_move
from incidents.logic.maintenance import Spell, Window, is_over, is_special, next_spells
from incidents.logic.maintenance_keeping import (
    Mistake,
    mistakes,
    why_not_change,
    why_not_plan_work,
)
from incidents.models import Alert, AlertSource, MaintenanceWindow
from incidents.operations import pausing
from incidents.queries import maintenance as reading
from rosters.enums import Tier
from rosters.models import Person, Service

FIELDS = (
    "title",
    "customer_impact",
    "starts_at",
    "ends_at",
    "mode",
    "reason",
    "recurrence",
    "time_zone",
    "until",
    "labels",
    "owner_id",
)


class CannotPlan(Refused):
    """It cannot be planned like this; `mistakes` names every field that stands in the way."""

    def __init__(self, found: Sequence[Mistake]) -> None:
        self.mistakes = tuple(found)
        super().__init__(found[0].text)


@dataclass(frozen=True)
class Work:
    """What planned work is to be; `starts_at` and `ends_at` are its first time."""

    title: str
    starts_at: datetime
    ends_at: datetime
    owner_id: int
    mode: str = MaintenanceMode.TELL
    customer_impact: str = ""
    reason: str = ""
    recurrence: str = Recurrence.ONCE
    time_zone: str = "UTC"
    until: date | None = None
    services: tuple[Service, ...] = ()
    sources: tuple[AlertSource, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def row(self) -> MaintenanceWindow:
        """The row that this would be, with what it is about; not written."""
        row = MaintenanceWindow(**{name: getattr(self, name) for name in FIELDS})
        row.service_ids = [service.pk for service in self.services]
        row.source_ids = [source.pk for source in self.sources]
        return row


@transaction.atomic
def plan(work: Work, *, by: Person, now: datetime) -> MaintenanceWindow:
    """The work is planned; alerts and calls heed it from now on. Raises CannotPlan, Refused."""
    _check(work, now=now)
    _refuse(work, by=by)
    row = work.row()
    row.save(force_insert=True)
    row.services.set(work.services)
    row.sources.set(work.sources)
    return row


@transaction.atomic
def change(
    window: MaintenanceWindow, work: Work, *, by: Person, now: datetime
) -> MaintenanceWindow:
    """The work is what `work` says. Raises CannotPlan, Refused."""
    row = _held(window, by=by, now=now)
    _check(work, now=now)
    _refuse(work, by=by)
    for name in FIELDS:
        setattr(row, name, getattr(work, name))
    row.exceptions = still_fitting(_plain(row), row.exceptions, now=now)
    row.save(update_fields=[*FIELDS, "exceptions"])
    row.services.set(work.services)
    row.sources.set(work.sources)
    settle(row, now=now)
    return row


@transaction.atomic
def call_off(window: MaintenanceWindow, *, by: Person, now: datetime) -> MaintenanceWindow:
    """It ends now and does not come again."""
    row = _held(window, by=by, now=now)
    row.called_off_at = now
    row.save(update_fields=["called_off_at"])
    settle(row, now=now)
    return row


@transaction.atomic
def end_early(window: MaintenanceWindow, *, by: Person, now: datetime) -> MaintenanceWindow:
    """The time that is going on ends now; what comes again comes at its next time.

    Raises Refused when nothing is going on, or when the next time is no pattern for the others.
    """
    row = _held(window, by=by, now=now)
    known = reading.window_of(row)
    first, *rest = next_spells(known, now=now, most=2)
    if not first.holds(now):
        raise Refused("It is not going on. There is nothing to end.")
    if not known.comes_again or not rest:
        return call_off(row, by=by, now=now)
    following = rest[0]
    if is_special(known, following):
        raise Refused("Its next time differs from the others. Call it off and plan it anew.")
    row.starts_at, row.ends_at = following.starts_at, following.ends_at
    row.save(update_fields=["starts_at", "ends_at"])
    settle(row, now=now)
    return row


@transaction.atomic
def leave_out(
    window: MaintenanceWindow, on: date, *, reason: str, by: Person, now: datetime
) -> MaintenanceWindow:
    """The time of this day does not happen; all others do. Raises Refused."""
    row = _held(window, by=by, now=now)
    return _except(row, on, None, reason=reason, now=now)


@transaction.atomic
def move(
    window: MaintenanceWindow, on: date, to: Spell, *, reason: str, by: Person, now: datetime
) -> MaintenanceWindow:
    """The time of this day is at another one; all others stay. Raises CannotPlan, Refused."""
    row = _held(window, by=by, now=now)
    _refuse_exception(row, on, now=now)
    found = mistakes_of_move(reading.window_of(row), on, to, now=now)
    if found:
        raise CannotPlan(found)
    return _except(row, on, to, reason=reason, now=now)


@transaction.atomic
def put_back(
    window: MaintenanceWindow, on: date, *, by: Person, now: datetime
) -> MaintenanceWindow:
    """The time of this day is as it is planned again. Doing it twice changes nothing."""
    row = _held(window, by=by, now=now)
    row.exceptions.pop(on.isoformat(), None)
    row.save(update_fields=["exceptions"])
    settle(row, now=now)
    return row


def _except(
    row: MaintenanceWindow, on: date, to: Spell | None, *, reason: str, now: datetime
) -> MaintenanceWindow:
    _refuse_exception(row, on, now=now)
    if not reason:
        raise CannotPlan([Mistake("reason", "Say why, in a few words.")])
    row.exceptions[on.isoformat()] = as_stored(to, reason)
    if is_over(reading.window_of(row), now=now):
        raise Refused("Nothing would be left of it. Call it off instead.")
    row.save(update_fields=["exceptions"])
    settle(row, now=now)
    return row


def _refuse_exception(row: MaintenanceWindow, on: date, *, now: datetime) -> None:
    refusal = why_not_except(reading.window_of(row), on, now=now)
    if refusal:
        raise Refused(refusal)


def _plain(row: MaintenanceWindow) -> Window:
    return replace(reading.window_of(row), exceptions={})


@transaction.atomic
def settle(window: MaintenanceWindow, *, now: datetime) -> None:
    """What waited for the end of this window is due now, and decided as the window is now."""
    pausing.wait_for_ticks()
    pausing.let_go(window.pk, now=now)
    Alert.objects.held_by_work(now=now).filter(held_by=window).update(held_until=now)
    queue.wake("muster.tick")


def _held(window: MaintenanceWindow, *, by: Person, now: datetime) -> MaintenanceWindow:
    """The window as it stands, locked, that this person may change. Raises Refused."""
    rows = MaintenanceWindow.objects.filter(pk=window.pk)
    rows.select_for_update(no_key=True).get()
    row: MaintenanceWindow = rows.with_subjects().get()
    teams = reading.teams_of(row.service_ids, row.source_ids)
    refusal = why_not_plan_work(reading.keeper(by, teams), is_owner=row.owner_id == by.pk)
    refusal = refusal or why_not_change(reading.window_of(row), now=now)
    if refusal:
        raise Refused(refusal)
    return row


def _refuse(work: Work, *, by: Person) -> None:
    """Nobody plans work on what others own, not even for somebody else."""
    row = work.row()
    teams = reading.teams_of(row.service_ids, row.source_ids)
    refusal = why_not_plan_work(reading.keeper(by, teams))
    if refusal:
        raise Refused(refusal)


def _check(work: Work, *, now: datetime) -> None:
    window = reading.window_of(work.row())
    covers_critical = not work.services or any(one.tier == Tier.CRITICAL for one in work.services)
    found = mistakes(window, reason=work.reason, covers_critical=covers_critical, now=now)
    if found:
        raise CannotPlan(found)
