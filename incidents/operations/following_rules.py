"""People who follow the rule of a service hear in words what changed in it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal import queue, words
from config.portal.refusals import Refused
from config.portal.sentences import Sentence, to_json
from incidents.logic.rule_news import Seen, news, seen_from
from incidents.models import RuleNews, RuleSubscription
from incidents.operations.following import points_of
from incidents.queries import rule_news
from rosters.enums import Lane
from rosters.logic.drafts import MessageDraft
from rosters.models import Person, Service
from rosters.operations import carriage

TOPIC = "rule"


@transaction.atomic
def follow(service: Service, *, by: Person, now: datetime) -> None:
    """`by` hears of every change from now on. Twice is the same as once. Raises Refused."""
    if by.pk not in points_of([by]):
        raise Refused("Muster has no address of yours. Add one under Me, then follow it.")
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    if not RuleSubscription.objects.filter(service=service).exists():
        _note(service, rule_news.seen([service], now=now)[service.pk], (), now=now)
    RuleSubscription.objects.bulk_create(
        [RuleSubscription(service=service, person=by, since=now)], ignore_conflicts=True
    )


@transaction.atomic
def unfollow(service: Service, *, by: Person, now: datetime) -> None:
    """`by` hears of no further change, nor of one that waits. Twice is the same as once."""
    RuleSubscription.objects.filter(service=service, person=by).delete()
    carriage.cancel([_key(service, by)], now=now)


def tell_due(*, now: datetime) -> int:
    """Everybody who follows a rule that changed has been written to; how many letters that are.

    Any number of sweeps may run at once: each change is noted, and told, by one of them.
    """
    found = rule_news.followers()
    if not found:
        return 0
    seen = rule_news.seen(found, now=now)
    return sum(_tell(one, people, seen[one.pk], now=now) for one, people in found.items())


@transaction.atomic
def _tell(service: Service, people: Sequence[Person], seen: Seen, *, now: datetime) -> int:
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    last = RuleNews.objects.filter(service=service).order_by("-at", "-pk").first()
    before = seen_from(last.seen) if last else seen
    if last is not None and before == seen:
        return 0
    asked = {*before.versions.values(), *seen.versions.values()}
    said = news(before, seen, rule_news.published(asked), service=service.name)
    row = _note(service, seen, said, now=now)
    points = points_of(people) if said else {}
    drafts = [
        _draft(row, service, one, said, points[one.pk], now=now)
        for one in people
        if one.pk in points
    ]
    if drafts:
        carriage.plan_messages(drafts, now=now)
        queue.wake("muster.carry")
    return len(drafts)


def _note(service: Service, seen: Seen, said: Sequence[Sentence], *, now: datetime) -> RuleNews:
    lines = [to_json(one) for one in said]
    return RuleNews.objects.create(service=service, at=now, seen=seen.to_json(), said=lines)


def _draft(
    row: RuleNews,
    service: Service,
    reader: Person,
    said: Sequence[Sentence],
    point_id: int,
    *,
    now: datetime,
) -> MessageDraft:
    zone = ZoneInfo(reader.time_zone)
    page = settings.PUBLIC_URL + reverse("incidents:rule", args=[service.slug])
    lines = [f"- {words.as_text(one, zone=zone, now=now)}" for one in said]
    parts = (
        f"This changed in who is called when {service.name} breaks:",
        "\n".join(lines),
        f"Read the whole rule here:\n{page}",
        f"You get this because you follow this rule. Stop here:\n{page}#follow",
    )
    return MessageDraft(
        topic=TOPIC,
        topic_id=row.pk,
        subject_key=_key(service, reader),
        thread_key=f"rule:{service.pk}",
        person_id=reader.pk,
        contact_point_id=point_id,
        subject=f"The rule of {service.name} has changed",
        body="\n\n".join(parts),
        lane=Lane.UPDATE,
    )


def _key(service: Service, person: Person) -> str:
    return f"rule:{service.pk}:{person.pk}"
