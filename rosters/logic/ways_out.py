"""What still leaves Muster and what does not, channel by channel. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rosters.logic.reaching import CALLS

MANY = {
    "phone": "phone calls",
    "sms": "text messages",
    "email": "e-mails",
    "chat": "chat messages",
    "push": "push messages",
}


@dataclass(frozen=True)
class Outage:
    """So much is out that somebody may not be woken: since when, what fails, what still works."""

    since: datetime
    fails: tuple[str, ...]
    works: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """In plain words: "Muster wakes nobody: phone calls fail. E-mails still leave."."""
        fails = f"{_listed(self.fails)} fail."
        if not self.works:
            return f"Muster reaches nobody: {fails}"
        return f"Muster wakes nobody: {fails} {_listed(self.works).capitalize()} still leave."


def outage(out_since: Mapping[str, datetime | None]) -> Outage | None:
    """Whether everything is out, or everything that wakes people.

    `out_since`: for each channel that has a way out, from when on all its ways have been out; None
    while one of them works. Nothing at all set up is no outage.
    """
    fails = tuple(one for one, since in out_since.items() if since is not None)
    works = tuple(one for one, since in out_since.items() if since is None)
    wake = [one for one in out_since if one in CALLS]
    counted = wake if works else list(fails)
    since = [out_since[one] for one in counted]
    known = [at for at in since if at is not None]
    if not counted or len(known) < len(counted):
        return None
    return Outage(max(known), fails, works)


def _listed(channels: Sequence[str]) -> str:
    words = [MANY[one] for one in channels]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
