"""The settings of the tests, with carriers and a Valkey that the torture run may break."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import CACHES, CELERY_BEAT_SCHEDULE

VALKEY_SOCKET = os.environ["TORTURE_VALKEY"]
CELERY_BROKER_URL = f"redis+socket://{VALKEY_SOCKET}?virtual_host=0"
CACHES["default"]["LOCATION"] = f"unix://{VALKEY_SOCKET}?db=1"
CARRIERS = dict.fromkeys(
    ("email", "sms", "phone", "chat", "push"), "tests.torture.carrier.RiskyCarrier"
)
PLAYED = ("tick", "carry", "carry rooms")
# What else beat starts has nothing to do with escalating, and the run is short.
CELERY_BEAT_SCHEDULE = {name: CELERY_BEAT_SCHEDULE[name] for name in PLAYED}
