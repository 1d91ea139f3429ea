"""Planned work on pages: the list, one window, and what stands on the pages of others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from config.portal.sentences import Sentence
from incidents.enums import MaintenanceMode
from incidents.logic import exceptions, maintenance
from incidents.logic.exceptions import Excepted
from incidents.logic.maintenance import Spell, Window
from incidents.logic.maintenance_keeping import why_not_change, why_not_plan_work
from incidents.logic.maintenance_words import (
    SHORT,
    TAGS,
    Time,
    conflict,
    next_times,
    what_it_does,
)
from incidents.models import Alert, MaintenanceWindow
from incidents.queries import maintenance as reading
from incidents.querysets import LONGEST_TIME
from rosters.models import Membership, Person, Service, Team
from rosters.queries.compiled import compiled

SHOWN = {"ahead": "Now and coming", "over": "Over"}
CONFLICTS_WITHIN = timedelta(days=92)
CONFLICTS_SHOWN = 3
MOST_OVER = 500
FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass
class Planned:
    """One window with the time that matters now: the one that goes on, the next, or the last.

    `row` has its services, sources and owner.
    """

    row: MaintenanceWindow
    window: Window
    spell: Spell
    now: datetime
    waiting: int = 0

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def title(self) -> str:
        return self.row.title

    @property
    def customer_impact(self) -> str:
        return self.row.customer_impact

    @property
    def owner(self) -> Person:
        return self.row.owner

    @property
    def services(self) -> list[Service]:
        return sorted(self.row.services.all(), key=lambda one: one.name)

    @property
    def starts_at(self) -> datetime:
        return self.spell.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.spell.ends_at

    @property
    def is_now(self) -> bool:
        return self.spell.holds(self.now)

    @property
    def is_over(self) -> bool:
        return self.spell.ends_at <= self.now

    @property
    def comes_again(self) -> bool:
        return self.window.comes_again

    @property
    def tag(self) -> str:
        """What it does in two words; nothing when it only tells."""
        mode = MaintenanceMode(self.row.mode)
        return "" if mode == MaintenanceMode.TELL else TAGS[mode]

    @property
    def effect(self) -> str:
        return SHORT[MaintenanceMode(self.row.mode)]

    @cached_property
    def about(self) -> list[str]:
        """What it is about, by name: services, else sources and labels."""
        services = [one.name for one in self.services]
        sources = sorted(one.name for one in self.row.sources.all())
        labels = [f"{name} {value}" for name, value in self.row.labels.items()]
        return services or [*sources, *labels]

    @property
    def words(self) -> tuple[Sentence, ...]:
        return what_it_does(self.window, self.about, now=self.now)

    @property
    def times(self) -> tuple[Time, ...]:
        return next_times(self.window, now=self.now)


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; empty means all."""

    words: str = ""
    service: str = ""
    team: str = ""
    mode: str = ""

    @property
    def condition(self) -> Q:
        found = Q()
        if self.words:
            found &= Q(title__icontains=self.words) | Q(services__name__icontains=self.words)
        if self.service:
            found &= Q(services__slug=self.service)
        if self.team:
            found &= Q(services__owner_team__slug=self.team)
        return found & Q(mode=self.mode) if self.mode else found


def ahead(*, now: datetime, about: Q | None = None) -> list[Planned]:
    """What goes on and what comes, the earliest first; a constant number of queries."""
    return _told(_left(about or Q(), now, (now - LONGEST_TIME).date()), now=now)


def _told(rows: Iterable[MaintenanceWindow], *, now: datetime) -> list[Planned]:
    found = [one for row in rows if (one := _planned(row, now=now)) and not one.is_over]
    waiting = dict(_waiting(now)) if found else {}
    for one in found:
        one.waiting = waiting.get(one.pk, 0)
    return sorted(found, key=lambda one: (one.starts_at, one.pk))


def over(*, now: datetime, about: Q | None = None) -> list[Planned]:
    """What is over or was called off, the last first."""
    rows = _rows(MaintenanceWindow.objects.order_by("-starts_at", "-pk"), about)[:MOST_OVER]
    found = [one for row in rows if (one := _planned(row, now=now)) and one.is_over]
    return sorted(found, key=lambda one: one.ends_at, reverse=True)


def of_service(service: Service, *, now: datetime, most: int) -> list[Planned]:
    """What goes on and comes on one service."""
    return _told(_left_of(service, now, (now - LONGEST_TIME).date()), now=now)[:most]


def within(span: timedelta, *, now: datetime, most: int, about: Q | None = None) -> list[Planned]:
    """What goes on, or begins within `span`."""
    return [one for one in ahead(now=now, about=about) if one.starts_at < now + span][:most]


def _rows(rows: QuerySet[MaintenanceWindow], about: Q | None) -> QuerySet[MaintenanceWindow]:
    if about:
        rows = rows.filter(pk__in=MaintenanceWindow.objects.filter(about).values("pk"))
    found: QuerySet[MaintenanceWindow] = rows.select_related("owner")
    return found.prefetch_related("services", "sources")


@compiled
def _left(about: Q, now: datetime, last: date) -> QuerySet[MaintenanceWindow]:
    return _rows(MaintenanceWindow.objects.left_at(now, last=last), about)


