"""What a person may decide in an incident: alone, once somebody agrees, or not at all. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from incidents.logic.access import State


class Way(StrEnum):
    """How somebody comes to a decision."""

    ALONE = "alone"
    ASK = "ask"
    PENDING = "pending"
    NOT = "not"


@dataclass(frozen=True)
class Kind:
    """One thing that may have to be decided, as read after “may”."""

    kind_id: int
    name: str
    description: str = ""


@dataclass(frozen=True)
class Right:
    """What one role may decide: alone, or once `approver` agrees within so many minutes."""

    kind_id: int
    role_id: int
    role: str
    approver_id: int | None = None
    approver: str = ""
    within_minutes: int = 0

    @property
    def sentence(self) -> str:
        """Who may, read after a name or a role."""
        if self.approver_id is None:
            return f"The {self.role} may, alone."
        return f"The {self.role} may, once the {self.approver} agrees."


@dataclass(frozen=True)
class Choice:
    """One kind of decision as it stands for one person; `right` is what they would use.

    `said` says why it is so: a sentence for people.
    """

    kind: Kind
    way: Way
    said: str
    right: Right | None = None

    @property
    def may_press(self) -> bool:
        return self.way in (Way.ALONE, Way.ASK)


CALLED = "You may decide this alone: the rule that called you says so."
NOBODY = "No role may decide this. An administrator gives the right, under “Decision rights”."


def choices(
    kinds: Sequence[Kind],
    rights: Iterable[Right],
    *,
    roles: Collection[int],
    called_for: Collection[int],
    pending: Mapping[int, str],
) -> list[Choice]:
    """Every kind of decision, in order, as it stands for somebody with these roles.

    `called_for`: kinds that a step which called them lets them decide alone. `pending`: kinds that
    wait for an answer, and for whose.
    """
    known = list(rights)
    return [
        _choice(
            kind,
            [right for right in known if right.kind_id == kind.kind_id],
            roles=roles,
            is_called=kind.kind_id in called_for,
            pending=pending.get(kind.kind_id, ""),
        )
        for kind in kinds
    ]


def _choice(
    kind: Kind, rights: Sequence[Right], *, roles: Collection[int], is_called: bool, pending: str
) -> Choice:
    mine = [right for right in rights if right.role_id in roles]
    alone = next((right for right in mine if right.approver_id is None), None)
    if alone is not None:
        said = f"You may decide this alone, as the {alone.role}."
        return Choice(kind, Way.ALONE, said, alone)
    if is_called:
        return Choice(kind, Way.ALONE, CALLED)
    if pending:
        return Choice(kind, Way.PENDING, pending)
    ask = min(mine, key=lambda right: right.within_minutes, default=None)
    if ask is not None:
        said = f"The {ask.approver} must agree, within {ask.within_minutes} minutes."
        return Choice(kind, Way.ASK, said, ask)
    return Choice(kind, Way.NOT, _who_may(rights))


def _who_may(rights: Sequence[Right]) -> str:
    if not rights:
        return NOBODY
    by_need = sorted(rights, key=lambda right: (right.approver_id is not None, right.role))
    return " ".join(right.sentence for right in by_need)


@dataclass(frozen=True)
class Question:
    """An approval as far as the rules ask: who asked, whether it is answered, who may answer."""

    asked_by_id: int
    role: str
    may_answer: bool
    is_answered: bool = False
    answered: str = ""


def why_not_decide(state: State, choice: Choice | None) -> str | None:
    """Whether this person may decide alone."""
    why_not = _why_not_now(state, choice)
    if why_not or choice is None or choice.way == Way.ALONE:
        return why_not
    return choice.said


def why_not_ask(state: State, choice: Choice | None) -> str | None:
    """Whether this person may ask for it: where somebody else must agree."""
    why_not = _why_not_now(state, choice)
    if why_not or choice is None or choice.way == Way.ASK:
        return why_not
    return choice.said


def _why_not_now(state: State, choice: Choice | None) -> str | None:
    if state.resolved_at:
        return f"{state.reference} is resolved. Write what was decided in the review."
    return None if choice else "Choose what is decided."


def why_not_answer(question: Question, *, reader_id: int) -> str | None:
    """Whether this reader may approve or decline."""
    if question.is_answered:
        return question.answered
    if question.asked_by_id == reader_id:
        return "You asked this yourself. Somebody else must answer."
    if not question.may_answer:
        return f"Only the {question.role}, and whoever we asked in their place, can answer this."
    return None


def why_not_withdraw(question: Question, *, reader_id: int) -> str | None:
    """Whether this reader may take the question back."""
    if question.is_answered:
        return question.answered
    if question.asked_by_id != reader_id:
        return "Only whoever asked can take this back."
    return None


def answered(answer: str, *, who: str) -> str:
    """What became of a question, as whoever comes too late reads it; empty while it waits."""
    said = {
        "approved": f"{who} has agreed already.",
        "declined": f"{who} has said no already.",
        "withdrawn": "It was taken back. Nobody needs to answer.",
    }
    return said.get(answer, "")
