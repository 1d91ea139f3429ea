"""What goes wrong when: decided by the seed alone, before anything starts."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.torture.weather import CHANNELS, Mood

CAST = ("tick", "carry", "carry", "engine", "worker", "worker", "beat", "beat")
CROWD = ("door", "person", "person")
FAULTS = {"kill": 10, "cut": 4, "mood": 5, "valkey": 1, "pause": 2}
MOOD_SECONDS = 1.5
PAUSE_SECONDS = 2.0


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, `at` seconds after the start."""

    at: float
    kind: str
    what: str = ""
    number: int = 0


def faults(seed: int, *, seconds: float, every: float) -> Sequence[Fault]:
    """About one each `every` seconds; what begins also ends."""
    dice = random.Random(f"faults {seed}")
    found: list[Fault] = []
    at = 1.0
    kinds, weights = list(FAULTS), list(FAULTS.values())
    while at < seconds:
        found += _fault(dice.choices(kinds, weights=weights)[0], at, dice)
        at += dice.uniform(0, 2 * every)
    return sorted(found, key=lambda fault: fault.at)


def _fault(kind: str, at: float, dice: random.Random) -> list[Fault]:
    if kind == "kill":
        return [Fault(at, kind, number=dice.randrange(len(CAST) + len(CROWD)))]
    if kind == "cut":
        return [Fault(at, kind, number=dice.randint(1, 4))]
    if kind == "mood":
        channel, mood = dice.choice(CHANNELS), dice.choice(list(Mood)[1:])
        over = at + dice.uniform(0.2, 2 * MOOD_SECONDS)
        return [Fault(at, kind, channel, mood), Fault(over, kind, channel, Mood.FINE)]
    if kind == "valkey":
        return [Fault(at, kind, "down"), Fault(at + dice.uniform(0.2, 2), kind, "up")]
    number = dice.randrange(len(CAST))
    over = at + dice.uniform(0.5, PAUSE_SECONDS)
    return [Fault(at, "stop", number=number), Fault(over, "go", number=number)]
