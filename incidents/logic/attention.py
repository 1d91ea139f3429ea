"""When whoever acknowledged is asked whether they are still on it, and who may answer. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.logic.access import State
from incidents.logic.handing_back import Then
from incidents.logic.targets import Due

PURPOSE = "attention"
"""How the purpose of a notification begins that asks; the number of its clock follows."""

QUESTIONS = (PURPOSE, "decide", "role")
"""How the purposes of all notifications begin that wait for an answer without a climb."""

LEAD = timedelta(minutes=15)
"""At most so long before the calls go on, somebody is asked; and so long they have to answer."""


@dataclass(frozen=True)
class Asked:
    """Who is asked whether they are still on it, and until when we wait for their answer."""

    who: str
    until: datetime
    is_reader: bool = False
    then: Then | None = None
    """Whom we call without an answer, where that is known."""


def is_question(purpose: str) -> bool:
    """Whether a notification asks if somebody is still on it."""
    return purpose.startswith(f"{PURPOSE} ")


def wants_answer(purpose: str) -> bool:
    """Whether a notification without a climb asks something: are you on it, may we, will you?"""
    return purpose.partition(" ")[0] in QUESTIONS


def due(promised: Due, *, shift_ends_at: datetime | None) -> Due:
    """When they are asked (`at_risk_at`) and when the calls go on without an answer.

    At most LEAD before the promised end; or when their shift ends, if that comes sooner.
    """
    lead = min(promised.target_at - promised.at_risk_at, LEAD)
    asked_at = promised.target_at - lead
    if shift_ends_at is not None and shift_ends_at < asked_at:
        asked_at = shift_ends_at
    return Due(asked_at + lead, asked_at)


def asked_late(promised: Due, *, now: datetime) -> Due:
    """Whoever is asked at `now`, later than planned, has as long to answer as ever."""
    lead = promised.target_at - promised.at_risk_at
    return Due(max(promised.target_at, now + lead), promised.at_risk_at)


def why_not_attend(
    state: State, *, reader_id: int, holder_id: int | None, holder: str
) -> str | None:
    """Whether this reader may say that they are still on it; `holder` acknowledged it."""
    if state.resolved_at:
        return f"{state.reference} is resolved. You can rest."
    if holder_id is None:
        return f"Nobody has {state.reference} now, and the calls go on. Acknowledge it again."
    if holder_id != reader_id:
        return f"{holder} acknowledged {state.reference}. Only they can say that they are on it."
    return None