@compiled
def _left_of(service: Service, now: datetime, last: date) -> QuerySet[MaintenanceWindow]:
    left: QuerySet[MaintenanceWindow] = MaintenanceWindow.objects.left_at(now, last=last)
    about = MaintenanceWindow.services.through.objects.filter(service=service)
    return _rows(left.filter(pk__in=about.values("maintenancewindow")), None)


@compiled
def _waiting(now: datetime) -> QuerySet[Alert, Any]:
    held: QuerySet[Alert] = Alert.objects.held_by_work(now=now).order_by()
    return held.values_list("held_by").annotate(number=Count("pk"))


def _planned(row: MaintenanceWindow, *, now: datetime) -> Planned | None:
    """The window with its time; None when it was called off before it ever began."""
    row.service_ids = [one.pk for one in row.services.all()]
    row.source_ids = [one.pk for one in row.sources.all()]
    window = reading.window_of(row)
    spell = next(maintenance.spells(window, after=now), None) or _last(window)
    return Planned(row, window, spell, now) if spell else None


def _last(window: Window) -> Spell | None:
    """Its last time, of one that is over."""
    last = None
    since = window.starts_at
    if window.called_off_at:
        since = max(since, window.called_off_at - timedelta(days=63))
    elif window.until:
        ended = datetime.combine(window.until, datetime.min.time(), tzinfo=window.zone)
        since = max(since, ended - timedelta(days=63))
    for spell in maintenance.spells(window, after=since):
        last = spell
    return last


@dataclass(frozen=True)
class WorkPage:
    """One window: what it does, its next times, what meets it, and what a reader may do."""

    planned: Planned | None
    words: tuple[Sentence, ...]
    times: tuple[Time, ...]
    conflicts: tuple[Sentence, ...]
    why_not: str | None = None
    exceptions: tuple[Excepted, ...] = ()


def find(pk: int, *, now: datetime) -> Planned | None:
    """One window, over or not; three queries."""
    row = _rows(MaintenanceWindow.objects.filter(pk=pk), None).first()
    if row is None:
        return None
    found = _planned(row, now=now)
    if found is None:
        row.called_off_at = None
        found = _planned(row, now=now)
    if found:
        found.waiting = Alert.objects.held_by_work(now=now).filter(held_by=pk).count()
    return found


def page_of(planned: Planned, *, reader: Person, now: datetime) -> WorkPage:
    """The page of one window for one reader."""
    row, window = planned.row, planned.window
    teams = reading.teams_of(row.service_ids, row.source_ids)
    keeper = reading.keeper(reader, teams)
    refusal = why_not_plan_work(keeper, is_owner=row.owner_id == reader.pk)
    return WorkPage(
        planned,
        planned.words,
        planned.times,
        conflicts_of(window, now=now),
        refusal or why_not_change(window, now=now),
        exceptions.listed(window, row.exceptions, now=now),
    )


def choices_of(planned: Planned, *, now: datetime) -> tuple[tuple[date, str], ...]:
    """The coming times of a window that may be left out or moved."""
    return exceptions.choices(planned.window, now=now)


def tried(row: MaintenanceWindow, about: Sequence[str], *, now: datetime) -> WorkPage:
    """What a window would do that is not written yet."""
    window = reading.window_of(row)
    if window.ends_at <= window.starts_at:
        return WorkPage(None, (), (), ())
    return WorkPage(
        None,
        what_it_does(window, about, now=now),
        next_times(window, now=now),
        conflicts_of(window, now=now),
    )


def conflicts_of(window: Window, *, now: datetime) -> tuple[Sentence, ...]:
    """Other windows that go on at the same time and may be about the same; one query."""
    if window.called_off_at:
        return ()
    rows = MaintenanceWindow.objects.not_over(now=now).exclude(pk=window.window_id or None)
    others = [reading.window_of(row) for row in rows.with_subjects().order_by("starts_at", "pk")]
    found = []
    for other in others:
        meeting = maintenance.meets(window, other, after=now, before=now + CONFLICTS_WITHIN)
        if meeting:
            found.append(conflict(window, other, meeting))
    return tuple(found[:CONFLICTS_SHOWN])


def why_not_plan_any(reader: Person) -> str | None:
    """Whether a reader may plan work on anything at all."""
    is_lead = Membership.objects.filter(person=reader, is_lead=True).exists()
    return why_not_plan_work(reading.keeper(reader, {None})) if not is_lead else None


def zones_for(reader: Person, *, also: Iterable[str] = ()) -> list[str]:
    """The zones in which work is planned: those of the teams, the reader's, UTC."""
    teams = Team.objects.values_list("time_zone", flat=True).distinct()
    return sorted({*teams, *also, reader.time_zone, "UTC"})


def zone_of(service: Service | None, reader: Person) -> ZoneInfo:
    """The zone of the owning team; without a service the reader's own."""
    return ZoneInfo(service.owner_team.time_zone if service else reader.time_zone)


def people() -> list[Person]:
    """Who may answer for planned work."""
    return list(Person.objects.filter(left_at__isnull=True).order_by("full_name", "pk"))
