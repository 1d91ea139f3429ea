"""A company of plain data, written down in the database as people would write it."""

from datetime import time, timedelta
from typing import Any

from incidents.enums import Promise, TargetKind
from incidents.models import (
    EscalationPolicy,
    EscalationStep,
    ImpactClass,
    PolicyVersion,
    ResponseTarget,
    Room,
    Route,
    StepTarget,
)
from incidents.operations import policies
from rosters.enums import Channel, OverrideKind, Urgency
from rosters.models import (
    Absence,
    ContactPoint,
    ContactRule,
    Layer,
    MatrixEntry,
    NamedHours,
    NamedHoursSpan,
    Override,
    Person,
    Restriction,
    Roster,
    Rotation,
    RotationMember,
)
from tests.incidents.agreement.companies import NAMES, Cell, Company, Duty, Rules, Rung, Whom
from tests.world import World

HOUR = timedelta(hours=1)
TO_FILL_A_ROLE = 10
NEVER = "hours that never come"


def lay_down(company: Company, world: World) -> PolicyVersion:
    """The company stands, and its policy is published. Raises Refused where that cannot be."""
    for name, zone, ways in zip(NAMES, company.zones, company.ways, strict=True):
        _person(world.people[name], zone, ways)
    hours = _hours(company)
    rosters = [
        _roster(number, one, company, world) for number, one in enumerate(company.duties, start=1)
    ]
    for name, starts, length in company.away:
        starts_at = company.now + starts * HOUR
        Absence.objects.create(
            person=world.people[name], starts_at=starts_at, ends_at=starts_at + length * HOUR
        )
    MatrixEntry.objects.all().delete()
    for cell in company.cells:
        _cell(cell, world, hours, rosters)
    for severity in (1, 2, 3):
        ResponseTarget.objects.create(
            promise=Promise.FILL_ROLE, severity=severity, amount=TO_FILL_A_ROLE
        )
    version = _policy(company, world, hours, rosters)
    return policies.publish(version, by=world.carol, now=company.now)


def _person(person: Person, zone: str, ways: int) -> None:
    """By `ways`: as they are; a mail later; a mail alone; no rules; no address; a text beside."""
    Person.objects.filter(pk=person.pk).update(time_zone=zone)
    person.time_zone = zone
    rules = ContactRule.objects.filter(person=person)
    points = {one.channel: one for one in ContactPoint.objects.filter(person=person)}
    urgent: dict[str, Any] = {"person": person, "urgency": Urgency.URGENT, "order": 2}
    if ways == 1:
        mail = points[Channel.EMAIL]
        ContactRule.objects.create(**urgent, contact_point=mail, delay_minutes=3)
    elif ways == 2:
        rules.filter(urgency=Urgency.URGENT).update(contact_point=points[Channel.EMAIL])
    elif ways == 3:
        rules.delete()
    elif ways == 4:
        ContactPoint.objects.filter(person=person).delete()
    elif ways == 5:
        address = f"+49 151 {person.pk:08d}"
        text = ContactPoint.objects.create(person=person, channel=Channel.SMS, address=address)
        ContactRule.objects.create(**urgent, contact_point=text)


def _hours(company: Company) -> list[NamedHours]:
    found = []
    for number, (zone, starts, ends) in enumerate(company.hours, start=1):
        hours = NamedHours.objects.create(name=f"hours {number}", time_zone=zone)
        NamedHoursSpan.objects.bulk_create(
            NamedHoursSpan(hours=hours, weekday=day, starts_at=time(starts), ends_at=time(ends))
            for day in range(7)
        )
        found.append(hours)
    return [*found, NamedHours.objects.create(name=NEVER, time_zone="UTC")]


