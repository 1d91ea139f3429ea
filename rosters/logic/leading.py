"""What somebody may do and see about a roster as its lead. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """What a reader is to a roster's people. `has_lead`: somebody leads its team."""

    is_administrator: bool = False
    leads: bool = False
    has_lead: bool = False

    @property
    def sees_figures(self) -> bool:
        """What each person carried is for them and their lead; without one, administrators."""
        return self.leads or (self.is_administrator and not self.has_lead)


def why_not_pay(*, is_administrator: bool, leads_any: bool) -> str | None:
    """Whether a reader may fetch the hours for pay."""
    if is_administrator or leads_any:
        return None
    return "Only administrators and team leads can fetch the hours for pay."
