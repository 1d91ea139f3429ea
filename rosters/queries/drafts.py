"""What a person has typed into a form and not sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from rosters.logic import typed
from rosters.models import Draft, Person
from rosters.queries.compiled import compiled


@dataclass(frozen=True)
class Typed:
    """One person's draft of one form; without `saved_at` there is none."""

    form: str
    turn: int = 0
    answers: Mapping[str, str] = field(default_factory=dict)
    saved_at: datetime | None = None


def of(person: Person, form: str, *, now: datetime) -> Typed:
    """What this person typed into this form within the last 30 days, in one query."""
    row = next(iter(_of(person, form)), None)
    if row is None:
        return Typed(form)
    turn, answers = typed.turn_of(row.fields), typed.answers_of(row.fields)
    if not any(map(str.strip, answers.values())) or row.saved_at < now - typed.KEPT_FOR:
        return Typed(form, turn)
    return Typed(form, turn, answers, row.saved_at)


@compiled
def _of(person: Person, form: str) -> QuerySet[Draft]:
    return Draft.objects.filter(person=person, form=form)


def others(person: Person, start: str, *, besides: str, now: datetime) -> list[Typed]:
    """The person's drafts of forms whose name starts like this, the newest first; one query."""
    rows = Draft.objects.filter(
        person=person, form__startswith=start, saved_at__gte=now - typed.KEPT_FOR
    ).exclude(form=besides)
    found = [
        Typed(row.form, typed.turn_of(row.fields), typed.answers_of(row.fields), row.saved_at)
        for row in rows.order_by("-saved_at", "pk")
    ]
    return [one for one in found if any(map(str.strip, one.answers.values()))]


def sender(form: str, *, at: datetime) -> Person | None:
    """Who sent this form at that very instant, if it is not long ago."""
    found = Draft.objects.filter(form=form, fields__sent_at__contains=[at.isoformat()])
    row = found.select_related("person").first()
    return row.person if row else None
