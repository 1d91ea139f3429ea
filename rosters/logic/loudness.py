"""Which channels a severity may use, and how many at once. Pure.

An urgency says whether somebody is woken; the severity says how loud that may be. Each person's own
rules hold within it, and nobody is left in silence over it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from rosters.logic.reachable import Contact
from rosters.logic.reaching import CALLS, wakes

LOUDEST_FIRST = ("phone", "sms", "push", "chat", "email")
QUIET_ONES = ("push", "chat", "email")
SHIPPED: Mapping[int, tuple[str, ...]] = {
    1: LOUDEST_FIRST,
    2: LOUDEST_FIRST,
    3: ("sms", *QUIET_ONES),
    4: QUIET_ONES,
}
"""What holds where no administrator has chosen otherwise."""
AT_ONCE_WHEN_URGENT = 2
MUST_WAKE = (1, 2)

VERBS = {"phone": "phones", "sms": "texts"}
WORDS = {"push": "push message", "chat": "chat", "email": "e-mail"}

Ways = tuple[Contact, ...]


def channels_of(severity: int, chosen: Mapping[int, Sequence[str]]) -> tuple[str, ...]:
    """The channels of a severity, the loudest first."""
    found = chosen.get(severity) or SHIPPED.get(severity, LOUDEST_FIRST)
    return tuple(one for one in LOUDEST_FIRST if one in found)


def allowed(ways: Ways, channels: Sequence[str], *, is_urgent: bool) -> Ways:
    """Those of a person's ways that this severity may use, in the person's order.

    All of them, where none would be left; and where none would wake somebody for what is urgent,
    the least loud that does. The first one keeps the time of the first of all: nobody is told later
    because a way was left out.
    """
    kept = tuple(one for one in ways if one.channel in channels)
    if is_urgent and not any(wakes(one) for one in kept):
        loud = {one.channel for one in ways if wakes(one)}
        least = next((one for one in reversed(LOUDEST_FIRST) if one in loud), "")
        kept = tuple(one for one in ways if one.channel in {*channels, least})
    if not kept:
        return ways
    sooner = kept[0].delay - ways[0].delay
    return tuple(
        replace(one, delay=max(one.delay - sooner, timedelta(0))) if sooner else one for one in kept
    )


def with_spares(ways: Ways, *, is_urgent: bool) -> Ways:
    """The ways, with those marked that are only kept for the case that another one fails."""
    marks = spare([(one.delay, one.channel) for one in ways], is_urgent=is_urgent)
    return tuple(replace(one, is_spare=mark) for one, mark in zip(ways, marks, strict=True))


def spare(ways: Sequence[tuple[object, str]], *, is_urgent: bool) -> list[bool]:
    """Of each way, its delay and its channel: whether it is only kept in case another one fails.

    What can wait uses one way at a time; what is urgent may use two channels at once.
    """
    most = AT_ONCE_WHEN_URGENT if is_urgent else 1
    together: dict[object, set[str]] = {}
    found = []
    for delay, channel in ways:
        channels = together.setdefault(delay, set())
        has_room = len(channels) < most or (is_urgent and channel in channels)
        if has_room:
            channels.add(channel)
        found.append(not has_room)
    return found


def loudest_first(ways: Ways, *, is_urgent: bool) -> Ways:
    """Somebody without rules of their own: loud when it is urgent, quiet when it can wait."""
    order = LOUDEST_FIRST if is_urgent else tuple(reversed(LOUDEST_FIRST))
    return tuple(sorted(ways, key=lambda one: order.index(one.channel)))


def why_not_channels(severity: int, channels: Sequence[str]) -> str | None:
    """Whether a severity may use just these. What is worst must be able to wake somebody."""
    if not channels:
        return f"Choose at least one channel for SEV{severity}."
    if severity in MUST_WAKE and not {"phone", "sms"} & set(channels):
        return f"SEV{severity} must wake people: leave it phone calls or text messages."
    return None


def sentence(severity: int, channels: Sequence[str]) -> str:
    """What a severity does, in words: "SEV3 texts people; what can wait goes by push …"."""
    loud = [VERBS[one] for one in channels if one in CALLS]
    quiet = [WORDS[one] for one in reversed(channels) if one not in CALLS]
    woken = f"{' and '.join(loud)} people" if loud else "wakes people as softly as it can"
    waits = f"; what can wait goes by {_or(quiet)}" if quiet else ""
    return f"SEV{severity}: what is urgent {woken}{waits}."


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
