"""What the pages of roles, decisions, approvals, the root cause and the authority show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from incidents.logic import access, filling
from incidents.logic import authority as rules
from incidents.logic.deciding import Choice, why_not_answer, why_not_withdraw
from incidents.models import Approval, Incident
from incidents.queries import authority as law
from incidents.queries import deciding, seats, standing
from rosters.models import Person


def decide(incident: Incident, choices: Sequence[Choice], *, now: datetime) -> dict[str, Any]:
    """What the reader may decide, and what was decided."""
    over = f"{incident.reference} is resolved. Write what was decided in the review."
    return {
        "incident": incident,
        "why_not": None if incident.is_open else over,
        "mine": [one for one in choices if one.may_press],
        "others": [one for one in choices if not one.may_press],
        "decided": deciding.decided_in(incident, now=now),
    }


def approval_for(pk: int, reader: Person) -> Approval | None:
    """The question, if the reader may know of its incident."""
    rows = Approval.objects.select_related(
        "incident__service", "decision", "asked_by", "approver", "answered_by"
    )
    visible = Incident.objects.visible_to(reader).values("pk")
    return rows.filter(pk=pk, incident__in=visible).first()


def approval(asked: Approval, reader: Person, *, now: datetime) -> dict[str, Any]:
    """One question, and what its reader may do."""
    question = deciding.question(asked, reader)
    [pending] = deciding.pending([asked], now=now)
    return {
        "incident": asked.incident,
        "approval": asked,
        "pending": pending,
        "asked": ["you" if one.pk == reader.pk else str(one) for one in pending.asked],
        "is_mine": asked.asked_by_id == reader.pk,
        "why_not_answer": why_not_answer(question, reader_id=reader.pk),
        "why_not_withdraw": why_not_withdraw(question, reader_id=reader.pk),
    }


def roles(incident: Incident, reader: Person, *, now: datetime) -> dict[str, Any]:
    """Every role, with whatever the reader may do with it.

    `rows` are those that somebody has or is asked for, the reader's own and the commander's;
    `others` are the rest.
    """
    part, state = standing.of(reader, incident), standing.state(incident)
    places = seats.places(incident, reader, now=now)
    first = [one for one in places if _is_first(one)]
    return {
        "incident": incident,
        "rows": [_role(one, part, state) for one in first],
        "others": [_role(one, part, state) for one in places if one not in first],
    }


def _is_first(place: seats.Place) -> bool:
    is_needed = bool(place.holder or place.asked or place.role.slug == standing.COMMANDER)
    return is_needed or place.seat.is_named


def _role(place: seats.Place, part: access.Standing, state: access.State) -> dict[str, Any]:
    return {
        "place": place,
        "why_not_take": filling.why_not_take(part, state, place.seat),
        "why_not_ask": filling.why_not_ask_for(part, state, place.seat),
        "why_not_back": filling.why_not_give_back(state, place.seat),
    }


def cause(incident: Incident, reader: Person) -> dict[str, Any]:
    """Whether the reader may write the cause down."""
    part, state = standing.of(reader, incident), standing.state(incident)
    return {"incident": incident, "why_not": access.why_not_note_cause(part, state)}


def restrict(incident: Incident, reader: Person) -> dict[str, Any]:
    """The kinds of harm that close an incident, and whether the reader may."""
    part, state = standing.of(reader, incident), standing.state(incident)
    done = incident.impact_id if incident.is_restricted else None
    kinds = law.kinds()
    left = [one for one in kinds if one.pk != done]
    again = rules.why_not_restrict_again(state, str(incident.impact or ""))
    return {
        "incident": incident,
        "kinds": left,
        "why_not": rules.why_not_restrict(part, state) or (again if kinds and not left else None),
    }


def authority(incident: Incident, reader: Person, *, now: datetime) -> dict[str, Any]:
    """The countdown, and what the reader may note of it."""
    part, state = standing.of(reader, incident), standing.state(incident)
    countdown = law.countdown_of(incident, reader, now=now)
    return {
        "incident": incident,
        "due": law.due_in(incident),
        "why_not_told": rules.why_not_note_told(part, state, countdown),
        "why_not_needless": rules.why_not_note_needless(part, state, countdown),
    }
