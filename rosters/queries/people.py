"""People as the pages about them show them: who they are, and whether they can be called."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, Prefetch, Q, QuerySet

from rosters.enums import HandOverState, Urgency
from rosters.logic.absences import why_not_keep
from rosters.logic.numbers import why_not_see_numbers
from rosters.logic.readiness import Point, Readiness, readiness
from rosters.models import (
    Absence,
    ContactPoint,
    ContactRule,
    ContactView,
    MatrixEntry,
    Membership,
    Person,
    PlannedHandOver,
    Service,
)
from rosters.queries import absences, calling, everybody, leading, numbers, shifts
from rosters.queries.calling import Line, RoleDuty
from rosters.queries.compiled import compiled
from rosters.queries.lines import usable_channels
from rosters.queries.many import Ids
from rosters.queries.shifts import Shift

LOOKS_SHOWN = 5
UNUSED = (9999, 9999)
POINT = ("channel", "last_tested_at", "last_failed_at", "verified_at", "reported_wrong_at")
"""What of a contact point says whether a person can be called."""


@dataclass(frozen=True)
class Row:
    """One person in the list. `duties` are the rosters and roles they are called for now."""

    person: Person
    readiness: Readiness
    teams: tuple[str, ...]
    duties: tuple[str, ...]
    is_expected: bool = True


@dataclass(frozen=True)
class PersonPage:
    """One person for one reader. `why_not` is None when the reader may ask for the numbers."""

    person: Person
    readiness: Readiness
    memberships: tuple[Membership, ...]
    roles: tuple[MatrixEntry, ...]
    shifts: tuple[Shift, ...]
    absences: tuple[Absence, ...]
    points: tuple[ContactPoint, ...]
    on_call: tuple[Line, ...]
    duties: tuple[RoleDuty, ...]
    why_not: str | None
    looks: tuple[ContactView, ...] = ()
    helpers: tuple[Person, ...] = ()
    may_note_absence: bool = False
    may_replace: bool = False
    hand_over_at: datetime | None = None
    """When others take over what names the person; for those only whom it concerns."""

    @property
    def backup_for(self) -> list[Line]:
        return [line for line in self.on_call if self.person.pk in line.backup_ids]

    @property
    def first_for(self) -> list[Line]:
        return [line for line in self.on_call if self.person.pk in line.first_ids]

    @property
    def called_for(self) -> list[Service]:
        """The services for which the person is on call now, first on call before backup."""
        lines = [*self.first_for, *self.backup_for]
        return list({one.pk: one for line in lines for one in line.services}.values())


def with_contacts(people: QuerySet[Person]) -> QuerySet[Person]:
    """With everything that `readiness_of` touches."""
    rules = ContactRule.objects.filter(urgency=Urgency.URGENT)
    return people.prefetch_related(
        Prefetch("contact_points", ContactPoint.objects.order_by("pk")),
        Prefetch("contact_rules", rules, to_attr="urgent_rules"),
    )


def readiness_of(person: Person, *, now: datetime) -> Readiness:
    """Whether a person can be called; needs `with_contacts`."""
    uses = {
        rule.contact_point_id: (rule.delay_minutes, rule.order)
        for rule in getattr(person, "urgent_rules", [])
    }
    points = [
        (point.pk, *(getattr(point, name) for name in POINT))
        for point in person.contact_points.all()
    ]
    return _judged(points, uses, now=now)


def _judged(
    points: Iterable[Sequence[Any]], uses: Mapping[int, tuple[int, int]], *, now: datetime
) -> Readiness:
    """Of a person's points, each a key and what `POINT` names, and what their urgent rules say."""
    ordered = sorted(points, key=lambda point: (uses.get(point[0], UNUSED), point[0]))
    usable = usable_channels()
    facts = [
        Point(
            channel,
            is_urgent=pk in uses,
            is_usable=channel in usable,
            last_tested_at=tested_at,
            last_failed_at=failed_at,
            is_verified=(verified_at or tested_at) is not None,
            is_reported=reported_at is not None,
        )
        for pk, channel, tested_at, failed_at, verified_at, reported_at in ordered
    ]
    return readiness(facts, now=now)


def not_ready(person_ids: Iterable[int], *, now: datetime) -> dict[int, Readiness]:
    """Those of these people who may not be reached, by primary key; two queries."""
    wanted = frozenset(person_ids)
    if not wanted:
        return {}
    uses = {pk: (delay, order) for pk, delay, order in _urgent(wanted)}
    points: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for person_id, *point in _points(wanted, now):
        points[person_id] += [point] if point[0] else []
    ready = {pk: _judged(found, uses, now=now) for pk, found in points.items()}
    return {pk: one for pk, one in ready.items() if one.needs_attention}


@compiled
def _points(people: Ids, now: datetime) -> QuerySet[Any, Any]:
    """The points of those of these people who are here; of whoever has none there is one row."""
    here: QuerySet[Person] = Person.objects.employed(now=now).filter(pk__in=people)
    facts = ("pk", *POINT)
    return here.order_by("pk").values_list("pk", *(f"contact_points__{name}" for name in facts))


@compiled
def _urgent(people: Ids) -> QuerySet[ContactRule, Any]:
    rules = ContactRule.objects.filter(person__in=people, urgency=Urgency.URGENT)
    return rules.values_list("contact_point_id", "delay_minutes", "order")


