"""Who may change what comes through the alert doors: sources, rules, heartbeats, webhooks. Pure."""

from dataclasses import dataclass

NOT_YOURS = (
    "Only leads of the owning team, service owners and administrators can change this. Ask one of"
    " them."
)


@dataclass(frozen=True)
class SignalKeeper:
    """What a reader is to something that a team owns."""

    is_administrator: bool = False
    is_service_owner: bool = False
    leads_the_team: bool = False


def why_not_keep_signals(keeper: SignalKeeper) -> str | None:
    """Whether a reader may set this up, change it, look at what arrived and send it again."""
    if keeper.is_administrator or keeper.is_service_owner or keeper.leads_the_team:
        return None
    return NOT_YOURS
