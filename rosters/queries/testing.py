"""The test messages that went to contact points."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from rosters.logic.testing import Trial
from rosters.models import Message

TOPIC = "test"
KEPT = timedelta(days=2)


def tests_of(point_ids: Iterable[int], *, now: datetime) -> dict[int, list[Trial]]:
    """The tests of the last two days by contact point, the newest first; one query."""
    found: dict[int, list[Trial]] = defaultdict(list)
    rows = Message.objects.filter(
        topic=TOPIC, contact_point__in=list(point_ids), created_at__gt=now - KEPT
    )
    for message in rows.order_by("-created_at", "-pk"):
        test = Trial(message.created_at, message.state, message.sent_at)
        found[message.contact_point_id].append(test)
    return found
