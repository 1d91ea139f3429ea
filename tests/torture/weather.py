"""What carriers do at the moment; in memory that all processes of a run share."""

import mmap
from enum import IntEnum

CHANNELS = ("phone", "email", "chat")


class Mood(IntEnum):
    """How one carrier behaves."""

    FINE = 0
    REFUSES = 1  # this message not now
    AWAY = 2  # cannot be reached at all
    BURNS = 3  # never again
    HANGS = 4  # answers long after the lease has ended
    BREAKS = 5  # raises what it never should


KILLER = len(CHANNELS)
_sky = mmap.mmap(-1, len(CHANNELS) + 1)


def mood_of(channel: str) -> Mood:
    return Mood(_sky[CHANNELS.index(channel)])


def set_mood(channel: str, mood: Mood) -> None:
    _sky[CHANNELS.index(channel)] = mood


def is_killing() -> bool:
    """Whether a carrier may kill its process right after it took a message."""
    return bool(_sky[KILLER])


def set_killing(*, on: bool) -> None:
    _sky[KILLER] = on


def clear() -> None:
    for channel in CHANNELS:
        set_mood(channel, Mood.FINE)
    set_killing(on=False)
