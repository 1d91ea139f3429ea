"""Whom we call if an incident is handed back, or nobody says that they are still on it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Param, Sentence, spoken

AT_ONCE = timedelta(minutes=1)

HANDED = {
    "now": "If you hand it back, we {verb} {who} now, {reason}.",
    "later": "If you hand it back, we {verb} {who} at {call_at}, {reason}.",
    "nobody": "If you hand it back, we can call nobody. Phone somebody yourself first.",
    "unknown": "If you hand it back, the calls go on now.",
}
TAKEN = {
    "now": "{holder} has it. If you hand it back for them, we {verb} {who} now, {reason}.",
    "later": (
        "{holder} has it. If you hand it back for them, we {verb} {who} at {call_at}, {reason}."
    ),
    "nobody": (
        "{holder} has it. If you hand it back for them, we can call nobody. Phone somebody"
        " yourself first."
    ),
    "unknown": "{holder} has it. If you hand it back for them, the calls go on now.",
}
DONE = {
    "now": "{reference} is handed back. We {verb} {who} now, {reason}.",
    "later": "{reference} is handed back. We {verb} {who} at {call_at}, {reason}.",
    "nobody": "{reference} is handed back. We can call nobody. Phone somebody yourself.",
    "unknown": "{reference} is handed back. The calls go on.",
}
ASKED_YOU = {
    "now": (
        "Are you still on it? If you do not answer by {due_at}, we {verb} {who} then, {reason}."
    ),
    "later": (
        "Are you still on it? If you do not answer by {due_at}, we {verb} {who} at {call_at},"
        " {reason}."
    ),
    "nobody": (
        "Are you still on it? If you do not answer by {due_at}, nobody has it, and we can call"
        " nobody."
    ),
    "unknown": "Are you still on it? Without your answer by {due_at}, the calls go on.",
}
ASKED_THEM = {
    "now": (
        "We asked {holder} whether they are still on it. If nobody answers by {due_at}, we {verb}"
        " {who} then, {reason}."
    ),
    "later": (
        "We asked {holder} whether they are still on it. If nobody answers by {due_at}, we {verb}"
        " {who} at {call_at}, {reason}."
    ),
    "nobody": (
        "We asked {holder} whether they are still on it. If nobody answers by {due_at}, nobody has"
        " it, and we can call nobody. Phone somebody yourself."
    ),
    "unknown": (
        "We asked {holder} whether they are still on it. Without an answer by {due_at}, the calls"
        " go on."
    ),
}
spoken((ASKED_YOU, ASKED_THEM))


@dataclass(frozen=True)
class Then:
    """Whom we call once nobody has it from `left_at` on; without `who` we can call nobody.

    `verb` comes from the channel that will really be used, as for every call to come.
    """

    left_at: datetime
    call_at: datetime | None = None
    who: str = ""
    reason: str = ""
    verb: str = ""

    @property
    def is_nobody(self) -> bool:
        return not self.who

    @property
    def how(self) -> str:
        """Which of the sentences says it: the call comes now, later, or nobody can be called."""
        if self.call_at is None or self.is_nobody:
            return "nobody"
        return "now" if self.call_at - self.left_at < AT_ONCE else "later"

    @property
    def params(self) -> dict[str, Param]:
        if self.is_nobody:
            return {}
        return {
            "who": self.who,
            "reason": self.reason,
            "verb": self.verb,
            "call_at": self.call_at,
        }


def if_handed_back(then: Then | None, *, holder: str = "") -> Sentence:
    """What follows from handing it back; `holder` has it, where that is not the reader."""
    words = TAKEN if holder else HANDED
    return _said(words, then, {"holder": holder} if holder else {})


def handed_back(then: Then | None, *, reference: str) -> Sentence:
    """What is said once it was done."""
    return _said(DONE, then, {"reference": reference})


def if_silent(then: Then | None, *, until: datetime, holder: str = "") -> Sentence:
    """What follows if "still on it?" has no answer; `holder` is asked, if not the reader."""
    words = ASKED_THEM if holder else ASKED_YOU
    params: dict[str, Param] = {"due_at": until}
    return _said(words, then, params | ({"holder": holder} if holder else {}))


def _said(words: dict[str, str], then: Then | None, params: dict[str, Param]) -> Sentence:
    if then is None:
        return Sentence(words["unknown"], params)
    return Sentence(words[then.how], then.params | params)
