"""The single pane: what is open, what is next, who is on call, how the services do."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from config.front.queries.health import ServiceHealth, service_health
from config.front.queries.scope import Scope
from config.portal.sentences import Sentence, sentence
from incidents.models import Change, Incident
from incidents.queries import board, findings, planned_work
from incidents.queries.board import Board, Card
from incidents.queries.findings import Tally
from incidents.queries.health import open_for
from incidents.queries.impact import impact_for
from incidents.queries.planned_work import Planned
from reviews.models import ActionItem, Drill
from reviews.queries.waiting import actions_due, reviews_due
from rosters.enums import Channel
from rosters.models import ContactPoint, CoverRequest, HandoverNote, Person
from rosters.queries import absences, calling, handover
from rosters.queries.calling import Line, OpenGap, Overview, RoleDuty, Stint
from rosters.queries.compiled import compiled
from rosters.queries.directory import load_directory
from rosters.queries.sharing import Waiting, concerning

CARDS = 12
DEADLINES = 6
ACTIONS = 5
ROSTERS = 12
CHANGES = 8
WINDOWS = 5
FINDINGS = 3
"""How many of each are shown at most; the rest is a number and a link."""

LATELY = timedelta(hours=24)
AHEAD = timedelta(days=7)
TESTED_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Due:
    """One thing that is due, with the page where it is done."""

    at: datetime
    sentence: Sentence
    url: str
    owner: str


@dataclass(frozen=True)
class Me:
    """The reader's own line: what they are on call for, and whether their phone works."""

    lines: list[Stint] = field(default_factory=list)
    backs: list[Stint] = field(default_factory=list)
    roles: list[RoleDuty] = field(default_factory=list)
    has_phone: bool = False
    tested_at: datetime | None = None
    is_stale: bool = False

    @property
    def is_on_call(self) -> bool:
        return bool(self.lines or self.backs or self.roles)


@dataclass(frozen=True)
class Quiet:
    """What to say when nothing is open: the last incident, and the next drill."""

    last: Incident | None = None
    drill: Drill | None = None


@dataclass(frozen=True)
class Around:
    """What was changed in the last 24 hours, and what work is planned for the next 7 days."""

    changes: list[Change] = field(default_factory=list)
    windows: list[Planned] = field(default_factory=list)


@dataclass(frozen=True)
class NowPage:
    """The single pane for one reader and one scope.

    `hidden` counts open incidents that the scope leaves out; `worst` is the worst of those that are
    not contained, or else of all, and `impact` what customers notice of it; `asked` are questions
    whether the reader takes somebody's calls, `swaps` those whose answer is theirs, `own_swaps`
    those that wait for others, `notes` what somebody hands over to them.
    """

    scope: Scope
    board: Board
    hidden: int
    me: Me
    deadlines: list[Due]
    rosters: list[Line]
    rosters_total: int
    gaps: list[OpenGap]
    actions: list[ActionItem]
    health: ServiceHealth
    around: Around
    quiet: Quiet
    worst: Card | None = None
    impact: str = ""
    asked: tuple[CoverRequest, ...] = ()
    swaps: tuple[Waiting, ...] = ()
    own_swaps: tuple[Waiting, ...] = ()
    notes: tuple[HandoverNote, ...] = ()
    findings: Tally = field(default_factory=Tally)

    @property
    def worst_level(self) -> int | None:
        """The severity of the worst open incident; None when nothing is open."""
        cards = (*self.board.cards[:1], *self.board.calling[:1])
        return min((card.incident.severity for card in cards), default=None)

    @property
    def calling_me(self) -> list[Card]:
        """Incidents for which the reader is being called right now."""
        return self.board.calling

    @property
    def unacknowledged(self) -> list[Card]:
        """Incidents that nobody has acknowledged yet, the worst first."""
        return [card for card in self.board.cards if card.needs_acknowledgement]

    @property
    def worst_waits(self) -> bool:
        """Whether the worst incident is the first of those that nobody has acknowledged."""
        return self.worst is not None and self.unacknowledged[:1] == [self.worst]

    @property
    def is_contained(self) -> bool:
        """Whether customers notice nothing any more of all that is open."""
        return self.worst is not None and self.worst.incident.contained_at is not None


def now_page(scope: Scope, *, now: datetime) -> NowPage:
    """What is open, next and on call at `now`; a constant number of queries."""
    person = scope.person
    asked, swaps = calling.ask(at=now), concerning(person, now=now)
    opened = open_for(person)
    wanted = scope.of_incidents(opened)
    found = board.board(wanted, viewer=person, now=now, limit=CARDS, also=asked.wanted)
    directory = found.directory or load_directory(
        asked.wanted, starts_at=now, ends_at=now + calling.LOOK_AHEAD
    )
    on_call = calling.overview_in(asked, directory, at=now)
    me = _me(on_call, scope, now=now)
    health = service_health(
        scope.of_teams(asked.services), opened, on_call.lines, viewer=person, now=now
    )
    rosters = _in_scope(on_call, scope, health)
    worst = _worst(found)
    return NowPage(
        scope=scope,
        board=found,
        hidden=len(opened) - len(wanted),
        me=me,
        deadlines=_deadlines(scope, wanted, me, now=now),
        rosters=rosters[:ROSTERS],
        rosters_total=len(rosters),
        gaps=[gap for gap in on_call.gaps if not gap.is_backup and gap.line in rosters],
        actions=actions_due(person, now=now, limit=ACTIONS, about=_actions_about(scope)),
        health=health,
        around=_around(scope, now=now),
        quiet=Quiet() if found.total else _quiet(scope, now=now),
        worst=worst,
        impact=impact_for(worst.incident) if worst else "",
        asked=tuple(absences.asked_of(person, now=now)),
        swaps=swaps.answers,
        own_swaps=swaps.own,
        notes=tuple(
            handover.unread_for(person, now=now, known=directory, until=now + calling.LOOK_AHEAD)
        ),
        findings=findings.counted(scope.of_services("service"), most=FINDINGS, now=now),
    )


