"""Which contacts are stale: not tested, not confirmed, or naming somebody who left."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from rosters.models import ContactPoint, MatrixEntry, Person

STALE = timedelta(days=90)


def untested(*, now: datetime) -> QuerySet[ContactPoint]:
    """Contact points of people who work here that nobody has tested for 90 days."""
    old = Q(last_tested_at__isnull=True) | Q(last_tested_at__lt=now - STALE)
    return ContactPoint.objects.filter(old, person__in=Person.objects.employed(now=now))


def unconfirmed(*, now: datetime) -> QuerySet[MatrixEntry]:
    """Cells of the matrix that nobody has confirmed for 90 days."""
    return MatrixEntry.objects.filter(
        Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=now - STALE)
    )


def vacant(*, now: datetime) -> QuerySet[MatrixEntry]:
    """Cells that name somebody who has left."""
    return MatrixEntry.objects.filter(Q(person__left_at__lte=now) | Q(backup__left_at__lte=now))
