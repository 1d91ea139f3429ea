"""How somebody wants to be reached: which way first, which how much later. Pure."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from itertools import groupby

from rosters.logic.loudness import spare
from rosters.logic.reaching import wakes

STEP_MINUTES = 5
"""How long a rule usually waits before it calls the next person."""
MOST_MINUTES = 120
VERBS = {
    "phone": "phone you",
    "sms": "text you",
    "email": "e-mail you",
    "chat": "write to you in chat",
    "push": "send you a push message",
}


@dataclass(frozen=True)
class OwnWay:
    """One line of somebody's own rules: this contact point, so long after we decide to tell."""

    contact_point_id: int
    channel: str
    delay_minutes: int = 0
    is_trusted: bool = True
    address: str = ""

    @property
    def verb(self) -> str:
        """What we do, and to which number or address where it is known: phone you on +49 30 …"""
        preposition = "on" if wakes(self) else "at"
        return (
            f"{VERBS[self.channel]} {preposition} {self.address}"
            if self.address
            else VERBS[self.channel]
        )


def in_order(ways: Sequence[OwnWay]) -> list[OwnWay]:
    """As they are used: the shortest delay first."""
    return sorted(ways, key=lambda way: way.delay_minutes)


def moved(ways: Sequence[OwnWay], contact_point_id: int, *, by: int) -> list[OwnWay]:
    """One way up (-1) or down (+1); the delays stay with the places. At an edge nothing moves."""
    order = list(ways)
    delays = [way.delay_minutes for way in order]
    at = next((n for n, way in enumerate(order) if way.contact_point_id == contact_point_id), None)
    if at is not None and 0 <= at + by < len(order):
        order[at], order[at + by] = order[at + by], order[at]
    return [replace(way, delay_minutes=delay) for way, delay in zip(order, delays, strict=True)]


def put_in(ways: Sequence[OwnWay], new: OwnWay) -> list[OwnWay]:
    """One more way: last, as late as the last one. A phone rather stays last than a mailbox."""
    if any(way.contact_point_id == new.contact_point_id for way in ways):
        return list(ways)
    late = ways[-1].delay_minutes if ways else 0
    longer = [*ways, replace(new, delay_minutes=late)]
    if ways and wakes(ways[-1]) and not wakes(new):
        return moved(longer, new.contact_point_id, by=-1)
    return longer


def put_instead(ways: Sequence[OwnWay], old_id: int, new: OwnWay) -> list[OwnWay]:
    """The new way has the place and the delay of an old one; without that one it comes beside."""
    if not any(way.contact_point_id == old_id for way in ways):
        return put_in(ways, new)
    return [
        replace(new, delay_minutes=way.delay_minutes) if way.contact_point_id == old_id else way
        for way in ways
        if way.contact_point_id != new.contact_point_id
    ]


def why_not_ways(ways: Sequence[OwnWay], *, is_urgent: bool, may_wake: bool) -> str | None:
    """Whether these can be kept. `may_wake`: the person has a phone that could be used."""
    if len({way.contact_point_id for way in ways}) < len(ways):
        return "Each number can be used once in each list."
    if any(not 0 <= way.delay_minutes <= MOST_MINUTES for way in ways):
        return f"Write minutes from 0 to {MOST_MINUTES}."
    if any(a.delay_minutes > b.delay_minutes for a, b in itertools.pairwise(ways)):
        return "Each way comes at the same time as the one above it, or later. Mend the minutes."
    if is_urgent and may_wake and ways and not wakes(ways[-1]):
        return "What is urgent must end with something that wakes you: a phone call or a text."
    return None


def warnings(ways: Sequence[OwnWay], *, is_urgent: bool) -> list[str]:
    """What can be kept and may still go wrong, in words."""
    found = []
    late = [way.delay_minutes for way in ways if way.delay_minutes > STEP_MINUTES]
    if is_urgent and late:
        found.append(
            f"We wait {late[-1]} minutes before we {VERBS[ways[-1].channel]}. Most rules call the"
            f" next person after {STEP_MINUTES} minutes, so somebody else may be called first."
        )
    if is_urgent and not any(wakes(way) for way in ways):
        found.append("Nothing here wakes you at night. Add a phone.")
    return found


