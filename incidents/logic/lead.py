"""Who has an incident in hand, in one sentence. Pure."""

from config.portal.sentences import Sentence

COMMANDED_UNTIL = 2
"""SEV1 and SEV2 want a commander; with a smaller one, whoever acknowledged it is enough."""


def lead(
    *,
    severity: int,
    commander: str,
    acknowledged_by: str,
    is_left: bool = False,
    is_reader: bool = False,
) -> Sentence:
    """Who leads; else who acknowledged, and whether a commander is missing. "" is nobody.

    `is_left`: somebody was on it and is not any more. `is_reader`: the commander is who reads it.
    """
    if is_reader:
        return Sentence("Commander: you")
    if commander:
        return Sentence("Commander: {who}", {"who": commander})
    if not acknowledged_by:
        return Sentence("Nobody is on it any more" if is_left else "Nobody has acknowledged it yet")
    if severity > COMMANDED_UNTIL:
        return Sentence("{who} acknowledged it", {"who": acknowledged_by})
    return Sentence("{who} acknowledged it. No commander yet", {"who": acknowledged_by})


def who_leads(
    *, severity: int, commander: str, acknowledged_by: str, is_left: bool = False
) -> Sentence:
    """The same for readers who do not fix things."""
    if commander:
        return Sentence("{who}, the incident commander.", {"who": commander})
    if not acknowledged_by:
        return Sentence("Nobody at this moment." if is_left else "Nobody yet.")
    if severity > COMMANDED_UNTIL:
        return Sentence("{who} is looking at it.", {"who": acknowledged_by})
    return Sentence("{who} is looking at it. Nobody leads yet.", {"who": acknowledged_by})
