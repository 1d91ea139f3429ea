"""The tour of the first sign-in: taken, or not wanted."""

from datetime import datetime

from rosters.models import Person


def end(person: Person, *, now: datetime) -> None:
    """The person is not shown the tour again by itself. Doing it twice changes nothing."""
    Person.objects.filter(pk=person.pk, toured_at__isnull=True).update(toured_at=now)
