"""Jobs that call in, work that comes every week, and work that holds a silent job back just now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.demo.cast import Cast
from incidents.enums import MaintenanceMode, Recurrence
from incidents.models import AlertSource, Heartbeat
from incidents.operations import heartbeats, maintenance, sources
from rosters.enums import SeverityLevel

Act = Callable[[datetime], object]
Add = Callable[[datetime, Act], None]
ZONE = "Europe/Berlin"
SOURCE = "Jobs of the night"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SKIPPED = "The shop is full that weekend"
WEEKS_SO_FAR = 8
BY = "Amara"


@dataclass(frozen=True)
class Job:
    """One job: how often it calls in, how late it may be, and when it last did, all in hours."""

    name: str
    slug: str
    service: str
    owner: str
    every: int
    grace: int
    seen: float
    mute: str = ""


JOBS = [
    Job("Data warehouse import", "warehouse-import", "Data warehouse", "Arjun", 24 * 7, 6, 3.2),
    Job("Billing statements", "billing-statements", "Billing", "Jonas", 24 * 31, 24, 40),
    Job(
        "Search index",
        "search-index",
        "Search",
        "Vikram",
        24 * 7,
        2,
        30,
        "The index moves to new machines.",
    ),
    Job("Nightly build", "nightly-build", "Build system", "Vikram", 12, 1, 14.5),
]


def plan(cast: Cast, add: Add, *, ends_at: datetime) -> None:
    """Everything is set up days ago; the last calls come in the order of time."""
    add(ends_at - 6 * DAY, lambda at: _set_up(cast, add, at, ends_at=ends_at))


def _set_up(cast: Cast, add: Add, at: datetime, *, ends_at: datetime) -> None:
    source = AlertSource.objects.create(name=SOURCE, slug="jobs", kind=heartbeats.KIND)
    sources.issue_token(source, by=cast.people[BY], now=at)
    for job in JOBS:
        _job(cast, add, source, job, ends_at=ends_at)
    _every_week(cast, now=at)
    _just_now(cast, now=at, ends_at=ends_at)
    add(ends_at - HOUR / 4, lambda now: heartbeats.fall_silent(now=now))


def _job(cast: Cast, add: Add, source: AlertSource, job: Job, *, ends_at: datetime) -> None:
    by = cast.people[BY]
    plan = heartbeats.Plan(
        name=job.name,
        slug=job.slug,
        source_id=source.pk,
        every_minutes=job.every * 60,
        grace_minutes=job.grace * 60,
        severity=SeverityLevel.SMALL,
        owner_id=cast.people[job.owner].pk,
        service_id=cast.services[job.service].pk,
    )
    beat = heartbeats.make(plan, by=by)
    seen_at = ends_at - job.seen * HOUR
    add(seen_at, lambda at: heartbeats.call_in(source, job.slug, now=at))
    if job.mute:
        add(seen_at + HOUR, lambda at: _mute(cast, beat, job, at))


def _mute(cast: Cast, beat: Heartbeat, job: Job, at: datetime) -> None:
    until = at + 10 * DAY
    heartbeats.mute(beat, until=until, reason=job.mute, by=cast.people[BY], now=at)


def _every_week(cast: Cast, *, now: datetime) -> None:
    """Accounts is backed up on Sundays, and has been for weeks."""
    here = now.astimezone(ZoneInfo(ZONE))
    sunday = here + timedelta(days=6 - here.weekday(), weeks=-WEEKS_SO_FAR)
    begin = sunday.replace(hour=2, minute=0, second=0, microsecond=0)
    work = maintenance.Work(
        "Backup of Accounts",
        begin,
        begin.replace(hour=4),
        cast.people["Grace"].pk,
        mode=MaintenanceMode.HOLD,
        recurrence=Recurrence.WEEKLY,
        time_zone=ZONE,
        services=(cast.services["Accounts"],),
    )
    window = maintenance.plan(work, by=cast.people[BY], now=now)
    third = (begin + timedelta(weeks=WEEKS_SO_FAR + 3)).date()
    maintenance.leave_out(window, third, reason=SKIPPED, by=cast.people[BY], now=now)


def _just_now(cast: Cast, *, now: datetime, ends_at: datetime) -> None:
    """The build system moves today: the silence of its builds waits for the end."""
    begin = (ends_at - HOUR).replace(minute=0, second=0, microsecond=0)
    work = maintenance.Work(
        "The build system moves to new machines",
        begin,
        begin + 11 * HOUR,
        cast.people["Grace"].pk,
        mode=MaintenanceMode.HOLD,
        time_zone=ZONE,
        services=(cast.services["Build system"],),
    )
    maintenance.plan(work, by=cast.people[BY], now=now)
