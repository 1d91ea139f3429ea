"""The weekly letters to owners: what needs somebody, once, and nothing when all is well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from config.portal import words
from rosters.enums import Channel, DigestKind, Lane
from rosters.logic import digest
from rosters.logic.drafts import MessageDraft
from rosters.models import ContactPoint, Digest, Membership, Person
from rosters.operations import carriage
from rosters.queries import contact_faults, gaps_ahead, shortfalls
from rosters.queries.contact_audit import HEADINGS, Finding
from rosters.queries.lines import usable_channels

WRITTEN = (Channel.EMAIL, Channel.CHAT, Channel.SMS, Channel.PUSH)


@dataclass(frozen=True)
class Written:
    """What one letter says to one reader, and where all of it stands."""

    letter: digest.Letter
    points: Sequence[digest.Point]
    mine: str
    rest: str
    topic: str


def send_due(*, now: datetime) -> int:
    """Whoever owns something has had the letters that are due; returns how many were written.

    Any number of sweeps may run at once, and again at any time of the day: the row of the day is
    written by one of them, with its letter or with the fact that there was nothing to say.
    """
    return _send_contacts(now=now) + _send_coverage(now=now)


def _send_contacts(*, now: datetime) -> int:
    waiting = due(DigestKind.CONTACTS, leads(), now=now)
    if not waiting:
        return 0
    audit = contact_faults.full(now=now)
    letters = {
        person: Written(
            digest.CONTACTS,
            [_point(one) for one in contact_faults.of_owner(audit, person)],
            mine="/contacts/mine/",
            rest=f"/contacts/audit/?owner={person.pk}",
            topic="digest",
        )
        for person in contact_faults.owners(audit)
    }
    return send_all(DigestKind.CONTACTS, letters, waiting, now=now)


def _send_coverage(*, now: datetime) -> int:
    """Who leads a team reads of its rosters, administrators of those that no team leads."""
    waiting = due(DigestKind.COVERAGE, leads() | Q(is_superuser=True), now=now)
    if not waiting:
        return 0
    ahead = gaps_ahead.load(now=now)
    letters = {
        person: Written(
            digest.COVERAGE,
            [_shift(one, person, now=now) for one in found],
            mine=f"/oncall/coverage/?owner={person.pk}",
            rest=f"/oncall/coverage/?owner={person.pk}",
            topic="digest-coverage",
        )
        for person in ahead.owners
        if (found := ahead.of_owner(person))
    }
    return send_all(DigestKind.COVERAGE, letters, waiting, now=now)


def send_all(
    kind: str, letters: Mapping[Person, Written], waiting: dict[int, date], *, now: datetime
) -> int:
    written = sum(
        _send(kind, person, letter, day=waiting.pop(person.pk), now=now)
        for person, letter in letters.items()
        if person.pk in waiting
    )
    _note_silence(kind, waiting, now=now)
    return written


def leads() -> Q:
    return Q(pk__in=Membership.objects.filter(is_lead=True).values("person_id"))


def due(kind: str, readers: Q, *, now: datetime) -> dict[int, date]:
    """Every reader whose letter of today is not written yet; apps above have kinds of their own."""
    people = Person.objects.employed(now=now).filter(readers)
    zones = people.order_by("time_zone").values_list("time_zone", flat=True).distinct()
    days = {zone: day for zone in zones if (day := digest.due_day(now, ZoneInfo(zone)))}
    found: dict[int, date] = {}
    for day in set(days.values()):
        here = [zone for zone, its in days.items() if its == day]
        had = Digest.objects.filter(kind=kind, day=day).values("person_id")
        waiting = people.filter(time_zone__in=here).exclude(pk__in=had)
        found |= dict.fromkeys(waiting.values_list("pk", flat=True), day)
    return found


@transaction.atomic
def _send(kind: str, person: Person, said: Written, *, day: date, now: datetime) -> bool:
    """The letter of the day waits to be carried; False when another sweep was faster."""
    _, is_new = Digest.objects.get_or_create(
        person=person,
        kind=kind,
        day=day,
        defaults={"made_at": now, "findings": len(said.points)},
    )
    point = _mailbox(person)
    if not is_new or point is None:
        return False
    draft = MessageDraft(
        topic=said.topic,
        topic_id=day.toordinal(),
        subject_key=f"{said.topic}:{person.pk}",
        person_id=person.pk,
        contact_point_id=point.pk,
        subject=said.letter.subject(said.points),
        body=digest.body(
            said.letter,
            said.points,
            mine=f"{settings.PUBLIC_URL}{said.mine}",
            rest=f"{settings.PUBLIC_URL}{said.rest}",
        ),
        lane=Lane.UPDATE,
    )
    carriage.plan_messages([draft], now=now)
    return True


def _mailbox(person: Person) -> ContactPoint | None:
    carried = usable_channels()
    usable = [channel for channel in WRITTEN if channel in carried]
    order = {channel: number for number, channel in enumerate(WRITTEN)}
    points = ContactPoint.objects.filter(person=person, channel__in=usable)
    return min(
        points,
        key=lambda one: (not one.is_trusted, order[Channel(one.channel)], one.pk),
        default=None,
    )


def _point(finding: Finding) -> digest.Point:
    """A finding with the page on which it is mended, as the audit has it."""
    path = reverse("rosters:contact_audit") + f"?kind={finding.kind}"
    if finding.cell:
        path = reverse("rosters:cell", args=[finding.cell])
    elif finding.person:
        path = reverse("rosters:person", args=[finding.person.pk])
    return digest.Point(
        HEADINGS[finding.kind],
        finding.title,
        finding.detail,
        finding.due_on,
        f"{settings.PUBLIC_URL}{path}",
    )


def _shift(one: shortfalls.Finding, reader: Person, *, now: datetime) -> digest.Point:
    """One thing of the days ahead, in the reader's zone."""
    zone = ZoneInfo(reader.time_zone)
    said = words.as_text(one.said, zone=zone, now=now).removesuffix(".")
    when = words.period(one.starts_at, one.ends_at, zone=zone, now=now)
    if one.kind in {shortfalls.Kind.GAP, shortfalls.Kind.BACKUP}:
        said = one.roster.name
    return digest.Point(
        shortfalls.HEADINGS[one.kind],
        said if one.is_about_person else f"{said}, {when} ({words.zone_aside(zone, now=now)})",
        words.as_text(one.then, zone=zone, now=now),
        None,
        f"{settings.PUBLIC_URL}/oncall/coverage/?roster={one.roster.slug}",
    )


def _note_silence(kind: str, due: dict[int, date], *, now: datetime) -> None:
    """All is well with these: it is noted, so that no later sweep of the day asks again."""
    Digest.objects.bulk_create(
        (Digest(person_id=pk, kind=kind, day=day, made_at=now) for pk, day in due.items()),
        ignore_conflicts=True,
    )
