"""Who may see the numbers and addresses of whom. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Closeness:
    """What a reader is to the person whose numbers they ask for."""

    is_self: bool = False
    is_administrator: bool = False
    shares_team: bool = False
    shares_roster: bool = False
    are_both_on_call: bool = False

    @property
    def has_a_reason(self) -> bool:
        return (
            self.is_self
            or self.is_administrator
            or self.shares_team
            or self.shares_roster
            or self.are_both_on_call
        )


def why_not_see_suppliers(closeness: Closeness, *, team: str) -> str | None:
    """Whether the reader may see the suppliers' numbers of a service of this team.

    As for the numbers of its people: whoever is called with them may have to phone a supplier.
    """
    if closeness.is_administrator or closeness.shares_team or closeness.shares_roster:
        return None
    return (
        f"Only the {team} team and people who are called with them see suppliers and their"
        f" numbers. In an incident, Muster calls {team} for you."
    )


def why_not_see_numbers(closeness: Closeness, *, name: str) -> str | None:
    """Whether the reader may see the numbers of the person called `name`."""
    if closeness.has_a_reason:
        return None
    return (
        f"Only people who work with {name} see these numbers: the same team, a roster that you"
        f" share, or a time in which you are both on call. In an incident, Muster calls {name} for"
        " you."
    )
