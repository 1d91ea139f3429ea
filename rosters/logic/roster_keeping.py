"""Who may change a roster. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RosterKeeper:
    """What a reader is to one roster."""

    is_administrator: bool = False
    keeps_rosters: bool = False
    leads_the_team: bool = False
    leads: tuple[str, ...] = ()
    """Who does lead it, by name, to be asked."""


def why_not_keep_roster(keeper: RosterKeeper) -> str | None:
    """Whether a reader may set this roster up, change its layers and publish it."""
    if keeper.is_administrator or keeper.keeps_rosters or keeper.leads_the_team:
        return None
    said = "Only leads of the team, roster managers and administrators can change this roster."
    return f"{said} Ask {' or '.join(keeper.leads[:2])}." if keeper.leads else said
