"""People who follow an incident read each update of it, by e-mail where they have a mailbox."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal import queue, words
from config.portal.refusals import Refused
from incidents.logic import follow_words
from incidents.models import Incident, StatusUpdate, Subscription
from rosters.enums import Channel, Lane, SeverityLevel
from rosters.logic.drafts import MessageDraft
from rosters.models import ContactPoint, Person
from rosters.operations import carriage
from rosters.queries.lines import usable_channels

TOPIC = "update"


@transaction.atomic
def follow(incident: Incident, *, by: Person, now: datetime) -> None:
    """`by` reads every update from now on. Twice is the same as once. Raises Refused."""
    if not incident.is_open:
        raise Refused(f"{incident.reference} is resolved: there will be no further update.")
    if not ContactPoint.objects.filter(person=by, channel__in=usable_channels()).exists():
        raise Refused("Muster has no address of yours. Add one under Me, then follow it.")
    Subscription.objects.bulk_create(
        [Subscription(incident=incident, person=by, since=now)], ignore_conflicts=True
    )


@transaction.atomic
def unfollow(incident: Incident, *, by: Person, now: datetime) -> None:
    """`by` reads no further update, nor one that waits. Twice is the same as once."""
    Subscription.objects.filter(incident=incident, person=by).delete()
    carriage.cancel([_key(incident, by)], now=now)


def tell(incident: Incident, update: StatusUpdate, *, now: datetime) -> int:
    """The update waits to leave to everybody who follows; returns how many messages that are.

    In the caller's transaction, in a constant number of statements. Of a restricted incident only
    those hear who have a part in it, and by then may have none.
    """
    followers = _followers(incident)
    points = points_of(followers)
    drafts = [
        _draft(incident, update, one, points[one.pk], now=now)
        for one in followers
        if one.pk in points and one.pk != update.posted_by_id
    ]
    if drafts:
        carriage.plan_messages(drafts, now=now)
        queue.wake("muster.carry")
    return len(drafts)


def _followers(incident: Incident) -> list[Person]:
    rows = Subscription.objects.filter(incident=incident).select_related("person").order_by("pk")
    found = [one.person for one in rows]
    if not incident.is_restricted:
        return found
    same = Incident.objects.filter(pk=incident.pk)
    return [one for one in found if same.visible_to(one).exists()]


def points_of(people: Sequence[Person]) -> dict[int, int]:
    """For each the mailbox, else the first address by which they are reached at all."""
    rows = ContactPoint.objects.filter(
        person__in=[one.pk for one in people], channel__in=usable_channels()
    ).order_by("-pk")
    found: dict[int, int] = {}
    mailboxes: dict[int, int] = {}
    for point in rows:
        found[point.person_id] = point.pk
        if point.channel == Channel.EMAIL:
            mailboxes[point.person_id] = point.pk
    return found | mailboxes


def _draft(
    incident: Incident, update: StatusUpdate, reader: Person, point_id: int, *, now: datetime
) -> MessageDraft:
    said = _words(incident, update, reader, now=now)
    return MessageDraft(
        topic=TOPIC,
        topic_id=update.pk,
        subject_key=_key(incident, reader),
        thread_key=f"incident:{incident.pk}",
        person_id=reader.pk,
        contact_point_id=point_id,
        subject=said.subject,
        body=said.body,
        lane=Lane.UPDATE,
    )


def _words(
    incident: Incident, update: StatusUpdate, reader: Person, *, now: datetime
) -> follow_words.Update:
    zone = ZoneInfo(reader.time_zone)
    page = settings.PUBLIC_URL + reverse("incidents:detail", args=[incident.reference])
    next_at = ""
    if update.next_update_at is not None:
        by = words.short(update.next_update_at, zone=zone, now=now)
        next_at = f"{by} ({words.zone_aside(zone, now=now)})"
    return follow_words.Update(
        severity=SeverityLevel(incident.severity).code,
        phase=follow_words.phase(
            is_contained=incident.contained_at is not None, is_resolved=not incident.is_open
        ),
        title=incident.title,
        reference=incident.reference,
        number=update.number,
        impact=update.impact,
        known=update.known,
        doing=update.doing,
        next_at=next_at,
        link=page,
        unfollow_link=settings.PUBLIC_URL + reverse("incidents:status"),
    )


def _key(incident: Incident, person: Person) -> str:
    return f"follow:{incident.pk}:{person.pk}"
