"""What a person who is called reads or hears; links and numbers are filled when it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from incidents.logic import wordings
from incidents.logic.wordings import SHIPPED_BOOK, Book
from rosters.logic import sandbox, segments
from rosters.logic.gsm import SEGMENT, cut, gsm7
from rosters.logic.sandbox import Part

ANSWER_LINK = "{answer_link}"
REPLY_YES, REPLY_NO = "{reply_yes}", "{reply_no}"
KEY_YES, KEY_NO = "1", "3"
"""Keys on a phone. 2 passes the call on as well: that is how text messages count."""
ACKNOWLEDGE, READ_MORE = "Acknowledge or pass it on here", "Read more and act here"
SHORTEST_TITLE = 12
SHORTEST_REASON = 6
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

    @property
    def kind(self) -> str:
        return wordings.CALL if self.may_answer else wordings.TOLD

    @property
    def link(self) -> str:
        return ANSWER_LINK if self.may_answer else self.incident_link

    @cached_property
    def known(self) -> Mapping[str, str]:
        """What fills the places of its words, whatever carries it."""
        return {
            "severity": self.severity_code,
            "severity_word": self.severity_word.lower(),
            "title": self.title.rstrip("."),
            "reference": self.reference,
            "situation": self.situation,
            "reason": self.reason,
            "next": self.next_name,
            "link": self.link,
        }

    @cached_property
    def plain(self) -> Mapping[str, str]:
        """The same in characters that an SMS can carry, but for the link."""
        return {name: gsm7(said) for name, said in self.known.items()} | {"link": self.link}


def sms(call: Call, *, link_length: int, book: Book = SHIPPED_BOOK) -> str:
    """At most 160 GSM-7 characters once link and numbers are in.

    The title is cut first. Where that is not enough, whom we would call next goes, then what is
    late, and at the very last the reason is cut: severity, numbers and link never are.
    """
    text = book.text(call.kind, wordings.SMS)
    brief = replace(call, next_name="")
    for shorter in (call, brief, replace(brief, situation="")):
        room = _room(text, shorter, link_length)
        if room >= SHORTEST_TITLE:
            break
    if room < SHORTEST_TITLE:
        reason = cut(gsm7(shorter.reason), _left_for(shorter, SHORTEST_TITLE - room))
        shorter = replace(shorter, reason=reason)
        room = _room(text, shorter, link_length)
    return _texted(text, shorter, title=cut(gsm7(shorter.title).rstrip("."), max(room, 2)))


def _left_for(call: Call, missing: int) -> int:
    return max(len(gsm7(call.reason)) - missing, SHORTEST_REASON)


def _room(text: str, call: Call, link_length: int) -> int:
    """How long the title may be, when everything else is in."""
    left = SEGMENT - longest(_texted(text, call, title=""), link_length=link_length)
    return left // max(text.count("{title}"), 1)


def longest(body: str, *, link_length: int) -> int:
    """How long a body becomes at the most, when link and numbers are in."""
    kept = segments.settled(body, takes_replies=True)
    filled = kept.replace(REPLY_YES, "111").replace(REPLY_NO, "112")
    return len(filled.replace(ANSWER_LINK, "x" * link_length))


def _texted(text: str, call: Call, *, title: str) -> str:
    known = {**call.plain, "title": title}
    if call.may_answer:
        known |= {"yes": REPLY_YES, "no": REPLY_NO}
    return sandbox.fill(text, known, wrap=_with_replies)


def _with_replies(part: Part, said: str) -> str:
    """What speaks of replying stays only where replies are heard."""
    return segments.if_replies(said) if {"yes", "no"} & part.own_places else said


def voice(call: Call, *, book: Book = SHIPPED_BOOK) -> str:
    """What the phone says."""
    keys = {"yes": KEY_YES, "no": KEY_NO} if call.may_answer else {}
    known = {**call.known, **keys}
    return sandbox.fill(book.text(call.kind, wordings.PHONE), known)


def written(call: Call, more: Mapping[str, str], *, book: Book = SHIPPED_BOOK) -> str:
    """A long message. `more`: detected, zone, and for a call due and next, in words."""
    ask = call.ask or (ACKNOWLEDGE if call.may_answer else READ_MORE)
    return sandbox.fill(book.text(call.kind, wordings.WRITTEN), {**call.known, "ask": ask, **more})


@dataclass(frozen=True)
class Rest:
    """Somebody acknowledged what others were told of too; `at` is a clock time of the reader's."""

    call: Call
    who: str
    at: str
    zone: str = ""
    book: Book = SHIPPED_BOOK

    @property
    def subject(self) -> str:
        return self._said(wordings.SUBJECT)

    @property
    def sms(self) -> str:
        """At most 160 GSM-7 characters: a long title is cut first, then a long name."""
        text = self.book.text(wordings.REST, wordings.SMS)
        known = {name: gsm7(value) for name, value in self._known.items()}
        for name in ("title", "who"):
            over = len(sandbox.fill(text, known)) - SEGMENT
            if over > 0 and f"{{{name}}}" in text:
                known[name] = cut(known[name], max(len(known[name]) - over, 2))
        return sandbox.fill(text, known)

    @property
    def written(self) -> str:
        return self._said(wordings.WRITTEN)

    @property
    def _known(self) -> dict[str, str]:
        return {**self.call.known, "who": self.who, "at": self.at, "zone": self.zone}

    def _said(self, form: str) -> str:
        return sandbox.fill(self.book.text(wordings.REST, form), self._known)


def subject(call: Call, *, book: Book = SHIPPED_BOOK) -> str:
    """The subject of an e-mail, and the title of every other message."""
    return sandbox.fill(book.text(call.kind, wordings.SUBJECT), call.known)
