"""Who may close an incident to others, and note what an authority was told. Pure."""

from dataclasses import dataclass

from incidents.logic.access import Standing, State, why_not_act


@dataclass(frozen=True)
class Countdown:
    """What a law asks of one incident. `is_open`: it counts, and nobody has noted an answer."""

    is_open: bool
    is_keeper: bool = False
    authority: str = "the authority"


def why_not_restrict(standing: Standing, state: State) -> str | None:
    """Whether this person may close the incident to everybody without a part in it."""
    if standing.is_declarer or standing.is_commander:
        return None
    return why_not_act(standing, state)


def why_not_restrict_again(state: State, kind: str) -> str:
    """Said where nothing is left to do: it is closed for the only kind of harm that closes it."""
    return (
        f"{state.reference} is closed already: {kind.lower()}. Whoever looks after that was called."
    )


def why_not_note_told(standing: Standing, state: State, countdown: Countdown) -> str | None:
    """Whether this person may note that the authority was told; also once it is resolved."""
    if not countdown.is_open:
        return f"No countdown runs for {state.reference}. Nothing is to be noted."
    return None if countdown.is_keeper else why_not_act(standing, state)


def why_not_note_needless(standing: Standing, state: State, countdown: Countdown) -> str | None:
    """Whether this person may decide that no authority must be told."""
    if not countdown.is_open:
        return f"No countdown runs for {state.reference}. Nothing is to be noted."
    if countdown.is_keeper or standing.is_administrator:
        return None
    return (
        "Only whoever looks after the law or personal data, as the contact matrix names them, can"
        " decide that no authority must be told."
    )
