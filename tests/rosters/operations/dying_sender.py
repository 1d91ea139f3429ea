"""A sender of its own process that claims what is due and stops with it in its hands.

Arguments: the database's name, the instant as ISO text. Prints one line when it holds the messages
and has given the first of them to a carrier that never answers.
"""

import os
import sys
import time
from datetime import datetime

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from django.conf import settings  # the module must be named first

settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.CARRIERS = {"email": "tests.rosters.operations.dying_sender.StuckCarrier"}
django.setup()

from rosters.channels.contract import Outgoing, Receipt  # noqa: E402  # needs the set-up
from rosters.operations import carriage  # noqa: E402


class StuckCarrier:
    wants_answer_link = False
    is_in_house = False
    takes_replies = False

    def send(self, _outgoing: Outgoing) -> Receipt:
        print("holding", flush=True)  # noqa: T201  # the test waits for it
        time.sleep(60)
        return Receipt()


if __name__ == "__main__":
    now = datetime.fromisoformat(sys.argv[2])
    carriage.carry_all(clock=lambda: now)
