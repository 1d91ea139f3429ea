"""A message as it is planned, before it is a row."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class MessageDraft:
    """One message to plan; `delay` counts from the instant of planning."""

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
