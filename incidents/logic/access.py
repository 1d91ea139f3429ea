"""Who may do what. Each rule answers None, or one sentence that says why not and what to do."""

from dataclasses import dataclass
from datetime import datetime

from config.portal import undo


@dataclass(frozen=True)
class Standing:
    """What a person is to one incident: told of it, in a role, a responder, who declared it.

    `is_commander` and `only_reads` are of the whole organisation: a role as commander, and no role
    but that of a stakeholder.
    """

    is_told: bool = False
    has_role: bool = False
    is_responder: bool = False
    is_declarer: bool = False
    is_administrator: bool = False
    is_commander: bool = False
    only_reads: bool = False

    @property
    def may_act(self) -> bool:
        return self.is_told or self.has_role or self.is_responder or self.is_administrator


@dataclass(frozen=True)
class State:
    """Where an incident is, as far as the rules ask. Names and instants are for the sentences."""

    reference: str
    detected_at: datetime
    acknowledged_at: datetime | None = None
    contained_at: datetime | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True)
class Containment:
    """Who marked an incident contained, when they pressed, and whether the reader may undo it."""

    marked_at: datetime
    who: str
    may_undo: bool


def why_not_act(standing: Standing, state: State) -> str | None:
    """Whether this person may change this incident at all."""
    if standing.may_act:
        return None
    return (
        f"Only the people we called for {state.reference}, its role holders and the team that owns"
        " the service can do this. You can add a note."
    )


def why_not_acknowledge(standing: Standing, state: State) -> str | None:
    if state.resolved_at:
        return f"{state.reference} is resolved. There is nothing to acknowledge."
    return why_not_act(standing, state)


def why_not_contain(standing: Standing, state: State) -> str | None:
    if state.resolved_at:
        return f"{state.reference} is resolved already."
    if state.contained_at:
        return f"{state.reference} is contained already."
    return why_not_act(standing, state)


def why_not_resolve(standing: Standing, state: State) -> str | None:
    if state.resolved_at:
        return f"{state.reference} is resolved already."
    return why_not_act(standing, state)


def why_not_hand_back(standing: Standing, state: State) -> str | None:
    if state.resolved_at:
        return f"{state.reference} is resolved. There is nothing to hand back."
    if not state.acknowledged_at:
        return f"Nobody has acknowledged {state.reference}. The calls are going on."
    return why_not_act(standing, state)


def why_not_undo_contain(
    state: State, containment: Containment | None, *, now: datetime
) -> str | None:
    if state.resolved_at:
        return f"{state.reference} is resolved. If it is not over, declare a new incident."
    if not state.contained_at or containment is None:
        return f"{state.reference} is not marked contained. There is nothing to undo."
    if not containment.may_undo:
        return (
            f"Only {containment.who}, who marked {state.reference} contained, or its commander can"
            " undo that. Say in an update that it is not contained."
        )
    if not undo.is_open(containment.marked_at, now=now):
        return "The two minutes are over. Say in an update that it is not contained."
    return None


def why_not_update(standing: Standing, state: State) -> str | None:
    if state.resolved_at:
        return f"{state.reference} is resolved. Updates have ended; write it in the review."
    if standing.is_declarer and not standing.may_act:
        return _why_not_declarer(state)
    return why_not_act(standing, state)


def _why_not_declarer(state: State) -> str | None:
    """Whoever declared it knows most until somebody acknowledges; then one hand writes."""
    if not state.acknowledged_at:
        return None
    return (
        f"Whoever acknowledged {state.reference} writes the updates now. Tell them what you know in"
        " a note."
    )


def why_not_give_back_command(state: State, *, leads: bool) -> str | None:
    """Whether the reader may lay the command down; `leads`: they are the commander now."""
    if state.resolved_at:
        return f"{state.reference} is resolved. It needs no commander."
    return (
        None if leads else f"You do not command {state.reference}. There is nothing to give back."
    )


def why_not_take_command(standing: Standing, state: State, *, commander: str) -> str | None:
    """Whether this person may lead; `commander` leads now, empty for nobody.

    Without a commander any responder may, so that at night nobody who is able is locked out.
    """
    if state.resolved_at:
        return f"{state.reference} is resolved. It needs no commander."
    if standing.may_act or standing.is_commander:
        return None
    if commander:
        return (
            f"{commander} commands {state.reference}. Only the people we called for it, its role"
            " holders, the team that owns the service and commanders can take over."
        )
    if standing.only_reads:
        return (
            f"Your role is to read along, so you cannot command {state.reference}. Phone one of the"
            " people we call for it."
        )
    return None


def why_not_note_cause(standing: Standing, state: State) -> str | None:
    """Whether this person may write down the root cause; also once it is resolved."""
    return why_not_act(standing, state)


def why_not_collect(standing: Standing, state: State) -> str | None:
    """Whether this person may say what evidence is collected; also once it is resolved."""
    return why_not_act(standing, state)


def why_not_follow(standing: Standing, state: State) -> str | None:
    """Whether this person may say what came of a step of the runbook."""
    if state.resolved_at:
        return f"{state.reference} is resolved. What was done later belongs in its review."
    return why_not_act(standing, state)


def why_not_milestone_at(state: State, *, at: datetime, now: datetime) -> str | None:
    """Whether a milestone may lie at `at`: not before detection, not in the future."""
    if at < state.detected_at:
        return "That is before it was detected. Choose a later time."
    if at > now:
        return "That is in the future. Choose an earlier time."
    return None
