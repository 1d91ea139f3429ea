"""Which ways to a person are used: what is verified first, silence never. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

CALLS = ("phone", "sms")
"""What wakes somebody."""


class Way(Protocol):
    """Anything by which somebody is reached."""

    @property
    def channel(self) -> str: ...
    @property
    def is_trusted(self) -> bool: ...


AnyWay = TypeVar("AnyWay", bound=Way)


def is_trusted(
    verified_at: datetime | None,
    last_tested_at: datetime | None,
    reported_wrong_at: datetime | None,
) -> bool:
    """Whether a code or a test arrived there, and nobody has said since that it is wrong."""
    is_proved = verified_at is not None or last_tested_at is not None
    return is_proved and reported_wrong_at is None


def wakes(way: Way) -> bool:
    """Whether it rings or buzzes loud enough for the night."""
    return way.channel in CALLS


def used(
    chosen: Sequence[AnyWay], everything: Sequence[AnyWay], *, is_urgent: bool
) -> list[AnyWay]:
    """Which of the `chosen` ways are used, in their order; `everything` is all the person has.

    One that nobody verified, or that somebody reported as wrong, is left out as long as there is a
    verified one. Two exceptions: without any verified one, it is better than silence; and what is
    urgent must wake, so a call nobody verified stays beside a mailbox that is verified.
    """
    if not chosen:
        return []
    trusted = [one for one in chosen if one.is_trusted] or [
        one for one in everything if one.is_trusted
    ]
    if not trusted:
        return list(chosen)
    if is_urgent and not any(wakes(one) for one in trusted):
        awake = [one for one in chosen if wakes(one)]
        return [*awake, *(one for one in trusted if one not in awake)]
    return trusted
