"""Whom to ask when only an administrator can help."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from rosters.models import Absence, Person

NAMED = 2


def to_ask(person: Person | None, *, now: datetime) -> list[Person]:
    """Two administrators other than `person`, those who are here first; one query."""
    away = Absence.objects.filter(person=OuterRef("pk"), starts_at__lte=now, ends_at__gt=now)
    found = Person.objects.employed(now=now).filter(is_superuser=True, may_sign_in=True)
    if person is not None:
        found = found.exclude(pk=person.pk)
    rows = found.annotate(is_away=Exists(away)).order_by("is_away", "full_name", "pk")
    return list(rows[:NAMED])