def _worst(found: Board) -> Card | None:
    """The worst of what is not contained; where everything is, the worst of all."""
    going_on = (one for one in found.cards if one.incident.contained_at is None)
    return next(going_on, next(iter(found.cards), None))


def _in_scope(on_call: Overview, scope: Scope, health: ServiceHealth) -> list[Line]:
    """The rosters of the chosen teams, and the reader's own.

    Gaps first, then the reader's, then those that answer for what does not work.
    """
    person, troubled = scope.person.pk, {one.service.pk for one in health.told}
    kept = [
        line
        for line in on_call.lines
        if scope.team_ids is None
        or line.roster.team_id in scope.team_ids
        or (scope.is_mine and person in (*line.first_ids, *line.backup_ids))
    ]
    return sorted(kept, key=lambda line: _last_read(line, person, troubled))


def _last_read(line: Line, person: int, troubled: Set[int]) -> tuple[bool, bool, bool]:
    answers_for_it = any(one.pk in troubled for one in line.services)
    return not line.is_gap, person not in line.first_ids, not answers_for_it


def _actions_about(scope: Scope) -> Q:
    about = scope.of_services("review__incident__service")
    return about | Q(owner=scope.person) if scope.is_mine else about


def _me(on_call: Overview, scope: Scope, *, now: datetime) -> Me:
    person = scope.person
    tests = [tested_at for (tested_at,) in _phones(person)]
    tested_at = max((at for at in tests if at), default=None)
    lines = on_call.mine(person)
    of_lines = {line.roster.pk for line in lines}
    roles = [
        duty
        for duty in on_call.duties
        if person.pk in {one.person_id for one in duty.people[:1]}
        and (duty.roster is None or duty.roster.pk not in of_lines)
    ]
    is_stale = tested_at is None or now - tested_at > TESTED_FOR
    return Me(lines, on_call.backed_by(person), roles, bool(tests), tested_at, is_stale)


@compiled
def _phones(person: Person) -> QuerySet[ContactPoint, Any]:
    points = ContactPoint.objects.filter(person=person, channel__in=[Channel.PHONE, Channel.SMS])
    return points.values_list("last_tested_at")


def _deadlines(scope: Scope, wanted: Iterable[Incident], me: Me, *, now: datetime) -> list[Due]:
    """Promises of open incidents, the reader's own hand-overs and reviews; the earliest first."""
    found = [
        Due(
            one.at,
            one.sentence,
            reverse("incidents:detail", args=[one.incident.reference]),
            one.owner,
        )
        for one in board.deadlines(wanted, limit=DEADLINES)
    ]
    found += [
        Due(stint.until, _handover(stint), "#on-call-h", stint.roster.name)
        for stint in me.lines
        if stint.until and stint.until - now <= LATELY
    ]
    found += [
        Due(
            review.due_at,
            sentence("Review of {reference}", reference=review.incident.reference),
            reverse("reviews:detail", args=[review.pk]),
            str(review.facilitator or ""),
        )
        for review in reviews_due(scope.person, limit=DEADLINES)
    ]
    return sorted(found, key=lambda due: due.at)[:DEADLINES]


def _handover(stint: Stint) -> Sentence:
    if stint.then:
        return sentence("Hand over to {who}", who=stint.then[0].full_name)
    return sentence("Your shift ends, and nobody follows")


def _around(scope: Scope, *, now: datetime) -> Around:
    about = scope.of_services("service")
    about = about | Q(service__isnull=True) if about else about
    return Around(
        _changes(about, now - LATELY, now),
        planned_work.within(AHEAD, now=now, most=WINDOWS, about=scope.of_services("services")),
    )


@compiled
def _changes(about: Q, since: datetime, now: datetime) -> QuerySet[Change]:
    changes = Change.objects.filter(about, made_at__gt=since, made_at__lte=now)
    return changes.select_related("service", "made_by").order_by("-made_at", "-pk")[:CHANGES]


def _quiet(scope: Scope, *, now: datetime) -> Quiet:
    ended = Incident.objects.visible_to(scope.person).filter(resolved_at__isnull=False)
    drills = Drill.objects.filter(
        scope.of_services("service"),
        planned_at__gte=now,
        finished_at__isnull=True,
        called_off_at__isnull=True,
    )
    return Quiet(
        ended.order_by("-resolved_at", "-pk").first(),
        drills.select_related("service", "leader").order_by("planned_at", "pk").first(),
    )
