"""A carrier that takes, refuses, hangs and kills. What it took stands in a file, outside Muster."""

import os
import random
import signal
import time

from rosters.channels.contract import Outgoing, Receipt, SendFailed
from tests.torture import weather
from tests.torture.weather import Mood

HANG_SECONDS = 5.0  # longer than a lease lasts on the fast clock
KILLS = 0.06


class RiskyCarrier:
    """It keeps the contract of a carrier, and tells nobody what it is about to do."""

    wants_answer_link = False
    is_in_house = False
    takes_replies = False

    def send(self, outgoing: Outgoing) -> Receipt:
        mood = weather.mood_of(outgoing.channel)
        if mood == Mood.REFUSES:
            raise SendFailed("Try again later.", permanent=False)
        if mood == Mood.AWAY:
            raise SendFailed("Nobody answers.", permanent=False, is_away=True)
        if mood == Mood.BURNS:
            raise SendFailed("There is no such number.", permanent=True)
        if mood == Mood.BREAKS:
            raise ValueError("a carrier's own mistake")
        if mood == Mood.HANGS and random.random() < 0.3:
            time.sleep(HANG_SECONDS)
        take(outgoing)
        if weather.is_killing() and random.random() < KILLS:
            os.kill(os.getpid(), signal.SIGKILL)
        return Receipt(f"took {outgoing.message_id}")


def take(outgoing: Outgoing) -> None:
    """One line that nothing takes back: the message has left the house. A room's has no number."""
    said = f"{outgoing.message_id} {outgoing.idempotency_key} {time.time():.6f}\n"
    append(os.environ["TORTURE_TAKEN"], said)


def append(path: str, line: str) -> None:
    """One line at the end of a file, whole, whoever else writes."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)
