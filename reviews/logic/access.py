"""Who may write, publish and complete: None, or one sentence that says why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from incidents.logic.access import Standing


@dataclass(frozen=True)
class Part:
    """What a person is to one review: their standing in the incident, and whether they lead it."""

    standing: Standing
    is_facilitator: bool = False

    @property
    def may_write(self) -> bool:
        return self.is_facilitator or self.standing.may_act


@dataclass(frozen=True)
class State:
    """Where a review is, as far as the rules ask. `ownerless` are open actions nobody can do."""

    reference: str
    is_published: bool = False
    story: str = ""
    ownerless: Sequence[str] = ()


def why_not_take_part(part: Part, *, reference: str) -> str | None:
    """Whether this person belongs to those who learn from this incident."""
    if part.may_write:
        return None
    return (
        f"Only the people we called for {reference}, its role holders, the team that owns the"
        " service and the facilitator can write here. You can read it."
    )


def why_not_write(part: Part, state: State) -> str | None:
    """Whether this person may change the text of this review now."""
    if state.is_published:
        return "This review is published. Its text stays as everybody read it."
    return why_not_take_part(part, reference=state.reference)


def why_not_publish(part: Part, state: State) -> str | None:
    """Whether this person may publish it now: a story told, and every open action in good hands."""
    refusal = why_not_write(part, state)
    if refusal:
        return refusal
    if not any(character.isalnum() for character in state.story):
        return "Tell the story first. One sentence is enough to start."
    if state.ownerless:
        title = state.ownerless[0]
        return f"The owner of “{title}” has left the company. Choose a new owner first."
    return None


def why_not_complete(part: Part, *, is_owner: bool, owner: str) -> str | None:
    """Whether this person may say that an action is done, or open again."""
    if is_owner or part.may_write:
        return None
    return f"Only {owner} and the people who write this review can do this."
