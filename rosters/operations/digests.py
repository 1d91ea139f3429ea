"""The weekly letter to owners: what needs somebody, once, and nothing when all is well."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from rosters.enums import Channel, DigestKind, Lane
from rosters.logic import digest
from rosters.logic.drafts import MessageDraft
from rosters.models import ContactPoint, Digest, Membership, Person
from rosters.operations import carriage
from rosters.queries import contact_faults
from rosters.queries.contact_audit import HEADINGS, Finding

WRITTEN = (Channel.EMAIL, Channel.CHAT, Channel.SMS, Channel.PUSH)
TOPIC = "digest"


def send_due(*, now: datetime) -> int:
    """Whoever owns something has had the letter that is due; returns how many letters were written.

    Any number of sweeps may run at once, and again at any time of the day: the row of the day is
    written by one of them, with its letter or with the fact that there was nothing to say.
    """
    due = _due(now=now)
    if not due:
        return 0
    audit = contact_faults.full(now=now)
    written = 0
    for person in contact_faults.owners(audit):
        if person.pk in due:
            findings = contact_faults.of_owner(audit, person)
            written += _send(person, findings, day=due.pop(person.pk), now=now)
    _note_silence(due, now=now)
    return written


def _due(*, now: datetime) -> dict[int, date]:
    """Every lead of a team whose letter of today is not written yet, by primary key."""
    leads = Membership.objects.filter(is_lead=True).values("person_id")
    people = Person.objects.employed(now=now).filter(pk__in=leads)
    zones = people.order_by("time_zone").values_list("time_zone", flat=True).distinct()
    days = {zone: day for zone in zones if (day := digest.due_day(now, ZoneInfo(zone)))}
    found: dict[int, date] = {}
    for day in set(days.values()):
        here = [zone for zone, its in days.items() if its == day]
        waiting = people.filter(time_zone__in=here).exclude(
            digests__kind=DigestKind.CONTACTS, digests__day=day
        )
        found |= dict.fromkeys(waiting.values_list("pk", flat=True), day)
    return found


@transaction.atomic
def _send(person: Person, findings: Sequence[Finding], *, day: date, now: datetime) -> bool:
    """The letter of the day waits to be carried; False when another sweep was faster."""
    _, is_new = Digest.objects.get_or_create(
        person=person,
        kind=DigestKind.CONTACTS,
        day=day,
        defaults={"made_at": now, "findings": len(findings)},
    )
    point = _mailbox(person)
    if not is_new or point is None:
        return False
    points = [_point(one) for one in findings]
    draft = MessageDraft(
        topic=TOPIC,
        topic_id=day.toordinal(),
        subject_key=f"{TOPIC}:{person.pk}",
        person_id=person.pk,
        contact_point_id=point.pk,
        subject=digest.subject(points),
        body=digest.body(
            points,
            mine=f"{settings.PUBLIC_URL}/contacts/mine/",
            rest=f"{settings.PUBLIC_URL}/contacts/audit/?owner={person.pk}",
        ),
        lane=Lane.UPDATE,
        may_wait=True,
    )
    carriage.plan_messages([draft], now=now)
    return True


def _mailbox(person: Person) -> ContactPoint | None:
    usable = [channel for channel in WRITTEN if channel in settings.CARRIERS]
    order = {channel: number for number, channel in enumerate(WRITTEN)}
    points = ContactPoint.objects.filter(person=person, channel__in=usable)
    return min(
        points,
        key=lambda one: (not one.is_trusted, order[Channel(one.channel)], one.pk),
        default=None,
    )


def _point(finding: Finding) -> digest.Point:
    path = f"/people/{finding.person.pk}/" if finding.person else "/contacts/?fault=vacant"
    return digest.Point(
        HEADINGS[finding.kind],
        finding.title,
        finding.detail,
        finding.due_on,
        f"{settings.PUBLIC_URL}{path}",
    )


def _note_silence(due: dict[int, date], *, now: datetime) -> None:
    """All is well with these: it is noted, so that no later sweep of the day asks again."""
    Digest.objects.bulk_create(
        (
            Digest(person_id=pk, kind=DigestKind.CONTACTS, day=day, made_at=now)
            for pk, day in due.items()
        ),
        ignore_conflicts=True,
    )
