"""Everything that names one person, for whoever puts somebody in their place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from config.front.logic.leaving import (
    Group,
    Kind,
    Part,
    Place,
    fitting,
    grouped,
    why_may,
    why_not_call_off,
)
from config.front.queries.audit import administrators
from config.portal import words
from incidents.models import EscalationPolicy, Incident, RoleAssignment
from reviews.models import Drill, DrillFinding
from reviews.queries.waiting import few_actions
from rosters.enums import HandOverState
from rosters.models import (
    ApiToken,
    ContactPoint,
    MatrixEntry,
    Membership,
    Message,
    Override,
    Person,
    PlannedHandOver,
    RotationMember,
    Service,
    TemporaryShift,
)
from rosters.queries.leading import led_by
from rosters.queries.lines import usable_channels
from rosters.queries.sayings import condition
from rosters.queries.testing import tests_of

ASKED_FOR = timedelta(days=30)
MAY_KEEP = "rosters.change_matrixentry"


@dataclass(frozen=True)
class LeaverPage:
    """What one person holds, for one reader.

    `groups` are handed over here; `beyond` is for somebody else to hand over: `names` can. `rules`
    call them by name and are changed in their own place, because what a rule says is never changed
    afterwards; open parts in incidents are handed over in the incident, with a word.
    """

    person: Person
    groups: tuple[Group, ...]
    beyond: tuple[Group, ...] = ()
    names: tuple[str, ...] = ()
    rules: tuple[EscalationPolicy, ...] = ()
    parts: tuple[RoleAssignment, ...] = ()
    tokens: tuple[ApiToken, ...] = ()
    sessions: int = 0
    points: int = 0
    planned: tuple["Planned", ...] = ()
    """What goes to others on a later day; it is in no other list here."""
    why_may: str = ""
    """By what right the reader does this, where that is not plain to see."""

    @property
    def places(self) -> list[Place]:
        return [place for group in self.groups for place in group.places]

    @property
    def elsewhere(self) -> int:
        """How many things name them that this reader does not hand over here."""
        return sum(len(one.places) for one in self.beyond) + len(self.rules) + len(self.parts)

    def settled_at(self, *, now: datetime) -> datetime | None:
        """From when on nothing names them any more, once all of it is planned; else None."""
        if self.person.has_left(now) or not self.planned or self.elsewhere:
            return None
        last = max(one.plan.due_at for one in self.planned)
        at = self.person.left_at or last
        return at if all(one.is_over(at) for one in self.places) else None

    @property
    def total(self) -> int:
        """Everything that names them."""
        return len(self.places) + self.elsewhere


@dataclass(frozen=True)
class Planned:
    """A hand-over on a later day: each thing with whoever takes it."""

    plan: PlannedHandOver
    places: tuple[tuple[Place, str], ...]
    may_call_off: bool = False


@dataclass(frozen=True)
class Number:
    """One way to reach a successor, without its digits: the page only says whether it works."""

    point: ContactPoint
    asked_at: datetime | None
    sent_at: datetime | None
    is_proven: bool


def part_of(reader: Person, person: Person) -> Part:
    """What `reader` may do here."""
    leads = frozenset(led_by(reader))
    teams = set(Membership.objects.filter(person=person).values_list("team_id", flat=True))
    return Part(
        is_administrator=reader.is_superuser,
        keeps_contacts=reader.has_perm(MAY_KEEP) and reader.has_perm("rosters.change_service"),
        is_self=reader.pk == person.pk,
        leads=leads,
        leads_all=bool(teams) and teams <= leads,
        leads_any=bool(teams & leads),
    )


def page(person: Person, *, reader: Person, now: datetime) -> LeaverPage:
    """Everything that names `person`: what `reader` hands over, and what somebody else does."""
    part = part_of(reader, person)
    everything = places_of(person, reader=reader, now=now)
    planned = tuple(_planned(everything, plans_of(person), part, reader))
    settled = {place.key for one in planned for place, _name in one.places}
    found = [one for one in everything if one.key not in settled]
    mine = grouped([one for one in found if part.may_hand_over(one)])
    page = LeaverPage(
        person,
        mine,
        beyond=grouped([one for one in found if not part.may_hand_over(one)]),
        names=() if part.is_administrator else tuple(administrators(now=now)),
        rules=tuple(_rules(person)),
        parts=tuple(_parts(person, reader=reader)),
        planned=planned,
        why_may=why_may(part),
    )
    if not part.is_administrator:
        return page
    return replace(
        page,
        tokens=tuple(tokens_of(person)),
        sessions=UserSession.objects.filter(user=person).count(),
        points=ContactPoint.objects.filter(person=person).count(),
    )


def asked_topic(now: datetime, last_day: date | None) -> str:
    """What the administrators are asked today: the same is not asked twice."""
    return f"leaver-{now:%y%m%d}" + (f"-{last_day:%y%m%d}" if last_day else "")


def asked_today(person: Person, *, now: datetime) -> tuple[datetime | None, tuple[str, ...]]:
    """When today the administrators were asked last to hand over from `person`, and who was."""
    rows = Message.objects.filter(topic__startswith=asked_topic(now, None), topic_id=person.pk)
    found = list(rows.order_by("person__full_name").values_list("created_at", "person__full_name"))
    latest = max((at for at, _name in found), default=None)
    return latest, tuple(dict.fromkeys(name for _at, name in found))


@dataclass(frozen=True)
class Ask:
    """Somebody asked this reader to hand over from a person; the last day if it was known."""

    said: str
    at: datetime
    last_day: date | None


def asked_of(reader: Person, person: Person, *, now: datetime) -> Ask | None:
    """The newest request to `reader` of the last thirty days."""
    rows = Message.objects.filter(
        topic__startswith="leaver-",
        topic_id=person.pk,
        person=reader,
        created_at__gt=now - ASKED_FOR,
        created_at__lte=now,
    )
    newest = rows.order_by("-created_at", "-pk").first()
    if newest is None:
        return None
    day = newest.topic.split("-")[2:]
    last_day = datetime.strptime(day[0], "%y%m%d").date() if day else None  # noqa: DTZ007  # a day
    return Ask(newest.subject, newest.created_at, last_day)


def plans_of(person: Person) -> QuerySet[PlannedHandOver]:
    """What is still to be handed over from `person`, the next first."""
    rows = PlannedHandOver.objects.filter(person=person, state=HandOverState.PLANNED)
    return rows.select_related("planned_by").order_by("due_at", "pk")


def _planned(
    places: Iterable[Place], plans: Iterable[PlannedHandOver], part: Part, reader: Person
) -> Iterator[Planned]:
    """Each plan with what still names the person; what somebody has changed since is left out."""
    rows = list(plans)
    ids = {pk for plan in rows for pk in plan.successors.values()}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "full_name")) if ids else {}
    by_key = {one.key: one for one in places}
    for plan in rows:
        taken = (
            (by_key[key], names.get(pk, "")) for key, pk in plan.successors.items() if key in by_key
        )
        own = plan.planned_by_id == reader.pk
        why_not = why_not_call_off(part, planned_by_reader=own)
        yield Planned(plan, tuple(taken), why_not is None)


def besides_contacts(person: Person, *, reader: Person, now: datetime) -> int:
    """How many things name `person` besides cells of the contact matrix."""
    found = page(person, reader=reader, now=now)
    groups = (*found.groups, *found.beyond)
    cells = sum(len(one.places) for one in groups if one.kind == Kind.CELL)
    return found.total - cells


def why_nobody(typed: str, known: Iterable[str], *, now: datetime) -> str:
    """Why the words name nobody who could take over."""
    shown = typed[:60]
    if len(fitting(typed, known)) > 1:
        return f"Several people are called “{shown}”. Choose one from the list."
    gone = Person.objects.filter(left_at__lte=now, full_name__iexact=" ".join(typed.split()))
    if gone.exists():
        return f"{shown} has left. Choose somebody else."
    return f"Nobody here is called “{shown}”. Choose from the list."


def places_of(person: Person, *, reader: Person, now: datetime) -> list[Place]:
    """What can be handed over, in a constant number of queries."""
    zone = ZoneInfo(reader.time_zone)
    return [
        *_cells(person, now=now),
        *_services(person),
        *_turns(person, now=now, zone=zone),
        *_overrides(person, now=now, zone=zone),
        *_temporary(person, now=now, zone=zone),
        *_leads(person),
        *_actions(person, reader=reader, now=now),
        *_findings(person, now=now),
        *_drills(person, now=now, zone=zone),
    ]


def _cells(person: Person, *, now: datetime) -> Iterator[Place]:
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    rows = MatrixEntry.objects.filter(lasting, Q(person=person) | Q(backup=person))
    ordered = rows.select_related("role", "service", "team", "hours").order_by(
        "service__name", "team__name", "role__order", "pk"
    )
    for row in ordered:
        about = row.service or row.team or "The whole company"
        when = condition(row)
        part = "Backup" if row.backup_id == person.pk else ""
        detail = ", ".join(one for one in (part, when) if one)
        team_id = row.service.owner_team_id if row.service else row.team_id
        title = f"{about}, {row.role.name}"
        yield Place(Kind.CELL, row.pk, title, detail, team_id, ends_at=row.valid_to)


def _services(person: Person) -> Iterator[Place]:
    for row in Service.objects.filter(backup_owner=person).order_by("name"):
        yield Place(Kind.OWNER, row.pk, row.name, "Backup owner")


def _turns(person: Person, *, now: datetime, zone: ZoneInfo) -> Iterator[Place]:
    today = now.astimezone(zone).date()
    rows = RotationMember.objects.filter(
        Q(rotation__ends_on__isnull=True) | Q(rotation__ends_on__gt=today),
        Q(rotation__layer__valid_until__isnull=True) | Q(rotation__layer__valid_until__gt=now),
        person=person,
    )
    ordered = rows.select_related("rotation__layer__roster").order_by(
        "rotation__layer__roster__name", "rotation__layer__priority", "pk"
    )
    for row in ordered:
        layer = row.rotation.layer
        roster = layer.roster
        yield Place(
            Kind.ROTATION,
            row.pk,
            roster.name,
            layer.name,
            roster.team_id,
            roster.pk,
            layer.valid_until,
        )


def _overrides(person: Person, *, now: datetime, zone: ZoneInfo) -> Iterator[Place]:
    rows = Override.objects.filter(person=person, ends_at__gt=now).select_related("roster")
    for row in rows.order_by("starts_at", "pk"):
        when = words.period(row.starts_at, row.ends_at, zone=zone, now=now)
        roster = row.roster
        yield Place(
            Kind.OVERRIDE, row.pk, roster.name, when, roster.team_id, roster.pk, row.ends_at
        )


def _temporary(person: Person, *, now: datetime, zone: ZoneInfo) -> Iterator[Place]:
    rows = TemporaryShift.objects.filter(person=person, ends_at__gt=now)
    for row in rows.select_related("schedule__roster").order_by("starts_at", "pk"):
        when = words.period(row.starts_at, row.ends_at, zone=zone, now=now)
        roster = row.schedule.roster
        detail = f"{row.schedule.name}, {when}"
        yield Place(
            Kind.TEMPORARY, row.pk, roster.name, detail, roster.team_id, roster.pk, row.ends_at
        )


def _leads(person: Person) -> Iterator[Place]:
    rows = Membership.objects.filter(person=person, is_lead=True).select_related("team")
    for row in rows.order_by("team__name"):
        yield Place(Kind.LEAD, row.pk, row.team.name, "Lead")


def _actions(person: Person, *, reader: Person, now: datetime) -> Iterator[Place]:
    rows = few_actions(reader).filter(owner=person, done_at__isnull=True)
    ordered = rows.select_related("review__incident").order_by("due_date", "pk")
    for row in ordered:
        due = words.day(row.due_date, today=now.date())
        yield Place(Kind.ACTION, row.pk, row.title, f"{row.review.incident.reference}, due {due}")


def _findings(person: Person, *, now: datetime) -> Iterator[Place]:
    rows = DrillFinding.objects.filter(owner=person, done_at__isnull=True)
    for row in rows.select_related("drill").order_by("due_date", "pk"):
        due = words.day(row.due_date, today=now.date())
        yield Place(Kind.FINDING, row.pk, row.text, f"{row.drill.title}, due {due}")


def _drills(person: Person, *, now: datetime, zone: ZoneInfo) -> Iterator[Place]:
    rows = Drill.objects.filter(leader=person, finished_at__isnull=True, called_off_at__isnull=True)
    for row in rows.order_by("planned_at", "pk"):
        yield Place(Kind.DRILL, row.pk, row.title, words.short(row.planned_at, zone=zone, now=now))


def _rules(person: Person) -> Iterable[EscalationPolicy]:
    """Policies whose newest version calls the person by name."""
    found = EscalationPolicy.objects.filter(versions__steps__targets__person=person).distinct()
    for policy in found.order_by("name").prefetch_related("versions__steps__targets"):
        newest = max(policy.versions.all(), key=lambda one: one.number)
        if any(
            target.person_id == person.pk
            for step in newest.steps.all()
            for target in step.targets.all()
        ):
            yield policy


def _parts(person: Person, *, reader: Person) -> Iterable[RoleAssignment]:
    visible = Incident.objects.visible_to(reader).open().values("pk")
    held = RoleAssignment.objects.filter(
        person=person, released_at__isnull=True, incident__in=visible
    )
    return held.select_related("incident", "role").order_by("incident_id", "pk")


def tokens_of(person: Person) -> Iterable[ApiToken]:
    """Keys with which programs act for the person, not yet revoked."""
    return ApiToken.objects.filter(person=person, revoked_at__isnull=True).order_by("name", "pk")


def numbers_of(people: Iterable[Person], *, now: datetime) -> dict[int, list[Number]]:
    """The ways to reach these people that can be tried, by person; two queries."""
    rows = ContactPoint.objects.filter(person__in=list(people), channel__in=usable_channels())
    points = list(rows.order_by("pk"))
    tests = tests_of([one.pk for one in points], now=now)
    found: dict[int, list[Number]] = {}
    for point in points:
        last = next(iter(tests[point.pk]), None)
        proven = point.last_tested_at is not None and (
            last is None or point.last_tested_at >= last.asked_at
        )
        number = Number(
            point, last.asked_at if last else None, last.sent_at if last else None, proven
        )
        found.setdefault(point.person_id, []).append(number)
    return found


def administrators_besides(person: Person, *, now: datetime) -> int:
    """How many others could still give rights if this one left; in the caller's transaction they
    are locked, so that two do not note each other's leaving at once."""
    rows = Person.objects.filter(is_superuser=True, may_sign_in=True).employed(now=now)
    held = rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
    return sum(pk != person.pk for pk in held)
