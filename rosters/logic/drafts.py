"""A message as it is planned, before it is a row."""

from dataclasses import dataclass
from datetime import timedelta

from rosters.enums import Lane


@dataclass(frozen=True)
class MessageDraft:
    """One message to plan; `delay` counts from the instant of planning.

    `lasts`: how long after it is due it may still leave; None as every message. `via`: the one
    carrier's account that may take it; None as every message. `about_key` and `about_name` say what
    it is about, where it needs no answer: "service:5", "Payments". `is_spare`: it leaves only when
    the other way to its person fails.
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
    lasts: timedelta | None = None
    via: int | None = None
    about_key: str = ""
    about_name: str = ""
    is_spare: bool = False

    @property
    def may_wait(self) -> bool:
        """Whether it waits while its person has quiet hours, also when it is tried again."""
        return may_wait(self.lane)


def may_wait(lane: int) -> bool:
    """What leaves last is what can wait; calls, and what somebody asked for just now, never do."""
    return lane == Lane.UPDATE
