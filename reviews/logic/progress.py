"""What is left to do in a review: its parts, written or not."""

from dataclasses import dataclass

from config.portal.sentences import Sentence

TEXTS = ("story", "went_well", "was_lucky", "escalation_look_back")


@dataclass(frozen=True)
class Contents:
    """What a review holds so far."""

    story: str = ""
    went_well: str = ""
    was_lucky: str = ""
    escalation_look_back: str = ""
    factors: int = 0
    actions: int = 0


@dataclass(frozen=True)
class Part:
    """One part of a review. `anchor` is where it stands on the page."""

    name: str
    anchor: str
    is_done: bool


def parts(contents: Contents) -> tuple[Part, ...]:
    """The parts in the order of the page."""
    return (
        Part("Tell the story", "story", bool(contents.story)),
        Part("What helped", "went_well", bool(contents.went_well)),
        Part("Where we were lucky", "was_lucky", bool(contents.was_lucky)),
        Part("What made it possible", "factors", contents.factors > 0),
        Part("How the calls went", "escalation_look_back", bool(contents.escalation_look_back)),
        Part("Actions", "actions", contents.actions > 0),
    )


def sentence(found: tuple[Part, ...]) -> Sentence:
    """How far the review is: "Three of six parts are done."."""
    done = sum(part.is_done for part in found)
    if not done:
        return Sentence("Nothing is written yet.")
    if done == len(found):
        return Sentence("Every part is done.")
    words = "1 of {count} parts is done." if done == 1 else "{done} of {count} parts are done."
    return Sentence(words, {"done": done, "count": len(found)})
