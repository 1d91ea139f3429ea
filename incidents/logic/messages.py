"""What a person who is called reads or hears; links and numbers are filled when it leaves."""

from dataclasses import dataclass, replace

from rosters.logic.gsm import SEGMENT, cut, gsm7
from rosters.logic.segments import if_replies

ANSWER_LINK = "{answer_link}"
REPLY_YES, REPLY_NO = "{reply_yes}", "{reply_no}"
SHORTEST_TITLE = 12
LINK_LENGTH = 11  # characters of a token


@dataclass(frozen=True)
class Call:
    """What one summons is about, in words. `next_name` is whom we would call next, if anybody.

    `reason` is empty where `situation` says already why it is them.

    `ask` stands before the link of a long message, where it is not one of the usual two.
    """

    reference: str
    severity_code: str
    severity_word: str
    title: str
    reason: str
    may_answer: bool
    situation: str = ""
    next_name: str = ""
    incident_link: str = ""
    ask: str = ""


def sms(call: Call, *, link_length: int) -> str:
    """At most 160 GSM-7 characters once link and numbers are in.

    The title is cut first. Where that is not enough, whom we would call next goes, then what is
    late, and at the very last the reason is cut: severity, numbers and link never are.
    """
    start = f"Muster {call.severity_code}: "
    brief = replace(call, next_name="")
    for shorter in (call, brief, replace(brief, situation="")):
        said, asked = _said(shorter), _replies(shorter)
        room = SEGMENT - len(start) - len(said) - len(_filled(asked)) - link_length - 1
        if room >= SHORTEST_TITLE:
            break
    else:
        said = f"{cut(said.rstrip(), len(said) - (SHORTEST_TITLE - room) - 1)} "
        room = SHORTEST_TITLE
    title = cut(gsm7(call.title).rstrip("."), room)
    link = ANSWER_LINK if call.may_answer else call.incident_link
    return f"{start}{title}.{said}{if_replies(asked) if asked else ''}{link}"


def _said(call: Call) -> str:
    parts = [part for part in (call.situation, _who(call)) if part]
    return gsm7(f" {' '.join(parts)} ")


def _replies(call: Call) -> str:
    """How to answer by a reply; the numbers are filled when it leaves."""
    if not call.may_answer:
        return ""
    name = f" to {gsm7(call.next_name)}" if call.next_name else ""
    return f"Reply {REPLY_YES} to acknowledge, {REPLY_NO} to pass{name}. "


def _filled(asked: str) -> str:
    """As long as it can become."""
    return asked.replace(REPLY_YES, "111").replace(REPLY_NO, "112")


def voice(call: Call) -> str:
    """What the phone says."""
    said = [
        "This is Muster.",
        f"A {call.severity_word.lower()} incident.",
        f"{call.title.rstrip('.')}.",
        call.situation,
        _who(call),
    ]
    if call.may_answer:
        said.append("Press 1 to acknowledge.")
        said.append(f"Press 2 to pass to {call.next_name}." if call.next_name else "")
    return " ".join(part for part in said if part)


@dataclass(frozen=True)
class Rest:
    """Somebody acknowledged what others were told of too; `at` is a clock time of the reader's."""

    call: Call
    who: str
    at: str

    @property
    def said(self) -> str:
        return (
            f"{self.who} acknowledged {self.call.reference} at {self.at}. You do not need to do"
            " anything."
        )

    @property
    def subject(self) -> str:
        call = self.call
        return (
            f"[{call.severity_code}] {self.who} has it: {call.title.rstrip('.')} ({call.reference})"
        )

    @property
    def sms(self) -> str:
        return gsm7(f"Muster: {self.said}")


def _who(call: Call) -> str:
    return f"You are {call.reason}." if call.reason else ""


def subject(call: Call) -> str:
    """The subject of an e-mail, and the title of every other message."""
    return f"[{call.severity_code}] {call.title.rstrip('.')} ({call.reference})"
