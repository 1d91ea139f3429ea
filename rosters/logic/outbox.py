"""What may be done by hand with a message on its way, and what may not. Pure."""

ONLY_ADMINISTRATORS = (
    "Only administrators see the messages of everybody: they may hold what was meant for one."
)
NEVER_AGAIN = {
    "code": "A code is good for minutes only. Whoever needs one asks for a new one.",
    "test": "Whoever wants to test a number sends a new test.",
    "carrier-test": "Send a new test from the page of the carrier.",
}
"""Topics of which an old message would be worth nothing."""


def why_not_look(*, is_administrator: bool) -> str | None:
    """Whether somebody may read what was sent to others."""
    return None if is_administrator else ONLY_ADMINISTRATORS


def why_not_cancel(state: str) -> str | None:
    """Whether a message can still be kept from leaving."""
    if state == "planned":
        return None
    if state == "sending":
        return "It is with its carrier at this moment. Look again in a minute."
    return "It does not wait any more, so there is nothing to cancel."


def why_not_again(state: str, topic: str) -> str | None:
    """Whether a message that did not arrive can be sent once more."""
    if state in ("planned", "sending"):
        return "It is still on its way."
    if state == "sent":
        return "Its carrier took it. Sending it again would say it twice."
    if state == "cancelled":
        return "It was cancelled because nobody needs it any more."
    if state == "suppressed":
        return "It was not sent on purpose. What it said reached its person otherwise, or is over."
    return NEVER_AGAIN.get(topic)


def why_not_word(*, is_administrator: bool) -> str | None:
    """Whether somebody may change what messages say."""
    if is_administrator:
        return None
    return "Only administrators change the words of messages: everybody is called by them."