def preview(ways: Sequence[OwnWay], *, is_urgent: bool) -> str:
    """What will happen: "If something is urgent, we phone you at once.\"

    What is kept for the case that a way fails is said apart: it is not used at once.
    """
    start = "If something is urgent, we " if is_urgent else "If something can wait, we "
    if not ways:
        other = "as for what can wait" if is_urgent else "as for what is urgent"
        return f"{start}reach you {other}."
    used, kept = _used_and_kept(ways, is_urgent=is_urgent)
    parts = _in_turn(used)
    has_several = len(parts) < len(used)
    said = f"{start}{', then '.join(parts) if has_several else _listed(parts)}."
    if not kept:
        return said
    return f"{said} If {_which(used)} fails, we {_listed([way.verb for way in kept])}."


def _used_and_kept(ways: Sequence[OwnWay], *, is_urgent: bool) -> tuple[list[OwnWay], list[OwnWay]]:
    """The ways in the order of their use, and those that are used only if another one fails."""
    order = in_order(ways)
    marks = spare([(way.delay_minutes, way.channel) for way in order], is_urgent=is_urgent)
    pairs = list(zip(order, marks, strict=True))
    return [way for way, mark in pairs if not mark], [way for way, mark in pairs if mark]


def _in_turn(ways: Sequence[OwnWay]) -> list[str]:
    """What happens at each time: "phone you and text you at once"."""
    return [
        f"{_listed([way.verb for way in together])} {_when(minutes)}"
        for minutes, together in groupby(ways, key=lambda way: way.delay_minutes)
    ]


def _which(used: Sequence[OwnWay]) -> str:
    return "that" if len(used) == 1 else "one of these"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _when(minutes: int) -> str:
    if minutes == 0:
        return "at once"
    return "1 minute later" if minutes == 1 else f"{minutes} minutes later"


def quiet_preview(quiet_from: time | None, quiet_until: time | None) -> str:
    """What quiet hours do, in words."""
    if quiet_from is None or quiet_until is None:
        return "You have no quiet hours: what can wait arrives at any time."
    return (
        f"From {quiet_from:%H:%M} to {quiet_until:%H:%M} your time, what can wait waits until"
        f" {quiet_until:%H:%M}. What is urgent never waits."
    )


def wakes_when(by_severity: Mapping[int, Sequence[OwnWay]]) -> str:
    """What will wake its reader when: "For SEV1 and SEV2 we phone you at once …"."""
    same: dict[str, list[int]] = {}
    for severity, ways in sorted(by_severity.items()):
        used, kept = _used_and_kept(ways, is_urgent=True)
        said = ", then ".join(_in_turn(used))
        if kept:
            said += f", and {_listed([way.verb for way in kept])} if {_which(used)} fails"
        same.setdefault(said, []).append(severity)
    parts = [
        f"for {_listed([f'SEV{one}' for one in severities])} we {what or 'cannot reach you'}"
        for what, severities in same.items()
    ]
    return f"When it is urgent: {'; '.join(parts)}."


def waits_when(
    ways: Sequence[OwnWay], quiet_from: time | None, quiet_until: time | None, *, holidays_in: str
) -> str:
    """When what can wait arrives, and by what."""
    first = in_order(ways)[0].verb if ways else "reach you as for what is urgent"
    said = f"When it can wait: we {first}"
    rests = []
    if quiet_from is not None and quiet_until is not None:
        rests.append(f"not from {quiet_from:%H:%M} to {quiet_until:%H:%M} your time")
    if holidays_in:
        rests.append(f"not on public holidays in {holidays_in}")
    return f"{said}, {' and '.join(rests)}." if rests else f"{said}, at any time."
