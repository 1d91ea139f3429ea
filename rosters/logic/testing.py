"""When a contact point may be tested, and what is known of its last test. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Sentence

AGAIN_AFTER = timedelta(minutes=2)
MOST_AN_HOUR = 5
MOST_AN_HOUR_FOR_ONE_PERSON = 10
HOUR = timedelta(hours=1)
ARRIVES_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Trial:
    """One test message: when it was asked for, and where it is on its way."""

    asked_at: datetime
    state: str
    sent_at: datetime | None = None


def why_not_test(tests: Sequence[Trial], *, is_usable: bool, now: datetime) -> str | None:
    """Whether another test may leave now; `tests` of this contact point, in any order."""
    if not is_usable:
        return "Muster has no carrier for this, so it cannot be tested."
    if any(test.asked_at > now - AGAIN_AFTER for test in tests):
        return "A test has just gone there. Wait two minutes, then try again."
    if sum(test.asked_at > now - HOUR for test in tests) >= MOST_AN_HOUR:
        return f"{MOST_AN_HOUR} tests have gone there within an hour. Try again later."
    return None


def why_not_another(
    sent: Sequence[datetime], *, of_person: Sequence[datetime], now: datetime
) -> str | None:
    """As above, where numbers were removed and added again meanwhile: `sent` went to this number
    or address, `of_person` is what its owner asked for, wherever it went.
    """
    if sum(at > now - HOUR for at in sent) >= MOST_AN_HOUR:
        return f"{MOST_AN_HOUR} tests have gone there within an hour. Try again later."
    lately = sum(at > now - HOUR for at in of_person)
    if lately >= MOST_AN_HOUR_FOR_ONE_PERSON:
        return f"You have asked for {lately} tests within an hour. Try again later."
    return None


def why_not_confirm(test: Trial | None, *, now: datetime) -> str | None:
    """Whether its owner may say that the last test arrived: only what was sent can arrive."""
    if test is None or test.asked_at < now - ARRIVES_WITHIN:
        return "There is no test to confirm. Send one first."
    if test.sent_at is None:
        return "The test has not been sent yet. Look again in a moment."
    return None


def result(test: Trial | None, *, tested_at: datetime | None, now: datetime) -> Sentence | None:
    """What became of the last test, in words; None when there is nothing new to say."""
    if test is None or test.asked_at < now - ARRIVES_WITHIN:
        return None
    if tested_at is not None and tested_at >= test.asked_at:
        return None
    if test.sent_at is not None:
        return Sentence("We sent a test at {sent_at}. Has it arrived?", {"sent_at": test.sent_at})
    if test.state in ("planned", "sending"):
        words = "A test is on its way since {asked_at}. Look again in a moment."
        return Sentence(words, {"asked_at": test.asked_at})
    words = "The test of {asked_at} could not be sent. Check that the number is right."
    return Sentence(words, {"asked_at": test.asked_at})