@compiled
def _with_contacts(people: Ids) -> QuerySet[Person]:
    return with_contacts(Person.objects.filter(pk__in=people))


def rows(pks: Sequence[int], *, now: datetime) -> list[Row]:
    """These people in this order with what they are called for; a constant number of queries."""
    found = with_contacts(Person.objects.filter(pk__in=pks)).prefetch_related(
        Prefetch("memberships", Membership.objects.select_related("team").order_by("team__name"))
    )
    counted_on = Person.objects.filter(everybody.expected(), pk__in=pks)
    expected = set(counted_on.values_list("pk", flat=True))
    places = {pk: place for place, pk in enumerate(pks)}
    duties = _duties_by_person(calling.called(at=now))
    return [
        Row(
            person,
            readiness_of(person, now=now),
            tuple(one.team.name for one in person.memberships.all()),
            tuple(duties.get(person.pk, ())),
            person.pk in expected,
        )
        for person in sorted(found, key=lambda one: places[one.pk])
    ]


def _duties_by_person(overview: calling.Overview) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for line in overview.lines:
        for person in line.first:
            found.setdefault(person.person_id, []).append(line.roster.name)
        for person in line.backup:
            found.setdefault(person.person_id, []).append(f"backup for {line.roster.name}")
    for duty in overview.duties:
        for part in duty.parts:
            for person in () if part.roster else part.people:
                when = f" ({part.when})" if part.when else ""
                found.setdefault(person.person_id, []).append(f"{duty.role.name}{when}")
    return found


def find(pk: int) -> Person | None:
    """One person with their contact points, whether or not they are still here."""
    return next(iter(_with_contacts({pk})), None)


def page_of(person: Person, *, reader: Person, now: datetime) -> PersonPage:
    """One person as `reader` sees them; a constant number of queries. Needs `find`."""
    overview = calling.overview(at=now)
    close = numbers.closeness(reader, [person.pk], on_call=overview.on_duty_ids)[person.pk]
    memberships = Membership.objects.filter(person=person).select_related("team")
    sees_looks = reader.pk == person.pk or reader.is_superuser
    teams = list(memberships.order_by("team__name", "pk"))
    may_replace = _may_replace(reader, person, {one.team_id for one in teams})
    is_concerned = may_replace or reader.pk == person.pk
    return PersonPage(
        person=person,
        readiness=readiness_of(person, now=now),
        memberships=tuple(teams),
        roles=tuple(_roles(person, now=now)),
        shifts=tuple(shifts.shifts_of(person, now=now)),
        absences=tuple(absences_of(person, now=now)),
        points=tuple(numbers.points_of(person)),
        on_call=overview.lines,
        duties=tuple(
            duty
            for duty in overview.duties
            if person.pk in {one.person_id for part in duty.parts for one in part.people}
        ),
        why_not=why_not_see_numbers(close, name=person.short_name),
        looks=tuple(looks_at(person)) if sees_looks else (),
        helpers=tuple(_helpers(person, [one.team_id for one in teams], now=now)),
        may_note_absence=_may_note_absence(reader, person, now=now),
        may_replace=may_replace,
        hand_over_at=_hand_over_at(person) if is_concerned else None,
    )


def _hand_over_at(person: Person) -> datetime | None:
    plans = PlannedHandOver.objects.filter(person=person, state=HandOverState.PLANNED)
    found: datetime | None = plans.aggregate(first=Min("due_at"))["first"]
    return found


def _may_note_absence(reader: Person, person: Person, *, now: datetime) -> bool:
    """Whether the reader keeps the absences of somebody who is still here."""
    if person.left_at is not None and person.left_at <= now:
        return False
    return not why_not_keep(absences.keeper(reader, person), name=person.short_name)


def _may_replace(reader: Person, person: Person, teams: set[int]) -> bool:
    """Whether the reader can put somebody in the person's place, at least somewhere."""
    if reader.pk == person.pk:
        return False
    if reader.has_perm("rosters.change_matrixentry") and reader.has_perm("rosters.change_service"):
        return True
    return bool(teams) and teams <= set(leading.led_by(reader))


def _roles(person: Person, *, now: datetime) -> Iterable[MatrixEntry]:
    """The cells of the contact matrix that name the person and hold at `now`."""
    named = Q(person=person) | Q(backup=person)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    found = MatrixEntry.objects.filter(named, begun, lasting)
    return found.select_related("role", "service", "team").order_by("role__name", "pk")


def absences_of(person: Person, *, now: datetime) -> Iterable[Absence]:
    """When the person is away, from now on."""
    return Absence.objects.filter(person=person, ends_at__gt=now).order_by("starts_at", "pk")


def looks_at(person: Person) -> Iterable[ContactView]:
    """Who saw the person's numbers, the newest first."""
    seen = ContactView.objects.filter(person=person).select_related("viewer")
    return seen.order_by("-at", "-pk")[:LOOKS_SHOWN]


def _helpers(person: Person, team_ids: list[int], *, now: datetime) -> Iterable[Person]:
    """Who may see the numbers and can be asked: the leads of the person's teams."""
    leads: QuerySet[Person] = Person.objects.employed(now=now).filter(
        memberships__team__in=team_ids, memberships__is_lead=True
    )
    return leads.exclude(pk=person.pk).distinct().order_by("full_name", "pk")