def _roster(number: int, duty: Duty, company: Company, world: World) -> Roster:
    name = f"Turns {number}"
    roster = Roster.objects.create(name=name, slug=f"turns-{number}", time_zone=duty.zone)
    for priority, turns in enumerate(duty.layers, start=1):
        layer = Layer.objects.create(roster=roster, name=f"Level {priority}", priority=priority)
        rotation = Rotation.objects.create(
            layer=layer,
            starts_on=company.now.date() - timedelta(days=14),
            handover_at=time(duty.handover),
            unit=turns.unit,
        )
        for order, one in enumerate(turns.people):
            RotationMember.objects.create(rotation=rotation, order=order, person=world.people[one])
        if turns.hours:
            starts, ends = (time(one) for one in turns.hours)
            Restriction.objects.create(layer=layer, starts_at=starts, ends_at=ends)
    if duty.stand_in:
        one, starts_in, length = duty.stand_in
        starts_at = company.now + starts_in * HOUR
        Override.objects.create(
            roster=roster,
            kind=OverrideKind.REPLACE,
            person=world.people[one],
            starts_at=starts_at,
            ends_at=starts_at + length * HOUR,
        )
    return roster


def _cell(cell: Cell, world: World, hours: list[NamedHours], rosters: list[Roster]) -> None:
    facts: dict[str, Any] = {
        "role": (world.commander, world.director)[cell.role],
        "severity": cell.severity,
        "hours": None if cell.hours is None else hours[cell.hours],
    }
    if cell.place != "company":
        facts[cell.place] = world.service if cell.place == "service" else world.team
    if cell.roster is not None:
        facts["roster"] = rosters[cell.roster]
    else:
        facts["person"] = world.people[cell.person]
        if cell.backup != cell.person:
            facts["backup"] = world.people[cell.backup]
    MatrixEntry.objects.create(**facts)


def _policy(
    company: Company, world: World, hours: list[NamedHours], rosters: list[Roster]
) -> PolicyVersion:
    rules = company.rules
    Route.objects.all().delete()
    policy = EscalationPolicy.objects.create(name="Any", slug="any")
    where: dict[str, dict[str, Any]] = {
        "service": {"service": world.service},
        "severity": {"service": world.service, "severity": company.severity},
        "everything": {},
    }
    Route.objects.create(policy=policy, **where[rules.route])
    version = PolicyVersion.objects.create(
        policy=policy,
        number=1,
        rationale="To be compared.",
        repeats=rules.repeats,
        repeat_from=min(rules.repeat_from, _calls(rules)),
        until_acknowledged=rules.until_acknowledged,
        loop_minutes=max(one.wait for one in rules.rungs) + rules.slack + 10,
        catch_all_minutes=rules.every,
        catch_all_rounds=rules.rounds,
    )
    privacy = ImpactClass.objects.create(name="Personal data", slug="personal-data")
    room = Room.objects.create(name="Bridge", address="C024BE91L")
    for order, rung in enumerate(rules.rungs, start=1):
        step = EscalationStep.objects.create(
            version=version, order=order, **_of_step(rung, hours, privacy)
        )
        for whom in rung.whom:
            _target(step, whom, world, rosters, room)
    return version


def _calls(rules: Rules) -> int:
    return sum(one.clock == Promise.ACKNOWLEDGE for one in rules.rungs)


def _of_step(rung: Rung, hours: list[NamedHours], privacy: ImpactClass) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "clock": rung.clock,
        "wait_minutes": rung.wait,
        "anchor": rung.anchor,
        "urgency": rung.urgency,
        "ack_mode": rung.ack_mode,
        "mildest_severity": rung.mildest,
        "hours": None if rung.hours is None else hours[rung.hours],
        "hours_read_in": rung.read_in,
        "impact": privacy if rung.only_privacy else None,
    }
    if rung.in_a_storm:
        facts |= {"least_alerts": 2, "alerts_within_minutes": 5}
    return facts


def _target(
    step: EscalationStep, whom: Whom, world: World, rosters: list[Roster], room: Room
) -> None:
    named: dict[TargetKind, dict[str, Any]] = {
        TargetKind.PERSON: {"person": world.people[NAMES[whom.number]]},
        TargetKind.ROSTER: {"roster": rosters[whom.number % len(rosters)]},
        TargetKind.ROLE: {"role": (world.commander, world.director)[whom.number % 2]},
        TargetKind.TEAM: {"team": world.team},
        TargetKind.ROOM: {"room": room},
        TargetKind.ASKED: {},
    }
    StepTarget.objects.create(step=step, kind=whom.kind, choose=whom.choose, **named[whom.kind])
