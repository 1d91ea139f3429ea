"""What people may decide about the calls of an incident. None, or one sentence that says why not.

Whoever commands an incident steers its calls. Without a commander everybody who may act does, so
that at night nobody who is able is locked out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.enums import HoldKind, Promise
from incidents.logic.access import Standing, State, why_not_act
from incidents.logic.signal_keeping import SignalKeeper, why_not_keep_signals
from rosters.enums import SeverityLevel

SHORTEST = timedelta(minutes=1)
LONGEST: Mapping[HoldKind, Mapping[int, timedelta]] = {
    HoldKind.HOLD: {
        SeverityLevel.CRITICAL: timedelta(hours=1),
        SeverityLevel.SERIOUS: timedelta(hours=2),
        SeverityLevel.MINOR: timedelta(hours=8),
        SeverityLevel.SMALL: timedelta(hours=24),
    },
    HoldKind.SNOOZE: {
        SeverityLevel.CRITICAL: timedelta(minutes=15),
        SeverityLevel.SERIOUS: timedelta(minutes=30),
        SeverityLevel.MINOR: timedelta(hours=4),
        SeverityLevel.SMALL: timedelta(hours=24),
    },
}
"""How long calls may wait, by how bad it is. Whoever wants longer says so again, in time."""
LONGEST_REROUTE = timedelta(days=31)
SAME_PRESS = timedelta(minutes=1)
"""The same words again within this time are the same press, sent twice."""


@dataclass(frozen=True)
class Lead:
    """Who leads an incident: the name, empty for nobody, and whether that is the reader."""

    commander: str = ""
    is_reader: bool = False


@dataclass(frozen=True)
class Wait:
    """Calls of one incident that wait until an instant, because `who` said so and why."""

    hold_id: int
    kind: HoldKind
    until: datetime
    who: str
    reason: str

    def covers(self, promise: str) -> bool:
        """Whether the calls of this promise wait: a snooze is about acknowledging alone."""
        return self.kind == HoldKind.HOLD or promise == Promise.ACKNOWLEDGE


def waits_until(waits: Iterable[Wait], promise: str) -> datetime | None:
    """Until when the calls of this promise wait; None when they do not."""
    return max((one.until for one in waits if one.covers(promise)), default=None)


def ended(reason: str) -> str:
    """The reason as the end of a sentence."""
    text = reason.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def why_not_steer(standing: Standing, state: State, lead: Lead) -> str | None:
    """Whether this person may hold the calls, send them elsewhere, jump, or stand people down."""
    if state.resolved_at:
        return f"{state.reference} is resolved. Nobody is called for it any more."
    if lead.is_reader or standing.is_commander or standing.is_administrator:
        return None
    if lead.commander:
        return (
            f"{lead.commander} commands {state.reference}, so only they and other commanders can do"
            " this. Ask them."
        )
    return why_not_act(standing, state)


def why_not_snooze(standing: Standing, state: State) -> str | None:
    """Whether this person may let the calls to acknowledge wait."""
    if state.resolved_at:
        return f"{state.reference} is resolved. Nobody is called for it any more."
    if state.acknowledged_at:
        return (
            f"{state.reference} is acknowledged, so nobody is called to acknowledge it. A hold lets"
            " all its other calls wait."
        )
    return why_not_act(standing, state)


def why_not_wait(kind: HoldKind, *, severity: int, until: datetime, now: datetime) -> str | None:
    """Whether calls may wait until then: in the future, and not for too long."""
    if until < now + SHORTEST:
        return "Choose a later time: that is over already."
    longest = LONGEST[kind][severity]
    if until > now + longest + SAME_PRESS:
        code = SeverityLevel(severity).code
        return f"Calls about a {code} can wait for {span(longest)} at most. Choose an earlier time."
    return None


def span(length: timedelta) -> str:
    """A length of time as people say it: 15 minutes, 1 hour, 4 hours."""
    minutes = int(length / timedelta(minutes=1))
    if minutes < 60:
        return f"{minutes} minutes"
    hours = minutes // 60
    return "1 hour" if hours == 1 else f"{hours} hours"


def why_not_end_wait(standing: Standing, state: State) -> str | None:
    """Whether this person may let held calls go on: whoever may act, for calls must never hang."""
    return why_not_act(standing, state)


def why_not_change_severity(
    standing: Standing, state: State, lead: Lead, *, before: int, after: int
) -> str | None:
    """Whether this person may say that it is worse, or less bad, than was thought.

    Worse may be said by everybody who may act. Less bad by whoever steers the calls.
    """
    if state.resolved_at:
        return f"{state.reference} is resolved. Write in the review how bad it was."
    if after < before:
        if lead.is_reader or standing.is_commander:
            return None
        return why_not_act(standing, state)
    return why_not_steer(standing, state, lead)


def why_not_consider_severity(standing: Standing, state: State, lead: Lead) -> str | None:
    """Whether the page offers this person anything: who may make it worse may open it."""
    return why_not_change_severity(standing, state, lead, before=1, after=0)


def why_not_call(standing: Standing, state: State) -> str | None:
    """Whether this person may call somebody by hand, or ask them for help."""
    if state.resolved_at:
        return f"{state.reference} is resolved. Nobody needs to be called for it."
    if standing.is_commander:
        return None
    return why_not_act(standing, state)


def why_not_answer_help(state: State, *, is_asked: bool) -> str | None:
    """Whether a question for help waits for this person's answer."""
    if not is_asked:
        return f"Nobody has asked you about {state.reference}. There is nothing to answer."
    if state.resolved_at:
        return f"{state.reference} is resolved. Nobody waits for you."
    return None


def why_not_reroute(*, until: datetime, now: datetime) -> str | None:
    """Whether calls may go somewhere else until then."""
    if until < now + SHORTEST:
        return "Choose a later time: that is over already."
    if until > now + LONGEST_REROUTE:
        return "Calls can go somewhere else for 31 days at most. For longer, change the rule."
    return None


@dataclass(frozen=True)
class ServiceKeeper:
    """What a reader is to a service whose calls go elsewhere."""

    keeps: SignalKeeper
    is_commander: bool = False


def why_not_reroute_service(keeper: ServiceKeeper) -> str | None:
    """Whether a reader may send all calls about a service elsewhere."""
    if keeper.is_commander or why_not_keep_signals(keeper.keeps) is None:
        return None
    return (
        "Only leads of the owning team, service owners, commanders and administrators can do this."
        " Ask one of them."
    )
