"""What readers who do not fix things want to know: are customers affected, and what comes next."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from config.portal.sentences import Sentence
from incidents.logic import status
from incidents.logic.health import Health, HealthState
from incidents.logic.lead import who_leads
from incidents.logic.next_update import NextUpdate, next_update
from incidents.logic.status import History, Last, Problem
from incidents.models import Incident, StatusUpdate, Subscription
from incidents.queries import planned_work
from incidents.queries.board import commanders_of
from incidents.queries.calls import calls_for
from incidents.queries.health import days_of, health_of
from incidents.queries.next_update import hearings_of
from incidents.queries.planned_work import Planned
from rosters.enums import Tier
from rosters.models import Person, Service

DAYS = 90
WORKING_SHOWN = 12
HISTORIES_READ = 24
WORK_AHEAD = timedelta(days=30)
WORK_SHOWN = 6
ENDED_FOR = timedelta(days=7)
ENDED_SHOWN = 5

NOTICED = Q(impact__is_customer_facing=True) | Q(
    impact__isnull=True, severity__lte=status.BAD_UNTIL
)
"""What `status.is_noticed` says, for the database."""


@dataclass(frozen=True)
class Affecting:
    """One open incident that customers notice, with all that was written about it."""

    incident: Incident
    updates: tuple[StatusUpdate, ...]
    next_update: NextUpdate
    leads: Sentence

    @property
    def latest(self) -> StatusUpdate | None:
        return self.updates[0] if self.updates else None

    @property
    def earlier(self) -> tuple[StatusUpdate, ...]:
        return self.updates[1:]

    @property
    def impact(self) -> str:
        """What customers see, or saw until it was contained, in the words of an update."""
        one = self.incident
        return status.impact_of(self.updates, contained_at=one.contained_at, otherwise=one.summary)

    @property
    def service_names(self) -> list[str]:
        """The primary service first, then the affected ones."""
        names = [self.incident.service.name] if self.incident.service else []
        return names + [one.service.name for one in self.incident.affected.all()]

    @property
    def problem(self) -> Problem:
        one = self.incident
        return Problem(
            one.title,
            one.severity,
            self.impact,
            one.contained_at,
            self.next_update.at,
            has_update=bool(self.updates),
        )


@dataclass(frozen=True)
class Ended:
    """One incident that customers noticed and that is over, with the last that was written."""

    incident: Incident
    update: StatusUpdate | None

    @property
    def worked_at(self) -> datetime | None:
        """From when on customers could work again."""
        return self.incident.contained_at or self.incident.resolved_at

    @property
    def how(self) -> str:
        """What was known once customers could work again; nothing when nobody wrote it."""
        update, worked_at = self.update, self.worked_at
        is_after = update and worked_at and update.posted_at >= worked_at
        return update.known if update and is_after else ""

    @property
    def felt_for(self) -> timedelta | None:
        return self.worked_at - self.incident.detected_at if self.worked_at else None


@dataclass(frozen=True)
class Working:
    """One service and how it is doing."""

    service: Service
    health: Health


@dataclass(frozen=True)
class StatusPage:
    """The status page for one reader."""

    affecting: list[Affecting]
    headline: Sentence
    answers: tuple[Sentence, ...]
    services: list[Working]
    more_working: int
    work: list[Planned]
    ended: list[Ended]
    followed: frozenset[int] = frozenset()

    @property
    def worst_level(self) -> int | None:
        """The severity of the worst problem that customers notice now."""
        return min((one.incident.severity for one in self.felt), default=None)

    @property
    def felt(self) -> list[Affecting]:
        """What customers notice now; as many as the title counts."""
        return [one for one in self.affecting if one.incident.contained_at is None]


def page(viewer: Person, *, now: datetime) -> StatusPage:
    """What is true for customers at `now`; a constant number of queries."""
    noticed, others = _open(viewer)
    affecting = _affecting(noticed, viewer=viewer, now=now)
    problems = [one.problem for one in affecting]
    last = None if problems else _last(viewer, now=now)
    services, more = _services(viewer)
    return StatusPage(
        affecting=affecting,
        headline=status.headline(problems),
        answers=status.answers(problems, last=last, others=others, now=now),
        services=services,
        more_working=more,
        work=_work(now=now),
        ended=_ended(viewer, now=now),
        followed=_followed(affecting, viewer),
    )


def _followed(affecting: Sequence[Affecting], viewer: Person) -> frozenset[int]:
    """Which of these the viewer follows."""
    if not affecting:
        return frozenset()
    rows = Subscription.objects.filter(person=viewer)
    return frozenset(
        rows.filter(incident__in=[one.incident.pk for one in affecting]).values_list(
            "incident", flat=True
        )
    )


def _open(viewer: Person) -> tuple[list[Incident], int]:
    """What customers notice, worst first and what they feel now before the rest; and the others."""
    opened = (
        Incident.objects.visible_to(viewer)
        .open()
        .select_related("impact", "service", "acknowledged_by")
    )
    rows = list(opened.prefetch_related("affected__service").most_severe_first())
    noticed = [one for one in rows if _is_noticed(one)]
    return sorted(noticed, key=lambda one: one.contained_at is not None), len(rows) - len(noticed)


def _is_noticed(incident: Incident) -> bool:
    facing = incident.impact.is_customer_facing if incident.impact else None
    return status.is_noticed(severity=incident.severity, is_customer_facing=facing)


def _affecting(incidents: Sequence[Incident], *, viewer: Person, now: datetime) -> list[Affecting]:
    updates = _updates(incidents)
    commanders = commanders_of(incidents)
    calls = calls_for(incidents, now=now, reader_id=viewer.pk)
    hearings = hearings_of(incidents, calls, commanders, written=set(updates))
    return [
        Affecting(
            one,
            tuple(updates[one.pk]),
            next_update(hearings[one.pk], now=now),
            who_leads(
                severity=one.severity,
                commander=str(commanders.get(one.pk) or ""),
                acknowledged_by=str(one.acknowledged_by or ""),
                is_left=one.is_left,
            ),
        )
        for one in incidents
    ]


def _updates(incidents: Sequence[Incident]) -> dict[int, list[StatusUpdate]]:
    """All updates of these incidents, each list the newest first."""
    found: dict[int, list[StatusUpdate]] = defaultdict(list)
    for update in StatusUpdate.objects.filter(incident__in=incidents).order_by("-number"):
        found[update.incident_id].append(update)
    return found


def _ended(viewer: Person, *, now: datetime) -> list[Ended]:
    """What customers noticed and what ended in the last days, the newest first."""
    over = Incident.objects.visible_to(viewer).filter(
        NOTICED, resolved_at__lte=now, resolved_at__gt=now - ENDED_FOR
    )
    rows = list(over.select_related("service").order_by("-resolved_at", "-pk")[:ENDED_SHOWN])
    updates = _updates(rows)
    return [Ended(one, next(iter(updates[one.pk]), None)) for one in rows]


def _last(viewer: Person, *, now: datetime) -> Last | None:
    """The newest noticed incident that is over."""
    over = Incident.objects.visible_to(viewer).filter(NOTICED, resolved_at__lte=now)
    found = over.order_by("-resolved_at", "-pk").first()
    return Last(found.title, found.resolved_at) if found and found.resolved_at else None


def _services(viewer: Person) -> tuple[list[Working], int]:
    """Everything that does not work, then what customers depend on most; and how many more work."""
    rows = list(Service.objects.order_by("tier", "name", "pk"))
    health = health_of(rows, viewer=viewer)
    found = [Working(one, health[one.pk]) for one in rows]
    troubled = [one for one in found if not one.health.is_working]
    working = [one for one in found if one.health.is_working]
    noticed = [one for one in working if one.service.tier < Tier.SUPPORTING][:WORKING_SHOWN]
    troubled.sort(key=lambda one: (list(HealthState).index(one.health.state), one.service.tier))
    return [*troubled, *noticed], len(working) - len(noticed)


def _work(*, now: datetime) -> list[Planned]:
    return planned_work.within(WORK_AHEAD, now=now, most=WORK_SHOWN)


def histories(viewer: Person, *, now: datetime) -> list[History]:
    """The last 90 days of what customers depend on most, the worst first; three queries."""
    rows = list(Service.objects.order_by("tier", "name", "pk")[:HISTORIES_READ])
    zone = ZoneInfo(viewer.time_zone)
    days = days_of(rows, viewer=viewer, now=now, zone=zone, days=DAYS)
    found = [History(one.name, one.slug, days[one.pk]) for one in rows]
    return sorted(found, key=lambda one: one.good)


def history_words(found: Iterable[History]) -> tuple[Sentence, ...]:
    """The same in a sentence or two."""
    return status.history_words(list(found), days=DAYS)
