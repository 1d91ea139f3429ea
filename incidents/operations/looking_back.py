"""30 days after a version of a policy, whoever published it hears what it changed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal import queue, words
from incidents.models import PolicyVersion
from incidents.operations.following import points_of
from incidents.queries import effect
from rosters.enums import Lane
from rosters.logic.drafts import MessageDraft
from rosters.operations import carriage

TOPIC = "effect"


def tell_due(*, now: datetime) -> int:
    """Each version that is due has been looked back at, once; returns how many."""
    return sum(_tell(one, now=now) for one in effect.due(now=now))


@transaction.atomic
def _tell(version: PolicyVersion, *, now: datetime) -> bool:
    fresh = PolicyVersion.objects.filter(pk=version.pk, looked_back_at=None)
    if not fresh.update(looked_back_at=now):
        return False
    found, author = effect.of(version, now=now), version.published_by
    points = points_of([author]) if author and author.left_at is None else {}
    if found is None or author is None or author.pk not in points:
        return True
    page = settings.PUBLIC_URL + reverse("incidents:policy", args=[version.policy.slug])
    said = words.as_text(found.said, zone=ZoneInfo(author.time_zone), now=now)
    title = f"30 days of version {version.number} of the rule “{version.policy}”"
    draft = MessageDraft(
        topic=TOPIC,
        topic_id=version.pk,
        subject_key=f"effect:{version.pk}",
        thread_key=f"policy:{version.policy_id}",
        person_id=author.pk,
        contact_point_id=points[author.pk],
        subject=title,
        body=f"{title}:\n\n{said}\n\nYou published it. Read more here:\n{page}",
        lane=Lane.UPDATE,
    )
    carriage.plan_messages([draft], now=now)
    queue.wake("muster.carry")
    return True
