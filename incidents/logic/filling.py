"""Who may take, ask for and give back a role in an incident. Pure; a sentence says why not."""

from dataclasses import dataclass

from incidents.logic.access import Standing, State


@dataclass(frozen=True)
class Seat:
    """One role in one incident for one reader.

    `holder` is whoever has it, empty for nobody. `is_named`: the contact matrix names the reader,
    """

    role: str
    holder: str = ""
    is_mine: bool = False
    is_named: bool = False
    is_asked: bool = False


def why_not_take(standing: Standing, state: State, seat: Seat) -> str | None:
    """Whether the reader may have this role from now on."""
    if state.resolved_at:
        return f"{state.reference} is resolved. Nobody needs to be its {seat.role}."
    if seat.is_mine:
        return f"You are its {seat.role} already."
    if standing.may_act or seat.is_named or standing.is_commander:
        return None
    return (
        f"Only the people we called for {state.reference}, its role holders, the team that owns the"
        f" service and whoever the contact matrix names can be its {seat.role}."
    )


def why_not_ask_for(standing: Standing, state: State, seat: Seat) -> str | None:
    """Whether the reader may have somebody told that this role is to be filled."""
    if state.resolved_at:
        return f"{state.reference} is resolved. Nobody needs to be its {seat.role}."
    if seat.holder:
        return f"{seat.holder} is its {seat.role} already."
    if seat.is_asked:
        return f"Somebody was asked already to be its {seat.role}. We wait for an answer."
    if standing.may_act or standing.is_declarer:
        return None
    return (
        f"Only the people we called for {state.reference}, its role holders, whoever declared it"
        " and the team that owns the service can ask for this."
    )


def why_not_give_back(state: State, seat: Seat) -> str | None:
    """Whether the reader may lay this role down."""
    if state.resolved_at:
        return f"{state.reference} is resolved. There is nothing to give back."
    if not seat.is_mine:
        return f"You are not its {seat.role}. There is nothing to give back."
    return None
