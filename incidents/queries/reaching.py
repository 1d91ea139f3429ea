"""How well messages reach people: what left, what arrived, what was answered, and how fast.

By channel, carrier, country or person. A call counts as answered by each way that had reached the
person before they answered: nobody knows which of two made them look. What was not sent on purpose
is counted apart; a way that was only kept for the case that another one fails is not. Medians,
since one phone that was off all night says nothing about the others. One statement, two where
countries are asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from rosters.enums import Channel
from rosters.logic.addresses import country
from rosters.models import ContactPoint, Message

DAYS = (30, 90)
KEYS = {
    "channel": "point.channel",
    "carrier": "coalesce(account.name, 'Without an account')",
    "country": "known.name",
    "person": "person.full_name",
}
NO_COUNTRY = "Not a number"

FIGURES = """
SELECT {key} AS key, count(*) FILTER (WHERE message.state <> 'suppressed'),
  count(message.sent_at), count(message.delivered_at),
  count(*) FILTER (WHERE message.state IN ('failed', 'expired')), count(call.answered_at),
  count(*) FILTER (WHERE message.state = 'suppressed'),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY message.sent_at - tried.first_at),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY message.delivered_at - message.sent_at),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY call.answered_at - message.sent_at)
FROM rosters_message AS message
JOIN rosters_contactpoint AS point ON point.id = message.contact_point_id
JOIN rosters_person AS person ON person.id = message.person_id
LEFT JOIN LATERAL (
  SELECT min(started_at) AS first_at,
    (array_agg(account_id ORDER BY outcome <> 'handed_over', number DESC))[1] AS account_id
  FROM rosters_deliveryattempt WHERE message_id = message.id
) AS tried ON true
LEFT JOIN rosters_carrieraccount AS account ON account.id = tried.account_id
LEFT JOIN incidents_notification AS call ON message.topic = 'notification'
  AND call.id = message.topic_id AND call.answer IN ('acknowledged', 'passed')
  AND call.answered_at >= message.sent_at
{also}
WHERE message.created_at > %s AND (message.attempts_made > 0 OR message.sent_at IS NOT NULL
  OR message.state = 'suppressed' AND message.withheld <> 'other_way')
GROUP BY 1 ORDER BY 2 DESC, 1
"""
BY_COUNTRY = "JOIN unnest(%s::bigint[], %s::text[]) AS known(id, name) ON known.id = point.id"


@dataclass(frozen=True)
class Figures:
    """What became of the messages of one group; each median is None where nothing was measured."""

    name: str
    attempted: int
    handed_over: int
    delivered: int
    failed: int
    answered: int
    withheld: int
    to_hand_over: timedelta | None
    to_deliver: timedelta | None
    to_answer: timedelta | None


def figures(by: str, *, days: int, now: datetime) -> list[Figures]:
    """The groups of the last so many days, the one with the most messages first."""
    since = now - timedelta(days=days)
    asked: list[Any] = [since]
    also = ""
    if by == "country":
        also = BY_COUNTRY
        names = _countries(since)
        asked = [[pk for pk, _ in names], [name for _, name in names], since]
    sql = FIGURES.format(key=KEYS[by], also=also)
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        rows = cursor.fetchall()
    return [Figures(_named(by, key), *counted) for key, *counted in rows]


def _named(by: str, key: str) -> str:
    return str(Channel(key).label) if by == "channel" else key


def _countries(since: datetime) -> Sequence[tuple[int, str]]:
    used = Message.objects.filter(created_at__gt=since).values("contact_point")
    points = ContactPoint.objects.filter(pk__in=used).values_list("pk", "channel", "address")
    return [(pk, country(channel, address) or NO_COUNTRY) for pk, channel, address in points]
