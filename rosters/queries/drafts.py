"""What a person has typed into a form and not sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rosters.logic import typed
from rosters.models import Draft, Person


@dataclass(frozen=True)
class Typed:
    """One person's draft of one form; without `saved_at` there is none."""

    form: str
    turn: int = 0
    answers: Mapping[str, str] = field(default_factory=dict)
    saved_at: datetime | None = None


def of(person: Person, form: str, *, now: datetime) -> Typed:
    """What this person typed into this form within the last 30 days, in one query."""
    row = Draft.objects.filter(person=person, form=form).first()
    if row is None:
        return Typed(form)
    turn, answers = typed.turn_of(row.fields), typed.answers_of(row.fields)
    if not any(map(str.strip, answers.values())) or row.saved_at < now - typed.KEPT_FOR:
        return Typed(form, turn)
    return Typed(form, turn, answers, row.saved_at)


def sender(form: str, *, at: datetime) -> Person | None:
    """Who sent this form at that very instant, if it is not long ago."""
    found = Draft.objects.filter(form=form, fields__sent_at__contains=[at.isoformat()])
    row = found.select_related("person").first()
    return row.person if row else None
