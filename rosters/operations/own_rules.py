"""In which order, and how much later, somebody is reached by each of their numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from rosters.enums import Urgency
from rosters.logic.own_rules import OwnWay, put_in, put_instead, why_not_ways
from rosters.logic.quiet import why_not_holidays, why_not_quiet
from rosters.logic.reaching import CALLS
from rosters.models import ContactPoint, ContactRule, Person
from rosters.queries import own_contacts as reading
from rosters.queries.lines import usable_channels


@dataclass(frozen=True)
class Hours:
    """When what can wait has to wait: two wall times or none, and whether holidays are quiet."""

    quiet_from: time | None
    quiet_until: time | None
    on_holidays: bool


@transaction.atomic
def save(
    lists: Mapping[Urgency, Sequence[OwnWay]], hours: Hours, *, by: Person, now: datetime
) -> Person:
    """Both lists and the quiet hours of `by` are like this, or nothing is changed.

    What is kept like this already is neither checked nor written. Raises Refused as `set_ways` and
    `set_quiet_hours` do.
    """
    fresh: Person = Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    for urgency, ways in lists.items():
        if list(ways) != reading.ways_of(fresh, urgency):
            set_ways(urgency, ways, by=fresh, now=now)
    if hours != Hours(fresh.quiet_from, fresh.quiet_until, fresh.rests_on_holidays):
        set_quiet_hours(
            hours.quiet_from,
            hours.quiet_until,
            on_holidays=hours.on_holidays,
            by=fresh,
            now=now,
        )
    return fresh


@transaction.atomic
def set_ways(
    urgency: Urgency,
    ways: Sequence[OwnWay],
    *,
    by: Person,
    now: datetime,  # noqa: ARG001  # as every operation
) -> None:
    """From now on `by` is told in this order, after these delays.

    Raises Refused for numbers of others, minutes out of order, and urgent ways that end with
    something that wakes nobody.
    """
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    points = {one.pk: one for one in ContactPoint.objects.filter(person=by)}
    if any(way.contact_point_id not in points for way in ways):
        raise Refused("One of these numbers is no longer yours. Look at the list again.")
    why_not = why_not_ways(
        ways,
        is_urgent=urgency == Urgency.URGENT,
        may_wake=any(is_waking(one) for one in points.values()),
    )
    refuse_if(why_not)
    _write(by, urgency, ways)


@transaction.atomic
def use_when_urgent(
    point: ContactPoint, *, instead_of: int | None, by: Person, now: datetime
) -> None:
    """What is urgent goes to this number from now on: in the place of another one, or beside it.

    Twice changes nothing. Raises Refused for somebody else's, for one that is not verified, and for
    one that wakes nobody.
    """
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    fresh = ContactPoint.objects.filter(pk=point.pk, person=by).first()
    if fresh is None:
        raise Refused("One of these numbers is no longer yours. Look at the list again.")
    if not fresh.is_trusted:
        raise Refused("Verify it first. We use only what we know to reach you.")
    if not is_waking(fresh):
        raise Refused("What is urgent needs something that wakes you: a phone call or a text.")
    ways = reading.ways_of(by, Urgency.URGENT)
    new = OwnWay(fresh.pk, fresh.channel)
    longer = put_in(ways, new) if instead_of is None else put_instead(ways, instead_of, new)
    set_ways(Urgency.URGENT, longer, by=by, now=now)


def is_waking(point: ContactPoint) -> bool:
    """Whether it wakes somebody, and there is a carrier for it."""
    return point.channel in CALLS and point.channel in usable_channels()


def _write(person: Person, urgency: Urgency, ways: Sequence[OwnWay]) -> None:
    """Only what differs is written, so that the trail says what changed and nothing else."""
    rules = {
        rule.contact_point_id: rule
        for rule in ContactRule.objects.filter(person=person, urgency=urgency)
    }
    for number, way in enumerate(ways, start=1):
        rule = rules.pop(way.contact_point_id, None)
        if rule is None:
            ContactRule.objects.create(
                person=person,
                urgency=urgency,
                order=number,
                delay_minutes=way.delay_minutes,
                contact_point_id=way.contact_point_id,
            )
        elif (rule.order, rule.delay_minutes) != (number, way.delay_minutes):
            rule.order, rule.delay_minutes = number, way.delay_minutes
            rule.save(update_fields=["order", "delay_minutes"])
    for rule in rules.values():
        rule.delete()


def put_to_use(point: ContactPoint, *, by: Person, now: datetime) -> None:  # noqa: ARG001  # as every operation
    """A new contact point joins a list that is empty: phones the urgent one, the rest the other."""
    urgency = Urgency.URGENT if point.channel in CALLS else Urgency.NORMAL
    if not ContactRule.objects.filter(person=by, urgency=urgency).exists():
        ContactRule.objects.create(person=by, urgency=urgency, order=1, contact_point=point)


def set_quiet_hours(
    quiet_from: time | None,
    quiet_until: time | None,
    *,
    on_holidays: bool = False,
    by: Person,
    now: datetime,  # noqa: ARG001  # as every operation
) -> Person:
    """What can wait waits during these hours, and on public holidays; else it does not.

    Raises Refused, also for holidays of somebody of whom we do not know where they are.
    """
    refuse_if(why_not_quiet(quiet_from, quiet_until) or why_not_holidays(on_holidays, by.region))
    by.quiet_from, by.quiet_until = quiet_from, quiet_until
    by.rests_on_holidays = on_holidays
    by.save(update_fields=["quiet_from", "quiet_until", "rests_on_holidays"])
    return by
