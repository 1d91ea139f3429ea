"""Who cannot simply be told: the few of thousands about whom there is something to say."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from rosters.models import Absence, ContactPoint, Person
from rosters.queries.lines import usable_channels


def not_plainly_here(*, starts_at: datetime, ends_at: datetime) -> frozenset[int]:
    """Everybody who has left or will, is away at some time in [starts_at, ends_at), or has nothing
    that we can use. Of everybody else the directory says for the whole time that they can be told.
    """
    me = OuterRef("pk")
    away = Absence.objects.filter(person=me, ends_at__gt=starts_at, starts_at__lt=ends_at)
    ways = ContactPoint.objects.filter(person=me, channel__in=usable_channels())
    found = Person.objects.filter(Q(left_at__isnull=False) | Q(Exists(away)) | ~Q(Exists(ways)))
    return frozenset(found.values_list("pk", flat=True))
