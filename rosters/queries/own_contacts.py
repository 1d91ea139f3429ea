"""One's own numbers as their page shows them: proved or not, tested or not, used when."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from config.portal.sentences import Sentence
from rosters.enums import Channel, Urgency
from rosters.logic import addresses, own_rules, testing
from rosters.logic.codes import Waiting, why_not_try
from rosters.logic.own_rules import OwnWay
from rosters.logic.reaching import CALLS, used, wakes
from rosters.logic.readiness import Readiness
from rosters.models import ContactPoint, MatrixEntry, Person, RotationMember
from rosters.queries import administrators, numbers, people
from rosters.queries.lines import usable_channels
from rosters.queries.testing import tests_of
from rosters.queries.verifying import waiting_of


@dataclass(frozen=True)
class OwnPoint:
    """One contact point of the reader's own."""

    point: ContactPoint
    waiting: Waiting | None
    may_type: bool
    is_usable: bool
    said: Sentence | None
    may_confirm: bool
    why_not_test: str | None
    why_not_remove: str | None
    is_called: bool = False
    may_call: bool = False
    takes_over: ContactPoint | None = None

    @property
    def country(self) -> str:
        """ "+49 Germany", so that a wrong code is seen; nothing for what is no phone number."""
        return addresses.country(self.point.channel, self.point.address)


@dataclass(frozen=True)
class Line:
    """One line of a list: the contact point, its delay, and whether it can move."""

    point: ContactPoint
    delay_minutes: int
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Ways:
    """One of the two lists; `free` are contact points that are not in it."""

    urgency: Urgency
    lines: tuple[Line, ...]
    free: tuple[ContactPoint, ...]
    preview: str
    warnings: tuple[str, ...]

    @property
    def is_urgent(self) -> bool:
        return self.urgency == Urgency.URGENT


@dataclass(frozen=True)
class OwnContacts:
    """Everything about how the reader is reached."""

    person: Person
    readiness: Readiness
    points: tuple[OwnPoint, ...]
    lists: tuple[Ways, ...]
    quiet: str
    without_carrier: tuple[str, ...]
    administrators: tuple[Person, ...] = ()
    urgent: str = ""
    is_phoned: bool = True

    @property
    def unused(self) -> tuple[OwnPoint, ...]:
        """What is verified and would wake the reader, and is not used for what is urgent."""
        return tuple(one for one in self.points if one.may_call)


def of(reader: Person, *, now: datetime) -> OwnContacts:
    """The reader's own page at `now`; a constant number of queries."""
    person = people.find(reader.pk) or reader
    points = numbers.points_of(person)
    ids = [point.pk for point in points]
    tests, codes = tests_of(ids, now=now), waiting_of(ids)
    is_expected = expects(person)
    called = _called(points)
    ids_called = {way.contact_point_id for way in called}
    own = [
        replace(
            _own(
                point,
                tests[point.pk],
                codes.get(point.pk),
                now=now,
                rest=points,
                expected=is_expected,
            ),
            is_called=point.pk in ids_called,
            may_call=point.is_trusted
            and wakes(point)
            and is_usable(point.channel)
            and point.pk not in ids_called,
            takes_over=_replaced(point, points, ids_called),
        )
        for point in points
    ]
    return OwnContacts(
        person,
        people.readiness_of(person, now=now),
        tuple(own),
        _lists(points),
        own_rules.quiet_preview(person.quiet_from, person.quiet_until),
        tuple(
            why_not
            for channel in Channel.values
            if (why_not := addresses.why_not_channel(channel, is_usable=is_usable(channel)))
        ),
        tuple(administrators.to_ask(person, now=now)),
        own_rules.preview(called, is_urgent=True) if called else "",
        is_phoned=any(way.channel == Channel.PHONE for way in called),
    )


def _called(points: list[ContactPoint]) -> list[OwnWay]:
    """What calls really use when it is urgent: what is verified first, silence never."""
    usable = [point for point in points if is_usable(point.channel)]
    lists = [_list(urgency, usable).lines for urgency in (Urgency.URGENT, Urgency.NORMAL)]
    delays = {line.point.pk: line.delay_minutes for line in next(filter(None, lists), ())}
    chosen = [point for point in usable if point.pk in delays] or usable
    return own_rules.in_order(
        [
            OwnWay(point.pk, point.channel, delays.get(point.pk, 0), address=point.address)
            for point in used(chosen, usable, is_urgent=True)
        ]
    )


