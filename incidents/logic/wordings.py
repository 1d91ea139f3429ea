"""The words of messages: those that Muster came with, and what others must hold. Pure.

Administrators may write their own for each kind of message and each form. Whatever they write, its
reader learns who calls, what it is about and what to do, and a text message stays one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.portal.sentences import spoken_whole
from rosters.logic import sandbox
from rosters.logic.gsm import ALPHABET

CALL, TOLD, REST = "call", "told", "rest"
SUBJECT, SMS, PHONE, WRITTEN = "subject", "sms", "phone", "written"
FORMS = {
    SMS: "Text message",
    PHONE: "Phone call",
    SUBJECT: "Subject of e-mails, chat and push",
    WRITTEN: "E-mail, chat and push",
}
LONGEST = {SUBJECT: 150, SMS: 300, PHONE: 800, WRITTEN: 3000}

_USUAL = {
    "severity": "SEV2",
    "severity_word": "Serious, in small letters",
    "title": "the title of the incident",
    "reference": "INC-2482",
    "situation": "what is late, such as: It is not contained yet.",
    "reason": "why them, read after “You are”: on call for Payments",
    "link": "the link to answer, or to the incident",
}
_WRITTEN = {
    "ask": "what the link is for: Acknowledge or pass it on here",
    "detected": "when it was detected, a clock time of the reader's",
    "zone": "the time zone of the reader",
}
_PLACES: Mapping[str, Mapping[str, str]] = {
    CALL: _USUAL
    | {
        "yes": "the number to reply, or the key to press, that takes it",
        "no": "the number, or the key, that passes it on",
        "next": "whom we would call next",
        "due": "until when we wait for an answer",
    },
    TOLD: _USUAL,
    REST: {
        "severity": "SEV2",
        "title": "the title of the incident",
        "reference": "INC-2482",
        "who": "who acknowledged it",
        "at": "when, a clock time of the reader's",
        "link": "the link to the incident",
    },
}
KINDS = {
    CALL: "A call that asks for an answer",
    TOLD: "News that needs no answer",
    REST: "You can rest: somebody else has it",
}
SHIPPED: Mapping[tuple[str, str], str] = {
    (
        CALL,
        SMS,
    ): "Muster {severity}: {title}.[[ {situation}]][[ You are {reason}.]][[ Reply {yes} to"
    " acknowledge, {no} to pass[[ to {next}]].]] {link}",
    (CALL, PHONE): "This is Muster. A {severity_word} incident. {title}.[[ {situation}]][[ You are"
    " {reason}.]] Press {yes} to acknowledge.[[ Press 2 to pass to {next}.]] Press {no} if you"
    " cannot take it: we call the next person now.",
    (CALL, SUBJECT): "[{severity}] {title} ({reference})",
    (CALL, WRITTEN): "{title}.\n\nDetected at {detected}.[[\n\n{situation}]][[\n\nYou are"
    " {reason}.]][[\n\nIf you do not acknowledge by {due}, we call {next}.]]\n\n{ask}:\n{link}"
    "\n\nTimes are in {zone}.",
    (TOLD, SMS): "Muster {severity}: {title}.[[ {situation}]][[ You are {reason}.]] {link}",
    (TOLD, PHONE): "This is Muster. A {severity_word} incident. {title}.[[ {situation}]][[ You are"
    " {reason}.]]",
    (TOLD, SUBJECT): "[{severity}] {title} ({reference})",
    (TOLD, WRITTEN): "{title}.\n\nDetected at {detected}.[[\n\n{situation}]][[\n\nYou are"
    " {reason}.]]\n\n{ask}:\n{link}\n\nTimes are in {zone}.",
    (REST, SMS): "Muster: {who} acknowledged {reference} at {at}. You do not need to do anything.",
    (REST, SUBJECT): "[{severity}] {who} has it: {title} ({reference})",
    (REST, WRITTEN): "{who} acknowledged {reference} at {at}. You do not need to do anything.\n\n"
    "Read more here:\n{link}\n\nTimes are in {zone}.",
}
"""By kind and form. Nobody is phoned to hear that they may sleep."""
spoken_whole(SHIPPED)

_NEEDED: Mapping[tuple[str, str], tuple[str, ...]] = {
    (CALL, SMS): ("severity", "title", "reason", "link"),
    (CALL, PHONE): ("title", "reason", "yes", "no"),
    (CALL, SUBJECT): ("severity", "title"),
    (CALL, WRITTEN): ("title", "reason", "situation", "link", "zone"),
    (TOLD, SMS): ("severity", "title", "situation", "link"),
    (TOLD, PHONE): ("title", "situation"),
    (TOLD, SUBJECT): ("severity", "title"),
    (TOLD, WRITTEN): ("title", "situation", "link", "zone"),
    (REST, SMS): ("who", "reference"),
    (REST, SUBJECT): ("who", "title"),
    (REST, WRITTEN): ("who", "reference", "at", "link", "zone"),
}
_ALWAYS = ("title", "link", "severity", "who", "reference", "zone")
"""What is always known must not stand in a part that may go."""


@dataclass(frozen=True)
class Book:
    """The words that are in use: those of administrators, else those that Muster came with.

    Those of administrators are for everybody; `shipped` are Muster's in the language of a reader.
    """

    own: Mapping[tuple[str, str], str] = field(default_factory=dict)
    shipped: Mapping[tuple[str, str], str] = field(default_factory=lambda: SHIPPED)

    def text(self, kind: str, form: str) -> str:
        return self.own.get((kind, form)) or self.shipped[kind, form]


SHIPPED_BOOK = Book()


def places_of(kind: str, form: str) -> dict[str, str]:
    """What may stand in the words of one kind and form, and what it is."""
    found = dict(_PLACES[kind])
    if form == WRITTEN:
        found |= _WRITTEN if kind != REST else {"zone": _WRITTEN["zone"]}
        found.pop("yes", None)
        found.pop("no", None)
    elif form == SUBJECT:
        found = {name: said for name, said in found.items() if name in _ABOUT}
    else:
        found.pop("due", None)
    if form == PHONE:
        found.pop("link", None)
    return found


_ABOUT = ("severity", "severity_word", "title", "reference", "who")


def why_not_words(kind: str, form: str, text: str) -> str | None:
    """Whether people can be told in these words; not yet whether a text message stays one."""
    if len(text) > LONGEST[form]:
        return f"Write at most {LONGEST[form]} characters. There are {len(text)}."
    if why_not := sandbox.why_not(text, places_of(kind, form)):
        return why_not
    part = sandbox.read(text)
    every = set(part.places())
    for name in _NEEDED[kind, form]:
        if name not in every:
            said = places_of(kind, form)[name]
            return f"{{{name}}} is missing: {said}. Without it people would not know enough."
        if name in _ALWAYS and name not in part.own_places:
            return f"Take {{{name}}} out of the [[ ]]: it must always be said."
    if form == SMS and (odd := _odd(text)):
        return f"A text message cannot carry {' '.join(odd)}. Write it with plain characters."
    return None


def _odd(text: str) -> list[str]:
    """The characters that are none of GSM-7; braces and brackets are never sent."""
    plain = sandbox.PLACE.sub("", text).replace(sandbox.OPEN, "").replace(sandbox.CLOSE, "")
    return sorted({one for one in plain if one not in ALPHABET})[:5]
