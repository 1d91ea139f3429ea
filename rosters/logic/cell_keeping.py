"""Who may change one cell of the contact matrix outside the admin. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CellKeeper:
    """What a reader is to one cell."""

    keeps_matrix: bool = False
    leads_its_team: bool = False


def why_not_change(keeper: CellKeeper, *, team: str) -> str | None:
    """Whether a reader may change a cell of this team; without a team it is the whole company's."""
    if keeper.keeps_matrix or keeper.leads_its_team:
        return None
    lead = f"the lead of {team}, " if team else ""
    return f"Only {lead}service owners and administrators can change this."
