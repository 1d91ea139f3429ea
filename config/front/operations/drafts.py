"""Keeping what is typed into the forms of every app."""

from collections.abc import Mapping
from datetime import datetime

from config.front.logic.drafts import Form, answers_to_keep, why_not_keep
from config.portal.refusals import refuse_if
from rosters.models import Draft, Person
from rosters.operations import drafts


def keep(form: Form, posted: Mapping[str, str], *, turn: int, by: Person, now: datetime) -> Draft:
    """The person's draft of this form says what came. Raises Refused when that is too long."""
    answers = answers_to_keep(form, posted)
    refuse_if(why_not_keep(form, answers))
    return drafts.keep(form.name, answers, turn=turn, by=by, now=now)
