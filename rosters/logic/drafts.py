"""A message as it is planned, before it is a row."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class MessageDraft:
    """One message to plan; `delay` counts from the instant of planning.

    `may_wait`: it is not urgent, so it waits while its person has quiet hours. `lasts`: how long
    after it is due it may still leave; None as every message.
    """

    topic: str
    topic_id: int
    subject_key: str
    person_id: int
    contact_point_id: int
    subject: str
    body: str
    lane: int
    thread_key: str = ""
    delay: timedelta = timedelta(0)
    may_wait: bool = False
    lasts: timedelta | None = None