def _replaced(
    point: ContactPoint, points: list[ContactPoint], called: Collection[int]
) -> ContactPoint | None:
    """Which of the numbers that are called `point` would take the place of: one of its kind."""
    return next(
        (
            one
            for one in points
            if one.pk in called and one.channel == point.channel and one.pk != point.pk
        ),
        None,
    )


def is_usable(channel: str) -> bool:
    """Whether Muster has a carrier for it."""
    return channel in usable_channels()


def _own(
    point: ContactPoint,
    tests: list[testing.Trial],
    waiting: Waiting | None,
    *,
    now: datetime,
    rest: list[ContactPoint],
    expected: bool,
) -> OwnPoint:
    last = next(iter(tests), None)
    said = testing.result(last, tested_at=point.last_tested_at, now=now)
    usable = is_usable(point.channel)
    return OwnPoint(
        point,
        None if point.is_trusted else waiting,
        may_type=not point.is_trusted
        and waiting is not None
        and (not waiting.has_left or why_not_try(waiting, now=now) is None),
        is_usable=usable,
        said=said,
        may_confirm=said is not None and last is not None and last.sent_at is not None,
        why_not_test=testing.why_not_test(tests, is_usable=usable, now=now),
        why_not_remove=_why_not_remove(point, rest, is_expected=expected),
    )


def why_not_remove(point: ContactPoint, *, now: datetime) -> str | None:  # noqa: ARG001  # as its neighbours
    """Whether its owner may remove it."""
    rest = list(ContactPoint.objects.filter(person=point.person_id))
    return _why_not_remove(point, rest, is_expected=expects(point.person))


def _why_not_remove(
    point: ContactPoint, points: list[ContactPoint], *, is_expected: bool
) -> str | None:
    others = [one for one in points if one.pk != point.pk and is_usable(one.channel)]
    if not is_expected or not is_usable(point.channel):
        return None
    if not others:
        return "It is the only way to reach you, and people count on you. Add another one first."
    if point.channel in CALLS and not any(one.channel in CALLS for one in others):
        return "Nothing else would wake you, and people count on you. Add another phone first."
    return None


def expects(person: Person) -> bool:
    """Whether a roster or the contact matrix counts on this person."""
    named = Q(person=person) | Q(backup=person)
    return (
        RotationMember.objects.filter(person=person).exists()
        or MatrixEntry.objects.filter(named).exists()
    )


def _list(urgency: Urgency, points: list[ContactPoint]) -> Ways:
    rules = sorted(
        (
            (rule.delay_minutes, rule.order, rule.pk, point)
            for point in points
            for rule in point.rules.all()
            if rule.urgency == urgency
        ),
        key=lambda one: one[:3],
    )
    ways = [OwnWay(point.pk, point.channel, delay) for delay, _, _, point in rules]
    last = len(rules) - 1
    is_urgent = urgency == Urgency.URGENT
    used = {point.pk for *_, point in rules}
    return Ways(
        urgency,
        tuple(
            Line(point, delay, is_first=n == 0, is_last=n == last)
            for n, (delay, _, _, point) in enumerate(rules)
        ),
        tuple(one for one in points if one.pk not in used and is_usable(one.channel)),
        own_rules.preview(ways, is_urgent=is_urgent),
        tuple(own_rules.warnings(ways, is_urgent=is_urgent)) if ways else (),
    )


def _lists(points: list[ContactPoint]) -> tuple[Ways, ...]:
    return tuple(_list(urgency, points) for urgency in (Urgency.URGENT, Urgency.NORMAL))


def lists_of(person: Person) -> tuple[Ways, ...]:
    """Both lists of the person: urgent, and what can wait."""
    return _lists(numbers.points_of(person))


def ways_of(person: Person, urgency: Urgency) -> list[OwnWay]:
    """The person's list for this urgency, as it is used."""
    found = _list(urgency, numbers.points_of(person))
    return [OwnWay(one.point.pk, one.point.channel, one.delay_minutes) for one in found.lines]
