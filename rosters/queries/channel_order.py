"""Which channels each severity may use, as far as administrators have chosen."""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from rosters.enums import SeverityLevel
from rosters.logic.loudness import channels_of
from rosters.models import ChannelOrder

EVERY = ArraySubquery(
    ChannelOrder.objects.order_by("severity").values_list(
        Concat(Cast("severity", CharField()), Value(":"), "channels")
    )
)
"""All of it in one value, for a query that is made anyway."""


def read(order: Iterable[str]) -> dict[int, tuple[str, ...]]:
    """What `EVERY` found, by severity."""
    pairs = (one.partition(":") for one in order)
    return {int(severity): tuple(channels.split(",")) for severity, _, channels in pairs}


def held() -> dict[int, tuple[str, ...]]:
    """What each severity may use now, the loudest first; one query."""
    chosen = {row.severity: row.listed for row in ChannelOrder.objects.all()}
    return {one: channels_of(one, chosen) for one in SeverityLevel.values}
